// The emitted sequencer between the long reader, engines that take what time they like, an output that keeps it waiting
// for up to WAIT clocks a byte, and a memory with anything in it. The reader answers LATENCY clocks after a request; with
// NARROW = 1 it reads a second word in the clock after each.
//
// Proved for ever: from rest or from the end of an engine's work it is never more than BOUND clocks to the start of the
// next engine or to rest; each operation starts its own engine and no other, END none, so that it ends in rest; an unknown
// operation or a wrong operand is refused and ends in rest; stop ends in rest in the next clock, from anywhere; the
// longs of parameters are handed to UPDATE and, with the macro LEARN, LEARN alone, with their numbers; an operation's head
// stays while an engine works and for three clocks after, in the last of which a SCAN's last word is with lanes without
// forwarding (lanes.v).
module sequencer_proof #(parameter LATENCY = 1, NARROW = 0, LISTS = 1, WAIT = 2, BOUND = 60) (
    input wire clock,
    input wire start,
    input wire stop,
    input wire [63:0] long,
    input wire scan_begins,
    input wire working,
    input wire keep_place,
    input wire put_ready
);
   wire request, ahead, look, stored, start_scan, start_update, start_fold, start_report, start_clear;
   wire put_valid, refused, refused_bit, busy, step_done;
   wire [19:0] address;
   wire [63:0] head;
   wire [2:0] store;
   wire [7:0] put_data;
   wire [3:0] refused_code;
   wire [15:0] t;
   wire [19:0] entry = 0;
   wire [15:0] t_start = 0;
   wire refused_shift = 0;
   wire lists = LISTS;
   reg [3:0] asked = 0;
   wire valid = asked[LATENCY - 1];
   wire reads = NARROW == 1 & asked[0];
`ifdef LEARN
   localparam [3:0] HIGHEST = 6;
   wire start_learn_0;
   wire start_learn = start_learn_0;
`else
   localparam [3:0] HIGHEST = 5;
   wire start_learn = 0;
`endif
   wire [19:0] operation_0;
   sequencer dut (.*);

   // The others.
   reg [3:0] output_left = WAIT;
   reg begun = 0;   // an engine was started and may work
   always @(posedge clock) begin
      asked <= {asked[2:0], request};
      output_left <= ~put_valid | put_ready ? WAIT : output_left - 1;
      begun <= ~stop & (starts | (begun & working));
   end
   wire starts = start_scan | start_update | start_fold | start_report | start_clear | start_learn;
   reg refused_before = 0, stopped = 0;
   reg [7:0] since = 0;
   reg [2:0] worked = 0;
   reg [31:0] head_before = 0;
   wire [3:0] opcode = head[3:0];
   wire bad = opcode > HIGHEST | (opcode == 1 & ((head[5] & (head[4] | ~lists)) | head[9:8] == 3)) |
        (opcode == 2 & (head[6:5] == 3 | head[8:7] == 3));
   always @(posedge clock) begin
      assume(~start | (~busy & asked == 0 & ~request));
      assume(put_ready | output_left != 0);
      assume(~working | begun);
      assume(~scan_begins);
      since <= starts | ~busy | working ? 0 : since + 1;
      refused_before <= refused;
      worked <= {worked[1:0], working};
      head_before <= head[31:0];
      stopped <= stop;
      assert(since < BOUND);
      if (working | worked != 0) assert(head[31:0] == head_before);
      if (start_scan) assert(opcode == 1);
      if (start_update) assert(opcode == 2);
      if (start_fold) assert(opcode == 3);
      if (start_report) assert(opcode == 4);
      if (start_clear) assert(opcode == 5);
      if (start_learn) assert(opcode == 6);
      if (stored) assert(store <= 6 & ((opcode == 2 & store >= 2) | (opcode == 6 & store >= 5)));
      if (starts) assert(~bad);
      if (refused) assert(busy & bad & refused_code == (opcode > HIGHEST ? 2 : 3));
      if (refused_before | stopped) assert(~busy);
      if (put_valid | step_done) assert(opcode == 0 & busy);
   end
endmodule
