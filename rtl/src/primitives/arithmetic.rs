//! The arithmetic of a lane (`docs/numerics.md`, sections 1 and 5), one small combinational block each.
//! A hand-written body beside a Rust `update`; both sides are tested on the same vectors.
//!
//! | block | in | out | rule |
//! | --- | --- | --- | --- |
//! | [`MantissaControl`] | format 2, part 3, sign 2 | rotation 3, fill 3, signed, negate | once for all lanes |
//! | [`Mantissa`] | octet 8 and these controls | value 9 | section 5; one's complement if negated |
//! | [`ShiftLeft`] | value 9, negate, amount 4 | 24 bits | `value << m`, filled with the negate bit |
//! | [`Accumulate`] | a 24, b 24, carry, wrap | the sum in parts, saturated, wrapped | section 1 |
//! | [`Choose`], [`JoinSum`] | the parts | 24 bits | |
//!
//! A subtracted weight is complemented in [`Mantissa`]; the missing one is the carry of
//! [`Accumulate`], which costs nothing there.

use super::convert::{low_bits, signed, unsigned};
use rust_hdl::prelude::*;

/// Largest state value, 2^23 - 1.
const LIMIT: i64 = (1 << 23) - 1;

/// What the lanes' [`Mantissa`] blocks share.
#[derive(LogicBlock, Default)]
pub struct MantissaControl {
    /// 0: 8 bits, 1: 4, 2: 2, 3: 1.
    pub format: Signal<In, Bits<2>>,
    /// Which of the octet's mantissas.
    pub part: Signal<In, Bits<3>>,
    /// 0 signed, 1 added, 2 subtracted.
    pub sign: Signal<In, Bits<2>>,
    /// Bits to rotate the octet right by.
    pub rotation: Signal<Out, Bits<3>>,
    /// Bit 0: octet bit 1 is above the mantissa; 1: bits 3 and 2; 2: bits 7 to 4.
    pub above: Signal<Out, Bits<3>>,
    /// The mantissa's highest bit is its sign.
    pub has_sign: Signal<Out, Bit>,
    /// The mantissa is to be subtracted.
    pub negate: Signal<Out, Bit>,
}

impl Logic for MantissaControl {
    fn update(&mut self) {
        let format = unsigned(self.format.val());
        let width = 8 >> format;
        self.rotation.next = low_bits((unsigned(self.part.val()) * width) & 7);
        self.above.next = low_bits(7 << (3 - format) & 7);
        self.has_sign.next = unsigned(self.sign.val()) == 0;
        self.negate.next = unsigned(self.sign.val()) > 1;
    }
    fn connect(&mut self) {
        self.rotation.connect();
        self.above.connect();
        self.has_sign.connect();
        self.negate.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
always @(*) begin
   case (format)
      2'd0: rotation = 3'd0;
      2'd1: rotation = {part[0], 2'd0};
      2'd2: rotation = {part[1:0], 1'd0};
      default: rotation = part;
   endcase
   above = {format != 2'd0, format[1], &format};
   has_sign = sign == 2'd0;
   negate = sign[1];
end
"
            .into(),
        )
    }
}

/// Takes one lane's mantissa out of its octet. A subtracted one is complemented: it is one too small.
#[derive(LogicBlock, Default)]
pub struct Mantissa {
    /// The lane's octet of the word of S.
    pub octet: Signal<In, Bits<8>>,
    /// See [`MantissaControl`].
    pub rotation: Signal<In, Bits<3>>,
    /// See [`MantissaControl`].
    pub above: Signal<In, Bits<3>>,
    /// See [`MantissaControl`].
    pub has_sign: Signal<In, Bit>,
    /// See [`MantissaControl`].
    pub negate: Signal<In, Bit>,
    /// The mantissa, signed; `-mantissa - 1` if subtracted.
    pub value: Signal<Out, Bits<9>>,
}

