//! CRC-32 (ISO-HDLC), four bits a clock.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | clear | in | 1 | back to the CRC of no bytes; wins over `step` |
//! | step | in | 1 | take `nibble` |
//! | nibble | in | 4 | the low half of a byte first, then the high half |
//! | shift | in | 1 | with `step`: do not take `nibble` but move `value` down by four bits |
//! | value | out | 32 | the CRC of the nibbles taken so far |
//!
//! Latency: `value` changes in the clock after `step`. The register holds the complement of the customary
//! one, so it starts at 0 and needs no final inversion. After the four bytes of a right CRC, lowest first,
//! `value` is 0x2144DF1C. `shift` fills with ones; it is how the CRC is read as bytes.

use rust_hdl::prelude::*;

/// The CRC register; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Crc32 {
    pub clock: Signal<In, Clock>,
    pub clear: Signal<In, Bit>,
    pub step: Signal<In, Bit>,
    pub nibble: Signal<In, Bits<4>>,
    pub shift: Signal<In, Bit>,
    pub value: Signal<Out, Bits<32>>,
    register: DFF<Bits<32>>,
    low: Signal<Local, Bits<4>>,
    mixed: Signal<Local, Bits<4>>,
    select: Signal<Local, Bits<4>>,
    moved: Signal<Local, Bits<32>>,
    term0: Signal<Local, Bits<32>>,
    term1: Signal<Local, Bits<32>>,
    term2: Signal<Local, Bits<32>>,
    term3: Signal<Local, Bits<32>>,
    sum0: Signal<Local, Bits<32>>,
    sum1: Signal<Local, Bits<32>>,
    sum2: Signal<Local, Bits<32>>,
    sum3: Signal<Local, Bits<32>>,
    all_ones: Constant<Bits<4>>,
    zero: Constant<Bits<32>>,
    offset: Constant<Bits<32>>,
    table1: Constant<Bits<32>>,
    table2: Constant<Bits<32>>,
    table4: Constant<Bits<32>>,
    table8: Constant<Bits<32>>,
}

/// The entry of the customary nibble table.
fn table(nibble: u32) -> u32 {
    (0..4).fold(nibble, |crc, _| {
        (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
    })
}

impl Default for Crc32 {
    fn default() -> Self {
        let word = |value: u32| Constant::new(u64::from(value).into());
        Self {
            clock: Default::default(),
            clear: Default::default(),
            step: Default::default(),
            nibble: Default::default(),
            shift: Default::default(),
            value: Default::default(),
            register: Default::default(),
            low: Default::default(),
            mixed: Default::default(),
            select: Default::default(),
            moved: Default::default(),
            term0: Default::default(),
            term1: Default::default(),
            term2: Default::default(),
            term3: Default::default(),
            sum0: Default::default(),
            sum1: Default::default(),
            sum2: Default::default(),
            sum3: Default::default(),
            all_ones: Constant::new(15.into()),
            zero: word(0),
            offset: word(0xF000_0000 ^ table(15)),
            table1: word(table(1)),
            table2: word(table(2)),
            table4: word(table(4)),
            table8: word(table(8)),
        }
    }
}

impl Logic for Crc32 {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, register);
        self.value.next = self.register.q.val();
        self.low.next = self.register.q.val().get_bits::<4>(0);
        self.mixed.next = self.low.val() ^ self.nibble.val();
        self.select.next = self.mixed.val();
        if self.shift.val() {
            self.select.next = self.all_ones.val();
        }
        self.moved.next = self.register.q.val() >> 4;
        self.term0.next = self.zero.val();
        self.term1.next = self.zero.val();
        self.term2.next = self.zero.val();
        self.term3.next = self.zero.val();
        if self.select.val().get_bit(0) {
            self.term0.next = self.table1.val();
        }
        if self.select.val().get_bit(1) {
            self.term1.next = self.table2.val();
        }
        if self.select.val().get_bit(2) {
            self.term2.next = self.table4.val();
        }
        if self.select.val().get_bit(3) {
            self.term3.next = self.table8.val();
        }
        self.sum0.next = self.moved.val() ^ self.offset.val();
        self.sum1.next = self.term0.val() ^ self.term1.val();
        self.sum2.next = self.term2.val() ^ self.term3.val();
        self.sum3.next = self.sum1.val() ^ self.sum2.val();
        if self.step.val() {
            self.register.d.next = self.sum0.val() ^ self.sum3.val();
        }
        if self.clear.val() {
            self.register.d.next = self.zero.val();
        }
    }
}
