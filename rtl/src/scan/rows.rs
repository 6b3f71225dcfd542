//! The row streamer: turns spikes into a word of S for the lanes in every clock. The next row's
//! address is computed while a row streams, so rows follow each other without a gap. In a listed SCAN a
//! source's row is made of segments, which the segment reader brings; it reads S when it may, and the
//! streamer waits for that clock.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `found`, `lane`, `row`, `taken` | 1, 5, 20, 1 | from the spike finder |
//! | `stride`, `groups`, `first_group`, `format` | 16, 12, 12, 2 | still, from SCAN |
//! | `listed` | 1 | segments instead of rows (still) |
//! | `row_valid`, `row_address`, `row_taken` | 1, 20, 1 | listed: a spike, for the segment reader |
//! | `segment_*` | | from the segment reader (`scan/segments.rs`) |
//! | `free`, `hold` | 1, 1 | S may be read by another in this clock; it is |
//! | `exponent` | 4 | listed: for the lanes, in clock t + 2 |
//! | `read`, `read_address` | 1, 20 | to S, in clock t; a clock before it if S is late |
//! | `part` | 3 | for the lanes, in clock t + 2; without forwarding t + 1 |
//! | `fetch`, `fetch_group` | 1, 12 | read U, in clock t + 2 |
//! | `adding`, `add_group` | 1, 12 | add and write U, in clock t + 4; without forwarding t + 3 |
//! | `take_earlier`, `take_last` | 1, 1 | the lanes take a sum of theirs instead of U's word, in t + 3, t + 4 |
//! | `row_begins` | 1 | for the counter of synaptic operations |
//! | `forwarding` | 1 | the lanes forward (still); if not, a word for the group of the one before it waits a clock |
//! | `late` | 1 | S answers a clock later than a memory would (still) |
//! | `highest` | 12 | the highest group of U (still), 2^n - 1, n > 0: groups count modulo 2^n, also where two are compared |
//! | `busy` | 1 | S will be read; the last words are then still on their way to U |

