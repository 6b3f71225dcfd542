// The emitted products of a neuron with the multiplier blocks of an iCE40 against docs/numerics.md, section 2, as
// products.v has those with the operator *. The blocks are Yosys' own models of them.
//
// A product of 24 by 16 bits is the sum of the products of their octets, at their places, the topmost octet signed; and a
// number times 65536 is that number 16 places up: these laws are taken for granted. Everything else - which octets meet, a
// factor of one and its half, signs, carries from block to block, the rounding's term, the clocks - is proved for all
// operands, by induction; `low` with v and i that were still for five clocks and no factor of 65536, as FOLD needs it. The
// models' registers have no value at the start; nothing is asserted before theirs is gone.
module products_ice40_proof (
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
   reg [23:0] v_before = 0, i_before = 0;
   reg [2:0] still = 0;
   always @(posedge clock) begin
      started <= 1;
      {a_before, b_before, g_before, rounding_before} <= {a, b, g, rounding};
      if (started) assume({a_before, b_before, g_before, rounding_before} == {a, b, g, rounding});
      assume(a <= 65536 & b <= 65536 & g <= 65536 & rounding != 3);
      {v_before, i_before} <= {v, i};
      still <= {v_before, i_before} != {v, i} ? 1 : still == 5 ? 5 : still + 1;
   end

   // c(x).
   function signed [47:0] term(input [1:0] kind, input sign);
      term = kind == 1 ? 32768 : (kind == 2 & sign) ? 65535 : 0;
   endfunction

   wire signed [47:0] product_u, product_v, product_i;
   octets #(.LOWER(0), .UPPER(1)) of_u (.clock(clock), .x(u), .factor(a), .product(product_u));
   octets #(.LOWER(0), .UPPER(2)) of_v (.clock(clock), .x(v), .factor(b), .product(product_v));
   octets #(.LOWER(1), .UPPER(2)) of_i (.clock(clock), .x(i), .factor(g), .product(product_i));
   reg [2:0] sign_u = 0, sign_v = 0;
   wire signed [47:0] exact = product_u + term(rounding, sign_u[2]);
   reg signed [47:0] whole4, whole5;
   reg [3:0] age = 0;
   always @(posedge clock) begin
      sign_u <= {sign_u[1:0], u[23]};
      sign_v <= {sign_v[1:0], v[23]};
      whole4 <= product_v + product_i + term(rounding, sign_v[2]);
      whole5 <= whole4;
      if (age != 8) age <= age + 1;
      if (age == 8) begin
         assert(result == exact[39:16]);
         assert(high == whole5[40:16]);
         if (still == 5 & ~b[16] & ~g[16]) assert(low == whole5[15:0]);
      end
   end
endmodule

// The product of three clocks before: the sum of the products of octets, or, with a factor of 65536, the number 16 places
// up. The lower octets meet the factor's LOWER clocks after they came, the topmost one UPPER clocks after.
module octets #(parameter LOWER = 0, UPPER = 1) (
    input wire clock,
    input wire [23:0] x,
    input wire [16:0] factor,
    output wire signed [47:0] product
);
   // Half of 65536 goes through the blocks instead of it.
   wire [15:0] f = {factor[15] | factor[16], factor[14:0]};
   // As wide as in the blocks' registers, with which these become one.
   wire [15:0] octet2 = {{8{x[23]}}, x[23:16]};
   reg [7:0] octet_kept = 0;
   reg [15:0] late = 0, top1 = 0, top2 = 0;
   reg [23:0] x1, x2, x3;
   wire [15:0] low = LOWER == 0 ? x[15:0] : late;
   wire [15:0] top = UPPER == 1 ? top1 : top2;
   wire sign = UPPER == 1 ? x2[23] : x3[23];
   wire [15:0] m00, m01, m10, m11, m20, m21;
   octet_product of00 (.clock(clock), .a(low[7:0]), .b(f[7:0]), .product(m00));
   octet_product of01 (.clock(clock), .a(low[7:0]), .b(f[15:8]), .product(m01));
   octet_product of10 (.clock(clock), .a(low[15:8]), .b(f[7:0]), .product(m10));
   octet_product of11 (.clock(clock), .a(low[15:8]), .b(f[15:8]), .product(m11));
   octet_product of20 (.clock(clock), .a(top[7:0]), .b(f[7:0]), .product(m20));
   octet_product of21 (.clock(clock), .a(top[7:0]), .b(f[15:8]), .product(m21));
   reg [15:0] p00 = 0, p01 = 0, p10 = 0, p11 = 0, p20 = 0, p21 = 0;
   always @(posedge clock) begin
      {x3, x2, x1} <= {x2, x1, x};
      late <= x[15:0];
      octet_kept <= x[23:16];
      top1 <= octet2;
      top2 <= {{8{octet_kept[7]}}, octet_kept};
      {p00, p01, p10, p11, p20, p21} <= {m00, m01, m10, m11, m20, m21};
   end
   wire [31:0] lower = {16'd0, p00} + {8'd0, p10, 8'd0} + {8'd0, p01, 8'd0} + {p11, 16'd0};
   wire [31:0] upper = {16'd0, p20} + {8'd0, p21, 8'd0} - (sign ? {8'd0, f, 8'd0} : 32'd0);
   always @(posedge clock) begin
      assume(lower <= 32'hfffe0001);   // 65535 * 65535
      assume($signed(upper) >= -128 * 65535 & $signed(upper) <= 127 * 65535);
      assume(sum >= -(48'sd1 << 39) & sum < (48'sd1 << 39));
   end
   reg [31:0] lower1, lower2, upper1;
   always @(posedge clock) {lower2, lower1, upper1} <= {lower1, lower, upper};
   wire [31:0] lower3 = LOWER == 0 ? lower2 : lower1;
   wire signed [31:0] upper3 = UPPER == 1 ? upper1 : upper;
   wire signed [47:0] sum = $signed({upper3, 16'd0}) + $signed({16'd0, lower3});
   assign product = factor[16] ? sum <<< 1 : sum;
endmodule

// The product of two octets. Yosys is told of it no more than this: it is the module's wherever the same nets meet there, it
// stays while both stay, how large it may be, and what it is with a factor of 0 and of 128.
module octet_product (
    input wire clock,
    input wire [7:0] a,
    input wire [7:0] b,
    output wire [15:0] product
);
   assign product = {8'd0, a} * {8'd0, b};
   reg then = 0;
   reg [31:0] before = 0;
   always @(posedge clock) begin
      then <= 1;
      before <= {a, b, product};
      if (then & before[31:16] == {a, b}) assume(product == before[15:0]);
      assume(product <= 65025);
      if (b == 0) assume(product == 0);
      if (b == 128) assume(product == {1'b0, a, 7'd0});
   end
endmodule
