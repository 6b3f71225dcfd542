// The emitted products of a neuron by shift and add, in N clocks from tick to tick, against docs/numerics.md, section 2, as
// products.v has those with the operator *.
//
// A product of 24 by 17 bits is the sum of the products with the factor's digits of B bits, at their places: this law is taken
// for granted, and that a product with a digit is no larger than it may be. That the digits are met one by one, that
// nothing is lost between what is added and what is shifted out, the rounding's term, the sums and the ticks are proved for
// all operands, which may change at every tick, by induction.
module products_serial_proof #(parameter N = 3, B = 6) (
    input wire clock,
    input wire [23:0] u,
    input wire [23:0] v,
    input wire [23:0] i,
    input wire [16:0] a,
    input wire [16:0] b,
    input wire [16:0] g,
    input wire [1:0] rounding
);
   localparam WIDTH = N * B;

   // A tick every N clocks; `done` digits are in the sum.
   reg [4:0] done = N - 1;
   wire tick = done == N - 1;
   reg [5:0] place;   // of the digit that is due
   integer k;
   always @(*) begin
      place = 0;
      for (k = 0; k < N; k = k + 1)
         if (done == k) place = k * B;
   end
   always @(posedge clock) begin
      done <= tick ? 0 : done + 1;
      assert(done < N);
      assume(a <= 65536 & b <= 65536 & g <= 65536 & rounding != 3);
   end

   wire [23:0] result;
   wire [24:0] high;
   wire [15:0] low;
   decay_product decay (.clock(clock), .tick(tick), .x(u), .factor(a), .rounding(rounding), .result(result));
   membrane_products products (
      .clock(clock), .tick(tick), .v(v), .i(i), .decay(b), .gain(g), .rounding(rounding), .high(high), .low(low)
   );
   (* probe = "decay.product_x" *) wire [23:0] x_u;
   (* probe = "decay.product_digit" *) wire [B:0] digit_u;
   (* probe = "decay.product_high" *) wire [24 + B:0] high_u;
   (* probe = "decay.product_factor" *) wire [WIDTH-1:0] factor_u;
   (* probe = "decay.product" *) wire [41:0] dut_product_u;
   (* probe = "products.product_v_x" *) wire [23:0] x_v;
   (* probe = "products.product_v_digit" *) wire [B:0] digit_v;
   (* probe = "products.product_v_high" *) wire [24 + B:0] high_v;
   (* probe = "products.product_v_factor" *) wire [WIDTH-1:0] factor_v;
   (* probe = "products.product_v" *) wire [41:0] dut_product_v;
   (* probe = "products.product_i_x" *) wire [23:0] x_i;
   (* probe = "products.product_i_digit" *) wire [B:0] digit_i;
   (* probe = "products.product_i_high" *) wire [24 + B:0] high_i;
   (* probe = "products.product_i_factor" *) wire [WIDTH-1:0] factor_i;
   (* probe = "products.product_i" *) wire [41:0] dut_product_i;
   (* probe = "decay.rounding_term" *) wire [15:0] dut_rounding_u;
   (* probe = "decay.term" *) wire [15:0] dut_term_u;
   (* probe = "products.rounding_term" *) wire [15:0] dut_rounding_v;
   (* probe = "products.term" *) wire [15:0] dut_term_v;
   (* probe = "products.sum_low" *) wire [17:0] dut_sum_low;
   (* probe = "products.sum_high" *) wire [25:0] dut_sum_high;
   (* probe = "products.sum" *) wire [24:0] dut_sum;
   (* probe = "products.sum_rest" *) wire [15:0] dut_sum_rest;

   wire signed [47:0] product_u, product_v, product_i;
   digits #(.N(N), .B(B)) of_u (
      .clock(clock), .tick(tick), .place(place), .x(u), .factor(a), .dut_x(x_u), .dut_digit(digit_u), .dut_high(high_u),
      .dut_factor(factor_u), .dut_product(dut_product_u), .product(product_u)
   );
   digits #(.N(N), .B(B)) of_v (
      .clock(clock), .tick(tick), .place(place), .x(v), .factor(b), .dut_x(x_v), .dut_digit(digit_v), .dut_high(high_v),
      .dut_factor(factor_v), .dut_product(dut_product_v), .product(product_v)
   );
   digits #(.N(N), .B(B)) of_i (
      .clock(clock), .tick(tick), .place(place), .x(i), .factor(g), .dut_x(x_i), .dut_digit(digit_i), .dut_high(high_i),
      .dut_factor(factor_i), .dut_product(dut_product_i), .product(product_i)
   );

   // c(x), on its way beside the product, and the sums.
   function signed [47:0] term(input [1:0] kind, input sign);
      term = kind == 1 ? 32768 : (kind == 2 & sign) ? 65535 : 0;
   endfunction
   reg signed [47:0] term_u1 = 0, term_u2 = 0, term_v1 = 0, term_v2 = 0;
   reg signed [47:0] exact = 0, whole3 = 0, whole4 = 0, whole5 = 0;
   always @(posedge clock) begin
      if (tick) begin
         term_u1 <= term(rounding, u[23]);
         term_u2 <= term_u1;
         term_v1 <= term(rounding, v[23]);
         term_v2 <= term_v1;
         exact <= product_u + term_u2;
         whole3 <= product_v + product_i + term_v2;
         whole4 <= whole3;
         whole5 <= whole4;
      end
      assert(result == exact[39:16]);
      assert({high, low} == whole5[40:0]);
