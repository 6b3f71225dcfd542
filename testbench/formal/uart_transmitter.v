// The emitted UART transmitter in front of a listener whose bits last LOW to HIGH each, and which notices the edge
// of a start bit up to OFFSET late.
//
// Time is counted in the transmitter's own unit: a clock is STEP, its bit 65536. The line changes at clock
// edges; the listener looks once a bit, at any time between them.
//
// Proved for ever, by induction: each byte that is taken is heard, once, with a start and a stop bit, and nothing else.
module uart_transmitter_proof #(parameter [23:0] STEP = 8192, LOW = 64226, HIGH = 66846, OFFSET = 8192) (
    input wire clock,
    input wire valid,
    input wire [7:0] data,
    input wire [23:0] length,  // the listener's next bit
    input wire [23:0] late     // when it notices an edge
);
   wire ready, tx;
   uart_transmitter dut (.clock(clock), .valid(valid), .data(data), .ready(ready), .tx(tx));

   // The byte that is on its way.
   reg due = 0;
   reg [7:0] taken = 0;
   wire heard;
   always @(posedge clock) begin
      if (valid & ready) begin
         assert(~due | heard);
         taken <= data;
      end
      due <= (valid & ready) | (due & ~heard);
   end

   // The listener.
   reg listening = 0;
   reg [3:0] index = 0;        // 0 start bit, 1 to 8 data, 9 stop bit
   reg [23:0] since = 0;       // from the edge of the start bit to the end of this clock
   reg [23:0] sample_at = 0;   // when it looks next, from the same edge
   reg [7:0] ear = 0;
   wire looks = listening & sample_at < since;
   assign heard = looks & index == 9;
   always @(posedge clock) begin
      assume(length >= LOW && length <= HIGH && late <= OFFSET);
      if (~listening) begin
         index <= 0;
         since <= 2 * STEP;
         sample_at <= late + (length >> 1);
         listening <= ~tx;
         if (~tx) assert(due);
      end else begin
         since <= since + STEP;
         if (looks) begin
            index <= index + 1;
            sample_at <= sample_at + length;
            if (index == 0) assert(~tx);
            if (index != 0 & index != 9) ear[index - 1] <= tx;
            if (index == 9) begin
               assert(tx & ear == taken & due);
               listening <= 0;
            end
         end
      end
   end

   // Inside the emitted module.
   (* probe = "dut.running_q" *) wire dut_running;
   (* probe = "dut.low_q" *) wire dut_low;
   (* probe = "dut.phase_q" *) wire [16:0] dut_phase;
   (* probe = "dut.bits_out_q" *) wire [8:0] dut_bits;
   (* probe = "dut.count_q" *) wire [3:0] dut_count;

`ifdef INDUCTION
   // What makes it inductive.
   wire [23:0] counted = dut_count * 65536 + dut_phase;
   wire [9:0] frame = {1'b0, ~taken, 1'b1};   // inverted, as the transmitter has it
   always @(posedge clock) begin
      assert(dut_count <= 9 | ~dut_running);
      if (dut_running) begin
         assert(due | dut_count == 9);
         assert(dut_phase >= STEP & dut_phase < 65536 + STEP);
         assert(dut_bits == frame >> dut_count);
         // The line lags a clock: it shows the bit that was in front a clock ago.
         if (dut_phase >= 2 * STEP)
            assert(dut_low == frame[dut_count]);
         else
            assert(dut_low == (dut_count != 0 & frame[dut_count - 1]));
         if (~listening) begin
            if (dut_count == 0) assert(dut_phase <= 2 * STEP);
            else assert(dut_count == 9 & ~due);
         end else begin
            // The line's bit and the listener's time: the edge came a clock after the first phase.
            assert(since == counted - STEP);
            assert(index <= 9);
            assert(due & index <= dut_count + 1);
         end
      end else begin
         assert(dut_bits[0] == 0 & ~due & ~listening);
      end
      if (listening) begin
         assert(index <= 9);
         assert(sample_at >= index * LOW + (LOW >> 1) & sample_at <= index * HIGH + (HIGH >> 1) + OFFSET);
         assert(sample_at + STEP >= since);
         if (index != 0) assert((ear & ((1 << (index - 1)) - 1)) == (taken & ((1 << (index - 1)) - 1)));
      end
   end
`endif
endmodule
