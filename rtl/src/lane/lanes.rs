//! The L lanes side by side, with the words of S and U taken apart and put together.
//!
//! Ports as in [`super::integrate`], with `word` (SW = 8 L bits of S), `currents` and `updated`
//! (UW = 24 L bits of U). `adding` says that this clock's sums count; `saturations` and `wraps` are
//! the number of lanes that did, two clocks later (0 when not adding).
//!
//! `odd_value`, if there is one, is what odd lanes put on `updated` instead of `value`: two neurons abreast write
//! their currents at once.
//!
//! The settings of a SCAN are those of the word whose mantissa is taken in this clock (`exponent`: with forwarding;
//! else of the word before it); they are kept for the words further on, which may be a SCAN's last.

use super::integrate::IntegrateLane;
use crate::primitives::arithmetic::MantissaControl;
use crate::primitives::convert::several;
use crate::primitives::wiring::{CountOnes, Pack, Unpack};
use rust_hdl::prelude::*;

/// See the module's description.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Lanes<const L: usize, const SW: usize, const UW: usize> {
    pub clock: Signal<In, Clock>,
    pub word: Signal<In, Bits<SW>>,
    pub part: Signal<In, Bits<3>>,
    pub format: Signal<In, Bits<2>>,
    pub sign: Signal<In, Bits<2>>,
    pub exponent: Signal<In, Bits<4>>,
    pub wrap: Signal<In, Bit>,
    pub currents: Signal<In, Bits<UW>>,
    pub take_earlier: Signal<In, Bit>,
    pub take_last: Signal<In, Bit>,
    pub adding: Signal<In, Bit>,
    pub replace: Signal<In, Bit>,
    pub value: Signal<In, Bits<24>>,
    pub odd_value: Vec<Signal<In, Bits<24>>>,
    pub updated: Signal<Out, Bits<UW>>,
    pub saturations: Signal<Out, Bits<6>>,
    pub wraps: Signal<Out, Bits<6>>,
    control: MantissaControl,
    bytes: Unpack<L, 8, SW>,
    states: Unpack<L, 24, UW>,
    lane: [IntegrateLane; L],
    results: Pack<L, 24, UW>,
    saturated: Pack<L, 1, L>,
    wrapped: Pack<L, 1, L>,
    count_saturated: CountOnes<L>,
    count_wrapped: CountOnes<L>,
    forwarding: Constant<Bit>,
    exponent_kept: DFF<Bits<4>>,
    negate_kept: DFF<Bit>,
    negate_add: DFF<Bit>,
    wrap_kept: DFF<Bit>,
    wrap_add: DFF<Bit>,
    exponent_shift: Signal<Local, Bits<4>>,
    shift_negates: Signal<Local, Bit>,
    add_negates: Signal<Local, Bit>,
    add_wraps: Signal<Local, Bit>,
    saturated_kept: DFF<Bits<L>>,
    wrapped_kept: DFF<Bits<L>>,
    saturations_kept: DFF<Bits<6>>,
    wraps_kept: DFF<Bits<6>>,
    zero: crate::primitives::fixed::Fixed<1, 0>,
    one: crate::primitives::fixed::Fixed<1, 1>,
}

impl<const L: usize, const SW: usize, const UW: usize> Lanes<L, SW, UW> {
    /// With forwarding or without.
    pub fn new(forwarding: bool) -> Self {
        Self::with(forwarding, 0)
    }

    /// The same for neurons with so many partners: none, or one.
    pub fn with(forwarding: bool, partners: usize) -> Self {
        Self {
            clock: Signal::default(),
            word: Signal::default(),
            part: Signal::default(),
            format: Signal::default(),
            sign: Signal::default(),
            exponent: Signal::default(),
            wrap: Signal::default(),
            currents: Signal::default(),
            take_earlier: Signal::default(),
            take_last: Signal::default(),
            adding: Signal::default(),
            replace: Signal::default(),
            value: Signal::default(),
            odd_value: several(partners),
            updated: Signal::default(),
            saturations: Signal::default(),
            wraps: Signal::default(),
            control: MantissaControl::default(),
            bytes: Unpack::default(),
            states: Unpack::default(),
            lane: array_init::array_init(|_| IntegrateLane::new(forwarding)),
            results: Pack::default(),
            saturated: Pack::default(),
            wrapped: Pack::default(),
            count_saturated: CountOnes::default(),
            count_wrapped: CountOnes::default(),
            forwarding: Constant::new(forwarding),
            exponent_kept: Default::default(),
            negate_kept: Default::default(),
            negate_add: Default::default(),
            wrap_kept: Default::default(),
            wrap_add: Default::default(),
            exponent_shift: Default::default(),
            shift_negates: Default::default(),
            add_negates: Default::default(),
            add_wraps: Default::default(),
            saturated_kept: Default::default(),
            wrapped_kept: Default::default(),
            saturations_kept: Default::default(),
            wraps_kept: Default::default(),
            zero: Default::default(),
            one: Default::default(),
        }
    }
}

