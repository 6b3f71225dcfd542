//! Reads a long (64 bits) from S, whatever the width of its words.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `request`, `address` | 1, 20 | read this long |
//! | `read`, `read_address`, `word` | 1, 20, SW | the port of S |
//! | `valid`, `long` | 1, 64 | the answer, one clock later (two with 32-bit words) |

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
    pub valid: Signal<Out, Bit>,
    pub long: Signal<Out, Bits<64>>,
    first: DFF<Bit>,
    second: DFF<Bit>,
    held_address: DFF<Bits<20>>,
    place: DFF<Bits<2>>,
    low: DFF<Bits<32>>,
    locate: LongAddress<SW>,
    select: SelectLong<SW>,
    upper: Signal<Local, Bit>,
}

impl<const SW: usize> Logic for LongReader<SW> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, first, second, held_address, place, low);
        self.upper.next = self.first.q.val() & self.locate.narrow.val();
        self.locate.address.next = self.address.val();
        if self.upper.val() {
            self.locate.address.next = self.held_address.q.val();
        }
        self.locate.second.next = self.upper.val();
        self.read.next = self.request.val() | self.upper.val();
        self.read_address.next = self.locate.word.val();
        self.first.d.next = self.request.val();
        self.second.d.next = self.upper.val();
        if self.request.val() {
            self.held_address.d.next = self.address.val();
            self.place.d.next = self.locate.index.val();
        }
        if self.first.q.val() {
            self.low.d.next = self.word.val().get_bits::<32>(0);
        }
        self.select.word.next = self.word.val();
        self.select.low.next = self.low.q.val();
        self.select.index.next = self.place.q.val();
        self.long.next = self.select.long.val();
        self.valid.next = self.first.q.val();
        if self.locate.narrow.val() {
            self.valid.next = self.second.q.val();
        }
    }
}
