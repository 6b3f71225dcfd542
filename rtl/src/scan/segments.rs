//! The segment reader: for a source of a listed SCAN it reads the table entry and the list, and hands out
//! the list's segments, while the row streamer streams those before (`docs/program.md`, SCAN).
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `row_valid`, `row_address`, `row_taken` | 1, 20, 1 | a source that spiked: the long of its table entry |
//! | `free` | 1 | S may be read in this clock |
//! | `request`, `address`, `valid`, `long` | 1, 20, 1, 64 | the long reader |
//! | `late` | 1 | longs come two clocks later: another list word waits here (still) |
//! | `found`, `taken` | 1, 1 | a segment, until it is taken |
//! | `begins` | 1 | it is its source's first one: the two below are where it counts from |
//! | `first_word`, `first_group` | 20, 12 | of the source |
//! | `word_skip`, `group_skip`, `groups`, `exponent` | 9, 12, 6, 4 | of the segment |
//! | `counted`, `operations` | 1, 12 | a source has so many synapses |
//! | `busy` | 1 | segments may follow |
//!
//! Two segments wait here at the most, four if longs come late. The next list word is asked for when there
//! is room for both, the next source's entry when the last list word has come and its first segment is on
//! its way: the longs come while a segment is streamed. While one is read the streamer waits, so asking
//! hangs on the state alone.

use crate::primitives::counter::CountUp;
use rust_hdl::prelude::*;

/// States of the reader.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum SegmentState {
    /// No source.
    Idle,
    /// Asking for a table entry.
    Entry,
    /// Waiting for a table entry.
    EntryWait,
    /// Waiting for room.
    Full,
    /// Asking for a list word.
    List,
    /// Waiting for a list word.
    ListWait,
}

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct SegmentReader {
    pub clock: Signal<In, Clock>,
    pub stop: Signal<In, Bit>,
    pub row_valid: Signal<In, Bit>,
    pub row_address: Signal<In, Bits<20>>,
    pub row_taken: Signal<Out, Bit>,
    pub free: Signal<In, Bit>,
    pub request: Signal<Out, Bit>,
    pub address: Signal<Out, Bits<20>>,
    pub valid: Signal<In, Bit>,
    pub long: Signal<In, Bits<64>>,
    pub late: Signal<In, Bit>,
    pub found: Signal<Out, Bit>,
    pub taken: Signal<In, Bit>,
    pub begins: Signal<Out, Bit>,
    pub first_word: Signal<Out, Bits<20>>,
    pub first_group: Signal<Out, Bits<12>>,
    pub word_skip: Signal<Out, Bits<9>>,
    pub group_skip: Signal<Out, Bits<12>>,
    pub groups: Signal<Out, Bits<6>>,
    pub exponent: Signal<Out, Bits<4>>,
    pub counted: Signal<Out, Bit>,
    pub operations: Signal<Out, Bits<12>>,
    pub busy: Signal<Out, Bit>,
    state: DFF<SegmentState>,
    list: DFF<Bits<20>>,
    word: DFF<Bits<20>>,
    group: DFF<Bits<12>>,
    fresh: DFF<Bit>,
    first: DFF<Bit>,
    now: DFF<Bits<32>>,
    now_valid: DFF<Bit>,
    next_one: DFF<Bits<32>>,
    next_valid: DFF<Bit>,
    ahead: DFF<Bits<64>>,
    ahead_valid: DFF<Bit>,
    ahead_first: DFF<Bit>,
    waiting: Signal<Local, Bit>,
    moves: Signal<Local, Bit>,
    list_up: CountUp<20>,
    list_moves: Signal<Local, Bit>,
    entry_there: Signal<Local, Bit>,
    list_there: Signal<Local, Bit>,
    low_last: Signal<Local, Bit>,
    high_last: Signal<Local, Bit>,
    some: Signal<Local, Bit>,
}

