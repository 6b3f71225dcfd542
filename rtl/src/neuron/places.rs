//! Where a sweep is: which neuron enters the pipeline, which one's membrane is read, whose current and
//! membrane are written. Each place has a counter of its own (`place.rs`), so that an address comes straight
//! from a register.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `first_group` | 1, 12 | all places to the first lane of this group |
//! | `lane_moves`, `group_moves` | 1 | the entering neuron's lane goes on; its group does |
//! | `lane`, `group` | 5, 12 | of the entering neuron |
//! | `is_last`, `is_last_but_one` | 1, 1 | its lane is the last one of a group; the one before that |
//! | `membrane_moves`, `membrane` | 1, 17 | the neuron whose membrane is read |
//! | `membrane_lane` | 5 | its lane |
//! | `current_written`, `current_group`, `current_lane` | 1, 12, 5 | the neuron whose current is written |
//! | `membrane_written`, `result`, `result_lane` | 1, 17, 5 | the neuron whose membrane is written |
//!
//! | `two` | 1, or none | each place is that of two neurons abreast, and has the first one's number |
//! | `result_group` | 12, or none | of the neuron whose membrane is written |
//! | `skips_membrane`, `skips_current`, `skips_result` | 1, or none | those places go on to the next group |
//!
//! A neuron's number is group * L + lane. Each `moves` and `written` counts at the end of its clock.

use super::place::Place;
use crate::primitives::convert::several;
use crate::primitives::counter::CountUp;
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{JoinNeuron, LastLane};
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Places<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub first_group: Signal<In, Bits<12>>,
    pub lane_moves: Signal<In, Bit>,
    pub group_moves: Signal<In, Bit>,
    pub two: Vec<Signal<In, Bit>>,
    pub skips_membrane: Vec<Signal<In, Bit>>,
    pub skips_current: Vec<Signal<In, Bit>>,
    pub skips_result: Vec<Signal<In, Bit>>,
    pub lane: Signal<Out, Bits<5>>,
    pub is_last: Signal<Out, Bit>,
    pub is_last_but_one: Signal<Out, Bit>,
    pub group: Signal<Out, Bits<12>>,
    pub membrane_moves: Signal<In, Bit>,
    pub membrane: Signal<Out, Bits<17>>,
    pub membrane_lane: Signal<Out, Bits<5>>,
    pub current_written: Signal<In, Bit>,
    pub current_group: Signal<Out, Bits<12>>,
    pub current_lane: Signal<Out, Bits<5>>,
    pub membrane_written: Signal<In, Bit>,
    pub result: Signal<Out, Bits<17>>,
    pub result_lane: Signal<Out, Bits<5>>,
    pub result_group: Vec<Signal<Out, Bits<12>>>,

    entering_lane: DFF<Bits<5>>,
    entering_group: DFF<Bits<12>>,
    first: JoinNeuron<L>,
    group_up: CountUp<12>,
    membrane_read: Place<L>,
    current_write: Place<L>,
    membrane_write: Place<L>,
    last_lane: LastLane<L>,
    ends: Signal<Local, Bit>,
    zero5: Fixed<5, 0>,
    one5: Fixed<5, 1>,
    two5: Fixed<5, 2>,
    three5: Fixed<5, 3>,
}

impl<const L: usize> Places<L> {
    /// Where neurons enter alone, or with so many partners; with 1 for groups at rest, else 0.
    pub fn new(partners: usize, resting: usize) -> Self {
        Self {
            two: several(partners),
            skips_membrane: several(resting),
            skips_current: several(resting),
            skips_result: several(resting),
            result_group: several(resting),
            membrane_read: Place::new(partners, resting),
            current_write: Place::new(partners, resting),
            membrane_write: Place::new(partners, resting),
            ..Default::default()
        }
    }
}

impl<const L: usize> Logic for Places<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, entering_lane, entering_group);
        clock!(self, clock, membrane_read, current_write, membrane_write);
        self.first.group.next = self.first_group.val();
        self.first.lane.next = self.zero5.val();

        comment!("The entering neuron.");
        self.ends.next = self.entering_lane.q.val() == self.last_lane.value.val();
        for i in 0..self.two.len() {
            if self.two[i].val() {
                self.ends.next =
                    (self.entering_lane.q.val() ^ self.one5.val()) == self.last_lane.value.val();
            }
        }
        self.group_up.now.next = self.entering_group.q.val();
        self.group_up.load.next = self.start.val();
        self.group_up.value.next = self.first_group.val();
        if self.lane_moves.val() {
            self.entering_lane.d.next = self.entering_lane.q.val() + self.one5.val();
        }
        for i in 0..self.two.len() {
            if self.lane_moves.val() & self.two[i].val() {
                self.entering_lane.d.next = self.entering_lane.q.val() + self.two5.val();
            }
        }
        if self.start.val() | (self.lane_moves.val() & self.ends.val()) {
            self.entering_lane.d.next = self.zero5.val();
        }
        if self.start.val() | self.group_moves.val() {
            self.entering_group.d.next = self.group_up.next_value.val();
        }
        self.lane.next = self.entering_lane.q.val();
        self.is_last.next = self.ends.val();
        self.is_last_but_one.next =
            (self.entering_lane.q.val() ^ self.one5.val()) == self.last_lane.value.val();
        for i in 0..self.two.len() {
            if self.two[i].val() {
                self.is_last_but_one.next =
                    (self.entering_lane.q.val() ^ self.three5.val()) == self.last_lane.value.val();
            }
        }
        self.group.next = self.entering_group.q.val();

        comment!("Those further on.");
        for i in 0..self.two.len() {
            self.membrane_read.two[i].next = self.two[i].val();
            self.current_write.two[i].next = self.two[i].val();
            self.membrane_write.two[i].next = self.two[i].val();
        }
        for i in 0..self.skips_membrane.len() {
            self.membrane_read.skips[i].next = self.skips_membrane[i].val();
            self.current_write.skips[i].next = self.skips_current[i].val();
            self.membrane_write.skips[i].next = self.skips_result[i].val();
            self.result_group[i].next = self.membrane_write.group.val();
        }
        self.membrane_read.start.next = self.start.val();
        self.membrane_read.first.next = self.first.neuron.val();
        self.membrane_read.moves.next = self.membrane_moves.val();
        self.membrane.next = self.membrane_read.neuron.val();
        self.membrane_lane.next = self.membrane_read.lane.val();
        self.current_write.start.next = self.start.val();
        self.current_write.first.next = self.first.neuron.val();
        self.current_write.moves.next = self.current_written.val();
        self.current_group.next = self.current_write.group.val();
        self.current_lane.next = self.current_write.lane.val();
        self.membrane_write.start.next = self.start.val();
        self.membrane_write.first.next = self.first.neuron.val();
        self.membrane_write.moves.next = self.membrane_written.val();
        self.result.next = self.membrane_write.neuron.val();
        self.result_lane.next = self.membrane_write.lane.val();
    }
}
