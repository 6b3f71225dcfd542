// L emitted lanes of LEARN against docs/numerics.md, section 7: each word's weights become what the section says, rounded
// with the random numbers of that word, which go on with every word of weights.
//
// In any clock all stages advance or stay, with a word or without one, and the random numbers are loaded or not. The
// operation and the mask are still while a word is on its way, as the learner keeps them. The specification is in 20
// bits, in which nothing can overflow.
//
// Proved for all inputs, by induction: the lane LANE of the word of three advances ago, and the random numbers. In the
// names of probes, LANE stands for its number (rtl/tests/formal/lanes.rs).
module learn_lanes_proof #(parameter L = 4, LANE = 3) (
    input wire clock,
    input wire advance,
    input wire comes,              // a word of weights or of others
    input wire [8*L-1:0] word,
    input wire [L-1:0] mask,
    input wire enters,
    input wire load,
    input wire [31:0] state,
    input wire without_sign,
    input wire decays,
    input wire [2:0] decay,
    input wire [16:0] change,
    input wire [7:0] minimum,
    input wire [7:0] maximum
);
   wire [8*L-1:0] learned;
   wire [31:0] state_now;
   learn_lanes dut (.clock(clock), .advance(advance), .word(word), .mask(mask), .enters(enters), .load(load),
                    .state(state), .state_now(state_now), .without_sign(without_sign), .decays(decays), .decay(decay),
                    .change(change), .minimum(minimum), .maximum(maximum), .learned(learned));

   // The random numbers, bit by bit.
   function [31:0] eight(input [31:0] from);
      integer i;
      begin
         eight = from;
         for (i = 0; i < 8; i = i + 1)
            eight = (eight >> 1) ^ (eight[0] ? 32'hEDB88320 : 32'd0);
      end
   endfunction
   reg [31:0] random = 0;
   always @(posedge clock)
      if (load) random <= state;
      else if (advance & enters) random <= eight(random);

   // The words of the last three advances, each with the byte it is rounded with.
   reg [7:0] octet1 = 0, octet2 = 0, octet3 = 0, low1 = 0, low2 = 0, low3 = 0;
   reg [2:0] there = 0;
   always @(posedge clock)
      if (advance) begin
         {octet3, octet2, octet1} <= {octet2, octet1, word[8 * LANE +: 8]};
         {low3, low2, low1} <= {low2, low1, random[7:0]};
         there <= {there[1:0], comes};
      end

   // The operation and the mask stay.
   wire [L+37:0] operation = {without_sign, decays, decay, change, minimum, maximum, mask};
   reg [L+37:0] operation_before = 0;
   always @(posedge clock) begin
      operation_before <= operation;
      if (there != 0) assume(operation == operation_before);
   end

   function signed [19:0] number(input [7:0] octet);
      number = without_sign ? {12'd0, octet} : {{12{octet[7]}}, octet};
   endfunction
   // (c + r) - (w << e), in steps of a weight.
   wire [4:0] lane = LANE;
   wire [7:0] turned = {lane[0], lane[1], lane[2], lane[3], lane[4], 3'd0};
   wire signed [19:0] c = {{3{change[16]}}, change};
   function signed [19:0] added(input [7:0] low);
      added = c + $signed({12'd0, low ^ turned});
   endfunction
   function signed [19:0] lost(input [7:0] octet);
      lost = decays ? number(octet) <<< decay : 20'sd0;
   endfunction
   function signed [19:0] moved(input [7:0] octet, input [7:0] low);
      moved = (added(low) - lost(octet)) >>> 8;
   endfunction
   wire signed [19:0] w = number(octet3) + moved(octet3, low3);
   wire [7:0] bounded = w < number(minimum) ? minimum : w > number(maximum) ? maximum : w[7:0];
   always @(posedge clock) begin
      assert(state_now == random);
      if (there[2]) assert(learned[8 * LANE +: 8] == (mask[LANE] ? bounded : octet3));
   end

   // Between the stages.
   (* probe = "dut.lane_LANE.weight_q" *) wire [8:0] dut_weight;
   (* probe = "dut.lane_LANE.lost_q" *) wire [16:0] dut_lost;
   (* probe = "dut.lane_LANE.added_q" *) wire [17:0] dut_added;
   (* probe = "dut.lane_LANE.weight_then_q" *) wire [8:0] dut_weight_then;
   (* probe = "dut.lane_LANE.moved_q" *) wire [9:0] dut_moved;
   wire signed [19:0] number1 = number(octet1), number2 = number(octet2), lost1 = lost(octet1), added1 = added(low1);
   wire signed [19:0] moved2 = moved(octet2, low2);
`ifdef INDUCTION
   always @(posedge clock) begin
      if (there[0]) assert(dut_weight == number1[8:0] & dut_lost == lost1[16:0] & dut_added == added1[17:0]);
      if (there[1]) assert(dut_weight_then == number2[8:0] & dut_moved == moved2[9:0]);
   end
`endif
endmodule
