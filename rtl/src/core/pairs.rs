//! Loads the per-neuron parameters of one neuron after another: the pairs named in `present`, in
//! ascending order, each a long; a neuron takes 1, 2 or 4 longs (`docs/program.md`, UPDATE).
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `pair_table`, `present` | 1, 20, 3 | a population's table |
//! | `load`, `loaded` | 1 | load the next neuron's pairs; they are in place |
//! | `request`, `address`, `valid` | 1, 20, 1 | the long reader |
//! | `store`, `pair` | 1, 2 | the long that is there now belongs to this pair |
//! | `skips`, `skipped` | 1, 20, or none | no neuron is being loaded: leave so many longs out |

use crate::primitives::convert::several;
use crate::primitives::counter::CountUp;
use crate::primitives::fixed::Fixed;
use rust_hdl::prelude::*;

/// States of the loader.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum PairState {
    /// Nothing to do.
    Idle,
    /// Pair 0: ask, or pass on.
    First,
    /// Waiting for pair 0.
    FirstWait,
    /// Pair 1.
    Second,
    /// Waiting for pair 1.
    SecondWait,
    /// Pair 2.
    Third,
    /// Waiting for pair 2.
    ThirdWait,
    /// All there.
    Finish,
}

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct PairLoader {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub stop: Signal<In, Bit>,
    pub pair_table: Signal<In, Bits<20>>,
    pub present: Signal<In, Bits<3>>,
    pub load: Signal<In, Bit>,
    pub loaded: Signal<Out, Bit>,
    pub request: Signal<Out, Bit>,
    pub address: Signal<Out, Bits<20>>,
    pub valid: Signal<In, Bit>,
    pub store: Signal<Out, Bit>,
    pub pair: Signal<Out, Bits<2>>,
    pub skips: Vec<Signal<In, Bit>>,
    pub skipped: Vec<Signal<In, Bits<20>>>,
    state: DFF<PairState>,
    pointer: DFF<Bits<20>>,
    pointer_up: CountUp<20>,
    forward: Signal<Local, Bit>,
    all: Fixed<3, 7>,
    pair0: Fixed<2, 0>,
    pair1: Fixed<2, 1>,
    pair2: Fixed<2, 2>,
}

impl PairLoader {
    /// With 1 for groups at rest, else 0.
    pub fn new(resting: usize) -> Self {
        Self {
            skips: several(resting),
            skipped: several(resting),
            ..Default::default()
        }
    }
}

impl Logic for PairLoader {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, pointer);
        self.loaded.next = false;
        self.request.next = false;
        self.address.next = self.pointer.q.val();
        self.store.next = self.valid.val() & (self.state.q.val() != PairState::Idle);
        self.pair.next = self.pair0.val();
        self.forward.next = self.valid.val();
        match self.state.q.val() {
            PairState::Idle => {
                self.forward.next = false;
                if self.load.val() {
                    self.state.d.next = PairState::First;
                }
            }
            PairState::First => {
                self.state.d.next = PairState::Second;
                if self.present.val().get_bit(0) {
                    self.request.next = true;
                    self.state.d.next = PairState::FirstWait;
                }
            }
            PairState::FirstWait => {
                if self.valid.val() {
                    self.state.d.next = PairState::Second;
                }
            }
            PairState::Second => {
                self.state.d.next = PairState::Third;
                if self.present.val().get_bit(1) {
                    self.request.next = true;
                    self.state.d.next = PairState::SecondWait;
                }
            }
            PairState::SecondWait => {
                self.pair.next = self.pair1.val();
                if self.valid.val() {
                    self.state.d.next = PairState::Third;
                }
            }
            PairState::Third => {
                self.state.d.next = PairState::Finish;
                if self.present.val().get_bit(2) {
                    self.request.next = true;
                    self.state.d.next = PairState::ThirdWait;
                }
            }
            PairState::ThirdWait => {
                self.pair.next = self.pair2.val();
                if self.valid.val() {
                    self.state.d.next = PairState::Finish;
                }
            }
            PairState::Finish => {
                self.loaded.next = true;
                comment!("Three pairs take four longs.");
                self.forward.next = self.present.val() == self.all.val();
                self.state.d.next = PairState::Idle;
            }
        }
        self.pointer_up.now.next = self.pointer.q.val();
        self.pointer_up.load.next = self.start.val();
        self.pointer_up.value.next = self.pair_table.val();
        if self.forward.val() | self.start.val() {
            self.pointer.d.next = self.pointer_up.next_value.val();
        }
        for i in 0..self.skips.len() {
            if self.skips[i].val() {
                self.pointer.d.next = self.pointer.q.val() + self.skipped[i].val();
            }
        }
        if self.start.val() {
            self.state.d.next = PairState::Idle;
        }
        if self.stop.val() {
            self.state.d.next = PairState::Idle;
        }
    }
}
