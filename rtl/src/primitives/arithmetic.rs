//! The arithmetic of `docs/numerics.md`, one small combinational block each (the multiplier has one
//! register). A hand-written body beside a Rust `update`; both sides are tested on the same vectors.
//!
//! | block | in | out | rule |
//! | --- | --- | --- | --- |
//! | [`Mantissa`] | octet 8, format 2, part 3, sign 2 | value 9, signed | section 5 |
//! | [`ShiftLeft`] | value 9, signed; amount 4 | 24 bits | `w << m` |
//! | [`AddCurrent`] | a 24, b 24, wrap | 24 bits, saturated, wrapped | section 1 |
//! | [`Multiply`] | x 24 signed, factor 17 | product 41 signed, after one clock | factor 65536 is one |
//! | [`MembraneSum`] | two products | low 17, high 26 | exact sum split at 2^16 |
//! | [`Clamp`] | h1 27, vmin, vmax | h 24, saturated | the only limit on h |

use super::convert::{low_bits, signed, unsigned};
use rust_hdl::prelude::*;

/// Largest state value, 2^23 - 1.
const LIMIT: i64 = (1 << 23) - 1;

/// Takes one lane's mantissa out of its octet: 9 bits, signed.
#[derive(LogicBlock, Default)]
pub struct Mantissa {
    /// The lane's octet of the word of S.
    pub octet: Signal<In, Bits<8>>,
    /// 0: 8 bits, 1: 4, 2: 2, 3: 1.
    pub format: Signal<In, Bits<2>>,
    /// Which of the octet's mantissas.
    pub part: Signal<In, Bits<3>>,
    /// 0 signed, 1 added, 2 subtracted.
    pub sign: Signal<In, Bits<2>>,
    /// The mantissa, negated if subtracted.
    pub value: Signal<Out, Bits<9>>,
}

