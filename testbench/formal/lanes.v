// Four emitted lanes and a memory U, against docs/numerics.md, sections 1, 5 and 6: mantissa, shift, the addition that
// saturates or wraps, and sums in the order of the words.
//
// A word of S comes in any clock, for any of four groups, with any bits, format, part, exponent and flag. TRAVEL is 1 for lanes
// that keep sign and wrap of a word until it is added; for others these change only while no word is on its way. The memory gives what was written before the clock of the read; for a word that is
// written in that clock it gives anything. LATE is 1 for lanes with forwarding; without it a word keeps the
// distance that `scan/rows.rs` keeps: a clock between two words for one group.
//
// Proved for all inputs, by induction: what is written to U is the specified sum of what U holds after all words before
// and this word, in the first CHECKED lanes; with all four, the numbers of lanes that saturated and wrapped are right.
module lanes_proof #(parameter LATE = 1, TRAVEL = 0, CHECKED = 4) (
    input wire clock,
    input wire comes,              // a word of S, with it:
    input wire [1:0] group,
    input wire [31:0] word,
    input wire [2:0] part,
    input wire [1:0] format,
    input wire [3:0] exponent,
    input wire wrap,
    input wire [1:0] sign,
    input wire [95:0] anything
);
   // The word on its way: `w` clocks after it was at S's output.
   reg [3:1] came = 0;
   reg [1:0] group1 = 0, group2 = 0, group3 = 0;
   reg [3:0] exponent1 = 0, exponent2 = 0;
   reg wrap1 = 0, wrap2 = 0, wrap3 = 0;
   reg [2:0] part1 = 0;
   reg [1:0] format1 = 0;
   reg [31:0] word1 = 0;
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
      assume(sign != 3);
      if (TRAVEL == 0 & came != 0) assume(sign == sign1 & wrap == wrap1);
      if (LATE == 0 & came[1] & comes) assume(group != group1);
   end
   wire adding = LATE == 1 ? came[3] : came[2];
   wire [1:0] add_group = LATE == 1 ? group3 : group2;
   wire add_wrap = LATE == 1 ? wrap3 : wrap2;

   // U.
   wire [95:0] updated;
   reg [95:0] memory0 = 0, memory1 = 0, memory2 = 0, memory3 = 0, fetched = 0;
   wire [95:0] at_fetch = group1 == 0 ? memory0 : group1 == 1 ? memory1 : group1 == 2 ? memory2 : memory3;
   wire [95:0] at_add = add_group == 0 ? memory0 : add_group == 1 ? memory1 : add_group == 2 ? memory2 : memory3;
   always @(posedge clock) begin
      fetched <= adding & add_group == group1 ? anything : at_fetch;
      if (adding & add_group == 0) memory0 <= updated;
      if (adding & add_group == 1) memory1 <= updated;
      if (adding & add_group == 2) memory2 <= updated;
      if (adding & add_group == 3) memory3 <= updated;
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
   lanes dut (
      .clock(clock), .word(word), .part(LATE == 1 ? part1 : part), .format(LATE == 1 ? format1 : format), .sign(LATE == 1 ? sign1 : sign),
      .exponent(LATE == 1 & TRAVEL == 0 ? exponent2 : exponent1),
      .wrap(TRAVEL == 0 ? add_wrap : LATE == 1 ? wrap1 : wrap), .currents(fetched), .take_earlier(earlier),
      .take_last(last_at_add), .adding(adding), .replace(~adding), .value(anything[23:0]), .updated(updated),
      .saturations(saturations), .wraps(wraps)
   );

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
   wire [31:0] word_now = LATE == 1 ? word1 : word;
   reg signed [31:0] weight [3:0];
   reg signed [31:0] addend [3:0];
   reg signed [31:0] exact [3:0];
   reg [23:0] sum [3:0];
   reg [3:0] saturated, wrapped;
   integer i;
   always @(*) for (i = 0; i < 4; i = i + 1) begin
      exact[i] = {{8{at_add[24*i + 23]}}, at_add[24*i +: 24]} + addend[i];
      saturated[i] = ~add_wrap & (exact[i] > LIMIT | exact[i] < -LIMIT);
      wrapped[i] = add_wrap & (exact[i] > LIMIT | exact[i] < -LIMIT - 1);
      sum[i] = saturated[i] ? (exact[i] > 0 ? LIMIT : -LIMIT) : exact[i];
   end
   reg [5:0] saturations1 = 0, saturations2 = 0, wraps1 = 0, wraps2 = 0;
   always @(posedge clock) begin
      for (i = 0; i < 4; i = i + 1) begin
         weight[i] <= mantissa(word_now[8*i +: 8], LATE == 1 ? format1 : format, LATE == 1 ? part1 : part, LATE == 1 ? sign1 : sign);
         addend[i] <= weight[i] << (LATE == 1 ? exponent2 : exponent1);
         if (i < CHECKED)
            assert(updated[24*i +: 24] == (adding ? sum[i] : anything[23:0]));
      end
      saturations1 <= adding ? saturated[0] + saturated[1] + saturated[2] + saturated[3] : 0;
      wraps1 <= adding ? wrapped[0] + wrapped[1] + wrapped[2] + wrapped[3] : 0;
      saturations2 <= saturations1;
      wraps2 <= wraps1;
      if (CHECKED == 4) assert(saturations == saturations2 & wraps == wraps2);
   end
endmodule
