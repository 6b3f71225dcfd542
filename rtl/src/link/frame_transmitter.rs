//! Keeps the outgoing stream until it is acknowledged, and builds the frames that carry it.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | put_valid, put_ready | in, out | 1 | a byte of the stream moves in every clock in which both are 1 |
//! | put_data | in | 8 | |
//! | connect, connected, connection, expected, limit, limit_moved, heard, acknowledge, owe_data, owe_status, rewind | in | | from `FrameReceiver` |
//! | limit_sent | out | 1 | `limit` is being sent as it is in this clock |
//! | status_index | out | 7 | byte 0 to 79 of the status block |
//! | status_data | in | 8 | that byte, in the clock after its index |
//! | out_valid, out_ready | out, in | 1 | a byte for the wire moves in every clock in which both are 1 |
//! | out_data | out | 8 | |
//!
//! A frame is built in two clocks a byte and then handed out at one byte a clock. STATUS comes first, then
//! DATA: when there are bytes that were not sent, when an answer is owed, or when the limit moved. The
//! status block is read from 0 to 79 in order, once a frame. A CONNECT abandons the frame that is being
//! built; one that is complete is still sent.
//!
//! Three positions: `acknowledged` <= `sent` <= `put_end` <= `acknowledged` + depth. An acknowledge is taken if
//! it lies between the first two, so that an old or doubled one does nothing.

use super::{CobsEncoder, Crc32};
use crate::primitives::byte_ram::ByteRam;
use rust_hdl::prelude::*;

#[derive(LogicState, Debug, Copy, Clone, PartialEq)]
enum BuildState {
    Idle,
    Header,
    Body,
    Settle,
    Check,
    Hand,
}

/// The transmitter; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct FrameTransmitter {
    pub clock: Signal<In, Clock>,
    pub put_valid: Signal<In, Bit>,
    pub put_data: Signal<In, Bits<8>>,
    pub put_ready: Signal<Out, Bit>,
    pub connect: Signal<In, Bit>,
    pub connected: Signal<In, Bit>,
    pub connection: Signal<In, Bits<8>>,
    pub expected: Signal<In, Bits<16>>,
    pub limit: Signal<In, Bits<16>>,
    pub limit_moved: Signal<In, Bit>,
    pub heard: Signal<In, Bit>,
    pub acknowledge: Signal<In, Bits<16>>,
    pub owe_data: Signal<In, Bit>,
    pub owe_status: Signal<In, Bit>,
    pub rewind: Signal<In, Bit>,
    pub limit_sent: Signal<Out, Bit>,
    pub status_index: Signal<Out, Bits<7>>,
    pub status_data: Signal<In, Bits<8>>,
    pub out_valid: Signal<Out, Bit>,
    pub out_ready: Signal<In, Bit>,
    pub out_data: Signal<Out, Bits<8>>,
    encoder: CobsEncoder,
    check: Crc32,
    ring: ByteRam,
    // The stream.
    put_end: DFF<Bits<16>>,
    acknowledged: DFF<Bits<16>>,
    sent: DFF<Bits<16>>,
    full_end: Signal<Local, Bits<16>>,
    full: Signal<Local, Bit>,
    put_taken: Signal<Local, Bit>,
    unsent: Signal<Local, Bit>,
    readable: DFF<Bit>,
    // An acknowledge is judged in the clock after it was heard.
    advance: DFF<Bits<16>>,
    in_flight: DFF<Bits<16>>,
    judging: DFF<Bit>,
    plausible: Signal<Local, Bit>,
    settled: Signal<Local, Bit>,
    // What is owed.
    status_due: DFF<Bit>,
    data_due: DFF<Bit>,
    rewind_due: DFF<Bit>,
    want_data: Signal<Local, Bit>,
    // The frame.
    state: DFF<BuildState>,
    is_status: DFF<Bit>,
    odd: DFF<Bit>,
    count: DFF<Bits<8>>,
    count_more: Signal<Local, Bits<8>>,
    raw: DFF<Bits<8>>,
    high: DFF<Bits<8>>,
    fresh: DFF<Bit>,
    low_half: DFF<Bit>,
    high_half: DFF<Bit>,
    checking: Signal<Local, Bit>,
    body_done: Signal<Local, Bit>,
    begin_frame: Signal<Local, Bit>,
    at_limit: Signal<Local, Bit>,
    at_end: Signal<Local, Bit>,
    nibble: Signal<Local, Bits<4>>,
    depth: Constant<Bits<16>>,
    start: Constant<Bits<16>>,
    one_byte: Constant<Bits<16>>,
    zero: Constant<Bits<8>>,
    one: Constant<Bits<8>>,
    last_header: Constant<Bits<8>>,
    limit_header: Constant<Bits<8>>,
    crc_size: Constant<Bits<8>>,
    status_size: Constant<Bits<8>>,
    data_size: Constant<Bits<8>>,
    kind_data: Constant<Bits<8>>,
    kind_status: Constant<Bits<8>>,
}