use crate::primitives::counter::{AddLanes, CountDown, CountUp, MovePointer};
use crate::primitives::fixed::Fixed;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct RowStreamer<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub stop: Signal<In, Bit>,
    pub found: Signal<In, Bit>,
    pub lane: Signal<In, Bits<5>>,
    pub row: Signal<In, Bits<20>>,
    pub taken: Signal<Out, Bit>,
    pub stride: Signal<In, Bits<16>>,
    pub groups: Signal<In, Bits<12>>,
    pub first_group: Signal<In, Bits<12>>,
    pub format: Signal<In, Bits<2>>,
    pub listed: Signal<In, Bit>,
    pub row_valid: Signal<Out, Bit>,
    pub row_address: Signal<Out, Bits<20>>,
    pub row_taken: Signal<In, Bit>,
    pub segment_found: Signal<In, Bit>,
    pub segment_taken: Signal<Out, Bit>,
    pub segment_begins: Signal<In, Bit>,
    pub segment_first_word: Signal<In, Bits<20>>,
    pub segment_first_group: Signal<In, Bits<12>>,
    pub segment_word_skip: Signal<In, Bits<9>>,
    pub segment_group_skip: Signal<In, Bits<12>>,
    pub segment_groups: Signal<In, Bits<6>>,
    pub segment_exponent: Signal<In, Bits<4>>,
    pub free: Signal<Out, Bit>,
    pub hold: Signal<In, Bit>,
    pub exponent: Signal<Out, Bits<4>>,
    pub read: Signal<Out, Bit>,
    pub read_address: Signal<Out, Bits<20>>,
    pub part: Signal<Out, Bits<3>>,
    pub fetch: Signal<Out, Bit>,
    pub fetch_group: Signal<Out, Bits<12>>,
    pub adding: Signal<Out, Bit>,
    pub add_group: Signal<Out, Bits<12>>,
    pub take_earlier: Signal<Out, Bit>,
    pub take_last: Signal<Out, Bit>,
    pub forwarding: Signal<In, Bit>,
    pub late: Signal<In, Bit>,
    pub highest: Signal<In, Bits<12>>,
    pub row_begins: Signal<Out, Bit>,
    pub busy: Signal<Out, Bit>,
    spike_valid: DFF<Bit>,
    spike_lane: DFF<Bits<5>>,
    spike_row: DFF<Bits<20>>,
    offset_valid: DFF<Bit>,
    offset_lane: DFF<Bits<5>>,
    offset_row: DFF<Bits<20>>,
    add0: AddLanes<L, 0>,
    add1: AddLanes<L, 1>,
    add2: AddLanes<L, 2>,
    address_up: CountUp<20>,
    address_move: MovePointer<20, 9>,
    group_move: MovePointer<12, 12>,
    group: DFF<Bits<12>>,
    group0: DFF<Bits<12>>,
    group1: DFF<Bits<12>>,
    exponent_now: DFF<Bits<4>>,
    exponent0: DFF<Bits<4>>,
    exponent1: DFF<Bits<4>>,
    exponent2: DFF<Bits<4>>,
    group_up: CountUp<12>,
    left_down: CountDown<12>,
    active: DFF<Bit>,
    address: DFF<Bits<20>>,
    left: DFF<Bits<12>>,
    last: DFF<Bit>,
    now: DFF<Bits<3>>,
    inside: DFF<Bit>,
    valid0: DFF<Bit>,
    begins0: DFF<Bit>,
    part0: DFF<Bits<3>>,
    valid1: DFF<Bit>,
    begins1: DFF<Bit>,
    part1: DFF<Bits<3>>,
    part2: DFF<Bits<3>>,
    valid2: DFF<Bit>,
    begins2: DFF<Bit>,
    valid3: DFF<Bit>,
    valid4: DFF<Bit>,
    group_fetched: DFF<Bits<12>>,
    group_before: DFF<Bits<12>>,
    group_earlier: DFF<Bits<12>>,
    earlier3: DFF<Bit>,
    last3: DFF<Bit>,
    last4: DFF<Bit>,
    last_part: Signal<Local, Bits<3>>,
    one_group: DFF<Bit>,
    groups_meet: DFF<Bit>,
    groups_inside: Signal<Local, Bits<12>>,
    skip_inside: Signal<Local, Bits<12>>,
    group_next: Signal<Local, Bits<12>>,
    row_groups: Signal<Local, Bits<12>>,
    row_is_one: Signal<Local, Bit>,
    row_waits: Signal<Local, Bit>,
    same_group: Signal<Local, Bit>,
    step: Signal<Local, Bit>,
    word_done: Signal<Local, Bit>,
    starts: Signal<Local, Bit>,
    gap: Signal<Local, Bit>,
    load: Signal<Local, Bit>,
    shift: Signal<Local, Bit>,
    word_ends: Signal<Local, Bit>,
    some_groups: Signal<Local, Bit>,
    one12: Fixed<12, 1>,
    one6: Fixed<6, 1>,
    two12: Fixed<12, 2>,
    none: Fixed<12, 0>,
    zero3: Fixed<3, 0>,
    one3: Fixed<3, 1>,
    three3: Fixed<3, 3>,
    seven3: Fixed<3, 7>,
    bits8: Fixed<2, 0>,
    bits4: Fixed<2, 1>,
    bits2: Fixed<2, 2>,
}

