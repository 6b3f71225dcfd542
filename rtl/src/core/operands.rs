//! The neuron parameters in force: loaded from UPDATE's longs 2 to 6, from the table of per-neuron
//! pairs, or set to FOLD's powers of two.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `stored`, `store` | 1, 3 | a long of UPDATE arrives; its number less one is 1 .. 6 |
//! | `pair_stored`, `pair` | 1, 2 | a pair of one neuron arrives |
//! | `long` | 64 | the long |
//! | `scan`, `scan_stride` | 1, 16 | SCAN begins: its second long is there; keep the stride, in B's place |
//! | `fold`, `decay_power`, `gain_power` | 1, 17, 17 | FOLD begins: A and G; B becomes 2^-16 |
//! | `clear` | 1 | CLEAR begins: its second long is there; v0 takes v_reset's place |
//! | outputs | | the parameters |
//!
//! What is subtracted is kept inverted: the cell before a register inverts for nothing, the one before
//! an adder does not.

use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Operands {
    pub clock: Signal<In, Clock>,
    pub stored: Signal<In, Bit>,
    pub store: Signal<In, Bits<3>>,
    pub pair_stored: Signal<In, Bit>,
    pub pair: Signal<In, Bits<2>>,
    pub long: Signal<In, Bits<64>>,
    pub scan: Signal<In, Bit>,
    pub scan_stride: Signal<Out, Bits<16>>,
    pub clear: Signal<In, Bit>,
    pub fold: Signal<In, Bit>,
    pub decay_power: Signal<In, Bits<17>>,
    pub gain_power: Signal<In, Bits<17>>,
    pub current_decay: Signal<Out, Bits<17>>,
    pub membrane_decay: Signal<Out, Bits<17>>,
    pub gain: Signal<Out, Bits<17>>,
    pub bias: Signal<Out, Bits<24>>,
    pub threshold: Signal<Out, Bits<24>>,
    pub reset_value: Signal<Out, Bits<24>>,
    pub sub: Signal<Out, Bits<24>>,
    pub v_min: Signal<Out, Bits<24>>,
    pub v_max: Signal<Out, Bits<24>>,
    a: DFF<Bits<17>>,
    b: DFF<Bits<17>>,
    g: DFF<Bits<17>>,
    bias_kept: DFF<Bits<24>>,
    threshold_kept: DFF<Bits<24>>,
    reset_kept: DFF<Bits<24>>,
    sub_kept: DFF<Bits<24>>,
    v_min_kept: DFF<Bits<24>>,
    v_max_kept: DFF<Bits<24>>,
    select: Signal<Local, Bits<3>>,
    smallest: crate::primitives::fixed::Fixed<17, 1>,
    long2: crate::primitives::fixed::Fixed<3, 2>,
    long3: crate::primitives::fixed::Fixed<3, 3>,
    long4: crate::primitives::fixed::Fixed<3, 4>,
    long5: crate::primitives::fixed::Fixed<3, 5>,
    long6: crate::primitives::fixed::Fixed<3, 6>,
    none: crate::primitives::fixed::Fixed<3, 0>,
}

impl Logic for Operands {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            a,
            b,
            g,
            bias_kept,
            threshold_kept,
            reset_kept,
            sub_kept,
            v_min_kept,
            v_max_kept
        );
        self.select.next = self.none.val();
        if self.stored.val() {
            self.select.next = self.store.val();
        } else if self.pair_stored.val() {
            self.select.next = bit_cast::<3, 2>(self.pair.val()) + self.long2.val();
        }
        if self.select.val() == self.long2.val() {
            self.a.d.next = self.long.val().get_bits::<17>(0);
            self.b.d.next = self.long.val().get_bits::<17>(32);
        }
        if self.select.val() == self.long3.val() {
            self.g.d.next = self.long.val().get_bits::<17>(0);
            self.bias_kept.d.next = self.long.val().get_bits::<24>(32);
        }
        if self.select.val() == self.long4.val() {
            self.threshold_kept.d.next = !self.long.val().get_bits::<24>(0);
        }
        comment!(
            "CLEAR's second long has the start value where the pair (T, v_reset) has v_reset."
        );
        if (self.select.val() == self.long4.val()) | self.clear.val() {
            self.reset_kept.d.next = self.long.val().get_bits::<24>(32);
        }
        if self.select.val() == self.long5.val() {
            self.sub_kept.d.next = !self.long.val().get_bits::<24>(0);
            self.v_min_kept.d.next = !self.long.val().get_bits::<24>(32);
        }
        if self.select.val() == self.long6.val() {
            self.v_max_kept.d.next = !self.long.val().get_bits::<24>(0);
        }
        if self.scan.val() {
            self.b.d.next = bit_cast::<17, 16>(self.long.val().get_bits::<16>(20));
        }
        self.scan_stride.next = self.b.q.val().get_bits::<16>(0);
        if self.fold.val() {
            self.a.d.next = self.decay_power.val();
            self.b.d.next = self.smallest.val();
            self.g.d.next = self.gain_power.val();
        }
        self.current_decay.next = self.a.q.val();
        self.membrane_decay.next = self.b.q.val();
        self.gain.next = self.g.q.val();
        self.bias.next = self.bias_kept.q.val();
        self.threshold.next = !self.threshold_kept.q.val();
        self.reset_value.next = self.reset_kept.q.val();
        self.sub.next = !self.sub_kept.q.val();
        self.v_min.next = !self.v_min_kept.q.val();
        self.v_max.next = !self.v_max_kept.q.val();
    }
}