impl Logic for Mantissa {
    fn update(&mut self) {
        let width = match unsigned(self.above.val()) {
            0 => 8,
            4 => 4,
            6 => 2,
            _ => 1,
        };
        let raw =
            (unsigned(self.octet.val()) >> unsigned(self.rotation.val())) & ((1 << width) - 1);
        let value = if self.has_sign.val() {
            (raw << (64 - width)) >> (64 - width)
        } else {
            raw
        };
        self.value.next = low_bits(if self.negate.val() { -value - 1 } else { value });
    }
    fn connect(&mut self) {
        self.value.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// An octet holds 1, 2, 4 or 8 mantissas of this lane, lowest bits first: rotate, then extend.
wire [3:0] by_four = rotation[2] ? octet[7:4] : octet[3:0];
wire [1:0] by_two = rotation[1] ? by_four[3:2] : by_four[1:0];
wire by_one = rotation[0] ? by_two[1] : by_two[0];
reg highest;
always @(*) begin
   if (above[0]) highest = by_one;
   else if (above[1]) highest = by_two[1];
   else if (above[2]) highest = by_four[3];
   else highest = octet[7];
end
wire fill = highest & has_sign;
always @(*) begin
   value[8] = fill ^ negate;
   value[7:4] = (above[2] ? {4{fill}} : octet[7:4]) ^ {4{negate}};
   value[3:2] = (above[1] ? {2{fill}} : by_four[3:2]) ^ {2{negate}};
   value[1] = (above[0] ? fill : by_two[1]) ^ negate;
   value[0] = by_one ^ negate;
end
"
            .into(),
        )
    }
}

/// Shifts a mantissa left by 0 to 15 into 24 bits.
#[derive(LogicBlock, Default)]
pub struct ShiftLeft {
    /// Mantissa, signed; complemented if `negate`.
    pub value: Signal<In, Bits<9>>,
    /// Fills the bits below.
    pub negate: Signal<In, Bit>,
    /// m.
    pub amount: Signal<In, Bits<4>>,
    /// `value << amount`; complemented if `negate`.
    pub shifted: Signal<Out, Bits<24>>,
}

impl Logic for ShiftLeft {
    fn update(&mut self) {
        let (value, amount) = (signed(self.value.val()), unsigned(self.amount.val()));
        let fill = if self.negate.val() {
            (1 << amount) - 1
        } else {
            0
        };
        self.shifted.next = low_bits((value << amount) + fill);
    }
    fn connect(&mut self) {
        self.shifted.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// Narrow shifts first: fewer bits to select from.
wire [9:0] by_one = amount[0] ? {value, negate} : {value[8], value};
wire [11:0] by_two = amount[1] ? {by_one, {2{negate}}} : {{2{by_one[9]}}, by_one};
wire [15:0] by_four = amount[2] ? {by_two, {4{negate}}} : {{4{by_two[11]}}, by_two};
always @(*) shifted = amount[3] ? {by_four, {8{negate}}} : {{8{by_four[15]}}, by_four};
"
            .into(),
        )
    }
}