impl Logic for Mantissa {
    fn update(&mut self) {
        let width = 8 >> unsigned(self.format.val());
        let shift = (unsigned(self.part.val()) * width) & 7;
        let raw = (unsigned(self.octet.val()) >> shift) & ((1 << width) - 1);
        let value = match unsigned(self.sign.val()) {
            0 => (raw << (64 - width)) >> (64 - width),
            1 => raw,
            _ => -raw,
        };
        self.value.next = low_bits(value);
    }
    fn connect(&mut self) {
        self.value.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// A octet holds 1, 2, 4 or 8 mantissas of this lane, lowest bits first.
reg [7:0] bits;
reg fill;
always @(*) begin
   case (format)
      2'd0: begin
         bits = octet;
         fill = octet[7];
      end
      2'd1: begin
         bits[3:0] = part[0] ? octet[7:4] : octet[3:0];
         fill = bits[3];
         bits[7:4] = {4{fill & (sign == 2'd0)}};
      end
      2'd2: begin
         bits[1:0] = part[1] ? (part[0] ? octet[7:6] : octet[5:4]) : (part[0] ? octet[3:2] : octet[1:0]);
         fill = bits[1];
         bits[7:2] = {6{fill & (sign == 2'd0)}};
      end
      default: begin
         bits[0] = octet[part];
         fill = bits[0];
         bits[7:1] = {7{fill & (sign == 2'd0)}};
      end
   endcase
   if (sign == 2'd0) value = {fill, bits};
   else if (sign == 2'd1) value = {1'b0, bits};
   else value = 9'd0 - {1'b0, bits};
end
"
            .into(),
        )
    }
}

/// Shifts a signed mantissa left by 0 to 15 into 24 bits.
#[derive(LogicBlock, Default)]
pub struct ShiftLeft {
    /// Mantissa, signed.
    pub value: Signal<In, Bits<9>>,
    /// m.
    pub amount: Signal<In, Bits<4>>,
    /// `value << amount`.
    pub shifted: Signal<Out, Bits<24>>,
}

impl Logic for ShiftLeft {
    fn update(&mut self) {
        self.shifted.next = low_bits(signed(self.value.val()) << unsigned(self.amount.val()));
    }
    fn connect(&mut self) {
        self.shifted.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire [23:0] extended = {{15{value[8]}}, value};
always @(*) shifted = extended << amount;
"
            .into(),
        )
    }
}

/// Adds to a current: saturates at +-(2^23 - 1), or wraps modulo 2^24.
#[derive(LogicBlock, Default)]
pub struct AddCurrent {
    /// First operand, signed.
    pub a: Signal<In, Bits<24>>,
    /// Second operand, signed.
    pub b: Signal<In, Bits<24>>,
    /// Wrap instead of saturating.
    pub wrap: Signal<In, Bit>,
    /// The result.
    pub sum: Signal<Out, Bits<24>>,
    /// Saturation changed the sum.
    pub saturated: Signal<Out, Bit>,
    /// Wrapping changed the sum.
    pub wrapped: Signal<Out, Bit>,
}

impl Logic for AddCurrent {
    fn update(&mut self) {
        let exact = signed(self.a.val()) + signed(self.b.val());
        let limited = exact.clamp(-LIMIT, LIMIT);
        let wrap = self.wrap.val();
        self.saturated.next = !wrap && limited != exact;
        self.wrapped.next = wrap && !(-LIMIT - 1..=LIMIT).contains(&exact);
        self.sum.next = low_bits(if wrap { exact } else { limited });
    }
    fn connect(&mut self) {
        self.sum.connect();
        self.saturated.connect();
        self.wrapped.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// One bit more than the operands; the two top bits differ when the sum left 24 bits.
wire [24:0] exact = {a[23], a} + {b[23], b};
wire beyond = exact[24] ^ exact[23];
wire lowest = exact[24] & ~(|exact[22:0]);   // -2^23 (or -2^24): saturates too
always @(*) begin
   saturated = ~wrap & (beyond | lowest);
   wrapped = wrap & beyond;
   if (saturated) sum = {exact[24], {22{~exact[24]}}, 1'b1};
   else sum = exact[23:0];
end
"
            .into(),
        )
    }
}

/// `x * factor`, exact, one clock later. The factor 65536 bypasses the 16-bit multiplier.
#[derive(LogicBlock, Default)]
pub struct Multiply {
    /// Clock.
    pub clock: Signal<In, Clock>,
    /// Signed operand.
    pub x: Signal<In, Bits<24>>,
    /// 0 to 65536.
    pub factor: Signal<In, Bits<17>>,
    /// The product of the operands one clock ago, signed.
    pub product: Signal<Out, Bits<41>>,
    _stored: i64,
}

impl Logic for Multiply {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let factor = unsigned(self.factor.val());
            let factor = if factor >= 65536 { 65536 } else { factor };
            self._stored = signed(self.x.val()) * factor;
        }
        self.product.next = low_bits(self._stored);
    }
    fn connect(&mut self) {
        self.product.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// Two partial products of 16 bits by 16 (one DSP block each), added behind their registers.
reg [31:0] low = 32'd0;             // x[15:0] * factor[15:0]
reg signed [24:0] high = 25'sd0;    // x[23:16] * factor[15:0], signed
reg [23:0] bypass = 24'd0;          // x, if the factor is one
wire signed [7:0] upper = x[23:16];
wire [15:0] zero_if_one = factor[16] ? 16'd0 : factor[15:0];
wire signed [16:0] signed_factor = {1'b0, zero_if_one};
always @(posedge clock) begin
   low <= {16'd0, x[15:0]} * {16'd0, zero_if_one};
   high <= upper * signed_factor;
   bypass <= factor[16] ? x : 24'd0;
end
wire [24:0] sum = high + {9'd0, low[31:16]} + {bypass[23], bypass};
always @(*) product = {sum, low[15:0]};
"
            .into(),
        )
    }
}

/// The exact sum of two products, split at 2^16.
#[derive(LogicBlock, Default)]
pub struct MembraneSum {
    /// First product, signed.
    pub a: Signal<In, Bits<41>>,
    /// Second product, signed.
    pub b: Signal<In, Bits<41>>,
    /// Sum of the low 16 bits.
    pub low: Signal<Out, Bits<17>>,
    /// Sum of the rest, signed.
    pub high: Signal<Out, Bits<26>>,
}

impl Logic for MembraneSum {
    fn update(&mut self) {
        let (a, b) = (signed(self.a.val()), signed(self.b.val()));
        self.low.next = low_bits((a & 0xffff) + (b & 0xffff));
        self.high.next = low_bits((a >> 16) + (b >> 16));
    }
    fn connect(&mut self) {
        self.low.connect();
        self.high.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
always @(*) begin
   low = {1'b0, a[15:0]} + {1'b0, b[15:0]};
   high = {a[40], a[40:16]} + {b[40], b[40:16]};
end
"
            .into(),
        )
    }
}

/// Adds a signed 24-bit number to a signed 26-bit one.
#[derive(LogicBlock, Default)]
pub struct AddBias {
    /// Signed.
    pub high: Signal<In, Bits<26>>,
    /// Signed.
    pub bias: Signal<In, Bits<24>>,
    /// 0 to 2, from below 2^16.
    pub carry: Signal<In, Bits<2>>,
    /// The sum, signed.
    pub sum: Signal<Out, Bits<27>>,
}

impl Logic for AddBias {
    fn update(&mut self) {
        let sum = signed(self.high.val()) + signed(self.bias.val()) + unsigned(self.carry.val());
        self.sum.next = low_bits(sum);
    }
    fn connect(&mut self) {
        self.sum.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "always @(*) sum = {high[25], high} + {{3{bias[23]}}, bias} + {25'd0, carry};\n".into(),
        )
    }
}

/// `a - b` for a signed 27-bit number and a signed 24-bit one.
#[derive(LogicBlock, Default)]
pub struct Subtract {
    /// Signed.
    pub a: Signal<In, Bits<27>>,
    /// Signed.
    pub b: Signal<In, Bits<24>>,
    /// The difference, signed.
    pub difference: Signal<Out, Bits<28>>,
}

impl Logic for Subtract {
    fn update(&mut self) {
        self.difference.next = low_bits(signed(self.a.val()) - signed(self.b.val()));
    }
    fn connect(&mut self) {
        self.difference.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom("always @(*) difference = {a[26], a} - {{4{b[23]}}, b};\n".into())
    }
}

/// Limits h1 to vmin..vmax; tells whether |h1| was above 2^23 - 1.
#[derive(LogicBlock, Default)]
pub struct Clamp {
    /// h1, signed.
    pub h1: Signal<In, Bits<28>>,
    /// Lower limit, signed.
    pub v_min: Signal<In, Bits<24>>,
    /// Upper limit, signed.
    pub v_max: Signal<In, Bits<24>>,
    /// h, signed.
    pub h: Signal<Out, Bits<24>>,
    /// |h1| > 2^23 - 1.
    pub saturated: Signal<Out, Bit>,
}

impl Logic for Clamp {
    fn update(&mut self) {
        let h1 = signed(self.h1.val());
        let (low, high) = (signed(self.v_min.val()), signed(self.v_max.val()));
        self.saturated.next = h1.abs() > LIMIT;
        self.h.next = low_bits(h1.max(low).min(high));
    }
    fn connect(&mut self) {
        self.h.connect();
        self.saturated.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire signed [27:0] value = h1;
wire signed [27:0] low = {{4{v_min[23]}}, v_min};
wire signed [27:0] high = {{4{v_max[23]}}, v_max};
wire fits = (h1[27:23] == 5'd0) | ((h1[27:23] == 5'd31) & (|h1[22:0]));
wire signed [27:0] above_low = (value < low) ? low : value;
wire signed [27:0] limited = (above_low > high) ? high : above_low;
always @(*) begin
   saturated = ~fits;
   h = limited[23:0];
end
"
            .into(),
        )
    }
}

/// `a >= b`, signed.
#[derive(LogicBlock, Default)]
pub struct AtLeast {
    /// Signed.
    pub a: Signal<In, Bits<24>>,
    /// Signed.
    pub b: Signal<In, Bits<24>>,
    /// The comparison.
    pub yes: Signal<Out, Bit>,
}

impl Logic for AtLeast {
    fn update(&mut self) {
        self.yes.next = signed(self.a.val()) >= signed(self.b.val());
    }
    fn connect(&mut self) {
        self.yes.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom("always @(*) yes = ($signed(a) >= $signed(b));\n".into())
    }
}

/// Sum of a product kept at unit weight and a current, for FOLD: `u + (t << m)`, unlimited.
#[derive(LogicBlock, Default)]
pub struct FoldSum {
    /// `t * 2^m`, signed.
    pub product: Signal<In, Bits<41>>,
    /// u, signed.
    pub current: Signal<In, Bits<24>>,
    /// Wrap instead of saturating.
    pub wrap: Signal<In, Bit>,
    /// The result.
    pub sum: Signal<Out, Bits<24>>,
    /// Saturation changed the sum.
    pub saturated: Signal<Out, Bit>,
    /// Wrapping changed the sum.
    pub wrapped: Signal<Out, Bit>,
}

impl Logic for FoldSum {
    fn update(&mut self) {
        let exact = signed(self.product.val()) + signed(self.current.val());
        let limited = exact.clamp(-LIMIT, LIMIT);
        let wrap = self.wrap.val();
        self.saturated.next = !wrap && limited != exact;
        self.wrapped.next = wrap && !(-LIMIT - 1..=LIMIT).contains(&exact);
        self.sum.next = low_bits(if wrap { exact } else { limited });
    }
    fn connect(&mut self) {
        self.sum.connect();
        self.saturated.connect();
        self.wrapped.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire [41:0] exact = {product[40], product} + {{18{current[23]}}, current};
wire beyond = (exact[41:23] != 19'd0) & (exact[41:23] != 19'h7ffff);
wire lowest = (exact[41:23] == 19'h7ffff) & ~(|exact[22:0]);
always @(*) begin
   saturated = ~wrap & (beyond | lowest);
   wrapped = wrap & beyond;
   if (saturated) sum = {exact[41], {22{~exact[41]}}, 1'b1};
   else sum = exact[23:0];
end
"
            .into(),
        )
    }
}