impl<const L: usize, const SW: usize, const UW: usize> Logic for Lanes<L, SW, UW> {
    #[hdl_gen]
    fn update(&mut self) {
        self.control.format.next = self.format.val();
        self.control.part.next = self.part.val();
        self.control.sign.next = self.sign.val();
        dff_setup!(
            self,
            clock,
            exponent_kept,
            negate_kept,
            negate_add,
            wrap_kept,
            wrap_add,
            saturated_kept,
            wrapped_kept,
            saturations_kept,
            wraps_kept
        );
        self.exponent_kept.d.next = self.exponent.val();
        self.negate_kept.d.next = self.control.negate.val();
        self.negate_add.d.next = self.negate_kept.q.val();
        self.wrap_kept.d.next = self.wrap.val();
        self.wrap_add.d.next = self.wrap_kept.q.val();
        self.exponent_shift.next = self.exponent.val();
        self.shift_negates.next = self.control.negate.val();
        self.add_negates.next = self.negate_kept.q.val();
        self.add_wraps.next = self.wrap_kept.q.val();
        if self.forwarding.val() {
            self.exponent_shift.next = self.exponent_kept.q.val();
            self.shift_negates.next = self.negate_kept.q.val();
            self.add_negates.next = self.negate_add.q.val();
            self.add_wraps.next = self.wrap_add.q.val();
        }
        self.bytes.word.next = self.word.val();
        self.states.word.next = self.currents.val();
        for i in 0..L {
            self.lane[i].clock.next = self.clock.val();
            self.lane[i].octet.next = self.bytes.part[i].val();
            self.lane[i].rotation.next = self.control.rotation.val();
            self.lane[i].above.next = self.control.above.val();
            self.lane[i].has_sign.next = self.control.has_sign.val();
            self.lane[i].negate.next = self.control.negate.val();
            self.lane[i].shift_negates.next = self.shift_negates.val();
            self.lane[i].exponent.next = self.exponent_shift.val();
            self.lane[i].add_negates.next = self.add_negates.val();
            self.lane[i].wrap.next = self.add_wraps.val();
            self.lane[i].current.next = self.states.part[i].val();
            self.lane[i].take_earlier.next = self.take_earlier.val();
            self.lane[i].take_last.next = self.take_last.val();
            self.lane[i].replace.next = self.replace.val();
            self.lane[i].value.next = self.value.val();
            self.results.part[i].next = self.lane[i].updated.val();
            self.saturated.part[i].next = self.zero.val();
            if self.lane[i].saturated.val() & self.adding.val() {
                self.saturated.part[i].next = self.one.val();
            }
            self.wrapped.part[i].next = self.zero.val();
            if self.lane[i].wrapped.val() & self.adding.val() {
                self.wrapped.part[i].next = self.one.val();
            }
        }
        for k in 0..self.odd_value.len() {
            for i in 0..(L / 2) {
                self.lane[2 * i + 1].value.next = self.odd_value[k].val();
            }
        }
        self.updated.next = self.results.word.val();
        comment!("Counted a clock later and added another one later: each is long enough a way.");
        self.saturated_kept.d.next = self.saturated.word.val();
        self.wrapped_kept.d.next = self.wrapped.word.val();
        self.count_saturated.word.next = self.saturated_kept.q.val();
        self.count_wrapped.word.next = self.wrapped_kept.q.val();
        self.saturations_kept.d.next = self.count_saturated.count.val();
        self.wraps_kept.d.next = self.count_wrapped.count.val();
        self.saturations.next = self.saturations_kept.q.val();
        self.wraps.next = self.wraps_kept.q.val();
    }
}
