// The emitted sequencer between the long reader, engines that take what time they like, an output that keeps it waiting
// for up to WAIT clocks a byte, and a memory with anything in it. The reader answers LATENCY clocks after a request; with
// NARROW = 1 it reads a second word in the clock after each.
//
// Proved for ever: from rest or from the end of an engine's work it is never more than BOUND clocks to the start of the
// next engine or to rest; each operation starts its own engine and no other, once, END none, so that it ends in rest; an
// unknown operation or a wrong operand is refused and ends in rest; stop ends in rest in the next clock, from anywhere, and
// nothing looks for spikes then; the longs of parameters are handed to UPDATE and, with the macro LEARN, LEARN alone, all of
// them, with their numbers. An operation's head stays while an engine works and for three clocks after, four if the reader
// takes three or more, as it does where S is read late: so long is a SCAN's last word on its way to the lanes (lanes.v).
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
   reg begun = 0;   // an engine was started, or looks for spikes, and may work
   always @(posedge clock) begin
      asked <= {asked[2:0], request};
      output_left <= ~put_valid | put_ready ? WAIT : output_left - 1;
      begun <= ~stop & ~refused & (starts | look | (begun & working));
   end
   wire starts = start_scan | start_update | start_fold | start_report | start_clear | start_learn;
   reg refused_before = 0, stopped = 0, started = 0, busy_before = 0, ended = 0, scan_began = 0;
   reg [7:0] since = 0;
   reg [3:0] worked = 0;
   reg [63:0] head_before = 0;
   // The number that is next among an operation's parameters.
   reg [2:0] next = 0;
   wire [2:0] due = next != 0 ? next : opcode == 6 ? 5 : 2;
   wire [3:0] opcode = head[3:0];
   wire bad = opcode > HIGHEST | (opcode == 1 & ((head[5] & (head[4] | ~lists)) | head[9:8] == 3)) |
        (opcode == 2 & (head[6:5] == 3 | head[8:7] == 3));
   always @(posedge clock) begin
      assume(~start | (~busy & asked == 0));
      assume(put_ready | output_left != 0);
      assume(~working | begun);
      assume(~scan_begins | started);
      since <= starts | ~busy | working ? 0 : since + 1;
      refused_before <= refused;
      worked <= {worked[2:0], working};
      head_before <= head;
      started <= starts;
      busy_before <= busy;
      ended <= busy & opcode == 0;
      scan_began <= scan_begins;
      next <= ~busy | starts ? 0 : stored ? store + 1 : next;
      stopped <= stop;
      assert(since < BOUND);
      if (working | worked[2:0] != 0 | (LATENCY >= 3 & worked[3])) assert(head[31:0] == head_before[31:0]);
      if ((working | worked[2:0] != 0) & ~scan_began) assert(head[63:32] == head_before[63:32]);
      if (start_scan) assert(opcode == 1);
      if (start_update) assert(opcode == 2);
      if (start_fold) assert(opcode == 3);
      if (start_report) assert(opcode == 4);
      if (start_clear) assert(opcode == 5);
      if (start_learn) assert(opcode == 6);
      if (stored) assert((opcode == 2 | opcode == 6) & store == due & due < 7);
      if (start_update | start_learn) assert(next == 7);
      if (starts) assert(~bad);
      if (started) assert(~starts);
      if (refused) assert(busy & bad & refused_code == (opcode > HIGHEST ? 2 : 3));
      if (refused_before | stopped) assert(~busy);
      if (busy_before & ~busy) assert(refused_before | stopped | ended);
      if (look) assert(busy);
      if (put_valid | step_done) assert(opcode == 0 & busy);
   end
endmodule
