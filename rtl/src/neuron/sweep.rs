//! The sweep: takes a population's neurons through the pipeline and puts the results back (UPDATE), or
//! a scratch range and its destination (FOLD), or writes start values (CLEAR).
//!
//! UPDATE: one neuron enters in every tick. With per-neuron parameters, and for FOLD, a neuron enters
//! when the one before it has left (and its parameters are in place): *one by one*. A neuron's place
//! in the pipeline is its age in ticks, so the neuron at a stage is the newest one less a constant.
//! CLEAR writes a neuron and a word of H in every clock.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `tick` | 1 | the pipeline moves |
//! | `start`, `fold`, `clear` | 1 | begin; operands are still until `busy` falls |
//! | `first_group`, `scratch_group`, `neurons` | 12, 12, 16 | taken at `start` |
//! | `after_decay` | 1 | V is read four ticks later |
//! | `clear_state`, `clear_history`, `history_words` | 1, 1, 15 | CLEAR |
//! | `previous_address`, `spike_address`, `step` | 14, 14, 8 | bitmap of the step before, of this one |
//! | `one_by_one` | 1 | per-neuron parameters are to be loaded |
//! | `load`, `loaded` | 1 | ask for one neuron's parameters; they are in place |
//! | `read_u`, `u_group` | 1, 12 | read port of U |
//! | `u_lane`, `enter` | 5, 1 | lane of the word read; it enters the pipeline in this tick |
//! | `read_v`, `v_neuron`, `v_lane` | 1, 17, 5 | read port of V; lane of the neuron read last |
//! | `read_history`, `history_address` | 1, 14 | read port of H |
//! | `write_u`, `u_write_group`, `u_write_lane`, `u_zero` | 1, 12, 5, 1 | put the current back, or 0 |
//! | `write_v`, `v_write_neuron` | 1, 17 | put the membrane back |
//! | `spike`, `finish`, `folded` | 1 | from the pipeline; a neuron has left; so has a folded current |
//! | `write_history`, `history_write_address`, `spikes` | 1, 14, L | write port of H |
//! | `blocks_history` | 1 | nobody else may write H in this clock |

use crate::primitives::counter::{CountDown, CountUp};
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{JoinNeuron, LaneMask, LastLane, SplitNeuron};
use rust_hdl::prelude::*;

