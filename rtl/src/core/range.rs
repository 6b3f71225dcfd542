//! Does a command's range lie in its memory? Address and count come bit by bit, the lowest first, and
//! so do their sum and its comparison with the memory's size.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `clear` | 1 | before bit 0 |
//! | `step`, `place` | 1, 6 | this bit is there: 0 to 47 |
//! | `address_bit` | 1 | bit `place` of the address |
//! | `count` | 16 | bit `place` (modulo 16) at the low end, those before it at the top: it goes round |
//! | `log2_depth` | 3 | the count is meant times this power of two |
//! | `is_input`, `is_program`, `item` | 1, 1, 2 | which memory, as in the command's opcode |
//! | `fits` | 1 | after bit 31: address + count is not beyond the memory's end |
//!
//! The sizes are any numbers below 2^24.

use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{BitBehind, SelectBit};
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct RangeCheck {
    pub clock: Signal<In, Clock>,
    pub clear: Signal<In, Bit>,
    pub step: Signal<In, Bit>,
    pub place: Signal<In, Bits<6>>,
    pub address_bit: Signal<In, Bit>,
    pub count: Signal<In, Bits<16>>,
    pub log2_depth: Signal<In, Bits<3>>,
    pub is_input: Signal<In, Bit>,
    pub is_program: Signal<In, Bit>,
    pub item: Signal<In, Bits<2>>,
    pub fits: Signal<Out, Bit>,

    carry: DFF<Bit>,
    beyond: DFF<Bit>,
    behind: BitBehind,
    bit_s: SelectBit<32>,
    bit_longs: SelectBit<32>,
    bit_neurons: SelectBit<32>,
    bit_h: SelectBit<32>,
    position: Signal<Local, Bits<6>>,
    in_count: Signal<Local, Bit>,
    in_address: Signal<Local, Bit>,
    a: Signal<Local, Bit>,
    b: Signal<Local, Bit>,
    sum: Signal<Local, Bit>,
    size_bit: Signal<Local, Bit>,
    size_s: Constant<Bits<32>>,
    size_longs: Constant<Bits<32>>,
    size_neurons: Constant<Bits<32>>,
    size_h: Constant<Bits<32>>,
    none: Fixed<6, 0>,
    sixteens_count: Fixed<2, 0>,
    twos_ring: Fixed<3, 7>,
    eights_address: Fixed<3, 3>,
    item_s: Fixed<2, 0>,
    item_h: Fixed<2, 3>,
}

impl RangeCheck {
    /// For memories of these depths: words of S, longs of S, neurons of U and V, words of H.
    pub fn new(words: usize, longs: usize, neurons: usize, history_words: usize) -> Self {
        let size = |x: usize| Constant::new(Bits::<32>::from(x as u64));
        Self {
            clock: Default::default(),
            clear: Default::default(),
            step: Default::default(),
            place: Default::default(),
            address_bit: Default::default(),
            count: Default::default(),
            log2_depth: Default::default(),
            is_input: Default::default(),
            is_program: Default::default(),
            item: Default::default(),
            fits: Default::default(),
            carry: Default::default(),
            beyond: Default::default(),
            behind: Default::default(),
            bit_s: Default::default(),
            bit_longs: Default::default(),
            bit_neurons: Default::default(),
            bit_h: Default::default(),
            position: Default::default(),
            in_count: Default::default(),
            in_address: Default::default(),
            a: Default::default(),
            b: Default::default(),
            sum: Default::default(),
            size_bit: Default::default(),
            size_s: size(words),
            size_longs: size(longs),
            size_neurons: size(neurons),
            size_h: size(history_words),
            none: Default::default(),
            sixteens_count: Default::default(),
            twos_ring: Default::default(),
            eights_address: Default::default(),
            item_s: Default::default(),
            item_h: Default::default(),
        }
    }
}

impl Logic for RangeCheck {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, carry, beyond);
        comment!(
            "The address's bit; an input's address has 14, the others say how deep the ring is."
        );
        self.in_address.next = self.place.val().get_bits::<3>(3) != self.eights_address.val();
        if self.is_input.val() {
            self.in_address.next = !self.place.val().get_bit(4)
                & (self.place.val().get_bits::<3>(1) != self.twos_ring.val());
        }
        self.a.next = self.address_bit.val() & self.in_address.val();

        comment!("The count's bit, later by the logarithm of the depth. A program is one long.");
        self.behind.word.next = self.count.val();
        self.behind.back.next = self.log2_depth.val();
        self.position.next = self.place.val() - bit_cast::<6, 3>(self.log2_depth.val());
        self.in_count.next = self.position.val().get_bits::<2>(4) == self.sixteens_count.val();
        self.b.next = self.behind.bit_value.val() & self.in_count.val();
        if self.is_program.val() {
            self.b.next = self.place.val() == self.none.val();
        }

        comment!("The size's bit: of each size first, where it is a small function of the place.");
        self.bit_s.word.next = self.size_s.val();
        self.bit_s.lane.next = self.place.val().get_bits::<5>(0);
        self.bit_longs.word.next = self.size_longs.val();
        self.bit_longs.lane.next = self.place.val().get_bits::<5>(0);
        self.bit_neurons.word.next = self.size_neurons.val();
        self.bit_neurons.lane.next = self.place.val().get_bits::<5>(0);
        self.bit_h.word.next = self.size_h.val();
        self.bit_h.lane.next = self.place.val().get_bits::<5>(0);
        self.size_bit.next = self.bit_neurons.bit_value.val();
        if self.is_program.val() {
            self.size_bit.next = self.bit_longs.bit_value.val();
        } else if self.is_input.val() | (self.item.val() == self.item_h.val()) {
            self.size_bit.next = self.bit_h.bit_value.val();
        } else if self.item.val() == self.item_s.val() {
            self.size_bit.next = self.bit_s.bit_value.val();
        }

        comment!("The highest bit in which sum and size differ decides.");
        self.sum.next = self.a.val() ^ self.b.val() ^ self.carry.q.val();
        if self.step.val() & !self.place.val().get_bit(5) {
            self.carry.d.next = (self.a.val() & self.b.val())
                | (self.a.val() & self.carry.q.val())
                | (self.b.val() & self.carry.q.val());
            if self.sum.val() != self.size_bit.val() {
                self.beyond.d.next = self.sum.val();
            }
        }
        if self.clear.val() {
            self.carry.d.next = false;
            self.beyond.d.next = false;
        }
        self.fits.next = !self.beyond.q.val();
    }
}
