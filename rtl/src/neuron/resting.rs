//! Groups at rest: which groups of a population an UPDATE would leave as they are, so that it need not be computed.
//!
//! A word for each group holds the address of the operation that was last seen to leave all its neurons of that group
//! unchanged (`unchanged.rs`), or 0. What else may change the outcome makes it 0: a current or membrane written by
//! anyone else, and, for all groups, words of S or H from the host and a program that was stopped. An operation whose
//! address it is computes nothing for that group: same operands, same state, same outcome. (UPDATE's address here is
//! that of its second long, so it is never 0 but at the very end of 8 MiB of S, where no group rests.)
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `first_group` | 1, 12 | a sweep begins |
//! | `updates`, `operation` | 1, 20 | it is an UPDATE, at this address |
//! | `takes` | 1 | the group that is about to enter has entered |
//! | `rests` | 1 | the group that is about to enter rests; from two clocks after `start` on |
//! | `two`, `left` | 1, 16 | neurons go abreast; neurons, or pairs of them, left before a group that rests |
//! | `left_then`, `none_left` | 16, 1 | and after it |
//! | `leaves`, `group_ends`, `group` | 1, 1, 12 | a neuron leaves the pipeline, the last one of this group |
//! | `unchanged` | 1 | that neuron is as it was; told a clock later |
//! | `partner_leaves`, `partner_unchanged` | 1, 1 | the same for its partner |
//! | `changed`, `changed_group` | 1, 12 | a state of this group is written by anyone else |
//! | `forget` | 1 | no group rests any more; takes 4,096 clocks, in which nothing is remembered |
//!
//! The words of the groups that enter next are read ahead: one is at the memory's output, one was compared and kept.

use crate::primitives::fixed::Fixed;
use crate::primitives::memory::WordRam;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Resting<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub first_group: Signal<In, Bits<12>>,
    pub updates: Signal<In, Bit>,
    pub operation: Signal<In, Bits<20>>,
    pub takes: Signal<In, Bit>,
    pub rests: Signal<Out, Bit>,
    pub two: Signal<In, Bit>,
    pub left: Signal<In, Bits<16>>,
    pub left_then: Signal<Out, Bits<16>>,
    pub none_left: Signal<Out, Bit>,
    pub leaves: Signal<In, Bit>,
    pub group_ends: Signal<In, Bit>,
    pub group: Signal<In, Bits<12>>,
    pub unchanged: Signal<In, Bit>,
    pub partner_leaves: Signal<In, Bit>,
    pub partner_unchanged: Signal<In, Bit>,
    pub changed: Signal<In, Bit>,
    pub changed_group: Signal<In, Bits<12>>,
    pub forget: Signal<In, Bit>,

    memory: WordRam<20>,
    begins: DFF<Bit>,
    trusted: DFF<Bit>,
    ahead: DFF<Bits<12>>,
    reads: Signal<Local, Bit>,
    read_group: Signal<Local, Bits<12>>,
    entering_rests: DFF<Bit>,
    left_before: DFF<Bit>,
    partner_left: DFF<Bit>,
    ended: DFF<Bit>,
    ended_group: DFF<Bits<12>>,
    all_same: DFF<Bit>,
    same: Signal<Local, Bit>,
    forgetting: DFF<Bit>,
    forgotten: DFF<Bits<12>>,
    group_size: Signal<Local, Bits<16>>,
    lanes: Constant<Bits<16>>,
    half: Constant<Bits<16>>,
    none16: Fixed<16, 0>,
    none12: Fixed<12, 0>,
    one12: Fixed<12, 1>,
    last12: Fixed<12, 4095>,
    nobody: Fixed<20, 0>,
}

