//! UART receiver, 8N1, least significant bit first.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | rx | in | 1 | the pin, asynchronous, idle high |
//! | valid | out | 1 | for one clock: `data` is a received byte |
//! | data | out | 8 | holds until the first bit of the next byte |
//!
//! A 16-bit phase accumulator times the bits, so the clock need not be a multiple of the baud rate; a bit
//! lasts 8 clocks at least. Each bit is sampled once, in its middle. A start bit shorter than half a bit is
//! ignored; a byte without its stop bit is dropped, and the line must be high before the next one. Latency:
//! two clocks of synchroniser, then `valid` in the middle of the stop bit.

use super::phase_step;
use rust_hdl::prelude::*;

#[derive(LogicState, Debug, Copy, Clone, PartialEq)]
enum ReceiverState {
    Idle,
    Start,
    Data,
    Stop,
    Broken,
}

/// The receiver; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct UartReceiver {
    pub clock: Signal<In, Clock>,
    pub rx: Signal<In, Bit>,
    pub valid: Signal<Out, Bit>,
    pub data: Signal<Out, Bits<8>>,
    state: DFF<ReceiverState>,
    first: DFF<Bit>,
    low: DFF<Bit>,
    phase: DFF<Bits<17>>,
    bits_in: DFF<Bits<8>>,
    count: DFF<Bits<3>>,
    done: DFF<Bit>,
    moved: Signal<Local, Bits<8>>,
    fraction: Signal<Local, Bits<17>>,
    later: Signal<Local, Bits<17>>,
    tick: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    below: Constant<Bits<17>>,
    half: Constant<Bits<17>>,
    step: Constant<Bits<17>>,
    top: Constant<Bits<8>>,
    zero: Constant<Bits<3>>,
    one: Constant<Bits<3>>,
    seven: Constant<Bits<3>>,
}

impl UartReceiver {
    /// A receiver for `baud` bits a second in a clock of `clock_hz`, which is 8 times as much or more.
    pub fn new(clock_hz: u64, baud: u64) -> Self {
        Self {
            clock: Default::default(),
            rx: Default::default(),
            valid: Default::default(),
            data: Default::default(),
            state: Default::default(),
            first: Default::default(),
            low: Default::default(),
            phase: Default::default(),
            bits_in: Default::default(),
            count: Default::default(),
            done: Default::default(),
            moved: Default::default(),
            fraction: Default::default(),
            later: Default::default(),
            tick: Default::default(),
            last: Default::default(),
            below: Constant::new(0xFFFF.into()),
            half: Constant::new((0x8000 + phase_step(clock_hz, baud)).into()),
            step: Constant::new(phase_step(clock_hz, baud).into()),
            top: Constant::new(0x80.into()),
            zero: Constant::new(0.into()),
            one: Constant::new(1.into()),
            seven: Constant::new(7.into()),
        }
    }
}

impl Logic for UartReceiver {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, first, low, phase, bits_in, count, done);
        // Both flip-flops hold the inverted level: they start at 0, which is an idle line.
        self.first.d.next = !self.rx.val();
        self.low.d.next = self.first.q.val();
        self.fraction.next = self.phase.q.val() & self.below.val();
        self.later.next = self.fraction.val() + self.step.val();
        self.phase.d.next = self.later.val();
        self.tick.next = self.phase.q.val().get_bit(16);
        self.last.next = self.count.q.val() == self.seven.val();
        self.moved.next = self.bits_in.q.val() >> 1;
        self.done.d.next = false;
        match self.state.q.val() {
            ReceiverState::Idle => {
                self.phase.d.next = self.half.val();
                self.count.d.next = self.zero.val();
                if self.low.q.val() {
                    self.state.d.next = ReceiverState::Start;
                }
            }
            ReceiverState::Start => {
                if self.tick.val() {
                    self.state.d.next = ReceiverState::Idle;
                    if self.low.q.val() {
                        self.state.d.next = ReceiverState::Data;
                    }
                }
            }
            ReceiverState::Data => {
                if self.tick.val() {
                    self.bits_in.d.next = self.moved.val();
                    if !self.low.q.val() {
                        self.bits_in.d.next = self.moved.val() | self.top.val();
                    }
                    self.count.d.next = self.count.q.val() + self.one.val();
                    if self.last.val() {
                        self.state.d.next = ReceiverState::Stop;
                    }
                }
            }
            ReceiverState::Stop => {
                if self.tick.val() {
                    self.state.d.next = ReceiverState::Idle;
                    self.done.d.next = true;
                    if self.low.q.val() {
                        self.state.d.next = ReceiverState::Broken;
                        self.done.d.next = false;
                    }
                }
            }
            ReceiverState::Broken => {
                if !self.low.q.val() {
                    self.state.d.next = ReceiverState::Idle;
                }
            }
            _ => {
                self.state.d.next = ReceiverState::Idle;
            }
        }
        self.valid.next = self.done.q.val();
        self.data.next = self.bits_in.q.val();
    }
}