/// States of the sweep.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum SweepState {
    /// Nothing to do.
    Idle,
    /// The first word of U is read.
    First,
    /// A neuron enters in every tick.
    Flow,
    /// One by one: its parameters are asked for.
    Ask,
    /// One by one: waiting for them.
    Load,
    /// One by one: a neuron enters at the next tick.
    Enter,
    /// FOLD: the destination's word is read.
    Destination,
    /// One by one: waiting for its result.
    Leave,
    /// FOLD: the scratch lane becomes 0.
    Scratch,
    /// Waiting for the last results.
    Drain,
    /// CLEAR.
    Clear,
}

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Sweep<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub tick: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub stop: Signal<In, Bit>,
    pub fold: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    pub after_decay: Signal<In, Bit>,
    pub one_by_one: Signal<In, Bit>,
    pub first_group: Signal<In, Bits<12>>,
    pub scratch_group: Signal<In, Bits<12>>,
    pub neurons: Signal<In, Bits<16>>,
    pub clear_state: Signal<In, Bit>,
    pub clear_history: Signal<In, Bit>,
    pub history_words: Signal<In, Bits<15>>,
    pub previous_address: Signal<In, Bits<14>>,
    pub spike_address: Signal<In, Bits<14>>,
    pub step: Signal<In, Bits<8>>,
    pub load: Signal<Out, Bit>,
    pub loaded: Signal<In, Bit>,
    pub read_u: Signal<Out, Bit>,
    pub u_group: Signal<Out, Bits<12>>,
    pub u_lane: Signal<Out, Bits<5>>,
    pub enter: Signal<Out, Bit>,
    pub read_v: Signal<Out, Bit>,
    pub v_neuron: Signal<Out, Bits<17>>,
    pub v_lane: Signal<Out, Bits<5>>,
    pub read_history: Signal<Out, Bit>,
    pub history_address: Signal<Out, Bits<14>>,
    pub write_u: Signal<Out, Bit>,
    pub u_write_group: Signal<Out, Bits<12>>,
    pub u_write_lane: Signal<Out, Bits<5>>,
    pub u_zero: Signal<Out, Bit>,
    pub write_v: Signal<Out, Bit>,
    pub v_write_neuron: Signal<Out, Bits<17>>,
    pub spike: Signal<In, Bit>,
    pub finish: Signal<Out, Bit>,
    pub folded: Signal<Out, Bit>,
    pub write_history: Signal<Out, Bit>,
    pub history_write_address: Signal<Out, Bits<14>>,
    pub spikes: Signal<Out, Bits<L>>,
    pub blocks_history: Signal<Out, Bit>,
    pub busy: Signal<Out, Bit>,

    state: DFF<SweepState>,
    newest: DFF<Bits<17>>,
    left: DFF<Bits<16>>,
    scratch: DFF<Bits<12>>,
    words: DFF<Bits<15>>,
    ages: DFF<Bits<5>>,
    membrane_ages: DFF<Bits<11>>,
    lane_read: DFF<Bits<5>>,
    bitmap_previous: DFF<Bits<14>>,
    bitmap_out: DFF<Bits<14>>,
    bits: DFF<Bits<L>>,
    state_left: DFF<Bit>,
    words_left: DFF<Bit>,

    clears_state: Signal<Local, Bit>,
    clears_word: Signal<Local, Bit>,
    words_entered: Signal<Local, Bit>,
    first_neuron: JoinNeuron<L>,
    newest_place: SplitNeuron<L>,
    next_place: SplitNeuron<L>,
    v_place: SplitNeuron<L>,
    u_write_place: SplitNeuron<L>,
    v_write_place: SplitNeuron<L>,
    mask: LaneMask<L>,
    last_lane: LastLane<L>,

    lag_v: Signal<Local, Bits<17>>,
    lag_u_write: Signal<Local, Bits<17>>,
    lag_v_write: Signal<Local, Bits<17>>,
    v_age: Signal<Local, Bits<17>>,
    u_write_age: Signal<Local, Bits<17>>,
    v_write_age: Signal<Local, Bits<17>>,
    all_entered: Signal<Local, Bit>,
    flows: Signal<Local, Bit>,
    enters: Signal<Local, Bit>,
    membrane_enters: Signal<Local, Bit>,
    new_group: Signal<Local, Bit>,
    moves: Signal<Local, Bit>,
    out_last: Signal<Local, Bit>,
    leaves: Signal<Local, Bit>,
    collected: Signal<Local, Bits<L>>,

    none16: Fixed<16, 0>,
    none15: Fixed<15, 0>,
    newest_up: CountUp<17>,
    left_down: CountDown<16>,
    words_down: CountDown<15>,
    scratch_up: CountUp<12>,
    zero5: Fixed<5, 0>,
    no_lag: Fixed<17, 0>,
    four: Fixed<17, 4>,
    five: Fixed<17, 5>,
    eleven: Fixed<17, 11>,
    fifteen: Fixed<17, 15>,
    none5: Fixed<5, 0>,
    age_one: Fixed<5, 1>,
    none11: Fixed<11, 0>,
    membrane_age_one: Fixed<11, 1>,
    empty: Fixed<L, 0>,
}