impl<const L: usize> Logic for RowStreamer<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            spike_valid,
            spike_lane,
            spike_row,
            offset_valid,
            offset_lane,
            offset_row
        );
        dff_setup!(self, clock, active, address, left, last, now, inside);
        dff_setup!(
            self,
            clock,
            group_before,
            group_earlier,
            earlier3,
            last3,
            last4,
            part2,
            valid4,
            one_group,
            groups_meet
        );
        dff_setup!(
            self,
            clock,
            valid0,
            begins0,
            part0,
            valid1,
            begins1,
            part1,
            valid2,
            begins2,
            valid3,
            group_fetched
        );
        dff_setup!(
            self,
            clock,
            group,
            group0,
            group1,
            exponent_now,
            exponent0,
            exponent1,
            exponent2
        );

        comment!("The row in work: one group a clock; a word of S when its first part is due.");
        self.last_part.next = self.seven3.val();
        if self.format.val() == self.bits8.val() {
            self.last_part.next = self.zero3.val();
        } else if self.format.val() == self.bits4.val() {
            self.last_part.next = self.one3.val();
        } else if self.format.val() == self.bits2.val() {
            self.last_part.next = self.three3.val();
        }
        comment!("The operation is still for some clocks before its first row.");
        self.one_group.d.next = self.groups.val() == self.one12.val();
        comment!("A row's last group is the next one's first: one group, or one more than all, or than all some times.");
        self.groups_inside.next = self.groups.val() & self.highest.val();
        self.groups_meet.d.next = self.groups_inside.val() == self.one12.val();
        self.word_ends.next = self.now.q.val() == self.last_part.val();
        comment!("What comes next: a row, or a segment of one.");
        self.row_groups.next = self.groups.val();
        self.row_is_one.next = self.one_group.q.val();
        self.row_waits.next = self.offset_valid.q.val();
        if self.listed.val() {
            self.row_groups.next = bit_cast::<12, 6>(self.segment_groups.val());
            self.row_is_one.next = self.segment_groups.val() == self.one6.val();
            self.row_waits.next = self.segment_found.val();
        }
        comment!(
            "Without forwarding a word waits until one before it for the same group is written."
        );
        self.gap.next = self.groups_meet.q.val() & !self.forwarding.val();
        comment!("A source's first segment may be for any group.");
        self.skip_inside.next = self.segment_group_skip.val() & self.highest.val();
        self.same_group.next =
            self.segment_begins.val() | (self.skip_inside.val() == self.highest.val());
        if self.listed.val() {
            self.gap.next = self.same_group.val() & !self.forwarding.val();
        }
        comment!("Between two words of weights S may be read for a list.");
        self.free.next = !self.active.q.val() | !self.inside.q.val();
        self.step.next = self.active.q.val() & !self.hold.val();
        self.load.next = self.row_waits.val()
            & (!self.active.q.val() | (self.last.q.val() & !self.gap.val() & !self.hold.val()));
        self.segment_taken.next = self.load.val() & self.listed.val();
        self.read.next = self.step.val() & !self.inside.q.val();
        self.read_address.next = self.address.q.val();
        self.address_up.now.next = self.address.q.val();
        self.address_up.load.next = self.load.val();
        self.address_up.value.next = self.add2.sum.val();
        self.left_down.now.next = self.left.q.val();
        comment!("Loaded again with every row's last group, whether a row follows or not.");
        self.left_down.count.next = self.active.q.val() & !self.last.q.val();
        self.left_down.value.next = self.row_groups.val();
        if self.step.val() {
            self.now.d.next = self.now.q.val() + self.one3.val();
            self.inside.d.next = !self.word_ends.val();
            if self.word_ends.val() {
                self.now.d.next = self.zero3.val();
            }
            if self.last.q.val() {
                self.active.d.next = false;
            }
        }
        if self.step.val() | self.load.val() {
            self.left.d.next = self.left_down.next_value.val();
            self.last.d.next = self.left.q.val() == self.two12.val();
        }
        if self.load.val() {
            self.last.d.next = self.row_is_one.val();
        }
        if (self.step.val() & self.word_ends.val()) | self.load.val() {
            self.address.d.next = self.address_up.next_value.val();
        }
        comment!("Segments count from the end of the one before; a segment ends a word.");
        self.starts.next = self.load.val() & self.segment_begins.val();
        self.word_done.next = self.step.val() & (self.word_ends.val() | self.last.q.val());
        self.address_move.now.next = self.address.q.val();
        self.address_move.first.next = self.segment_first_word.val();
        self.address_move.starts.next = self.starts.val();
        self.address_move.skip.next = self.segment_word_skip.val();
        self.address_move.moves.next = self.load.val();
        self.address_move.one.next = self.word_done.val() & !self.starts.val();
        self.group_move.now.next = self.group.q.val();
        self.group_move.first.next = self.segment_first_group.val();
        self.group_move.starts.next = self.starts.val();
        self.group_move.skip.next = self.segment_group_skip.val();
        self.group_move.moves.next = self.load.val();
        self.group_move.one.next = self.step.val() & !self.starts.val();
        self.group.d.next = self.group_move.next_value.val();
        if self.listed.val() {
            self.address.d.next = self.address_move.next_value.val();
        }
        self.some_groups.next = self.row_groups.val() != self.none.val();
        self.row_begins.next = self.load.val() & self.some_groups.val() & !self.listed.val();
        if self.load.val() {
            self.active.d.next = self.some_groups.val();
            self.now.d.next = self.zero3.val();
            self.inside.d.next = false;
            self.exponent_now.d.next = self.segment_exponent.val();
        }

        comment!("The rows to come: lane * stride, added to the group's row in three steps.");
        self.row_valid.next = self.offset_valid.q.val() & self.listed.val();
        self.row_address.next = self.add2.sum.val();
        self.shift.next = !self.offset_valid.q.val() | self.load.val();
        if self.listed.val() {
            self.shift.next = !self.offset_valid.q.val() | self.row_taken.val();
        }
        self.add0.row.next = self.row.val();
        self.add0.lane.next = self.lane.val();
        self.add0.stride.next = self.stride.val();
        self.add1.row.next = self.spike_row.q.val();
        self.add1.lane.next = self.spike_lane.q.val();
        self.add1.stride.next = self.stride.val();
        self.add2.row.next = self.offset_row.q.val();
        self.add2.lane.next = self.offset_lane.q.val();
        self.add2.stride.next = self.stride.val();
        if self.shift.val() {
            self.offset_valid.d.next = self.spike_valid.q.val();
            self.offset_lane.d.next = self.spike_lane.q.val();
            self.offset_row.d.next = self.add1.sum.val();
        }
        self.taken.next = self.found.val() & (!self.spike_valid.q.val() | self.shift.val());
        if !self.spike_valid.q.val() | self.shift.val() {
            self.spike_valid.d.next = self.found.val();
            self.spike_lane.d.next = self.lane.val();
            self.spike_row.d.next = self.add0.sum.val();
        }

        comment!("The way of a word: S, mantissa, shift, addition and write.");
        self.valid0.d.next = self.step.val();
        self.begins0.d.next = self.load.val();
        self.part0.d.next = self.now.q.val();
        self.valid1.d.next = self.step.val();
        self.begins1.d.next = self.load.val();
        self.part1.d.next = self.now.q.val();
        if self.late.val() {
            self.valid1.d.next = self.valid0.q.val();
            self.begins1.d.next = self.begins0.q.val();
            self.part1.d.next = self.part0.q.val();
        }
        self.part2.d.next = self.part1.q.val();
        self.valid2.d.next = self.valid1.q.val();
        self.begins2.d.next = self.begins1.q.val();
        self.valid3.d.next = self.valid2.q.val();
        self.valid4.d.next = self.valid3.q.val();
        comment!("Dense rows have the same groups, so they are counted where U is read.");
        self.fetch.next = self.valid2.q.val();
        self.group_up.now.next = self.group_fetched.q.val();
        self.group_up.load.next = self.begins2.q.val();
        self.group_up.value.next = self.first_group.val();
        self.group_next.next = self.group_up.next_value.val();
        self.group0.d.next = self.group.q.val();
        self.group1.d.next = self.group.q.val();
        self.exponent0.d.next = self.exponent_now.q.val();
        self.exponent1.d.next = self.exponent_now.q.val();
        if self.late.val() {
            self.group1.d.next = self.group0.q.val();
            self.exponent1.d.next = self.exponent0.q.val();
        }
        self.exponent2.d.next = self.exponent1.q.val();
        self.exponent.next = self.exponent2.q.val();
        if self.listed.val() {
            self.group_next.next = self.group1.q.val();
        }
        self.group_fetched.d.next = self.group_next.val() & self.highest.val();
        self.group_before.d.next = self.group_fetched.q.val();
        self.group_earlier.d.next = self.group_before.q.val();
        self.fetch_group.next = self.group_fetched.q.val();
        comment!("The two words before this one are added to U after it is read here.");
        self.last3.d.next = self.forwarding.val()
            & self.valid3.q.val()
            & (self.group_fetched.q.val() == self.group_before.q.val());
        self.earlier3.d.next = self.forwarding.val()
            & self.valid4.q.val()
            & (self.group_fetched.q.val() == self.group_earlier.q.val());
        self.last4.d.next = self.last3.q.val();
        self.take_earlier.next = self.earlier3.q.val();
        self.take_last.next = self.last4.q.val();
        self.part.next = self.part1.q.val();
        self.adding.next = self.valid3.q.val();
        self.add_group.next = self.group_before.q.val();
        if self.forwarding.val() {
            self.part.next = self.part2.q.val();
            self.adding.next = self.valid4.q.val();
            self.add_group.next = self.group_earlier.q.val();
        }
        self.busy.next = self.spike_valid.q.val()
            | self.offset_valid.q.val()
            | (self.active.q.val() & (!self.last.q.val() | self.hold.val()));
        if self.stop.val() {
            self.spike_valid.d.next = false;
            self.offset_valid.d.next = false;
            self.active.d.next = false;
        }
    }
}
