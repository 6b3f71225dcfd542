//! Reads a long (64 bits) from S, whatever the width of its words.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `request`, `address` | 1, 20 | read this long |
//! | `read`, `read_address`, `word` | 1, 20, SW | the port of S |
//! | `late` | 1 | S answers a clock later than a memory would, and so does this reader (still) |
//! | `second` | 1 | with 32-bit words: reads the second one, in the clock after the request |
//! | `valid`, `long` | 1, 64 | the answer, one clock later; one more with 32-bit words, two more if late |
//!
//! Requests may follow each other in every clock, but not in one with `second`. `long` stays until S is read again.

use crate::primitives::wiring::{LongAddress, SelectLong};
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct LongReader<const SW: usize> {
    pub clock: Signal<In, Clock>,
    pub request: Signal<In, Bit>,
    pub address: Signal<In, Bits<20>>,
    pub read: Signal<Out, Bit>,
    pub read_address: Signal<Out, Bits<20>>,
    pub word: Signal<In, Bits<SW>>,
    pub late: Signal<In, Bit>,
    pub second: Signal<Out, Bit>,
    pub valid: Signal<Out, Bit>,
    pub long: Signal<Out, Bits<64>>,
    asked: DFF<Bit>,
    asked_upper: DFF<Bit>,
    late_lower: DFF<Bit>,
    late_upper: DFF<Bit>,
    late_valid: DFF<Bit>,
    kept: DFF<Bits<64>>,
    held_address: DFF<Bits<20>>,
    place: DFF<Bits<2>>,
    late_place: DFF<Bits<2>>,
    low: DFF<Bits<32>>,
    locate: LongAddress<SW>,
    select: SelectLong<SW>,
    upper: Signal<Local, Bit>,
    lower_there: Signal<Local, Bit>,
    upper_there: Signal<Local, Bit>,
    there: Signal<Local, Bit>,
}

impl<const SW: usize> Logic for LongReader<SW> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            asked,
            asked_upper,
            late_lower,
            late_upper,
            late_valid,
            kept,
            held_address,
            place,
            late_place,
            low
        );
        self.upper.next = self.asked.q.val() & self.locate.narrow.val();
        self.locate.address.next = self.address.val();
        if self.upper.val() {
            self.locate.address.next = self.held_address.q.val();
        }
        self.locate.second.next = self.upper.val();
        self.second.next = self.upper.val();
        self.read.next = self.request.val() | self.upper.val();
        self.read_address.next = self.locate.word.val();
        self.asked.d.next = self.request.val();
        self.asked_upper.d.next = self.upper.val();
        self.late_lower.d.next = self.asked.q.val();
        self.late_upper.d.next = self.asked_upper.q.val();
        self.lower_there.next = self.asked.q.val();
        self.upper_there.next = self.asked_upper.q.val();
        self.late_place.d.next = self.place.q.val();
        self.select.index.next = self.place.q.val();
        if self.late.val() {
            self.lower_there.next = self.late_lower.q.val();
            self.upper_there.next = self.late_upper.q.val();
            self.select.index.next = self.late_place.q.val();
        }
        if self.request.val() {
            self.held_address.d.next = self.address.val();
            self.place.d.next = self.locate.index.val();
        }
        if self.lower_there.val() {
            self.low.d.next = self.word.val().get_bits::<32>(0);
        }
        self.select.word.next = self.word.val();
        self.select.low.next = self.low.q.val();
        self.there.next = self.lower_there.val();
        if self.locate.narrow.val() {
            self.there.next = self.upper_there.val();
        }
        self.late_valid.d.next = self.there.val();
        self.kept.d.next = self.select.long.val();
        self.long.next = self.select.long.val();
        self.valid.next = self.there.val();
        if self.late.val() {
            self.long.next = self.kept.q.val();
            self.valid.next = self.late_valid.q.val();
        }
    }
}
