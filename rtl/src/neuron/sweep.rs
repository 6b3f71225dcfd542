//! The sweep: takes a population's neurons through the pipeline and puts the results back (UPDATE), or
//! a scratch range and its destination (FOLD), or writes start values (CLEAR).
//!
//! UPDATE: one neuron enters in every tick. With per-neuron parameters, and for FOLD, a neuron enters
//! when the one before it has left (and its parameters are in place): *one by one*. Which stages hold a
//! neuron is known by its age in ticks; which neurons they are, to [`super::places`]. CLEAR writes a neuron and a word of H in every clock.
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
//! | `late`, `hold_u` | 1, 1 | the word of U is kept in a register (still), which keeps it for now |
//! | `u_lane`, `enter` | 5, 1 | lane of the word read; it enters the pipeline in this tick |
//! | `read_v`, `v_neuron`, `v_lane` | 1, 17, 5 | read port of V; lane of the neuron read last |
//! | `read_history`, `history_address` | 1, 14 | read port of H |
//! | `write_u`, `u_write_group`, `u_write_lane`, `u_zero` | 1, 12, 5, 1 | put the current back, or 0 |
//! | `write_v`, `v_write_neuron` | 1, 17 | put the membrane back |
//! | `spike`, `finish`, `folded` | 1 | from the pipeline; a neuron has left; so has a folded current |
//! | `write_history`, `history_write_address`, `spikes` | 1, 14, L | write port of H |
//! | `blocks_history` | 1 | nobody else may write H in this clock |
//!
//! A sweep of two has these too (`abreast.rs`), and takes two neurons in every tick of an UPDATE with shared
//! parameters; what is said of a neuron is then said of the first of two:
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `two` | 1 | its neurons go abreast |
//! | `write_partner_u`, `write_partner_v` | 1 | put the partner's current, or membrane, back beside the first one's |
//! | `partner_spike` | 1 | from the partner's pipeline |
//!
//! A sweep that knows groups at rest (`resting.rs`) takes one as a single neuron that is not written and does not
//! count, and writes a word of no spikes for it; it has these:
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `operation` | 20 | what names an UPDATE |
//! | `unchanged`, `partner_unchanged` | 1 | the neuron that left a clock ago, or its partner, is as it was |
//! | `written`, `written_group` | 1, 12 | others write a current or membrane of this group |
//! | `forget` | 1 | nothing is known to rest any more |
//! | `skips_pairs` | 1 | one by one, the parameters of a whole group are not wanted |

use super::abreast::Abreast;
use super::places::Places;
use super::resting::Resting;
use crate::primitives::convert::several;
use crate::primitives::counter::{CountDown, CountUp};
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{LaneMask, LastLane};
use rust_hdl::prelude::*;

/// States of the sweep.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum SweepState {
    /// Nothing to do.
    Idle,
    /// The first word of U is read, and what is left is looked at.
    First,
    /// The word of U goes into its register, if it has one.
    Settle,
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
    pub late: Signal<In, Bit>,
    pub hold_u: Signal<Out, Bit>,
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
    pub two: Vec<Signal<Out, Bit>>,
    pub write_partner_u: Vec<Signal<Out, Bit>>,
    pub write_partner_v: Vec<Signal<Out, Bit>>,
    pub partner_spike: Vec<Signal<In, Bit>>,
    pub operation: Vec<Signal<In, Bits<20>>>,
    pub unchanged: Vec<Signal<In, Bit>>,
    pub partner_unchanged: Vec<Signal<In, Bit>>,
    pub written: Vec<Signal<In, Bit>>,
    pub written_group: Vec<Signal<In, Bits<12>>>,
    pub forget: Vec<Signal<In, Bit>>,
    pub skips_pairs: Vec<Signal<Out, Bit>>,

    state: DFF<SweepState>,
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
    all_entered: DFF<Bit>,
    no_words: DFF<Bit>,

    clears_state: Signal<Local, Bit>,
    clears_word: Signal<Local, Bit>,
    counts: Signal<Local, Bit>,
    clearing: Signal<Local, Bit>,
    places: Places<L>,
    abreast: Vec<Abreast<L>>,
    resting: Vec<Resting<L>>,
    resting_ages: Vec<DFF<Bits<5>>>,
    resting_membrane_ages: Vec<DFF<Bits<11>>>,
    skips: Vec<Signal<Local, Bit>>,
    passes: Vec<Signal<Local, Bit>>,
    skips_membrane: Vec<Signal<Local, Bit>>,
    skips_current: Vec<Signal<Local, Bit>>,
    skips_result: Vec<Signal<Local, Bit>>,
    mask: LaneMask<L>,
    last_lane: LastLane<L>,

    enters: Signal<Local, Bit>,
    membrane_enters: Signal<Local, Bit>,
    moves: Signal<Local, Bit>,
    scratches: Signal<Local, Bit>,
    retires: Signal<Local, Bit>,
    decayed: Signal<Local, Bit>,
    out_last: Signal<Local, Bit>,
    leaves: Signal<Local, Bit>,
    collected: Signal<Local, Bits<L>>,

    rest15: Fixed<15, 0>,
    rest14: Fixed<14, 0>,
    left_down: CountDown<16>,
    words_down: CountDown<15>,
    scratch_up: CountUp<12>,
    zero5: Fixed<5, 0>,
    none5: Fixed<5, 0>,
    age_one: Fixed<5, 1>,
    none11: Fixed<11, 0>,
    membrane_age_one: Fixed<11, 1>,
    empty: Fixed<L, 0>,
    one5: Fixed<5, 1>,
}

