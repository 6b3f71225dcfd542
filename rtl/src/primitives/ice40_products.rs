//! The bodies of [`super::products`] for the iCE40 UP5K: its `SB_MAC16` blocks multiply, add and keep
//! their results, so that a product costs no logic cells.
//!
//! A 24-bit number is split into 16 low bits and 8 high bits, a block each. The block of the high part
//! adds the upper half of the low part's sum. A factor of one (65536) does not fit 16 bits: the
//! block multiplies by 32768 instead, and the result is taken one bit further up.

/// One block: the registered sum of `{c, d}` and the registered product of `a` and `b`. A, C and D have
/// registers of their own before that if it is said.
struct Block<'a> {
    name: &'a str,
    signed: bool,
    a: &'a str,
    a_register: bool,
    b: &'a str,
    c: &'a str,
    c_register: bool,
    d: &'a str,
    d_register: bool,
}

impl Block<'_> {
    fn text(&self) -> String {
        format!(
            "\
wire [31:0] {name};
SB_MAC16 #(
   .A_SIGNED(1'b{signed}), .B_SIGNED(1'b0), .A_REG(1'b{a_register}), .C_REG(1'b{c_register}),
   .D_REG(1'b{d_register}),
   .TOP_8x8_MULT_REG(1'b1), .BOT_8x8_MULT_REG(1'b1), .PIPELINE_16x16_MULT_REG1(1'b1),
   .TOPADDSUB_LOWERINPUT(2'd2), .TOPADDSUB_UPPERINPUT(1'b1), .TOPADDSUB_CARRYSELECT(2'd2),
   .BOTADDSUB_LOWERINPUT(2'd2), .BOTADDSUB_UPPERINPUT(1'b1), .BOTADDSUB_CARRYSELECT(2'd0),
   .TOPOUTPUT_SELECT(2'd1), .BOTOUTPUT_SELECT(2'd1)
) {name}_block (
   .CLK(clock), .CE(tick), .A({a}), .B({b}), .C({c}), .D({d}), .O({name}),
   .AHOLD(1'b0), .BHOLD(1'b0), .CHOLD(1'b0), .DHOLD(1'b0), .IRSTTOP(1'b0), .IRSTBOT(1'b0),
   .ORSTTOP(1'b0), .ORSTBOT(1'b0), .OLOADTOP(1'b0), .OLOADBOT(1'b0), .OHOLDTOP(1'b0),
   .OHOLDBOT(1'b0), .ADDSUBTOP(1'b0), .ADDSUBBOT(1'b0), .CI(1'b0), .ACCUMCI(1'b0), .SIGNEXTIN(1'b0),
   .CO(), .ACCUMCO(), .SIGNEXTOUT()
);
",
            name = self.name,
            signed = u8::from(self.signed),
            a_register = u8::from(self.a_register),
            c_register = u8::from(self.c_register),
            d_register = u8::from(self.d_register),
            c = self.c,
            a = self.a,
            b = self.b,
            d = self.d,
        )
    }
}

/// Body of the decay product.
pub(super) fn decay() -> String {
    let low = Block {
        name: "low",
        signed: false,
        a: "x[15:0]",
        a_register: false,
        b: "multiplicand",
        c: "16'd0",
        c_register: false,
        d: "rounding_term",
        d_register: false,
    };
    let high = Block {
        name: "high",
        signed: true,
        a: "{{8{x[23]}}, x[23:16]}",
        a_register: true,
        b: "multiplicand",
        c: "16'd0",
        c_register: false,
        d: "low[31:16]",
        d_register: false,
    };
    format!(
        "\
// Tick 1: products in the blocks. Tick 2: low sum. Tick 3: high sum.
wire one = factor[16];
wire [15:0] multiplicand = {{factor[15] | one, factor[14:0]}};
reg half = 1'b0;
reg rest = 1'b0;
wire [15:0] rounding_term = {{half, {{15{{rest}}}}}};
reg low_bit = 1'b0;
{}{}always @(posedge clock) begin
   if (tick) begin
      half <= ~one & (rounding[0] | (rounding[1] & x[23]));
      rest <= ~one & rounding[1] & x[23];
      low_bit <= low[15];
   end
end
always @(*) result = one ? {{high[22:0], low_bit}} : high[23:0];
",
        low.text(),
        high.text()
    )
}

/// Body of the membrane's products.
pub(super) fn membrane() -> String {
    let block = |name, signed, a, a_register, b, d, d_register| {
        Block {
            name,
            signed,
            a,
            a_register,
            b,
            c: "16'd0",
            c_register: false,
            d,
            d_register,
        }
        .text()
    };
    let blocks = [
        block(
            "low_v",
            false,
            "v[15:0]",
            false,
            "multiplicand_v",
            "rounding_term",
            false,
        ),
        block(
            "low_i",
            false,
            "i[15:0]",
            true,
            "multiplicand_i",
            "carried",
            false,
        ),
        block(
            "high_v",
            true,
            "{{8{upper_v[7]}}, upper_v}",
            true,
            "multiplicand_v",
            "low_v[31:16]",
            true,
        ),
        block(
            "high_i",
            true,
            "{{8{upper_i[7]}}, upper_i}",
            true,
            "multiplicand_i",
            "low_i[31:16]",
            false,
        ),
    ]
    .concat();
    format!(
        "\
// Ticks 1 to 4: products and sums in the blocks, each adding what the one before it carries. Tick 5:
// the sum of both products.
wire one_v = decay[16];
wire one_i = gain[16];
wire [15:0] multiplicand_v = {{decay[15] | one_v, decay[14:0]}};
wire [15:0] multiplicand_i = {{gain[15] | one_i, gain[14:0]}};
reg half = 1'b0;
reg rest = 1'b0;
reg late_half = 1'b0;
reg late_rest = 1'b0;
wire [15:0] rounding_term = one_v ? 16'd0 : {{half, {{15{{rest}}}}}};
// With a decay of one the rounding joins the other product.
wire [15:0] carried = one_i ? 16'd0 : (one_v ? {{late_half, {{15{{late_rest}}}}}} : low_v[15:0]);
reg [7:0] upper_v = 8'd0;
reg [7:0] upper_i = 8'd0;
reg low_bit_v = 1'b0;
reg late_bit_v = 1'b0;
reg low_bit_i = 1'b0;
{blocks}wire [23:0] part_v = one_v ? {{high_v[22:0], late_bit_v}} : high_v[23:0];
wire [23:0] part_i = one_i ? {{high_i[22:0], low_bit_i}} : high_i[23:0];
reg [24:0] sum = 25'd0;
always @(posedge clock) begin
   if (tick) begin
      half <= rounding[0] | (rounding[1] & v[23]);
      rest <= rounding[1] & v[23];
      late_half <= half;
      late_rest <= rest;
      upper_v <= v[23:16];
      upper_i <= i[23:16];
      low_bit_v <= low_v[15];
      late_bit_v <= low_bit_v;
      low_bit_i <= low_i[15];
      sum <= {{part_v[23], part_v}} + {{part_i[23], part_i}};
   end
end
always @(*) begin
   high = sum;
   low = low_i[15:0];
end
"
    )
}

/// Body of [`super::held_delay`]: an octet goes through the four octets of a block, each two ticks long.
pub(super) fn delay() -> String {
    let block = Block {
        name: "kept",
        signed: false,
        a: "16'd0",
        a_register: false,
        b: "16'd0",
        c: "kept[23:8]",
        c_register: true,
        d: "{kept[7:0], previous, is_held, left}",
        d_register: true,
    };
    format!(
        "\
// An octet passes the block's four, from the lowest to the highest, in two ticks each.
{}reg held_seventh = 1'b0;
reg held_ninth = 1'b0;
reg held_tenth = 1'b0;
reg [5:0] left_ninth = 6'd0;
reg [5:0] left_tenth = 6'd0;
always @(posedge clock) begin
   if (tick) begin
      held_seventh <= kept[22];
      held_ninth <= kept[30];
      held_tenth <= held_ninth;
      left_ninth <= kept[29:24];
      left_tenth <= left_ninth;
   end
end
always @(*) begin
   previous6 = kept[23];
   held7 = held_seventh;
   held9 = held_ninth;
   held10 = held_tenth;
   left10 = left_tenth;
end
",
        block.text()
    )
}