impl FrameTransmitter {
    /// A transmitter with a ring of `depth` bytes: a power of two from 16 to 4,096.
    pub fn new(depth: usize) -> Self {
        let depth = depth.clamp(16, 4096).next_power_of_two();
        Self {
            clock: Default::default(),
            put_valid: Default::default(),
            put_data: Default::default(),
            put_ready: Default::default(),
            connect: Default::default(),
            connected: Default::default(),
            connection: Default::default(),
            expected: Default::default(),
            limit: Default::default(),
            limit_moved: Default::default(),
            heard: Default::default(),
            acknowledge: Default::default(),
            owe_data: Default::default(),
            owe_status: Default::default(),
            rewind: Default::default(),
            limit_sent: Default::default(),
            status_index: Default::default(),
            status_data: Default::default(),
            out_valid: Default::default(),
            out_ready: Default::default(),
            out_data: Default::default(),
            encoder: Default::default(),
            check: Default::default(),
            ring: ByteRam::new(depth),
            put_end: Default::default(),
            acknowledged: Default::default(),
            sent: Default::default(),
            full_end: Default::default(),
            full: Default::default(),
            put_taken: Default::default(),
            unsent: Default::default(),
            readable: Default::default(),
            advance: Default::default(),
            in_flight: Default::default(),
            judging: Default::default(),
            plausible: Default::default(),
            settled: Default::default(),
            status_due: Default::default(),
            data_due: Default::default(),
            rewind_due: Default::default(),
            want_data: Default::default(),
            state: Default::default(),
            is_status: Default::default(),
            odd: Default::default(),
            count: Default::default(),
            count_more: Default::default(),
            raw: Default::default(),
            high: Default::default(),
            fresh: Default::default(),
            low_half: Default::default(),
            high_half: Default::default(),
            checking: Default::default(),
            body_done: Default::default(),
            begin_frame: Default::default(),
            at_limit: Default::default(),
            at_end: Default::default(),
            nibble: Default::default(),
            depth: Constant::new((depth as u64).into()),
            start: Constant::new(0.into()),
            one_byte: Constant::new(1.into()),
            zero: Constant::new(0.into()),
            one: Constant::new(1.into()),
            last_header: Constant::new(7.into()),
            limit_header: Constant::new(6.into()),
            crc_size: Constant::new(4.into()),
            status_size: Constant::new(80.into()),
            data_size: Constant::new(240.into()),
            kind_data: Constant::new(2.into()),
            kind_status: Constant::new(3.into()),
        }
    }
}

