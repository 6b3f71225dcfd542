// The emitted products of a neuron against docs/numerics.md, section 2: `(A*u + c(u)) >> 16` and
// `(B*v + G*i + c(v)) >> 16`, exact, with each rounding.
//
// A product of 24 by 17 bits is `2^16 * p + q` with p that of the upper 8 bits, signed, and q that of the lower 16: this
// law of multiplication is all that is taken for granted. Everything else - the widths of the parts, signs, shifts,
// sums, the term of the rounding, the clocks - is proved for all operands, by induction.
module products_proof (
    input wire clock,
    input wire [23:0] u,
    input wire [23:0] v,
    input wire [23:0] i,
    input wire [16:0] a,
    input wire [16:0] b,
    input wire [16:0] g,
    input wire [1:0] rounding
);
   wire [23:0] result;
   wire [24:0] high;
   wire [15:0] low;
   decay_product decay (.clock(clock), .tick(1'b1), .x(u), .factor(a), .rounding(rounding), .result(result));
   membrane_products products (
      .clock(clock), .tick(1'b1), .v(v), .i(i), .decay(b), .gain(g), .rounding(rounding), .high(high), .low(low)
   );

   // Factors and rounding are still.
   reg started = 0;
   reg [16:0] a_before = 0, b_before = 0, g_before = 0;
   reg [1:0] rounding_before = 0;
   always @(posedge clock) begin
      started <= 1;
      {a_before, b_before, g_before, rounding_before} <= {a, b, g, rounding};
      if (started) assume({a_before, b_before, g_before, rounding_before} == {a, b, g, rounding});
      assume(a <= 65536 & b <= 65536 & g <= 65536 & rounding != 3);
   end

   // c(x).
   function signed [47:0] term(input [1:0] kind, input sign);
      term = kind == 1 ? 32768 : (kind == 2 & sign) ? 65535 : 0;
   endfunction
   // 2^16 * p + q, the parts of the width that they need and not one bit more.
   function signed [47:0] product(input signed [25:0] p, input [32:0] q);
      product = $signed({{6{p[25]}}, p, 16'd0}) + $signed({15'd0, q});
   endfunction

   reg signed [25:0] p = 0, p_v = 0, p_i = 0;
   reg [32:0] q = 0, q_v = 0, q_i = 0;
   reg [23:0] v0 = 0, i0 = 0;
   reg sign = 0, sign_v = 0;
   wire signed [17:0] signed_a = {1'b0, a};
   wire signed [17:0] signed_b = {1'b0, b};
   wire signed [17:0] signed_g = {1'b0, g};
   wire signed [7:0] upper = u[23:16];
   wire signed [7:0] upper_v = v0[23:16];
   wire signed [7:0] upper_i = i0[23:16];
   reg signed [47:0] exact1 = 0, exact2 = 0, whole1 = 0, whole2 = 0, whole3 = 0;
   always @(posedge clock) begin
      p <= upper * signed_a;
      q <= u[15:0] * a;
      sign <= u[23];
      exact1 <= product(p, q) + term(rounding, sign);
      exact2 <= exact1;
      v0 <= v;
      i0 <= i;
      p_v <= upper_v * signed_b;
      q_v <= v0[15:0] * b;
      p_i <= upper_i * signed_g;
      q_i <= i0[15:0] * g;
      sign_v <= v0[23];
      whole1 <= product(p_v, q_v) + product(p_i, q_i) + term(rounding, sign_v);
      whole2 <= whole1;
      whole3 <= whole2;
   end
   reg [3:0] age = 0;
   always @(posedge clock) begin
      if (age != 8) age <= age + 1;
      if (age == 8) begin
         assert(result == exact2[39:16]);
         assert({high, low} == whole3[40:0]);
      end
   end
endmodule
