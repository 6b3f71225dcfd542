// A sender of any bytes in front of the emitted UART receiver: bits of LOW to HIGH each, pauses of any length or
// none, edges anywhere between two clock edges.
//
// Time is counted in the receiver's own unit: a clock is STEP, the receiver's bit 65536. LOW and HIGH are the
// shortest and the longest bit of the sender in that unit. The receiver sees the line two clocks late, through
// its synchroniser: what ends in 2 below is the sender as it was two clocks ago.
//
// Proved for ever, by induction: each byte is received, once, and equals the byte sent.
module uart_receiver_proof #(parameter [23:0] STEP = 8192, LOW = 64226, HIGH = 66846) (
    input wire clock,
    input wire begins,             // begin a byte, if none is being sent
    input wire [7:0] next_byte,
    input wire [23:0] next_length, // of the bit that begins
    input wire [23:0] offset       // from the edge of a start bit after a pause to the clock edge that sees it
);
   // The sender.
   reg sending = 0;
   reg [3:0] index = 0;            // 0 start bit, 1 to 8 data, 9 stop bit
   reg [7:0] sent = 0;
   reg [23:0] edge_at = 0;         // where this bit began, from the byte's beginning
   reg [23:0] elapsed = 0;         // since this bit began
   reg [23:0] length = LOW;        // of this bit
   wire ends = elapsed + STEP >= length;
   wire line = ~sending | (index == 9) | (index != 0 & sent[index - 1]);
   always @(posedge clock) begin
      assume(next_length >= LOW && next_length <= HIGH && offset < STEP);
      if (sending & ~ends)
         elapsed <= elapsed + STEP;
      else begin
         length <= next_length;
         if (sending & index != 9) begin
            index <= index + 1;
            edge_at <= edge_at + length;
            elapsed <= elapsed + STEP - length;
         end else begin
            sending <= begins;
            index <= 0;
            sent <= next_byte;
            edge_at <= 0;
            elapsed <= sending ? elapsed + STEP - length : offset;
         end
      end
   end

   // The same one and two clocks ago.
   reg sending1 = 0, sending2 = 0;
   reg [3:0] index1 = 0, index2 = 0;
   reg [7:0] sent1 = 0, sent2 = 0;
   reg [23:0] edge1 = 0, edge2 = 0, elapsed1 = 0, elapsed2 = 0, length1 = LOW, length2 = LOW;
   reg line1 = 1, line2 = 1;
   always @(posedge clock) begin
      {sending1, index1, sent1, edge1, elapsed1, length1, line1} <= {sending, index, sent, edge_at, elapsed, length, line};
      {sending2, index2, sent2, edge2, elapsed2, length2, line2} <= {sending1, index1, sent1, edge1, elapsed1, length1, line1};
   end

   wire valid;
   wire [7:0] data;
   uart_receiver dut (.clock(clock), .rx(line), .valid(valid), .data(data));

   // Bytes whose stop bit the receiver has begun to see and that it has not given yet.
   wire stops = sending1 & index1 == 9 & ~(sending2 & index2 == 9);
   reg owed = 0;
   reg [7:0] owed_byte = 0;
   always @(posedge clock) begin
      owed <= stops | (owed & ~valid);
      if (stops) owed_byte <= sent1;
      if (valid) assert(owed & data == owed_byte);
      if (stops) assert(~owed | valid);
      if (~sending2 & ~sending1 & ~sending) assert(~owed | valid | dut_done | dut_state == STOP);
   end

   // Inside the emitted module.
   (* probe = "dut.state_q" *) wire [2:0] dut_state;
   (* probe = "dut.first_q" *) wire dut_first;
   (* probe = "dut.low_q" *) wire dut_low;
   (* probe = "dut.phase_q" *) wire [16:0] dut_phase;
   (* probe = "dut.bits_in_q" *) wire [7:0] dut_bits;
   (* probe = "dut.count_q" *) wire [2:0] dut_count;
   (* probe = "dut.done_q" *) wire dut_done;
   localparam IDLE = 0, START = 1, DATA = 2, STOP = 3;

