// L emitted lanes of LEARN against docs/numerics.md, section 7: each word's weights become what the section says, rounded
// with the random numbers of that word, which go on with every word of weights.
//
// A word comes in every clock, with any mask (without `advance` every register stays); loads of the random numbers come
// between. The operation is still while a word is on its way, as the learner keeps it. The specification is in 20 bits,
// in which nothing can overflow.
//
// Proved for all inputs, by induction: the lane LANE of the word of three advances ago, and the random numbers.
module learn_lanes_proof #(parameter L = 4, LANE = 3) (
    input wire clock,
    input wire advance,
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

   // The operation and the mask stay.
   reg begun = 0;
   reg without_sign_then, decays_then;
   reg [2:0] decay_then;
   reg [16:0] change_then;
   reg [7:0] minimum_then, maximum_then;
   reg [L-1:0] mask_then;
   always @(posedge clock) begin
      begun <= 1;
      {without_sign_then, decays_then, decay_then, change_then, minimum_then, maximum_then, mask_then} <=
         {without_sign, decays, decay, change, minimum, maximum, mask};
      if (begun)
         assume({without_sign_then, decays_then, decay_then, change_then, minimum_then, maximum_then, mask_then} ==
                {without_sign, decays, decay, change, minimum, maximum, mask});
   end

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
         there <= {there[1:0], 1'b1};
      end

   function signed [19:0] number(input [7:0] octet);
      number = without_sign ? {12'd0, octet} : {{12{octet[7]}}, octet};
   endfunction
   wire signed [19:0] w = number(octet3);
   wire signed [19:0] lost = decays ? w <<< decay : 20'sd0;
   wire [4:0] lane = LANE;
   wire [7:0] turned = {lane[0], lane[1], lane[2], lane[3], lane[4], 3'd0};
   wire signed [19:0] rounding = {12'd0, low3 ^ turned};
   wire signed [19:0] c = {{3{change[16]}}, change};
   wire signed [19:0] moved = w + (((c + rounding) - lost) >>> 8);
   wire [7:0] bounded = moved < number(minimum) ? minimum : moved > number(maximum) ? maximum : moved[7:0];
   always @(posedge clock) begin
      assume(advance);   // without it every register keeps what it has
      assert(state_now == random);
      if (there[2]) assert(learned[8 * LANE +: 8] == (mask[LANE] ? bounded : octet3));
   end
endmodule
