//! The learner: LEARN. For each group of the destination whose mask is not empty it goes through the sources' rows,
//! reads the group's word of each, changes it and writes it back, a word every two clocks.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `stop` | 1, 1 | begin, give up |
//! | `stored`, `store`, `long` | 1, 3, 64 | longs 2 and 3 of the operation come with the numbers 5 and 6; with `start` the second |
//! | `head`, `stride`, `t` | 64, 16, 7 | the first long, the stride, the step (still) |
//! | `read_history`, `history_address`, `history` | 1, 14, L | the read port of H: the destination's bits |
//! | `look`, `hand_out`, `row_base` | 1, 1, 20 | to the spike finder, for each group of the destination |
//! | `searching` | 1 | more rows may come |
//! | `row_valid`, `row_address`, `row_taken` | 1, 20, 1 | a row of a source that spiked |
//! | `read`, `write`, `address`, `data`, `word` | 1, 1, 20, SW, SW | the port of S, which is nobody else's |
//! | `late` | 1 | S answers a clock later than a memory would (still) |
//! | `counted` | 1 | a word of weights is read |
//! | `busy` | 1 | at work |
//!
//! Clocks go by twos while rows stream: S is read in the first and written in the second. A word that is read in one
//! pair is kept in the next, is in the lanes for three more (`lane/learn.rs`) and is written at the end of the last.

use crate::lane::learn_lanes::LearnLanes;
use crate::primitives::fixed::Fixed;
use crate::primitives::learning::RealLanes;
use crate::primitives::wiring::RingAddress;
use rust_hdl::prelude::*;

/// States of the learner.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum LearnerState {
    /// Nothing to learn.
    Idle,
    /// Reading the random numbers.
    Random,
    /// They are on their way.
    RandomWait,
    /// They are there.
    RandomKeep,
    /// Reading the destination's next group, if there is one.
    Group,
    /// Its bits are there.
    GroupBits,
    /// Whether any of its lanes learns.
    Mask,
    /// The spike finder begins to read the source's bits.
    Look,
    /// It has not read them yet.
    Settle,
    /// It hands out rows.
    Begin,
    /// Rows.
    Rows,
    /// Writing the random numbers.
    Keep,
}

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Learner<const L: usize, const SW: usize> {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub stop: Signal<In, Bit>,
    pub stored: Signal<In, Bit>,
    pub store: Signal<In, Bits<3>>,
    pub long: Signal<In, Bits<64>>,
    pub head: Signal<In, Bits<64>>,
    pub stride: Signal<In, Bits<16>>,
    pub t: Signal<In, Bits<7>>,
    pub read_history: Signal<Out, Bit>,
    pub history_address: Signal<Out, Bits<14>>,
    pub history: Signal<In, Bits<L>>,
    pub look: Signal<Out, Bit>,
    pub hand_out: Signal<Out, Bit>,
    pub row_base: Signal<Out, Bits<20>>,
    pub searching: Signal<In, Bit>,
    pub row_valid: Signal<In, Bit>,
    pub row_address: Signal<In, Bits<20>>,
    pub row_taken: Signal<Out, Bit>,
    pub read: Signal<Out, Bit>,
    pub write: Signal<Out, Bit>,
    pub address: Signal<Out, Bits<20>>,
    pub data: Signal<Out, Bits<SW>>,
    pub word: Signal<In, Bits<SW>>,
    pub late: Signal<In, Bit>,
    pub counted: Signal<Out, Bit>,
    pub busy: Signal<Out, Bit>,
    state: DFF<LearnerState>,
    target: DFF<Bits<64>>,
    rule: DFF<Bits<64>>,
    ring: RingAddress,
    inside: RealLanes<L>,
    lanes: LearnLanes<L, SW>,
    target_at: DFF<Bits<14>>,
    groups_left: DFF<Bits<12>>,
    group_row: DFF<Bits<20>>,
    mask: DFF<Bits<L>>,
    row_at: DFF<Bits<20>>,
    rows_left: DFF<Bits<16>>,
    second: DFF<Bit>,
    kept: DFF<Bits<SW>>,
    valid0: DFF<Bit>,
    valid1: DFF<Bit>,
    valid2: DFF<Bit>,
    valid3: DFF<Bit>,
    valid4: DFF<Bit>,
    at0: DFF<Bits<20>>,
    at1: DFF<Bits<20>>,
    at2: DFF<Bits<20>>,
    at3: DFF<Bits<20>>,
    at4: DFF<Bits<20>>,
    every: Signal<Local, Bit>,
    some_row: Signal<Local, Bit>,
    next_row: Signal<Local, Bits<20>>,
    reads_row: Signal<Local, Bit>,
    on_the_way: Signal<Local, Bit>,
    bits_now: Signal<Local, Bits<L>>,
    keeps: Signal<Local, Bit>,
    none12: Fixed<12, 0>,
    one12: Fixed<12, 1>,
    none16: Fixed<16, 0>,
    one16: Fixed<16, 1>,
    one20: Fixed<20, 1>,
    long2: Fixed<3, 5>,
    long3: Fixed<3, 6>,
}

