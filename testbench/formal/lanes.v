// L emitted lanes and a memory U, against docs/numerics.md, sections 1, 5 and 6: mantissa, shift, the addition that
// saturates or wraps, and sums in the order of the words.
//
// A word of S comes in any clock, for any of four groups, with any bits, format, part, exponent, sign and flag. The
// memory gives what was written before the clock of the read; for a word that is written in that clock it gives
// anything. FORWARDING is 1 for lanes with forwarding; without it a word keeps the distance that `scan/rows.rs` keeps,
// a clock between two words for one group, and sign and flag stay for a clock after a word, as a SCAN's head does.
//
// Proved for all inputs, by induction: what is written to U is the specified sum of what U holds after all words before
// and this word, and whether it saturated or wrapped is seen, in the lane LANE; and the lanes that did are counted.
// Without a word it is the given value; with the macro ABREAST, odd lanes have another one than even ones.
module lanes_proof #(parameter FORWARDING = 1, L = 4, LANE = 1) (
    input wire clock,
    input wire comes,              // a word of S, with it:
    input wire [1:0] group,
    input wire [8*L-1:0] word,
    input wire [2:0] part,
    input wire [1:0] format,
    input wire [3:0] exponent,
    input wire wrap,
    input wire [1:0] sign,
    input wire [24*L-1:0] anything
);
   // The word on its way: `w` clocks after it was at S's output.
   reg [3:1] came = 0;
   reg [1:0] group1 = 0, group2 = 0, group3 = 0;
   reg [3:0] exponent1 = 0, exponent2 = 0;
   reg wrap1 = 0, wrap2 = 0, wrap3 = 0;
   reg [2:0] part1 = 0;
   reg [1:0] format1 = 0;
   reg [8*L-1:0] word1 = 0;
   reg [1:0] sign1 = 0;
   always @(posedge clock) begin
      came <= {came[2:1], comes};
      {group3, group2, group1} <= {group2, group1, group};
      {exponent2, exponent1} <= {exponent1, exponent};
      {wrap3, wrap2, wrap1} <= {wrap2, wrap1, wrap};
      part1 <= part;
      format1 <= format;
      word1 <= word;
      sign1 <= sign;
      if (comes) assume(sign != 3);
      if (FORWARDING == 0 & came[1]) assume(sign == sign1 & wrap == wrap1 & ~(comes & group == group1));
   end
   wire adding = FORWARDING == 1 ? came[3] : came[2];
   wire [1:0] add_group = FORWARDING == 1 ? group3 : group2;
   wire add_wrap = FORWARDING == 1 ? wrap3 : wrap2;

   // U, of the lane.
   wire [24*L-1:0] updated;
   wire [23:0] result = updated[24*LANE +: 24];
   wire [23:0] other = anything[24*LANE +: 24];
   reg [23:0] memory0 = 0, memory1 = 0, memory2 = 0, memory3 = 0, fetched = 0;
   wire [23:0] at_fetch = group1 == 0 ? memory0 : group1 == 1 ? memory1 : group1 == 2 ? memory2 : memory3;
   wire [23:0] at_add = add_group == 0 ? memory0 : add_group == 1 ? memory1 : add_group == 2 ? memory2 : memory3;
   always @(posedge clock) begin
      fetched <= adding & add_group == group1 ? other : at_fetch;
      if (adding & add_group == 0) memory0 <= result;
      if (adding & add_group == 1) memory1 <= result;
      if (adding & add_group == 2) memory2 <= result;
      if (adding & add_group == 3) memory3 <= result;
   end
   reg [24*L-1:0] currents;
   always @(*) begin
      currents = anything;
      currents[24*LANE +: 24] = fetched;
   end

   // Which sums the row streamer has the lanes take instead of U's word.
   reg last_at_add = 0;
   reg came4 = 0;
   reg [1:0] group4 = 0;
   always @(posedge clock) begin
      last_at_add <= came[3] & group3 == group2;
      {came4, group4} <= {came[3], group3};
   end
   wire earlier = came4 & group4 == group2;

   wire [5:0] saturations, wraps;
   wire [2:0] dut_part = FORWARDING == 1 ? part1 : part;
   wire [1:0] dut_format = FORWARDING == 1 ? format1 : format;
   wire [1:0] dut_sign = FORWARDING == 1 ? sign1 : sign;
   lanes dut (
      .clock(clock), .word(word), .part(dut_part), .format(dut_format), .sign(dut_sign), .exponent(exponent1),
      .wrap(FORWARDING == 1 ? wrap1 : wrap), .currents(currents), .take_earlier(earlier), .take_last(last_at_add),
      .adding(adding), .replace(~adding), .value(anything[23:0]),
`ifdef ABREAST
      .odd_value_0(anything[47:24]),
`endif
      .updated(updated), .saturations(saturations), .wraps(wraps)
   );
`ifdef ABREAST
   wire [23:0] value = LANE % 2 == 1 ? anything[47:24] : anything[23:0];
`else
   wire [23:0] value = anything[23:0];
`endif

   // The specification.
   localparam signed [31:0] LIMIT = 8388607;
   function signed [31:0] mantissa(input [7:0] octet, input [1:0] form, input [2:0] which, input [1:0] kind);
      reg [7:0] field;
      reg [3:0] width;
      begin
         width = 8 >> form;
         field = (octet >> ((which * width) & 7)) & ((9'd1 << width) - 1);
         mantissa = {24'd0, field};
         if (kind == 0 & field[width - 1]) mantissa = mantissa - (32'd1 << width);
         if (kind == 2) mantissa = -mantissa;
      end
   endfunction
   wire [7:0] octet = FORWARDING == 1 ? word1[8*LANE +: 8] : word[8*LANE +: 8];
   reg signed [31:0] weight, addend;
   wire signed [31:0] exact = {{8{at_add[23]}}, at_add} + addend;
   wire saturated = ~add_wrap & (exact > LIMIT | exact < -LIMIT);
   wire wrapped = add_wrap & (exact > LIMIT | exact < -LIMIT - 1);
   wire [23:0] sum = saturated ? (exact > 0 ? LIMIT : -LIMIT) : exact;

   // What the lanes say of their additions; the one looked at is right, all are counted, two clocks later.
   (* probe = "dut.saturated_word" *) wire [L-1:0] dut_saturated;
   (* probe = "dut.wrapped_word" *) wire [L-1:0] dut_wrapped;
   function [5:0] ones(input [L-1:0] bits);
      integer i;
      begin
         ones = 0;
         for (i = 0; i < L; i = i + 1) ones = ones + bits[i];
      end
   endfunction
   reg [5:0] saturations1 = 0, saturations2 = 0, wraps1 = 0, wraps2 = 0;
   always @(posedge clock) begin
      weight <= mantissa(octet, dut_format, dut_part, dut_sign);
      addend <= weight << (FORWARDING == 1 ? exponent2 : exponent1);
      assert(result == (adding ? sum : value));
      assert(dut_saturated[LANE] == (adding & saturated));
      assert(dut_wrapped[LANE] == (adding & wrapped));
      {saturations2, saturations1} <= {saturations1, ones(dut_saturated)};
      {wraps2, wraps1} <= {wraps1, ones(dut_wrapped)};
      assert(saturations == saturations2);
      assert(wraps == wraps2);
   end
endmodule