impl Logic for FrameTransmitter {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            put_end,
            acknowledged,
            sent,
            readable,
            advance,
            in_flight,
            judging
        );
        dff_setup!(self, clock, status_due, data_due, rewind_due, state, is_status, odd, count);
        dff_setup!(self, clock, raw, high, fresh, low_half, high_half);
        self.encoder.clock.next = self.clock.val();
        self.check.clock.next = self.clock.val();
        self.ring.clock.next = self.clock.val();

        // The stream into the ring.
        self.full_end.next = self.acknowledged.q.val() + self.depth.val();
        self.full.next = self.put_end.q.val() == self.full_end.val();
        self.put_ready.next = !self.full.val();
        self.put_taken.next = self.put_valid.val() & !self.full.val();
        self.ring.write_enable.next = self.put_taken.val();
        self.ring.write_address.next = self.put_end.q.val();
        self.ring.write_data.next = self.put_data.val();
        self.ring.read_address.next = self.sent.q.val();
        self.unsent.next = self.put_end.q.val() != self.sent.q.val();
        self.readable.d.next = self.unsent.val();
        if self.put_taken.val() {
            self.put_end.d.next = self.put_end.q.val() + self.one_byte.val();
        }

        self.advance.d.next = self.acknowledge.val() - self.acknowledged.q.val();
        self.in_flight.d.next = self.sent.q.val() - self.acknowledged.q.val();
        self.judging.d.next = self.heard.val();
        self.plausible.next = self.advance.q.val() <= self.in_flight.q.val();
        if self.judging.q.val() & self.plausible.val() {
            self.acknowledged.d.next = self.acknowledge.val();
        }
        self.settled.next = !self.heard.val() & !self.judging.q.val();

        // Build a frame: a byte is latched in an even clock; the CRC takes its halves in the two after.
        self.want_data.next = self.connected.val()
            & (self.data_due.q.val() | self.unsent.val() | self.limit_moved.val());
        self.count_more.next = self.count.q.val() + self.one.val();
        self.body_done.next = !self.readable.q.val() | (self.count.q.val() == self.data_size.val());
        if self.is_status.q.val() {
            self.body_done.next = self.count.q.val() == self.status_size.val();
        }
        // Not in the arms below: what blocks show each other in the same clock must not flicker.
        self.at_limit.next = self.count.q.val() == self.limit_header.val();
        self.at_end.next = self.count.q.val() == self.crc_size.val();
        self.limit_sent.next =
            (self.state.q.val() == BuildState::Header) & !self.odd.q.val() & self.at_limit.val();
        self.encoder.finish.next = (self.state.q.val() == BuildState::Check)
            & !self.odd.q.val()
            & self.at_end.val()
            & !self.connect.val();
        self.begin_frame.next = false;
        self.checking.next = false;
        self.fresh.d.next = false;
        self.low_half.d.next = false;
        self.high_half.d.next = self.low_half.q.val();
        self.odd.d.next = !self.odd.q.val();
        match self.state.q.val() {
            BuildState::Idle => {
                self.odd.d.next = false;
                self.count.d.next = self.zero.val();
                if self.rewind_due.q.val() {
                    if self.settled.val() {
                        self.sent.d.next = self.acknowledged.q.val();
                        self.rewind_due.d.next = false;
                    }
                } else if self.status_due.q.val() | self.want_data.val() {
                    self.begin_frame.next = true;
                    self.is_status.d.next = self.status_due.q.val();
                    self.status_due.d.next = false;
                    self.state.d.next = BuildState::Header;
                }
            }
            BuildState::Header => {
                if !self.odd.q.val() {
                    self.fresh.d.next = true;
                    self.low_half.d.next = true;
                    self.count.d.next = self.count_more.val();
                    if self.count.q.val() == self.last_header.val() {
                        self.count.d.next = self.zero.val();
                        self.state.d.next = BuildState::Body;
                    }
                    match self.count.q.val().get_bits::<3>(0).index() {
                        0 => {
                            self.raw.d.next = self.kind_data.val();
                            if self.is_status.q.val() {
                                self.raw.d.next = self.kind_status.val();
                            }
                        }
                        1 => {
                            self.raw.d.next = self.connection.val();
                        }
                        2 => {
                            self.raw.d.next = self.sent.q.val().get_bits::<8>(0);
                            self.high.d.next = self.sent.q.val().get_bits::<8>(8);
                        }
                        4 => {
                            self.raw.d.next = self.expected.val().get_bits::<8>(0);
                            self.high.d.next = self.expected.val().get_bits::<8>(8);
                            if !self.is_status.q.val() {
                                self.data_due.d.next = false;
                            }
                        }
                        6 => {
                            self.raw.d.next = self.limit.val().get_bits::<8>(0);
                            self.high.d.next = self.limit.val().get_bits::<8>(8);
                        }
                        _ => {
                            self.raw.d.next = self.high.q.val();
                        }
                    }
                }
            }
            BuildState::Body => {
                if !self.odd.q.val() {
                    if self.body_done.val() {
                        self.state.d.next = BuildState::Settle;
                    } else {
                        self.fresh.d.next = true;
                        self.low_half.d.next = true;
                        self.count.d.next = self.count_more.val();
                        if self.is_status.q.val() {
                            self.raw.d.next = self.status_data.val();
                        } else {
                            self.raw.d.next = self.ring.read_data.val();
                            self.sent.d.next = self.sent.q.val() + self.one_byte.val();
                        }
                    }
                }
            }
            BuildState::Settle => {
                self.count.d.next = self.zero.val();
                self.state.d.next = BuildState::Check;
            }
            BuildState::Check => {
                self.checking.next = true;
                if !self.odd.q.val() {
                    if self.at_end.val() {
                        self.state.d.next = BuildState::Hand;
                    } else {
                        self.fresh.d.next = true;
                        self.count.d.next = self.count_more.val();
                        self.raw.d.next = self.check.value.val().get_bits::<8>(0);
                    }
                }
            }
            BuildState::Hand => {
                if !self.encoder.busy.val() {
                    self.state.d.next = BuildState::Idle;
                }
            }
            _ => {
                self.state.d.next = BuildState::Idle;
            }
        }
        if self.owe_data.val() {
            self.data_due.d.next = true;
        }
        if self.rewind.val() {
            self.rewind_due.d.next = true;
        }
        if self.connect.val() {
            self.put_end.d.next = self.start.val();
            self.acknowledged.d.next = self.start.val();
            self.sent.d.next = self.start.val();
            self.readable.d.next = false;
            self.data_due.d.next = false;
            self.rewind_due.d.next = false;
            self.begin_frame.next = false;
            self.fresh.d.next = false;
            self.low_half.d.next = false;
            if self.state.q.val() != BuildState::Hand {
                self.state.d.next = BuildState::Idle;
            }
        }
        if self.owe_status.val() {
            self.status_due.d.next = true;
        }

        self.check.clear.next = self.begin_frame.val();
        self.check.shift.next = self.checking.val();
        self.check.step.next = self.checking.val() | self.low_half.q.val() | self.high_half.q.val();
        self.nibble.next = self.raw.q.val().get_bits::<4>(0);
        if self.high_half.q.val() {
            self.nibble.next = self.raw.q.val().get_bits::<4>(4);
        }
        self.check.nibble.next = self.nibble.val();
        self.encoder.clear.next = self.begin_frame.val();
        self.encoder.put.next = self.fresh.q.val();
        self.encoder.data.next = self.raw.q.val();
        self.status_index.next = self.count.q.val().get_bits::<7>(0);
        self.encoder.out_ready.next = self.out_ready.val();
        self.out_valid.next = self.encoder.out_valid.val();
        self.out_data.next = self.encoder.out_data.val();
    }
}
