//! The sweep: feeds a population's neurons to the pipeline and puts the results back (UPDATE), or a
//! scratch range and its destination (FOLD).
//!
//! Without per-neuron parameters one neuron enters in every clock. With them, and for FOLD, a neuron
//! enters when the one before it has left and its parameters are in place.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `fold` | 1 | begin; operands are still until `busy` falls |
//! | `first_group`, `scratch_group`, `groups`, `neurons` | 12, 12, 12, 16 | |
//! | `previous_address`, `spike_address`, `step` | 14, 14, 8 | bitmap of the step before, of this one |
//! | `serial` | 1 | per-neuron parameters are to be loaded |
//! | `load`, `loaded` | 1 | ask for one neuron's parameters; they are in place |
//! | `read_u`, `read_v`, `read_group` | 1, 1, 12 | read ports of U and V |
//! | `read_history`, `history_address` | 1, 14 | read port of H |
//! | `lane`, `to_pipeline`, `active`, `keep_u` | 5, 1, 1, 1 | lane of the words read; operands valid; real neuron; keep u as the scratch operand |
//! | `done`, `done_active`, `spike` | 1 | from the pipeline |
//! | `write`, `write_group`, `write_lane` | 1, 12, 5 | put the result back |
//! | `clear_scratch` | 1 | write 0 to all lanes of `write_group` |
//! | `write_spikes`, `spikes_address`, `spikes` | 1, 14, L | write port of H |

use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{LaneMask, LastLane};
use rust_hdl::prelude::*;

/// States of the sweep.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum SweepState {
    /// Nothing to do.
    Idle,
    /// A group's words are read in this clock.
    Read,
    /// Words are there: a lane enters the pipeline (or its parameters are asked for).
    Lane,
    /// Waiting for parameters.
    Load,
    /// FOLD: the destination's word is read.
    Destination,
    /// A neuron enters.
    Enter,
    /// Waiting for its result.
    Leave,
    /// FOLD: clear the scratch word.
    ClearScratch,
    /// Waiting for the last results.
    Drain,
}

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Sweep<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub stop: Signal<In, Bit>,
    pub fold: Signal<In, Bit>,
    pub serial: Signal<In, Bit>,
    pub first_group: Signal<In, Bits<12>>,
    pub scratch_group: Signal<In, Bits<12>>,
    pub groups: Signal<In, Bits<12>>,
    pub neurons: Signal<In, Bits<16>>,
    pub previous_address: Signal<In, Bits<14>>,
    pub spike_address: Signal<In, Bits<14>>,
    pub step: Signal<In, Bits<8>>,
    pub load: Signal<Out, Bit>,
    pub loaded: Signal<In, Bit>,
    pub read_u: Signal<Out, Bit>,
    pub read_v: Signal<Out, Bit>,
    pub read_group: Signal<Out, Bits<12>>,
    pub read_history: Signal<Out, Bit>,
    pub history_address: Signal<Out, Bits<14>>,
    pub lane: Signal<Out, Bits<5>>,
    pub to_pipeline: Signal<Out, Bit>,
    pub active: Signal<Out, Bit>,
    pub keep_u: Signal<Out, Bit>,
    pub done: Signal<In, Bit>,
    pub done_active: Signal<In, Bit>,
    pub spike: Signal<In, Bit>,
    pub write: Signal<Out, Bit>,
    pub write_group: Signal<Out, Bits<12>>,
    pub write_lane: Signal<Out, Bits<5>>,
    pub clear_scratch: Signal<Out, Bit>,
    pub write_spikes: Signal<Out, Bit>,
    pub spikes_address: Signal<Out, Bits<14>>,
    pub spikes: Signal<Out, Bits<L>>,
    pub busy: Signal<Out, Bit>,
    state: DFF<SweepState>,
    group: DFF<Bits<12>>,
    scratch: DFF<Bits<12>>,
    left: DFF<Bits<12>>,
    now: DFF<Bits<5>>,
    remaining: DFF<Bits<16>>,
    bitmap_previous: DFF<Bits<14>>,
    out_group: DFF<Bits<12>>,
    out_left: DFF<Bits<12>>,
    out_lane: DFF<Bits<5>>,
    bitmap_out: DFF<Bits<14>>,
    bits: DFF<Bits<L>>,
    mask: LaneMask<L>,
    last_lane: Signal<Local, Bit>,
    last_group: Signal<Local, Bit>,
    advance: Signal<Local, Bit>,
    out_last: Signal<Local, Bit>,
    collected: Signal<Local, Bits<L>>,
    lanes_minus_one: LastLane<L>,
    one12: Fixed<12, 1>,
    none12: Fixed<12, 0>,
    one16: Fixed<16, 1>,
    none16: Fixed<16, 0>,
    one5: Fixed<5, 1>,
    zero5: Fixed<5, 0>,
    empty: Fixed<L, 0>,
}