impl<const L: usize> Sweep<L> {
    /// Takes neurons alone, or with so many partners. With `resting` = 1 it knows which of so many groups rest;
    /// else it is 0.
    pub fn new(partners: usize, resting: usize, groups: usize) -> Self {
        Self {
            two: several(partners),
            write_partner_u: several(partners),
            write_partner_v: several(partners),
            partner_spike: several(partners),
            operation: several(resting),
            unchanged: several(resting),
            partner_unchanged: several(resting * partners),
            written: several(resting),
            written_group: several(resting),
            forget: several(resting),
            skips_pairs: several(resting),
            places: Places::new(partners, resting),
            abreast: several(partners),
            resting: (0..resting).map(|_| Resting::new(groups)).collect(),
            resting_ages: several(resting),
            resting_membrane_ages: several(resting),
            skips: several(resting),
            passes: several(resting),
            skips_membrane: several(resting),
            skips_current: several(resting),
            skips_result: several(resting),
            ..Default::default()
        }
    }
}

impl<const L: usize> Logic for Sweep<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            state,
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
            words_left,
            all_entered,
            no_words
        );
        clock!(self, clock, places);
        self.busy.next = self.state.q.val() != SweepState::Idle;
        self.clearing.next = self.state.q.val() == SweepState::Clear;
        self.scratches.next = self.state.q.val() == SweepState::Scratch;

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
            (self.state.q.val() == SweepState::Ask) & !self.all_entered.q.val() & !self.fold.val();
        self.enters.next = ((self.state.q.val() == SweepState::Flow) & !self.all_entered.q.val())
            | (self.state.q.val() == SweepState::Enter);
        self.enter.next = self.enters.val();
        self.leaves.next = self.tick.val() & self.membrane_ages.q.val().get_bit(10);
        if self.fold.val() {
            self.leaves.next = self.tick.val() & self.membrane_ages.q.val().get_bit(6);
        }
        self.moves.next = self.tick.val() & (self.state.q.val() == SweepState::Flow);
        self.u_group.next = self.places.group.val();
        comment!("The next group's word is read while the last lane enters, or, to be kept then, the lane before it.");
        self.read_u.next = self.moves.val() & self.places.is_last.val();
        if self.late.val() {
            self.read_u.next = self.moves.val() & self.places.is_last_but_one.val();
        }
        self.hold_u.next = (self.state.q.val() == SweepState::Flow)
            & !(self.moves.val() & self.places.is_last.val());
        self.u_lane.next = self.places.lane.val();
        self.counts.next = (self.enters.val() & self.tick.val() & !self.fold.val())
            | self.scratches.val()
            | self.clearing.val();
        if self.counts.val() {
            self.left.d.next = self.left_down.next_value.val();
        }
        comment!("Is nothing left after this clock? Known as a register; not yet in the clock of the start.");
        self.all_entered.d.next = (self.left.q.val().get_bits::<15>(1) == self.rest15.val())
            & (!self.left.q.val().get_bit(0) | self.counts.val());
        self.no_words.d.next = (self.words.q.val().get_bits::<14>(1) == self.rest14.val())
            & (!self.words.q.val().get_bit(0) | self.clearing.val());

        match self.state.q.val() {
            SweepState::Idle => {}
            SweepState::First => {
                self.read_u.next = true;
                self.state.d.next = SweepState::Flow;
                if self.late.val() {
                    self.state.d.next = SweepState::Settle;
                }
                if self.clear.val() {
                    self.state.d.next = SweepState::Clear;
                } else if self.one_by_one.val() {
                    self.state.d.next = SweepState::Ask;
                }
            }
            SweepState::Settle => {
                self.state.d.next = SweepState::Flow;
                if self.one_by_one.val() {
                    self.state.d.next = SweepState::Enter;
                }
            }
            SweepState::Flow => {
                if self.tick.val() & self.all_entered.q.val() {
                    self.state.d.next = SweepState::Drain;
                }
            }
            SweepState::Ask => {
                self.read_u.next = true;
                if self.fold.val() {
                    self.u_group.next = self.scratch.q.val();
                    self.state.d.next = SweepState::Enter;
                    if self.late.val() {
                        self.state.d.next = SweepState::Settle;
                    }
                } else {
                    self.state.d.next = SweepState::Load;
                }
                if self.all_entered.q.val() {
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
                if self.places.is_last.val() {
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
        for i in 0..self.abreast.len() {
            comment!("Two abreast: pairs are counted from here on.");
            if (self.state.q.val() == SweepState::First) & self.abreast[i].two.val() {
                self.left.d.next = self.abreast[i].halved.val();
            }
            self.places.two[i].next = self.abreast[i].two.val();
            self.two[i].next = self.abreast[i].two.val();
        }
        for i in 0..self.resting.len() {
            comment!("A group at rest enters as one neuron. Its operands are not loaded, and where the word of U is kept, the next one's is waited for.");
            self.skips[i].next = self.enters.val() & self.resting[i].rests.val();
            if self.resting[i].rests.val() {
                self.load.next = false;
                if (self.state.q.val() == SweepState::Ask) & !self.all_entered.q.val() {
                    self.state.d.next = SweepState::Enter;
                }
            }
            if self.skips[i].val() & self.tick.val() {
                self.left.d.next = self.resting[i].left_then.val();
                self.all_entered.d.next = self.resting[i].none_left.val();
                if self.state.q.val() == SweepState::Flow {
                    self.read_u.next = true;
                    if self.late.val() {
                        self.state.d.next = SweepState::Settle;
                    }
                }
            }
        }
        comment!("One by one, the next neuron's turn comes when the result is back.");
        self.retires.next = self.scratches.val()
            | ((self.state.q.val() == SweepState::Leave) & self.leaves.val() & !self.fold.val());
        self.places.start.next = self.start.val();
        self.places.first_group.next = self.first_group.val();
        self.places.lane_moves.next = self.moves.val() | self.retires.val();
        comment!("A group's word is read before its first neuron enters.");
        self.places.group_moves.next = ((self.moves.val() | self.retires.val())
            & self.places.is_last.val())
            | ((self.state.q.val() == SweepState::First) & !self.one_by_one.val());

        for i in 0..self.resting.len() {
            self.passes[i].next = (self.moves.val() & self.skips[i].val())
                | (self.retires.val() & self.resting[i].rests.val());
            self.skips_pairs[i].next = self.retires.val() & self.resting[i].rests.val();
            self.resting[i].takes.next =
                (self.moves.val() | self.retires.val()) & self.places.is_last.val();
            if self.passes[i].val() {
                self.places.lane_moves.next = false;
                self.places.group_moves.next = true;
                self.resting[i].takes.next = true;
            }
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
        for i in 0..self.resting.len() {
            comment!("Which of them is a group at rest.");
            self.resting_ages[i].clock.next = self.clock.val();
            self.resting_membrane_ages[i].clock.next = self.clock.val();
            self.resting_ages[i].d.next = self.resting_ages[i].q.val();
            self.resting_membrane_ages[i].d.next = self.resting_membrane_ages[i].q.val();
            self.skips_membrane[i].next = self.skips[i].val();
            if self.after_decay.val() {
                self.skips_membrane[i].next = self.resting_ages[i].q.val().get_bit(3);
            }
            if self.tick.val() {
                self.resting_ages[i].d.next = self.resting_ages[i].q.val() << 1;
                self.resting_membrane_ages[i].d.next = self.resting_membrane_ages[i].q.val() << 1;
                if self.skips[i].val() {
                    self.resting_ages[i].d.next =
                        (self.resting_ages[i].q.val() << 1) | self.age_one.val();
                }
                if self.skips_membrane[i].val() {
                    self.resting_membrane_ages[i].d.next =
                        (self.resting_membrane_ages[i].q.val() << 1) | self.membrane_age_one.val();
                }
            }
        }
        comment!("V, and the bitmap of the step before, once for each group.");
        self.read_v.next = self.tick.val() & self.membrane_enters.val();
        self.places.membrane_moves.next = self.read_v.val();
        self.v_neuron.next = self.places.membrane.val();
        self.v_lane.next = self.lane_read.q.val();
        self.read_history.next = self.tick.val()
            & self.membrane_enters.val()
            & (self.places.membrane_lane.val() == self.zero5.val());
        self.history_address.next = self.bitmap_previous.q.val();
        if self.read_v.val() {
            self.lane_read.d.next = self.places.membrane_lane.val();
        }
        if self.read_history.val() {
            self.bitmap_previous.d.next =
                self.bitmap_previous.q.val() + bit_cast::<14, 8>(self.step.val());
        }

        comment!("Results: currents and membranes one by one, spikes group by group.");
        self.clears_state.next = self.state_left.q.val() & !self.all_entered.q.val();
        self.clears_word.next = self.words_left.q.val() & !self.no_words.q.val();
        if self.clearing.val() {
            self.words.d.next = self.words_down.next_value.val();
            if self.all_entered.q.val() {
                self.state_left.d.next = false;
            }
            if self.no_words.q.val() {
                self.words_left.d.next = false;
            }
        }
        self.finish.next =
            self.tick.val() & self.membrane_ages.q.val().get_bit(10) & !self.fold.val();
        self.folded.next =
            self.tick.val() & self.membrane_ages.q.val().get_bit(6) & self.fold.val();
        self.decayed.next = self.tick.val() & self.ages.q.val().get_bit(4) & !self.fold.val();
        for i in 0..self.resting.len() {
            comment!("A group at rest is not written and does not count.");
            self.skips_current[i].next = self.tick.val()
                & self.ages.q.val().get_bit(4)
                & self.resting_ages[i].q.val().get_bit(4);
            self.skips_result[i].next = self.tick.val()
                & self.membrane_ages.q.val().get_bit(10)
                & self.resting_membrane_ages[i].q.val().get_bit(10);
            if self.skips_current[i].val() {
                self.decayed.next = false;
            }
            if self.skips_result[i].val() {
                self.finish.next = false;
            }
        }
        self.write_u.next =
            self.decayed.val() | self.folded.val() | self.scratches.val() | self.clears_state.val();
        comment!("FOLD writes a neuron's current twice: its sum, and zero to its scratch lane.");
        self.places.current_written.next =
            self.decayed.val() | self.scratches.val() | self.clearing.val();
        for i in 0..self.resting.len() {
            if self.skips_current[i].val() {
                self.places.current_written.next = true;
            }
        }
        self.u_write_group.next = self.places.current_group.val();
        self.u_write_lane.next = self.places.current_lane.val();
        self.u_zero.next = self.clears_state.val();
        if self.scratches.val() {
            self.u_write_group.next = self.scratch.q.val();
            self.u_zero.next = true;
        }
        self.write_v.next = self.finish.val() | self.clears_state.val();
        self.places.membrane_written.next = self.finish.val() | self.clearing.val();
        for i in 0..self.resting.len() {
            if self.skips_result[i].val() {
                self.places.membrane_written.next = true;
            }
        }
        self.v_write_neuron.next = self.places.result.val();
        self.mask.lane.next = self.places.result_lane.val();
        self.mask.one.next = self.spike.val();
        self.mask.all.next = false;
        self.collected.next = self.bits.q.val() | self.mask.mask.val();
        self.out_last.next = (self.places.result_lane.val() == self.last_lane.value.val())
            | (self.all_entered.q.val() & !self.membrane_ages.q.val().get_bit(9));
        for i in 0..self.abreast.len() {
            comment!("The second of two abreast.");
            self.abreast[i].clock.next = self.clock.val();
            self.abreast[i].start.next = self.start.val();
            self.abreast[i].one_by_one.next = self.one_by_one.val();
            self.abreast[i].clear.next = self.clear.val();
            self.abreast[i].odd.next = self.neurons.val().get_bit(0);
            self.abreast[i].busy.next = self.state.q.val() != SweepState::Idle;
            self.abreast[i].left.next = self.left.q.val();
            self.abreast[i].all_entered.next = self.all_entered.q.val();
            self.abreast[i].decayed.next = self.decayed.val();
            self.abreast[i].decays_next.next = self.ages.q.val().get_bit(3);
            self.abreast[i].finish.next = self.finish.val();
            self.abreast[i].finishes_next.next = self.membrane_ages.q.val().get_bit(9);
            self.abreast[i].lane.next = self.places.result_lane.val();
            self.abreast[i].spike.next = self.partner_spike[i].val();
            self.write_partner_u[i].next = self.abreast[i].partner_decayed.val();
            self.write_partner_v[i].next = self.abreast[i].partner_finish.val();
            self.collected.next =
                self.bits.q.val() | self.mask.mask.val() | self.abreast[i].spikes.val();
            if self.abreast[i].two.val() {
                self.out_last.next = ((self.places.result_lane.val() ^ self.one5.val())
                    == self.last_lane.value.val())
                    | (self.all_entered.q.val() & !self.membrane_ages.q.val().get_bit(9));
            }
        }
        self.write_history.next =
            (self.finish.val() & self.out_last.val()) | self.clears_word.val();
        comment!("Known early: a word of H may be written in this clock.");
        self.blocks_history.next = self.finish.val() | self.clearing.val();
        self.history_write_address.next = self.bitmap_out.q.val();
        self.spikes.next = self.collected.val();
        if self.clears_word.val() {
            self.spikes.next = self.empty.val();
        }
        for i in 0..self.resting.len() {
            if self.skips_result[i].val() {
                self.write_history.next = true;
                self.blocks_history.next = true;
                self.spikes.next = self.empty.val();
            }
            self.places.skips_membrane[i].next = self.skips_membrane[i].val();
            self.places.skips_current[i].next = self.skips_current[i].val();
            self.places.skips_result[i].next = self.skips_result[i].val();
            comment!("What is remembered of the groups.");
            self.resting[i].clock.next = self.clock.val();
            self.resting[i].start.next = self.start.val();
            self.resting[i].first_group.next = self.first_group.val();
            self.resting[i].updates.next = !self.fold.val() & !self.clear.val();
            self.resting[i].operation.next = self.operation[i].val();
            self.resting[i].two.next = false;
            self.resting[i].left.next = self.left.q.val();
            self.resting[i].leaves.next = self.finish.val();
            self.resting[i].group_ends.next = self.out_last.val();
            self.resting[i].group.next = self.places.result_group[i].val();
            self.resting[i].unchanged.next = self.unchanged[i].val();
            self.resting[i].partner_leaves.next = false;
            self.resting[i].partner_unchanged.next = false;
            comment!("FOLD and CLEAR write states as well, and the host does.");
            self.resting[i].changed.next = self.written[i].val()
                | self.folded.val()
                | self.scratches.val()
                | self.clears_state.val();
            self.resting[i].changed_group.next = self.u_write_group.val();
            if self.written[i].val() {
                self.resting[i].changed_group.next = self.written_group[i].val();
            }
            self.resting[i].forget.next = self.forget[i].val() | self.stop.val();
            for j in 0..self.abreast.len() {
                self.resting[i].two.next = self.abreast[j].two.val();
                self.resting[i].partner_leaves.next = self.abreast[j].partner_finish.val();
                self.resting[i].partner_unchanged.next = self.partner_unchanged[j].val();
            }
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
            self.left.d.next = self.left_down.next_value.val();
            self.words.d.next = self.words_down.next_value.val();
            self.scratch.d.next = self.scratch_up.next_value.val();
            self.bitmap_previous.d.next = self.previous_address.val();
            self.bitmap_out.d.next = self.spike_address.val();
            self.bits.d.next = self.empty.val();
            self.state_left.d.next = self.clear.val() & self.clear_state.val();
            self.words_left.d.next = self.clear.val() & self.clear_history.val();
            self.all_entered.d.next = false;
            self.no_words.d.next = false;
            self.state.d.next = SweepState::First;
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