impl<const L: usize> Resting<L> {
    /// For so many groups.
    pub fn new(groups: usize) -> Self {
        Self {
            clock: Default::default(),
            start: Default::default(),
            first_group: Default::default(),
            updates: Default::default(),
            operation: Default::default(),
            takes: Default::default(),
            rests: Default::default(),
            two: Default::default(),
            left: Default::default(),
            left_then: Default::default(),
            none_left: Default::default(),
            leaves: Default::default(),
            group_ends: Default::default(),
            group: Default::default(),
            unchanged: Default::default(),
            partner_leaves: Default::default(),
            partner_unchanged: Default::default(),
            changed: Default::default(),
            changed_group: Default::default(),
            forget: Default::default(),
            memory: WordRam::new(groups),
            begins: Default::default(),
            trusted: Default::default(),
            ahead: Default::default(),
            reads: Default::default(),
            read_group: Default::default(),
            entering_rests: Default::default(),
            left_before: Default::default(),
            partner_left: Default::default(),
            ended: Default::default(),
            ended_group: Default::default(),
            all_same: Default::default(),
            same: Default::default(),
            forgetting: Default::default(),
            forgotten: Default::default(),
            group_size: Default::default(),
            lanes: Constant::new(Bits::from(L as u64)),
            half: Constant::new(Bits::from(L as u64 / 2)),
            none16: Default::default(),
            none12: Default::default(),
            one12: Default::default(),
            last12: Default::default(),
            nobody: Default::default(),
        }
    }
}

impl<const L: usize> Logic for Resting<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            begins,
            trusted,
            ahead,
            entering_rests,
            left_before,
            partner_left,
            ended,
            ended_group,
            all_same,
            forgetting,
            forgotten
        );
        clock!(self, clock, memory);

        comment!(
            "Reading ahead: the first two words at the start, then one for each group that enters."
        );
        self.begins.d.next = self.start.val();
        self.reads.next = self.start.val() | self.begins.q.val() | self.takes.val();
        self.read_group.next = self.ahead.q.val();
        if self.start.val() {
            self.read_group.next = self.first_group.val();
            comment!("Words that are being forgotten do not count, for this whole sweep.");
            self.trusted.d.next = self.updates.val() & !self.forgetting.q.val();
        }
        self.memory.read.next = self.reads.val();
        self.memory.read_address.next = bit_cast::<14, 12>(self.read_group.val());
        if self.reads.val() {
            self.ahead.d.next = self.read_group.val() + self.one12.val();
        }
        if self.begins.q.val() | self.takes.val() {
            self.entering_rests.d.next = self.trusted.q.val()
                & (self.memory.q.val() == self.operation.val())
                & (self.operation.val() != self.nobody.val());
        }
        self.rests.next = self.entering_rests.q.val();

        comment!("What a group at rest takes of the neurons that are left.");
        self.group_size.next = self.lanes.val();
        if self.two.val() {
            self.group_size.next = self.half.val();
        }
        self.none_left.next = self.left.val() <= self.group_size.val();
        self.left_then.next = self.left.val() - self.group_size.val();
        if self.none_left.val() {
            self.left_then.next = self.none16.val();
        }

        comment!("Whether all neurons of a group were left as they were, a clock behind.");
        self.left_before.d.next = self.leaves.val();
        self.partner_left.d.next = self.partner_leaves.val();
        self.ended.d.next = self.leaves.val() & self.group_ends.val();
        self.ended_group.d.next = self.group.val();
        self.same.next = self.all_same.q.val()
            & self.unchanged.val()
            & (self.partner_unchanged.val() | !self.partner_left.q.val());
        if self.left_before.q.val() {
            self.all_same.d.next = self.same.val();
        }
        if self.ended.q.val() | self.start.val() {
            self.all_same.d.next = true;
        }
        self.memory.write.next = self.ended.q.val() | self.changed.val();
        self.memory.write_address.next = bit_cast::<14, 12>(self.changed_group.val());
        self.memory.data.next = self.nobody.val();
        if self.ended.q.val() {
            self.memory.write_address.next = bit_cast::<14, 12>(self.ended_group.q.val());
            if self.same.val() & self.trusted.q.val() {
                self.memory.data.next = self.operation.val();
            }
        }

        comment!("Forgetting, word by word.");
        if self.forgetting.q.val() {
            self.memory.write.next = true;
            self.memory.write_address.next = bit_cast::<14, 12>(self.forgotten.q.val());
            self.memory.data.next = self.nobody.val();
            self.forgotten.d.next = self.forgotten.q.val() + self.one12.val();
            if self.forgotten.q.val() == self.last12.val() {
                self.forgetting.d.next = false;
            }
        }
        if self.forget.val() {
            self.forgetting.d.next = true;
            self.forgotten.d.next = self.none12.val();
        }
    }
}