`ifdef INDUCTION
   // What makes it inductive.
   function bounds(input s, input [3:0] i, input [23:0] from, since, long);
      bounds = ~s | (i <= 9 & from >= i * LOW & from <= i * HIGH & since < long & long >= LOW & long <= HIGH &
                     (i != 0 | from == 0));
   endfunction
   wire [3:0] ticks = dut_state == STOP ? 9 : dut_state == DATA ? dut_count + 1 : 0;
   wire [23:0] counted = ticks * 65536 + dut_phase - 32768 - STEP;
   wire [23:0] lag = edge2 + elapsed2 - counted;
   wire [7:0] so_far = dut_bits >> (8 - dut_count);
   always @(posedge clock) begin
      assert(bounds(sending, index, edge_at, elapsed, length));
      assert(bounds(sending1, index1, edge1, elapsed1, length1));
      assert(bounds(sending2, index2, edge2, elapsed2, length2));
      assert(dut_first == ~line1 & dut_low == ~line2);
      assert(line1 == (~sending1 | (index1 == 9) | (index1 != 0 & sent1[index1 - 1])));
      assert(line2 == (~sending2 | (index2 == 9) | (index2 != 0 & sent2[index2 - 1])));
      assert(dut_state <= STOP);
      // One stage follows the other.
      if (sending2 & elapsed2 + STEP < length2)
         assert(sending1 & index1 == index2 & sent1 == sent2 & edge1 == edge2 & elapsed1 == elapsed2 + STEP & length1 == length2);
      if (sending2 & elapsed2 + STEP >= length2 & index2 != 9)
         assert(sending1 & index1 == index2 + 1 & sent1 == sent2 & edge1 == edge2 + length2 & elapsed1 == elapsed2 + STEP - length2);
      if (sending2 & elapsed2 + STEP >= length2 & index2 == 9 & sending1)
         assert(index1 == 0 & elapsed1 == elapsed2 + STEP - length2);
      if (~sending2 & sending1)
         assert(index1 == 0 & elapsed1 < STEP);
      if (sending1 & elapsed1 + STEP < length1)
         assert(sending & index == index1 & sent == sent1 & edge_at == edge1 & elapsed == elapsed1 + STEP & length == length1);
      if (sending1 & elapsed1 + STEP >= length1 & index1 != 9)
         assert(sending & index == index1 + 1 & sent == sent1 & edge_at == edge1 + length1 & elapsed == elapsed1 + STEP - length1);
      if (sending1 & elapsed1 + STEP >= length1 & index1 == 9 & sending)
         assert(index == 0 & elapsed == elapsed1 + STEP - length1);
      if (~sending1 & sending)
         assert(index == 0 & elapsed < STEP);
      // The receiver and the sender.
      if (dut_state == IDLE)
         assert(~sending2 | index2 == 9 | (index2 == 0 & elapsed2 < STEP));
      else begin
         assert(sending2 & lag >= STEP & lag < 2 * STEP);
         assert(dut_phase >= STEP & dut_phase < 65536 + STEP);
      end
      if (dut_state == START)
         assert(dut_count == 0 & dut_phase >= 32768 + STEP);
      if (dut_state == IDLE & sending2 & index2 == 9)
         assert(edge2 + elapsed2 >= 9 * 65536 + 32768 + STEP);
      if (dut_state == STOP)
         assert(dut_bits == sent2 & dut_count == 0);
      if (dut_state == DATA)
         assert(dut_count == 0 | so_far == (sent2 & ((1 << dut_count) - 1)));
      // What is owed.
      if (owed)
         assert(dut_done | dut_state == STOP);
      if (dut_done)
         assert(owed & dut_bits == owed_byte);
      if (dut_state == STOP)
         assert(owed == (index2 == 9) & ~dut_done & (~owed | owed_byte == sent2));
      if (dut_state == START | dut_state == DATA)
         assert(~owed & ~dut_done);
   end
`endif
endmodule