`ifdef INDUCTION
      assert({dut_rounding_u, dut_term_u} == {term_u1[15:0], term_u2[15:0]});
      assert({dut_rounding_v, dut_term_v} == {term_v1[15:0], term_v2[15:0]});
      assert(term_u2 >= 0 & term_u2 < 65536 & term_u1 >= 0 & term_u1 < 65536);
      assert(term_v2 >= 0 & term_v2 < 65536 & term_v1 >= 0 & term_v1 < 65536);
      assert($signed({dut_sum_high, 16'd0}) + $signed({30'd0, dut_sum_low}) == whole3);
      assert(whole3 >= -(48'sd1 << 40) & whole3 < (48'sd1 << 40));
      assert({dut_sum, dut_sum_rest} == whole4[40:0]);
`endif
   end
endmodule

// The product of the operands of the tick before the last one, from the factor's digits.
module digits #(parameter N = 3, B = 6) (
    input wire clock,
    input wire tick,
    input wire [5:0] place,
    input wire [23:0] x,
    input wire [16:0] factor,
    input wire [23:0] dut_x,
    input wire [B:0] dut_digit,
    input wire [24 + B:0] dut_high,
    input wire [N*B-1:0] dut_factor,
    input wire [41:0] dut_product,
    output reg signed [47:0] product
);
   reg signed [23:0] x_kept = 0;
   reg [N*B-1:0] factor_kept = 0;
   reg signed [47:0] sum = 0;
   initial product = 0;
   // Of what the module multiplies; below, these are the operand and the digit that is due.
   wire signed [B:0] digit = dut_digit;
   wire signed [24 + B:0] part = $signed(dut_x) * digit;
   wire signed [47:0] next = sum + (part <<< place);
   wire signed [47:0] largest = {24'd0, digit, 23'd0};
   // The factor's digits before this one.
   wire [N*B-1:0] used = factor_kept & ~({N*B{1'b1}} << place);
   wire [N*B-1:0] due = factor_kept >> place;
   always @(posedge clock) begin
      sum <= next;
      if (tick) begin
         x_kept <= x;
         factor_kept <= factor;
         sum <= 0;
         product <= next;
      end
      assert(dut_x == x_kept);
      assert(dut_digit == {1'b0, due[B-1:0]});
      assume(part >= -largest & part <= largest - digit);
`ifdef INDUCTION
      assert(dut_product == product[41:0]);
      assert(factor_kept <= 65536);
      assert((dut_factor << place) >> place == due);
      assert($signed({{(23 - B){dut_high[24 + B]}}, dut_high}) == (sum >>> place));
      assert((dut_factor >> (N * B - place)) == (sum & ~({48{1'b1}} << place)));
      assert(sum >= -$signed({used, 23'd0}) & sum <= $signed({used, 23'd0}) - $signed({1'b0, used}));
      assert(product >= -(48'sd1 << 39) & product <= (48'sd1 << 39) - 65536);
`endif
   end
endmodule
