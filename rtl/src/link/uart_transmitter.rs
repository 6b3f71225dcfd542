//! UART transmitter, 8N1, least significant bit first.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | valid, ready | in, out | 1 | `data` is taken in a clock in which both are 1 |
//! | data | in | 8 | |
//! | tx | out | 1 | the pin, straight from a flip-flop, idle high from power-up |
//!
//! A 16-bit phase accumulator times the bits; a bit lasts 8 clocks at least. Latency: the start bit begins two
//! clocks after the byte is taken; `ready` returns with the end of the stop bit.

use super::phase_step;
use rust_hdl::prelude::*;

/// The transmitter; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct UartTransmitter {
    pub clock: Signal<In, Clock>,
    pub valid: Signal<In, Bit>,
    pub data: Signal<In, Bits<8>>,
    pub ready: Signal<Out, Bit>,
    pub tx: Signal<Out, Bit>,
    running: DFF<Bit>,
    low: DFF<Bit>,
    phase: DFF<Bits<17>>,
    bits_out: DFF<Bits<9>>,
    count: DFF<Bits<4>>,
    fraction: Signal<Local, Bits<17>>,
    inverted: Signal<Local, Bits<8>>,
    wide: Signal<Local, Bits<9>>,
    shifted: Signal<Local, Bits<9>>,
    tick: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    below: Constant<Bits<17>>,
    step: Constant<Bits<17>>,
    start: Constant<Bits<9>>,
    none: Constant<Bits<4>>,
    one: Constant<Bits<4>>,
    nine: Constant<Bits<4>>,
}

impl UartTransmitter {
    /// A transmitter of `baud` bits a second in a clock of `clock_hz`, which is 8 times as much or more.
    pub fn new(clock_hz: u64, baud: u64) -> Self {
        Self {
            clock: Default::default(),
            valid: Default::default(),
            data: Default::default(),
            ready: Default::default(),
            tx: Default::default(),
            running: Default::default(),
            low: Default::default(),
            phase: Default::default(),
            bits_out: Default::default(),
            count: Default::default(),
            fraction: Default::default(),
            inverted: Default::default(),
            wide: Default::default(),
            shifted: Default::default(),
            tick: Default::default(),
            last: Default::default(),
            below: Constant::new(0xFFFF.into()),
            step: Constant::new(phase_step(clock_hz, baud).into()),
            start: Constant::new(1.into()),
            none: Constant::new(0.into()),
            one: Constant::new(1.into()),
            nine: Constant::new(9.into()),
        }
    }
}

impl Logic for UartTransmitter {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, running, low, phase, bits_out, count);
        // Everything is stored inverted: flip-flops start at 0, which is an idle line.
        self.tx.next = !self.low.q.val();
        self.low.d.next = self.bits_out.q.val().get_bit(0);
        self.ready.next = !self.running.q.val();
        self.fraction.next = self.phase.q.val() & self.below.val();
        self.phase.d.next = self.fraction.val() + self.step.val();
        self.tick.next = self.phase.q.val().get_bit(16);
        self.last.next = self.count.q.val() == self.nine.val();
        self.inverted.next = !self.data.val();
        self.wide.next = bit_cast::<9, 8>(self.inverted.val());
        self.shifted.next = self.wide.val() << 1;
        if self.running.q.val() {
            if self.tick.val() {
                self.bits_out.d.next = self.bits_out.q.val() >> 1;
                self.count.d.next = self.count.q.val() + self.one.val();
                if self.last.val() {
                    self.running.d.next = false;
                }
            }
        } else {
            self.count.d.next = self.none.val();
            self.phase.d.next = self.step.val();
            if self.valid.val() {
                self.running.d.next = true;
                self.bits_out.d.next = self.shifted.val() | self.start.val();
            }
        }
    }
}
