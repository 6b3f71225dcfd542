//! The spike finder: reads a source's bitmap group by group and hands out the spiking lanes in
//! ascending order, one a clock, with the address of the group's first row. The next word of H is
//! read ahead, so an empty group costs one clock and nothing while rows are streaming.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `look` | 1 | begin to read H; `groups` and `address` are taken in this clock |
//! | `groups` | 12 | groups of the source |
//! | `address`, `step` | 14, 8 | first word of H, words from group to group |
//! | `start` | 1 | hand out spikes, two clocks after `look` or later; what is below is taken in this clock |
//! | `always_row` | 1 | no bitmap: hand out lane 0 of `row_base` once (still from `look` on) |
//! | `row_base`, `group_stride` | 20, 20 | row of source 0, words of S from group to group (still) |
//! | `read`, `read_address`, `history` | 1, 14, L | the read port of H |
//! | `found`, `lane`, `row` | 1, 5, 20 | a spike, until `taken` |
//! | `busy` | 1 | spikes may follow |

use crate::primitives::counter::CountDown;
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::LowestBit;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct SpikeFinder<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub look: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub stop: Signal<In, Bit>,
    pub always_row: Signal<In, Bit>,
    pub groups: Signal<In, Bits<12>>,
    pub address: Signal<In, Bits<14>>,
    pub step: Signal<In, Bits<8>>,
    pub row_base: Signal<In, Bits<20>>,
    pub group_stride: Signal<In, Bits<20>>,
    pub read: Signal<Out, Bit>,
    pub read_address: Signal<Out, Bits<14>>,
    pub history: Signal<In, Bits<L>>,
    pub found: Signal<Out, Bit>,
    pub lane: Signal<Out, Bits<5>>,
    pub row: Signal<Out, Bits<20>>,
    pub taken: Signal<In, Bit>,
    pub busy: Signal<Out, Bit>,
    pointer: DFF<Bits<14>>,
    left: DFF<Bits<12>>,
    started: DFF<Bit>,
    ahead: DFF<Bit>,
    word: DFF<Bits<L>>,
    word_row: DFF<Bits<20>>,
    left_down: CountDown<12>,
    lowest: LowestBit<L>,
    any: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    consume: Signal<Local, Bit>,
    fetch: Signal<Local, Bit>,
    remain: Signal<Local, Bit>,
    next_row: Signal<Local, Bits<20>>,
    none: Fixed<12, 0>,
    empty: Fixed<L, 0>,
    first: Fixed<L, 1>,
}

impl<const L: usize> Logic for SpikeFinder<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, pointer, left, started, ahead, word, word_row);
        self.lowest.word.next = self.word.q.val();
        self.any.next = self.word.q.val().any();
        self.last.next = self.taken.val() & (self.lowest.rest.val() == self.empty.val());
        comment!("Take the word read ahead when this one is used up; read the next at once.");
        self.consume.next = self.ahead.q.val()
            & (!self.any.val() | self.last.val())
            & (self.start.val() | self.started.q.val());
        self.remain.next = self.left.q.val() != self.none.val();
        self.fetch.next = self.remain.val() & (!self.ahead.q.val() | self.consume.val());
        self.left_down.now.next = self.left.q.val();
        comment!("Idle it loads: `look` comes only then.");
        self.left_down.count.next = self.remain.val();
        self.left_down.value.next = self.groups.val();
        self.read.next = self.fetch.val();
        self.read_address.next = self.pointer.q.val();
        self.ahead.d.next = self.fetch.val() | (self.ahead.q.val() & !self.consume.val());
        if self.fetch.val() {
            self.pointer.d.next = self.pointer.q.val() + bit_cast::<14, 8>(self.step.val());
        }
        if self.fetch.val() | self.look.val() {
            self.left.d.next = self.left_down.next_value.val();
        }
        comment!("The first word is taken at the start, its row is the base; each word after it is a group further.");
        self.next_row.next = self.word_row.q.val() + self.group_stride.val();
        if self.taken.val() {
            self.word.d.next = self.lowest.rest.val();
        }
        if self.consume.val() {
            self.word.d.next = self.history.val();
            self.word_row.d.next = self.next_row.val();
        }
        self.found.next = self.any.val();
        self.lane.next = self.lowest.index.val();
        self.row.next = self.word_row.q.val();
        self.busy.next = self.any.val() | self.ahead.q.val() | self.remain.val();
        if self.look.val() {
            self.pointer.d.next = self.address.val();
            self.started.d.next = false;
            self.word.d.next = self.empty.val();
            self.ahead.d.next = false;
        }
        if self.start.val() {
            self.started.d.next = true;
            self.word_row.d.next = self.row_base.val();
            if self.always_row.val() {
                self.word.d.next = self.first.val();
            }
        }
        if self.stop.val() | (self.look.val() & self.always_row.val()) {
            self.left.d.next = self.none.val();
        }
        if self.stop.val() {
            self.word.d.next = self.empty.val();
            self.ahead.d.next = false;
        }
    }
}