impl<const L: usize> Logic for Sweep<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            state,
            group,
            scratch,
            left,
            now,
            remaining,
            bitmap_previous
        );
        dff_setup!(self, clock, out_group, out_left, out_lane, bitmap_out, bits);
        self.last_lane.next = self.now.q.val() == self.lanes_minus_one.value.val();
        self.last_group.next = self.left.q.val() == self.one12.val();
        self.load.next = false;
        self.read_u.next = false;
        self.read_v.next = false;
        self.read_group.next = self.group.q.val();
        self.read_history.next = false;
        self.history_address.next = self.bitmap_previous.q.val();
        self.lane.next = self.now.q.val();
        self.to_pipeline.next = false;
        self.keep_u.next = false;
        self.active.next = self.fold.val() | (self.remaining.q.val() != self.none16.val());
        self.advance.next = false;
        self.clear_scratch.next = false;
        self.busy.next = self.state.q.val() != SweepState::Idle;

        comment!("Into the pipeline.");
        match self.state.q.val() {
            SweepState::Idle => {}
            SweepState::Read => {
                self.read_u.next = true;
                self.read_v.next = true;
                self.read_history.next = true;
                if self.fold.val() {
                    self.read_group.next = self.scratch.q.val();
                }
                self.state.d.next = SweepState::Lane;
            }
            SweepState::Lane => {
                if self.fold.val() {
                    self.keep_u.next = true;
                    self.state.d.next = SweepState::Destination;
                } else if self.serial.val() & self.active.val() {
                    self.load.next = true;
                    self.state.d.next = SweepState::Load;
                } else if self.serial.val() {
                    self.state.d.next = SweepState::Enter;
                } else {
                    self.to_pipeline.next = true;
                    self.advance.next = true;
                    if self.last_lane.val() {
                        self.read_u.next = true;
                        self.read_v.next = true;
                        self.read_history.next = true;
                        self.read_group.next = self.group.q.val() + self.one12.val();
                        self.history_address.next =
                            self.bitmap_previous.q.val() + bit_cast::<14, 8>(self.step.val());
                        if self.last_group.val() {
                            self.read_u.next = false;
                            self.read_v.next = false;
                            self.read_history.next = false;
                            self.state.d.next = SweepState::Drain;
                        }
                    }
                }
            }
            SweepState::Load => {
                if self.loaded.val() {
                    self.state.d.next = SweepState::Enter;
                }
            }
            SweepState::Destination => {
                self.read_u.next = true;
                self.state.d.next = SweepState::Enter;
            }
            SweepState::Enter => {
                self.to_pipeline.next = true;
                self.state.d.next = SweepState::Leave;
            }
            SweepState::Leave => {
                if self.done.val() {
                    self.advance.next = true;
                    self.state.d.next = SweepState::Lane;
                    if self.fold.val() {
                        self.state.d.next = SweepState::Read;
                    }
                    if self.last_lane.val() {
                        self.state.d.next = SweepState::Read;
                        if self.fold.val() {
                            self.state.d.next = SweepState::ClearScratch;
                        } else if self.last_group.val() {
                            self.state.d.next = SweepState::Drain;
                        }
                    }
                }
            }
            SweepState::ClearScratch => {
                self.clear_scratch.next = true;
                self.scratch.d.next = self.scratch.q.val() + self.one12.val();
                self.state.d.next = SweepState::Read;
                if self.left.q.val() == self.none12.val() {
                    self.state.d.next = SweepState::Idle;
                }
            }
            SweepState::Drain => {
                if self.out_left.q.val() == self.none12.val() {
                    self.state.d.next = SweepState::Idle;
                }
            }
        }
        if self.advance.val() {
            self.now.d.next = self.now.q.val() + self.one5.val();
            if self.active.val() {
                self.remaining.d.next = self.remaining.q.val() - self.one16.val();
            }
            if self.last_lane.val() {
                self.now.d.next = self.zero5.val();
                self.group.d.next = self.group.q.val() + self.one12.val();
                self.left.d.next = self.left.q.val() - self.one12.val();
                self.bitmap_previous.d.next =
                    self.bitmap_previous.q.val() + bit_cast::<14, 8>(self.step.val());
            }
        }

        comment!("Out of the pipeline: results lane by lane, spikes group by group.");
        self.out_last.next = self.out_lane.q.val() == self.lanes_minus_one.value.val();
        self.mask.lane.next = self.out_lane.q.val();
        self.mask.one.next = self.spike.val();
        self.mask.all.next = false;
        self.collected.next = self.bits.q.val() | self.mask.mask.val();
        self.write.next = self.done.val() & self.done_active.val();
        self.write_group.next = self.out_group.q.val();
        if self.clear_scratch.val() {
            self.write_group.next = self.scratch.q.val();
        }
        self.write_lane.next = self.out_lane.q.val();
        self.write_spikes.next = self.done.val() & self.out_last.val() & !self.fold.val();
        self.spikes_address.next = self.bitmap_out.q.val();
        self.spikes.next = self.collected.val();
        if self.done.val() {
            self.bits.d.next = self.collected.val();
            self.out_lane.d.next = self.out_lane.q.val() + self.one5.val();
            if self.out_last.val() {
                self.bits.d.next = self.empty.val();
                self.out_lane.d.next = self.zero5.val();
                self.out_group.d.next = self.out_group.q.val() + self.one12.val();
                self.out_left.d.next = self.out_left.q.val() - self.one12.val();
                self.bitmap_out.d.next =
                    self.bitmap_out.q.val() + bit_cast::<14, 8>(self.step.val());
            }
        }

        if self.start.val() {
            self.group.d.next = self.first_group.val();
            self.scratch.d.next = self.scratch_group.val();
            self.left.d.next = self.groups.val();
            self.now.d.next = self.zero5.val();
            self.remaining.d.next = self.neurons.val();
            self.bitmap_previous.d.next = self.previous_address.val();
            self.out_group.d.next = self.first_group.val();
            self.out_left.d.next = self.groups.val();
            self.out_lane.d.next = self.zero5.val();
            self.bitmap_out.d.next = self.spike_address.val();
            self.bits.d.next = self.empty.val();
            if self.groups.val() != self.none12.val() {
                self.state.d.next = SweepState::Read;
            }
        }
        if self.stop.val() {
            self.state.d.next = SweepState::Idle;
        }
    }
}
