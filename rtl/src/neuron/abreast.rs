//! Two neurons abreast: an UPDATE whose parameters are shared takes neurons 2k and 2k + 1 of a population in
//! one tick, the first as a sweep of one neuron would, the second as its **partner**. This block knows whether
//! they go abreast, how many such pairs there are, and whether the two that leave a stage now are two: the last
//! neuron of an odd number has no partner, and what is stored beside it stays.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `one_by_one`, `clear`, `odd` | 1 | the sweep's, at its start; an odd number of neurons |
//! | `busy` | 1 | the sweep's |
//! | `left`, `halved` | 16 | neurons; pairs of them, one of which may lack its partner |
//! | `two` | 1 | neurons go abreast; from the clock after `start` to the one after the sweep |
//! | `all_entered` | 1 | no neuron enters any more |
//! | `decayed`, `decays_next` | 1 | a current is put back in this tick; another one in the next |
//! | `finish`, `finishes_next` | 1 | the same for membranes |
//! | `partner_decayed`, `partner_finish` | 1 | the partner's current, or membrane, is put back too |
//! | `lane`, `spike` | 5, 1 | the first one's lane when it leaves; the partner's spike |
//! | `spikes` | L | that spike at the partner's lane, if there is a partner |
//!
//! Latency: `two` and the odd number are registers; everything else follows in the same clock.

use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::LaneMask;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Abreast<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub one_by_one: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    pub odd: Signal<In, Bit>,
    pub busy: Signal<In, Bit>,
    pub left: Signal<In, Bits<16>>,
    pub halved: Signal<Out, Bits<16>>,
    pub two: Signal<Out, Bit>,
    pub all_entered: Signal<In, Bit>,
    pub decayed: Signal<In, Bit>,
    pub decays_next: Signal<In, Bit>,
    pub finish: Signal<In, Bit>,
    pub finishes_next: Signal<In, Bit>,
    pub partner_decayed: Signal<Out, Bit>,
    pub partner_finish: Signal<Out, Bit>,
    pub lane: Signal<In, Bits<5>>,
    pub spike: Signal<In, Bit>,
    pub spikes: Signal<Out, Bits<L>>,

    abreast: DFF<Bit>,
    odd_kept: DFF<Bit>,
    mask: LaneMask<L>,
    half: Signal<Local, Bits<16>>,
    single: Signal<Local, Bit>,
    finishes: Signal<Local, Bit>,
    one16: Fixed<16, 1>,
    one5: Fixed<5, 1>,
}

impl<const L: usize> Logic for Abreast<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, abreast, odd_kept);
        comment!("Off between sweeps: the host writes currents one by one.");
        if !self.busy.val() {
            self.abreast.d.next = false;
        }
        if self.start.val() {
            self.abreast.d.next = !self.one_by_one.val() & !self.clear.val();
            self.odd_kept.d.next = self.odd.val();
        }
        self.two.next = self.abreast.q.val();
        self.half.next = bit_cast::<16, 15>(self.left.val().get_bits::<15>(1));
        self.halved.next = self.half.val();
        if self.left.val().get_bit(0) {
            self.halved.next = self.half.val() + self.one16.val();
        }

        comment!("Pairs follow each other in every tick: the one that none follows is the last.");
        self.single.next = self.odd_kept.q.val() & self.all_entered.val();
        self.partner_decayed.next = self.decayed.val()
            & self.abreast.q.val()
            & (!self.single.val() | self.decays_next.val());
        self.finishes.next = self.finish.val()
            & self.abreast.q.val()
            & (!self.single.val() | self.finishes_next.val());
        self.partner_finish.next = self.finishes.val();
        self.mask.lane.next = self.lane.val() | self.one5.val();
        self.mask.one.next = self.finishes.val() & self.spike.val();
        self.mask.all.next = false;
        self.spikes.next = self.mask.mask.val();
    }
}