impl Logic for SegmentReader {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, state, list, word, group, fresh, first, now, now_valid, next_one,
            next_valid
        );
        dff_setup!(self, clock, ahead, ahead_valid, ahead_first);
        self.request.next = false;
        self.row_taken.next = false;
        self.entry_there.next = false;
        self.list_there.next = false;
        self.address.next = self.list.q.val();
        self.operations.next = self.long.val().get_bits::<12>(52);
        self.some.next = self.operations.val().any();
        self.low_last.next = self.long.val().get_bit(10);
        self.high_last.next = self.long.val().get_bit(42);
        comment!("Full: no place for another list word, should one be asked for.");
        self.waiting.next = self.now_valid.q.val();
        if self.late.val() {
            self.waiting.next = self.ahead_valid.q.val();
        }
        if self.taken.val() {
            self.now.d.next = self.next_one.q.val();
            self.now_valid.d.next = self.next_valid.q.val();
            self.next_valid.d.next = false;
            self.first.d.next = false;
        }
        match self.state.q.val() {
            SegmentState::Idle => {
                comment!(
                    "The entry takes the place of the one before it, which a first segment needs."
                );
                if self.row_valid.val() & !self.first.q.val() & !self.ahead_first.q.val() {
                    self.state.d.next = SegmentState::Entry;
                }
            }
            SegmentState::Entry => {
                self.address.next = self.row_address.val();
                if self.free.val() {
                    self.request.next = true;
                    self.row_taken.next = true;
                    self.state.d.next = SegmentState::EntryWait;
                }
            }
            SegmentState::EntryWait => {
                if self.valid.val() {
                    self.entry_there.next = true;
                    self.state.d.next = SegmentState::Idle;
                    if self.some.val() {
                        self.state.d.next = SegmentState::Full;
                        if !self.waiting.val() {
                            self.state.d.next = SegmentState::List;
                        }
                    }
                }
            }
            SegmentState::Full => {
                if !self.waiting.val() {
                    self.state.d.next = SegmentState::List;
                }
            }
            SegmentState::List => {
                if self.free.val() {
                    self.request.next = true;
                    self.state.d.next = SegmentState::ListWait;
                }
            }
            SegmentState::ListWait => {
                if self.valid.val() {
                    self.list_there.next = true;
                    self.state.d.next = SegmentState::Full;
                    if self.low_last.val() | self.high_last.val() {
                        self.state.d.next = SegmentState::Idle;
                    }
                }
            }
        }
        self.counted.next = self.entry_there.val();
        self.list_up.now.next = self.list.q.val();
        self.list_up.load.next = self.entry_there.val();
        self.list_up.value.next = self.long.val().get_bits::<20>(0);
        self.list_moves.next = self.entry_there.val() | self.list_there.val();
        if self.list_moves.val() {
            self.list.d.next = self.list_up.next_value.val();
        }
        if self.entry_there.val() {
            self.group.d.next = self.long.val().get_bits::<12>(20);
            self.word.d.next = self.long.val().get_bits::<20>(32);
            self.fresh.d.next = self.some.val();
        }
        if self.list_there.val() {
            self.fresh.d.next = false;
        }
        if self.list_there.val() & (!self.late.val() | !self.now_valid.q.val()) {
            self.now.d.next = self.long.val().get_bits::<32>(0);
            self.now_valid.d.next = true;
            self.next_one.d.next = self.long.val().get_bits::<32>(32);
            self.next_valid.d.next = !self.low_last.val();
            self.first.d.next = self.fresh.q.val();
        }
        comment!("The list word that waits moves up when the last segment before it is taken.");
        self.moves.next = self.ahead_valid.q.val()
            & (!self.now_valid.q.val() | (self.taken.val() & !self.next_valid.q.val()));
        if self.moves.val() {
            self.now.d.next = self.ahead.q.val().get_bits::<32>(0);
            self.now_valid.d.next = true;
            self.next_one.d.next = self.ahead.q.val().get_bits::<32>(32);
            self.next_valid.d.next = !self.ahead.q.val().get_bit(10);
            self.first.d.next = self.ahead_first.q.val();
            self.ahead_valid.d.next = false;
            self.ahead_first.d.next = false;
        }
        if self.list_there.val() & self.late.val() & self.now_valid.q.val() {
            self.ahead.d.next = self.long.val();
            self.ahead_valid.d.next = true;
            self.ahead_first.d.next = self.fresh.q.val();
        }
        self.found.next = self.now_valid.q.val();
        self.begins.next = self.first.q.val();
        self.first_word.next = self.word.q.val();
        self.first_group.next = self.group.q.val();
        self.groups.next = self.now.q.val().get_bits::<6>(0);
        self.exponent.next = self.now.q.val().get_bits::<4>(6);
        self.word_skip.next = self.now.q.val().get_bits::<9>(11);
        self.group_skip.next = self.now.q.val().get_bits::<12>(20);
        comment!(
            "A list word may come to wait in the clock in which the segment before it leaves."
        );
        self.busy.next = (self.state.q.val() != SegmentState::Idle)
            | self.now_valid.q.val()
            | self.ahead_valid.q.val();
        if self.stop.val() | !self.late.val() {
            self.ahead_valid.d.next = false;
            self.ahead_first.d.next = false;
        }
        if self.stop.val() {
            self.state.d.next = SegmentState::Idle;
            self.first.d.next = false;
            self.fresh.d.next = false;
            self.now_valid.d.next = false;
            self.next_valid.d.next = false;
        }
    }
}