impl<const L: usize> Logic for Sweep<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            state,
            newest,
            left,
            scratch,
            words,
            ages,
            membrane_ages,
            lane_read
        );
        dff_setup!(
            self,
            clock,
            bitmap_previous,
            bitmap_out,
            bits,
            state_left,
            words_left
        );
        self.busy.next = self.state.q.val() != SweepState::Idle;
        self.flows.next =
            (self.state.q.val() == SweepState::Flow) | (self.state.q.val() == SweepState::Drain);
        self.all_entered.next = self.left.q.val() == self.none16.val();

        comment!("Who enters, and when a word of U is read: at the start and at every new group.");
        self.left_down.now.next = self.left.q.val();
        self.left_down.count.next = !self.start.val();
        self.left_down.value.next = self.neurons.val();
        self.words_down.now.next = self.words.q.val();
        self.words_down.count.next = !self.start.val();
        self.words_down.value.next = self.history_words.val();
        self.scratch_up.now.next = self.scratch.q.val();
        self.scratch_up.load.next = self.start.val();
        self.scratch_up.value.next = self.scratch_group.val();
        self.load.next =
            (self.state.q.val() == SweepState::Ask) & !self.all_entered.val() & !self.fold.val();
        self.enters.next = ((self.state.q.val() == SweepState::Flow) & !self.all_entered.val())
            | (self.state.q.val() == SweepState::Enter);
        self.enter.next = self.enters.val();
        self.first_neuron.group.next = self.first_group.val();
        self.first_neuron.lane.next = self.zero5.val();
        self.newest_up.now.next = self.newest.q.val();
        self.newest_up.load.next = self.start.val();
        self.newest_up.value.next = self.first_neuron.neuron.val();
        self.newest_place.neuron.next = bit_cast::<20, 17>(self.newest.q.val());
        self.next_place.neuron.next = bit_cast::<20, 17>(self.newest_up.next_value.val());
        self.new_group.next = self.next_place.lane.val() == self.zero5.val();
        self.leaves.next = self.tick.val() & self.membrane_ages.q.val().get_bit(10);
        if self.fold.val() {
            self.leaves.next = self.tick.val() & self.membrane_ages.q.val().get_bit(5);
        }
        self.moves.next = self.tick.val() & self.flows.val();
        self.u_group.next = self.newest_place.group.val();
        self.read_u.next = false;
        if self.state.q.val() == SweepState::Flow {
            self.u_group.next = self.next_place.group.val();
            self.read_u.next = self.tick.val() & self.new_group.val();
        }
        self.u_lane.next = self.newest_place.lane.val();
        if (self.enters.val() & self.tick.val() & !self.fold.val())
            | (self.state.q.val() == SweepState::Scratch)
            | (self.state.q.val() == SweepState::Clear)
        {
            self.left.d.next = self.left_down.next_value.val();
        }

        match self.state.q.val() {
            SweepState::Idle => {}
            SweepState::First => {
                self.read_u.next = true;
                self.state.d.next = SweepState::Flow;
            }
            SweepState::Flow => {
                if self.tick.val() & self.all_entered.val() {
                    self.state.d.next = SweepState::Drain;
                }
            }
            SweepState::Ask => {
                self.read_u.next = true;
                if self.fold.val() {
                    self.u_group.next = self.scratch.q.val();
                    self.state.d.next = SweepState::Enter;
                } else {
                    self.state.d.next = SweepState::Load;
                }
                if self.all_entered.val() {
                    self.read_u.next = false;
                    self.state.d.next = SweepState::Drain;
                }
            }
            SweepState::Load => {
                if self.loaded.val() {
                    self.state.d.next = SweepState::Enter;
                }
            }
            SweepState::Enter => {
                if self.tick.val() {
                    self.state.d.next = SweepState::Leave;
                    if self.fold.val() {
                        self.state.d.next = SweepState::Destination;
                    }
                }
            }
            SweepState::Destination => {
                self.read_u.next = true;
                self.state.d.next = SweepState::Leave;
            }
            SweepState::Leave => {
                if self.leaves.val() {
                    self.state.d.next = SweepState::Ask;
                    if self.fold.val() {
                        self.state.d.next = SweepState::Scratch;
                    }
                }
            }
            SweepState::Scratch => {
                if self.new_group.val() {
                    self.scratch.d.next = self.scratch_up.next_value.val();
                }
                self.state.d.next = SweepState::Ask;
            }
            SweepState::Drain => {
                if (self.ages.q.val() == self.none5.val())
                    & (self.membrane_ages.q.val() == self.none11.val())
                {
                    self.state.d.next = SweepState::Idle;
                }
            }
            SweepState::Clear => {
                if !self.state_left.q.val() & !self.words_left.q.val() {
                    self.state.d.next = SweepState::Idle;
                }
            }
        }
        comment!("One by one, the newest neuron moves when its result is back.");
        if ((self.state.q.val() == SweepState::Leave) & self.leaves.val() & !self.fold.val())
            | (self.state.q.val() == SweepState::Scratch)
            | self.moves.val()
            | (self.state.q.val() == SweepState::Clear)
        {
            self.newest.d.next = self.newest_up.next_value.val();
        }

        comment!("Ages: a bit for each stage that holds a neuron.");
        self.membrane_enters.next = self.enters.val();
        if self.after_decay.val() | self.fold.val() {
            self.membrane_enters.next = self.ages.q.val().get_bit(3);
        }
        if self.tick.val() {
            self.ages.d.next = self.ages.q.val() << 1;
            self.membrane_ages.d.next = self.membrane_ages.q.val() << 1;
            if self.enters.val() {
                self.ages.d.next = (self.ages.q.val() << 1) | self.age_one.val();
            }
            if self.membrane_enters.val() {
                self.membrane_ages.d.next =
                    (self.membrane_ages.q.val() << 1) | self.membrane_age_one.val();
            }
        }
        self.lag_v.next = self.no_lag.val();
        self.lag_u_write.next = self.no_lag.val();
        self.lag_v_write.next = self.no_lag.val();
        if self.flows.val() {
            self.lag_u_write.next = self.five.val();
            self.lag_v_write.next = self.eleven.val();
            if self.after_decay.val() {
                self.lag_v.next = self.four.val();
                self.lag_v_write.next = self.fifteen.val();
            }
        }
        comment!("V, and the bitmap of the step before, once for each group.");
        self.v_age.next = self.newest.q.val() - self.lag_v.val();
        self.u_write_age.next = self.newest.q.val() - self.lag_u_write.val();
        self.v_write_age.next = self.newest.q.val() - self.lag_v_write.val();
        self.v_place.neuron.next = bit_cast::<20, 17>(self.v_age.val());
        self.read_v.next = self.tick.val() & self.membrane_enters.val();
        self.v_neuron.next = self.v_age.val();
        self.v_lane.next = self.lane_read.q.val();
        self.read_history.next = self.tick.val()
            & self.membrane_enters.val()
            & (self.v_place.lane.val() == self.zero5.val());
        self.history_address.next = self.bitmap_previous.q.val();
        if self.read_v.val() {
            self.lane_read.d.next = self.v_place.lane.val();
        }
        if self.read_history.val() {
            self.bitmap_previous.d.next =
                self.bitmap_previous.q.val() + bit_cast::<14, 8>(self.step.val());
        }

        comment!("Results: currents and membranes one by one, spikes group by group.");
        self.clears_state.next = self.state_left.q.val() & !self.all_entered.val();
        self.words_entered.next = self.words.q.val() == self.none15.val();
        self.clears_word.next = self.words_left.q.val() & !self.words_entered.val();
        if self.state.q.val() == SweepState::Clear {
            self.words.d.next = self.words_down.next_value.val();
            if self.all_entered.val() {
                self.state_left.d.next = false;
            }
            if self.words_entered.val() {
                self.words_left.d.next = false;
            }
        }
        self.finish.next = self.leaves.val() & !self.fold.val();
        self.folded.next = self.leaves.val() & self.fold.val();
        self.u_write_place.neuron.next = bit_cast::<20, 17>(self.u_write_age.val());
        self.write_u.next = (self.tick.val() & self.ages.q.val().get_bit(4) & !self.fold.val())
            | self.folded.val()
            | (self.state.q.val() == SweepState::Scratch)
            | self.clears_state.val();
        self.u_write_group.next = self.u_write_place.group.val();
        self.u_write_lane.next = self.u_write_place.lane.val();
        self.u_zero.next = self.clears_state.val();
        if self.state.q.val() == SweepState::Scratch {
            self.u_write_group.next = self.scratch.q.val();
            self.u_zero.next = true;
        }
        self.v_write_place.neuron.next = bit_cast::<20, 17>(self.v_write_age.val());
        self.write_v.next = self.finish.val() | self.clears_state.val();
        self.v_write_neuron.next = self.v_write_age.val();
        self.mask.lane.next = self.v_write_place.lane.val();
        self.mask.one.next = self.spike.val();
        self.mask.all.next = false;
        self.collected.next = self.bits.q.val() | self.mask.mask.val();
        self.out_last.next = (self.v_write_place.lane.val() == self.last_lane.value.val())
            | (self.all_entered.val() & !self.membrane_ages.q.val().get_bit(9));
        self.write_history.next =
            (self.finish.val() & self.out_last.val()) | self.clears_word.val();
        comment!("Known early: a word of H may be written in this clock.");
        self.blocks_history.next = self.finish.val() | (self.state.q.val() == SweepState::Clear);
        self.history_write_address.next = self.bitmap_out.q.val();
        self.spikes.next = self.collected.val();
        if self.clears_word.val() {
            self.spikes.next = self.empty.val();
        }
        if self.finish.val() {
            self.bits.d.next = self.collected.val();
            if self.out_last.val() {
                self.bits.d.next = self.empty.val();
            }
        }
        if self.write_history.val() {
            self.bitmap_out.d.next = self.bitmap_out.q.val() + bit_cast::<14, 8>(self.step.val());
        }

        if self.start.val() {
            self.newest.d.next = self.newest_up.next_value.val();
            self.left.d.next = self.left_down.next_value.val();
            self.words.d.next = self.words_down.next_value.val();
            self.scratch.d.next = self.scratch_up.next_value.val();
            self.bitmap_previous.d.next = self.previous_address.val();
            self.bitmap_out.d.next = self.spike_address.val();
            self.bits.d.next = self.empty.val();
            self.state_left.d.next = self.clear.val() & self.clear_state.val();
            self.words_left.d.next = self.clear.val() & self.clear_history.val();
            self.state.d.next = SweepState::First;
            if self.clear.val() {
                self.state.d.next = SweepState::Clear;
            } else if self.one_by_one.val() {
                self.state.d.next = SweepState::Ask;
            }
        }
        if self.stop.val() {
            self.state.d.next = SweepState::Idle;
            self.ages.d.next = self.none5.val();
            self.membrane_ages.d.next = self.none11.val();
            self.state_left.d.next = false;
            self.words_left.d.next = false;
        }
    }
}