/// Takes, for all bits alike, `a` (choice 0), `b` (1), zeros (2) or ones (3). A table of four inputs a
/// bit, if the synthesiser leaves it one: the build keeps this block apart while it optimises.
#[derive(LogicBlock, Default)]
pub struct Choose<const W: usize> {
    /// Taken with choice 0.
    pub a: Signal<In, Bits<W>>,
    /// Taken with choice 1.
    pub b: Signal<In, Bits<W>>,
    /// The choice.
    pub choice: Signal<In, Bits<2>>,
    /// What was chosen.
    pub chosen: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for Choose<W> {
    fn update(&mut self) {
        self.chosen.next = match unsigned(self.choice.val()) {
            0 => self.a.val(),
            1 => self.b.val(),
            2 => Bits::default(),
            _ => low_bits(-1),
        };
    }
    fn connect(&mut self) {
        self.chosen.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
always @(*) begin
   case (choice)
      2'd0: chosen = a;
      2'd1: chosen = b;
      2'd2: chosen = {W}'d0;
      default: chosen = {{{W}{{1'b1}}}};
   endcase
end
"
        ))
    }
}

/// A sum out of its parts.
#[derive(LogicBlock, Default)]
pub struct JoinSum {
    /// Bit 23.
    pub top: Signal<In, Bit>,
    /// Bits 22 to 1.
    pub middle: Signal<In, Bits<22>>,
    /// Bit 0.
    pub bottom: Signal<In, Bit>,
    /// All 24 bits.
    pub sum: Signal<Out, Bits<24>>,
}

impl Logic for JoinSum {
    fn update(&mut self) {
        let (top, bottom) = (i64::from(self.top.val()), i64::from(self.bottom.val()));
        self.sum.next = low_bits(top << 23 | unsigned(self.middle.val()) << 1 | bottom);
    }
    fn connect(&mut self) {
        self.sum.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom("always @(*) sum = {top, middle, bottom};\n".into())
    }
}

/// Adds to a current: saturates at +-(2^23 - 1), or wraps modulo 2^24. Or passes a value by. The
/// result's bits 22 to 1 are `middle`, those of the value, zeros or ones, as [`Choose`] says.
#[derive(LogicBlock, Default)]
pub struct Accumulate {
    /// First operand, signed.
    pub a: Signal<In, Bits<24>>,
    /// Second operand, signed.
    pub b: Signal<In, Bits<24>>,
    /// One more.
    pub carry: Signal<In, Bit>,
    /// Wrap instead of saturating.
    pub wrap: Signal<In, Bit>,
    /// Take `value` instead; `saturated` and `wrapped` mean nothing then.
    pub replace: Signal<In, Bit>,
    /// The value.
    pub value: Signal<In, Bits<24>>,
    /// Bit 23 of the result.
    pub top: Signal<Out, Bit>,
    /// Bits 22 to 1 of the exact sum.
    pub middle: Signal<Out, Bits<22>>,
    /// Bit 0 of the result.
    pub bottom: Signal<Out, Bit>,
    /// What bits 22 to 1 are.
    pub choice: Signal<Out, Bits<2>>,
    /// Saturation changed the sum.
    pub saturated: Signal<Out, Bit>,
    /// Wrapping changed the sum.
    pub wrapped: Signal<Out, Bit>,
}

impl Logic for Accumulate {
    fn update(&mut self) {
        let carry = i64::from(self.carry.val());
        let exact = signed(self.a.val()) + signed(self.b.val()) + carry;
        let limited = exact.clamp(-LIMIT, LIMIT);
        let (wrap, replace) = (self.wrap.val(), self.replace.val());
        let beyond = !(-LIMIT - 1..=LIMIT).contains(&exact);
        self.saturated.next = !wrap && limited != exact;
        self.wrapped.next = wrap && beyond;
        let value = match (replace, wrap) {
            (true, _) => unsigned(self.value.val()),
            (_, true) => exact,
            _ => limited,
        };
        self.top.next = value >> 23 & 1 == 1;
        self.bottom.next = value & 1 == 1;
        self.middle.next = low_bits(exact >> 1 & 0x3f_ffff);
        self.choice.next = low_bits(match (replace, wrap || !beyond) {
            (true, _) => 1,
            (_, true) => 0,
            _ => 2 + i64::from(exact > 0),
        });
    }
    fn connect(&mut self) {
        self.top.connect();
        self.middle.connect();
        self.bottom.connect();
        self.choice.connect();
        self.saturated.connect();
        self.wrapped.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// One bit more than the operands, and one below for the carry; the two top bits differ when the sum
// left 24 bits.
wire [25:0] extended = {a[23], a, 1'b1} + {b[23], b, carry};
wire [24:0] exact = extended[25:1];
wire beyond = exact[24] ^ exact[23];
wire lowest = ~wrap & exact[23] & ~(|exact[22:0]);   // -2^23 saturates too: its lowest bit is set
wire to_limit = beyond & ~wrap & ~replace;
always @(*) begin
   saturated = ~wrap & (beyond | lowest);
   wrapped = wrap & beyond;
   top = replace ? value[23] : (to_limit ? exact[24] : exact[23]);
   middle = exact[22:1];
   bottom = replace ? value[0] : (to_limit | exact[0] | lowest);
   choice = {to_limit, replace | (to_limit & exact[23])};
end
"
            .into(),
        )
    }
}
