//! One integrate lane: a byte of the synapse word becomes an addition to this lane's current.
//!
//! | port | width | in clock | |
//! | --- | --- | --- | --- |
//! | `octet` | 8 | t; with forwarding t - 1 | the lane's byte of S |
//! | `rotation`, `above`, `has_sign`, `negate` | 3, 3, 1, 1 | t | which mantissa of the byte (`MantissaControl`) |
//! | `shift_negates`, `exponent` | 1, 4 | t + 1 | its `negate`; its shift |
//! | `add_negates`, `wrap` | 1, 1 | t + 2 | its `negate`; the addition wraps |
//! | `current` | 24 | t + 2; with forwarding t + 1 | the group's current from U |
//! | `take_earlier` | 1 | t + 1 | take the sum of the word two clocks before instead |
//! | `take_last` | 1 | t + 2 | take the sum of the word one clock before instead |
//! | `replace`, `value` | 1, 24 | same | put `value` on `updated` instead of the sum |
//! | `updated` | 24 | t + 2 | to be written to U |
//! | `saturated`, `wrapped` | 1 | t + 2 | of the addition (`docs/numerics.md`, section 1) |
//!
//! The two `take` ports are for lanes with forwarding (`primitives/operand.rs`).

use crate::primitives::arithmetic::{Accumulate, Choose, JoinSum, Mantissa, ShiftLeft};
use crate::primitives::operand::{CurrentOperand, LaneOctet};
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct IntegrateLane {
    pub clock: Signal<In, Clock>,
    pub octet: Signal<In, Bits<8>>,
    pub rotation: Signal<In, Bits<3>>,
    pub above: Signal<In, Bits<3>>,
    pub has_sign: Signal<In, Bit>,
    pub negate: Signal<In, Bit>,
    pub shift_negates: Signal<In, Bit>,
    pub exponent: Signal<In, Bits<4>>,
    pub add_negates: Signal<In, Bit>,
    pub wrap: Signal<In, Bit>,
    pub current: Signal<In, Bits<24>>,
    pub take_earlier: Signal<In, Bit>,
    pub take_last: Signal<In, Bit>,
    pub replace: Signal<In, Bit>,
    pub value: Signal<In, Bits<24>>,
    pub updated: Signal<Out, Bits<24>>,
    pub saturated: Signal<Out, Bit>,
    pub wrapped: Signal<Out, Bit>,
    stored_octet: LaneOctet,
    select: Mantissa,
    mantissa: DFF<Bits<9>>,
    shift: ShiftLeft,
    addend: DFF<Bits<24>>,
    add: Accumulate,
    choose: Choose<22>,
    parts: JoinSum,
    operand: CurrentOperand,
}

impl IntegrateLane {
    /// With forwarding or without.
    pub fn new(forwarding: bool) -> Self {
        Self {
            stored_octet: LaneOctet::new(forwarding),
            operand: CurrentOperand::new(forwarding),
            ..Default::default()
        }
    }
}

impl Logic for IntegrateLane {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, mantissa, addend);
        clock!(self, clock, stored_octet, operand);
        comment!("First clock: the mantissa. Second: its shift. Third: the addition.");
        self.stored_octet.stored.next = self.octet.val();
        self.select.octet.next = self.stored_octet.octet.val();
        self.select.rotation.next = self.rotation.val();
        self.select.above.next = self.above.val();
        self.select.has_sign.next = self.has_sign.val();
        self.select.negate.next = self.negate.val();
        self.mantissa.d.next = self.select.value.val();
        self.shift.value.next = self.mantissa.q.val();
        self.shift.negate.next = self.shift_negates.val();
        self.shift.amount.next = self.exponent.val();
        self.addend.d.next = self.shift.shifted.val();
        self.operand.stored.next = self.current.val();
        self.operand.take_earlier.next = self.take_earlier.val();
        self.operand.take_last.next = self.take_last.val();
        self.operand.updated.next = self.parts.sum.val();
        self.add.a.next = self.operand.operand.val();
        self.add.b.next = self.addend.q.val();
        self.add.carry.next = self.add_negates.val();
        self.add.wrap.next = self.wrap.val();
        self.add.replace.next = self.replace.val();
        self.add.value.next = self.value.val();
        self.choose.a.next = self.add.middle.val();
        self.choose.b.next = self.value.val().get_bits::<22>(1);
        self.choose.choice.next = self.add.choice.val();
        self.parts.top.next = self.add.top.val();
        self.parts.middle.next = self.choose.chosen.val();
        self.parts.bottom.next = self.add.bottom.val();
        self.saturated.next = self.add.saturated.val();
        self.wrapped.next = self.add.wrapped.val();
        self.updated.next = self.parts.sum.val();
    }
}