impl<const L: usize, const SW: usize> Logic for Learner<L, SW> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            state,
            target,
            rule,
            target_at,
            groups_left,
            group_row
        );
        dff_setup!(self, clock, mask, row_at, rows_left, second, kept);
        dff_setup!(self, clock, valid0, valid1, valid2, valid3, valid4, at0, at1, at2, at3, at4);
        clock!(self, clock, lanes);

        comment!("The operation.");
        if self.stored.val() & (self.store.val() == self.long2.val()) {
            self.target.d.next = self.long.val();
        }
        if self.stored.val() & (self.store.val() == self.long3.val()) {
            self.rule.d.next = self.long.val();
        }
        self.every.next = self.head.val().get_bit(4);
        self.ring.base.next = self.target.q.val().get_bits::<14>(32);
        self.ring.log2_depth.next = self.target.q.val().get_bits::<3>(23);
        self.ring.t.next = self.t.val();
        self.ring.back.next = self.target.q.val().get_bits::<7>(16);
        self.inside.last.next = self.head.val().get_bits::<5>(27);
        self.lanes.without_sign.next = self.head.val().get_bit(8);
        self.lanes.change.next = self.rule.q.val().get_bits::<17>(0);
        self.lanes.decay.next = self.rule.q.val().get_bits::<3>(17);
        self.lanes.decays.next = self.rule.q.val().get_bit(20);
        self.lanes.minimum.next = self.rule.q.val().get_bits::<8>(24);
        self.lanes.maximum.next = self.rule.q.val().get_bits::<8>(32);

        comment!("Rows: read in the first of two clocks, written in the second.");
        self.some_row.next = self.row_valid.val();
        self.next_row.next = self.row_address.val();
        if self.every.val() {
            self.some_row.next = self.rows_left.q.val() != self.none16.val();
            self.next_row.next = self.row_at.q.val();
        }
        self.reads_row.next =
            (self.state.q.val() == LearnerState::Rows) & !self.second.q.val() & self.some_row.val();
        self.row_taken.next = self.reads_row.val() & !self.every.val();
        self.counted.next = self.reads_row.val();
        self.second.d.next = (self.state.q.val() == LearnerState::Rows) & !self.second.q.val();
        if self.reads_row.val() {
            self.valid0.d.next = true;
            self.at0.d.next = self.next_row.val();
            self.row_at.d.next = self.row_at.q.val() + bit_cast::<20, 16>(self.stride.val());
            self.rows_left.d.next = self.rows_left.q.val() - self.one16.val();
        }
        if self.second.q.val() {
            self.valid0.d.next = false;
            self.valid1.d.next = self.valid0.q.val();
            self.valid2.d.next = self.valid1.q.val();
            self.valid3.d.next = self.valid2.q.val();
            self.valid4.d.next = self.valid3.q.val();
            self.at1.d.next = self.at0.q.val();
            self.at2.d.next = self.at1.q.val();
            self.at3.d.next = self.at2.q.val();
            self.at4.d.next = self.at3.q.val();
        }
        self.on_the_way.next = self.valid0.q.val()
            | self.valid1.q.val()
            | self.valid2.q.val()
            | self.valid3.q.val()
            | self.valid4.q.val();
        comment!(
            "A word is there in the second clock, or, if late, in the first one of the next two."
        );
        self.keeps.next = self.second.q.val() ^ self.late.val();
        if self.keeps.val() {
            self.kept.d.next = self.word.val();
        }
        self.lanes.word.next = self.kept.q.val();
        self.lanes.mask.next = self.mask.q.val();
        self.lanes.advance.next = self.second.q.val();
        self.lanes.enters.next = self.valid1.q.val();
        self.lanes.load.next = false;
        self.lanes.state.next = self.word.val().get_bits::<32>(0);

        self.read.next = self.reads_row.val();
        self.write.next = self.valid4.q.val() & self.second.q.val();
        self.address.next = self.next_row.val();
        if self.second.q.val() {
            self.address.next = self.at4.q.val();
        }
        self.data.next = self.lanes.learned.val();
        self.read_history.next = false;
        self.history_address.next = self.target_at.q.val();
        self.bits_now.next = self.history.val();
        if self.target.q.val().get_bit(4) {
            self.bits_now.next = !self.history.val();
        }
        self.look.next = false;
        self.hand_out.next = false;
        self.row_base.next = self.group_row.q.val();
        self.busy.next = self.state.q.val() != LearnerState::Idle;
        match self.state.q.val() {
            LearnerState::Idle => {
                self.group_row.d.next = self.long.val().get_bits::<20>(0);
                self.groups_left.d.next = self.long.val().get_bits::<12>(48);
                self.target_at.d.next = self.ring.address.val();
                if self.start.val() {
                    self.state.d.next = LearnerState::Random;
                }
            }
            LearnerState::Random => {
                self.read.next = true;
                self.address.next = self.rule.q.val().get_bits::<20>(40);
                self.state.d.next = LearnerState::RandomWait;
            }
            LearnerState::RandomWait => {
                self.state.d.next = LearnerState::RandomKeep;
            }
            LearnerState::RandomKeep => {
                self.lanes.load.next = true;
                self.state.d.next = LearnerState::Group;
            }
            LearnerState::Group => {
                self.read_history.next = true;
                self.state.d.next = LearnerState::GroupBits;
                if self.groups_left.q.val() == self.none12.val() {
                    self.state.d.next = LearnerState::Keep;
                }
            }
            LearnerState::GroupBits => {
                self.target_at.d.next =
                    self.target_at.q.val() + bit_cast::<14, 8>(self.ring.step.val());
                self.mask.d.next = self.bits_now.val();
                if self.groups_left.q.val() == self.one12.val() {
                    self.mask.d.next = self.bits_now.val() & self.inside.lanes.val();
                }
                self.groups_left.d.next = self.groups_left.q.val() - self.one12.val();
                self.state.d.next = LearnerState::Mask;
            }
            LearnerState::Mask => {
                self.row_at.d.next = self.group_row.q.val();
                self.rows_left.d.next = self.target.q.val().get_bits::<16>(48);
                self.state.d.next = LearnerState::Look;
                if !self.mask.q.val().any() {
                    self.group_row.d.next = self.group_row.q.val() + self.one20.val();
                    self.state.d.next = LearnerState::Group;
                }
            }
            LearnerState::Look => {
                self.look.next = !self.every.val();
                self.state.d.next = LearnerState::Settle;
            }
            LearnerState::Settle => {
                self.state.d.next = LearnerState::Begin;
            }
            LearnerState::Begin => {
                self.hand_out.next = !self.every.val();
                self.state.d.next = LearnerState::Rows;
            }
            LearnerState::Rows => {
                if !self.some_row.val() & !self.searching.val() & !self.on_the_way.val() {
                    self.group_row.d.next = self.group_row.q.val() + self.one20.val();
                    self.state.d.next = LearnerState::Group;
                }
            }
            LearnerState::Keep => {
                comment!("The word's other bytes become 0.");
                self.write.next = true;
                self.address.next = self.rule.q.val().get_bits::<20>(40);
                self.data.next = bit_cast::<SW, 32>(self.lanes.state_now.val());
                self.state.d.next = LearnerState::Idle;
            }
        }
        if self.stop.val() {
            self.state.d.next = LearnerState::Idle;
            self.valid0.d.next = false;
            self.valid1.d.next = false;
            self.valid2.d.next = false;
            self.valid3.d.next = false;
            self.valid4.d.next = false;
        }
    }
}
