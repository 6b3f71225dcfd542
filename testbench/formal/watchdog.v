// The emitted watchdog beside a count of its own. What it watches is at rest in the clock behind `expired`, as the
// proof of the sequencer has it of stop.
//
// Proved for ever, by induction, whatever runs and waits: `expired` is there exactly when a program has worked for
// 2^BITS clocks; clocks in which it waits for the link do not count, and no program inherits those of another.
module watchdog_proof #(parameter BITS = 8) (
    input wire clock,
    input wire running,
    input wire stalled
);
   wire expired;
   watchdog dut (.clock(clock), .running(running), .stalled(stalled), .expired(expired));

   reg [BITS:0] worked = 0;
   reg stopped = 0;
   always @(posedge clock) begin
      assume(~(stopped & running));
      stopped <= expired;
      if (~running) worked <= 0;
      else if (~stalled) worked <= worked + 1;
      assert(expired == (worked >= 1 << BITS));
      assert(worked <= (1 << BITS) + 1);
   end

   // Inside the emitted module.
   (* probe = "dut.worked_q" *) wire [31:0] dut_worked;

`ifdef INDUCTION
   // What makes it inductive.
   always @(posedge clock) begin
      assert(dut_worked == worked);
      if (worked > 1 << BITS) assert(stopped);
   end
`endif
endmodule
