//! The number of the neuron that one stage of a sweep works on, as a counter.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `first` | 1, 17 | this neuron is next |
//! | `moves` | 1 | one further at the end of this clock |
//! | `two` | 1, or none | two further instead: of two neurons abreast, the number of the first, which is even |
//! | `skips` | 1, or none | to the first lane of the next group instead |
//! | `neuron` | 17 | its number: group * L + lane |
//! | `group`, `lane` | 12, 5 | the same in parts |

use crate::primitives::convert::several;
use crate::primitives::counter::CountUp;
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{GroupEnd, SplitNeuron};
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Place<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub first: Signal<In, Bits<17>>,
    pub moves: Signal<In, Bit>,
    pub two: Vec<Signal<In, Bit>>,
    pub skips: Vec<Signal<In, Bit>>,
    pub neuron: Signal<Out, Bits<17>>,
    pub group: Signal<Out, Bits<12>>,
    pub lane: Signal<Out, Bits<5>>,
    number: DFF<Bits<17>>,
    up: CountUp<17>,
    parts: SplitNeuron<L>,
    end: Vec<GroupEnd<L>>,
    one17: Fixed<17, 1>,
}

impl<const L: usize> Place<L> {
    /// Where neurons enter alone, or with so many partners; with 1 for groups at rest, else 0.
    pub fn new(partners: usize, resting: usize) -> Self {
        Self {
            two: several(partners),
            skips: several(resting),
            end: several(resting),
            ..Default::default()
        }
    }
}

impl<const L: usize> Logic for Place<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, number);
        self.up.now.next = self.number.q.val();
        for i in 0..self.two.len() {
            if self.two[i].val() {
                comment!("One more than the odd number is two more than the even one.");
                self.up.now.next = self.number.q.val() | self.one17.val();
            }
        }
        for i in 0..self.skips.len() {
            self.end[i].neuron.next = self.number.q.val();
            if self.skips[i].val() {
                self.up.now.next = self.end[i].last.val();
            }
        }
        self.up.load.next = self.start.val();
        self.up.value.next = self.first.val();
        if self.start.val() | self.moves.val() {
            self.number.d.next = self.up.next_value.val();
        }
        self.parts.neuron.next = bit_cast::<20, 17>(self.number.q.val());
        self.neuron.next = self.number.q.val();
        self.group.next = self.parts.group.val();
        self.lane.next = self.parts.lane.val();
    }
}
