//! Keeps the outgoing stream until it is acknowledged, and builds the frames that carry it.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | put_valid, put_ready | in, out | 1 | a byte of the stream moves in every clock in which both are 1 |
//! | put_data | in | 8 | |
//! | connect, connected, connection, expected, limit, limit_changed, limit_moved, acknowledge_byte, acknowledge_low, acknowledge_high, heard, owe_data, owe_status, rewind | in | | from `FrameReceiver` |
//! | limit_sent | out | 1 | `limit` is being sent as it is in this clock |
//! | status_read | out | 1 | from 8 clocks before the first byte of the status block is used to its last |
//! | status_index | out | 7 | byte 0 to 79 of the status block |
//! | status_data | in | 8 | that byte, in the clock after its index |
//! | out_valid, out_ready | out, in | 1 | a byte for the wire moves in every clock in which both are 1 |
//! | out_data | out | 8 | |
//!
//! A frame is built in two clocks a byte and then handed out at one byte a clock. STATUS comes first, then
//! DATA or ROOM: when there are bytes that were not sent, when an answer is owed, or when the limit moved far. It is
//! ROOM, which has the limit in its header, if the limit changed or if there are no bytes. The status block is read
//! from 0 to 79 in order, once a frame. A CONNECT abandons the frame that is being built; one that is complete is
//! still sent.
//!
//! Three positions: `acknowledged` <= `sent` <= `put_end` <= `acknowledged` + depth, of which the second is kept as
//! what it is more than the first. An acknowledge is taken if it lies between the first two, so that an old
//! or doubled one does nothing; its distance from the first is computed byte by byte as it comes in.

use super::{CobsEncoder, Crc32};
use crate::primitives::byte_ram::{ByteRam, SmallMemories};
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
    pub limit_changed: Signal<In, Bit>,
    pub limit_moved: Signal<In, Bit>,
    pub heard: Signal<In, Bit>,
    pub acknowledge_byte: Signal<In, Bits<8>>,
    pub acknowledge_low: Signal<In, Bit>,
    pub acknowledge_high: Signal<In, Bit>,
    pub owe_data: Signal<In, Bit>,
    pub owe_status: Signal<In, Bit>,
    pub rewind: Signal<In, Bit>,
    pub limit_sent: Signal<Out, Bit>,
    pub status_read: Signal<Out, Bit>,
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
    in_flight: DFF<Bits<16>>,
    sent: Signal<Local, Bits<16>>,
    kept: Signal<Local, Bits<16>>,
    waiting: Signal<Local, Bits<16>>,
    put_more: Signal<Local, Bits<16>>,
    full: Signal<Local, Bit>,
    kept_more: Signal<Local, Bits<16>>,
    nearly_full: Signal<Local, Bit>,
    room: DFF<Bit>,
    at_size: DFF<Bit>,
    put_taken: Signal<Local, Bit>,
    unsent: Signal<Local, Bit>,
    readable: DFF<Bit>,
    // An acknowledge is judged when it was heard, and taken in a clock in which no byte is.
    advance_low: DFF<Bits<8>>,
    advance_high: DFF<Bits<8>>,
    no_borrow: DFF<Bit>,
    from: Signal<Local, Bits<8>>,
    inverted_from: Signal<Local, Bits<8>>,
    inverted: Signal<Local, Bits<10>>,
    minuend: Signal<Local, Bits<10>>,
    subtrahend: Signal<Local, Bits<10>>,
    difference: Signal<Local, Bits<10>>,
    advance_wide: Signal<Local, Bits<16>>,
    advance_placed: Signal<Local, Bits<16>>,
    advance: Signal<Local, Bits<16>>,
    take_acknowledge: Signal<Local, Bit>,
    take_byte: Signal<Local, Bit>,
    less: Signal<Local, Bits<16>>,
    in_flight_next: Signal<Local, Bits<16>>,
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
    is_room: DFF<Bit>,
    is_data: Signal<Local, Bit>,
    header_done: Signal<Local, Bit>,
    odd: DFF<Bit>,
    count: DFF<Bits<8>>,
    count_step: Signal<Local, Bit>,
    count_clear: Signal<Local, Bit>,
    rewinding: Signal<Local, Bit>,
    count_more: Signal<Local, Bits<8>>,
    header_low: Signal<Local, Bits<8>>,
    header_high: Signal<Local, Bits<8>>,
    raw: DFF<Bits<8>>,
    high: DFF<Bits<8>>,
    fresh: DFF<Bit>,
    low_half: DFF<Bit>,
    high_half: DFF<Bit>,
    checking: Signal<Local, Bit>,
    body_done: Signal<Local, Bit>,
    begin_frame: Signal<Local, Bit>,
    at_limit: Signal<Local, Bit>,
    at_expected: Signal<Local, Bit>,
    at_end: Signal<Local, Bit>,
    nibble: Signal<Local, Bits<4>>,
    depth: Constant<Bits<16>>,
    positions: Constant<Bits<16>>,
    one_back: Constant<Bits<16>>,
    carry_in: Constant<Bits<10>>,
    start: Constant<Bits<16>>,
    one_byte: Constant<Bits<16>>,
    zero: Constant<Bits<8>>,
    one: Constant<Bits<8>>,
    expected_header: Constant<Bits<8>>,
    limit_header: Constant<Bits<8>>,
    crc_size: Constant<Bits<8>>,
    status_size: Constant<Bits<8>>,
    data_size: Constant<Bits<8>>,
    kind_data: Constant<Bits<8>>,
    kind_status: Constant<Bits<8>>,
    kind_room: Constant<Bits<8>>,
}

impl FrameTransmitter {
    /// A transmitter with a ring of `depth` bytes: a power of two from 16 to 4,096.
    pub fn new(depth: usize, style: SmallMemories) -> Self {
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
            limit_changed: Default::default(),
            limit_moved: Default::default(),
            heard: Default::default(),
            acknowledge_byte: Default::default(),
            acknowledge_low: Default::default(),
            acknowledge_high: Default::default(),
            owe_data: Default::default(),
            owe_status: Default::default(),
            rewind: Default::default(),
            limit_sent: Default::default(),
            status_read: Default::default(),
            status_index: Default::default(),
            status_data: Default::default(),
            out_valid: Default::default(),
            out_ready: Default::default(),
            out_data: Default::default(),
            encoder: CobsEncoder::new(style),
            check: Default::default(),
            ring: ByteRam::new(depth, style),
            put_end: Default::default(),
            acknowledged: Default::default(),
            in_flight: Default::default(),
            sent: Default::default(),
            kept: Default::default(),
            waiting: Default::default(),
            put_more: Default::default(),
            full: Default::default(),
            kept_more: Default::default(),
            nearly_full: Default::default(),
            room: Default::default(),
            at_size: Default::default(),
            put_taken: Default::default(),
            unsent: Default::default(),
            readable: Default::default(),
            advance_low: Default::default(),
            advance_high: Default::default(),
            no_borrow: Default::default(),
            from: Default::default(),
            inverted_from: Default::default(),
            inverted: Default::default(),
            minuend: Default::default(),
            subtrahend: Default::default(),
            difference: Default::default(),
            advance_wide: Default::default(),
            advance_placed: Default::default(),
            advance: Default::default(),
            take_acknowledge: Default::default(),
            take_byte: Default::default(),
            less: Default::default(),
            in_flight_next: Default::default(),
            judging: Default::default(),
            plausible: Default::default(),
            settled: Default::default(),
            status_due: Default::default(),
            data_due: Default::default(),
            rewind_due: Default::default(),
            want_data: Default::default(),
            state: Default::default(),
            is_status: Default::default(),
            is_room: Default::default(),
            is_data: Default::default(),
            header_done: Default::default(),
            odd: Default::default(),
            count: Default::default(),
            count_step: Default::default(),
            count_clear: Default::default(),
            rewinding: Default::default(),
            count_more: Default::default(),
            header_low: Default::default(),
            header_high: Default::default(),
            raw: Default::default(),
            high: Default::default(),
            fresh: Default::default(),
            low_half: Default::default(),
            high_half: Default::default(),
            checking: Default::default(),
            body_done: Default::default(),
            begin_frame: Default::default(),
            at_limit: Default::default(),
            at_expected: Default::default(),
            at_end: Default::default(),
            nibble: Default::default(),
            depth: Constant::new((depth as u64).into()),
            positions: Constant::new((2 * depth as u64 - 1).into()),
            one_back: Constant::new(0xFFFF.into()),
            carry_in: Constant::new(1.into()),
            start: Constant::new(0.into()),
            one_byte: Constant::new(1.into()),
            zero: Constant::new(0.into()),
            one: Constant::new(1.into()),
            expected_header: Constant::new(4.into()),
            limit_header: Constant::new(6.into()),
            crc_size: Constant::new(4.into()),
            status_size: Constant::new(80.into()),
            data_size: Constant::new(240.into()),
            kind_data: Constant::new(2.into()),
            kind_status: Constant::new(3.into()),
            kind_room: Constant::new(5.into()),
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
            in_flight,
            readable,
            judging,
            room,
            at_size
        );
        dff_setup!(self, clock, advance_low, advance_high, no_borrow);
        dff_setup!(
            self, clock, status_due, data_due, rewind_due, state, is_status, is_room, odd, count
        );
        dff_setup!(self, clock, raw, high, fresh, low_half, high_half);
        self.encoder.clock.next = self.clock.val();
        self.check.clock.next = self.clock.val();
        self.ring.clock.next = self.clock.val();

        // The stream into the ring. Positions differ by no more than the depth: few bits tell them apart.
        self.sent.next = self.acknowledged.q.val() + self.in_flight.q.val();
        self.kept.next = self.put_end.q.val() ^ self.acknowledged.q.val();
        self.full.next = (self.kept.val() & self.positions.val()) == self.depth.val();
        // Known in the clock before: there is room for the byte that may be taken now and one more.
        self.put_more.next = self.put_end.q.val() + self.one_byte.val();
        self.kept_more.next = self.put_more.val() ^ self.acknowledged.q.val();
        self.nearly_full.next = (self.kept_more.val() & self.positions.val()) == self.depth.val();
        self.room.d.next = !self.full.val() & !self.nearly_full.val();
        self.put_ready.next = self.room.q.val();
        self.put_taken.next = self.put_valid.val() & self.room.q.val();
        self.ring.write_enable.next = self.put_taken.val();
        self.ring.write_address.next = self.put_end.q.val();
        self.ring.write_data.next = self.put_data.val();
        self.ring.read_address.next = self.sent.val();
        self.waiting.next = self.put_end.q.val() ^ self.sent.val();
        self.unsent.next = (self.waiting.val() & self.positions.val()).any();
        self.readable.d.next = self.unsent.val();
        if self.put_taken.val() {
            self.put_end.d.next = self.put_more.val() & self.positions.val();
        }

        // The distance of an acknowledge, its low byte first: a subtraction with a bit in front for the borrow.
        self.from.next = self.acknowledged.q.val().get_bits::<8>(0);
        if self.acknowledge_high.val() {
            self.from.next = self.acknowledged.q.val().get_bits::<8>(8);
        }
        self.minuend.next =
            (bit_cast::<10, 8>(self.acknowledge_byte.val()) << 1) | self.carry_in.val();
        self.inverted_from.next = !self.from.val();
        self.inverted.next = bit_cast::<10, 8>(self.inverted_from.val()) << 1;
        self.subtrahend.next = self.inverted.val();
        if self.acknowledge_low.val() | self.no_borrow.q.val() {
            self.subtrahend.next = self.inverted.val() | self.carry_in.val();
        }
        self.difference.next = self.minuend.val() + self.subtrahend.val();
        if self.acknowledge_low.val() | self.acknowledge_high.val() {
            self.no_borrow.d.next = self.difference.val().get_bit(9);
            self.advance_high.d.next = self.difference.val().get_bits::<8>(1);
            self.advance_low.d.next = self.advance_high.q.val();
        }
        self.advance_wide.next = bit_cast::<16, 8>(self.advance_high.q.val());
        self.advance_placed.next = self.advance_wide.val() << 8;
        self.advance.next = self.advance_placed.val() | bit_cast::<16, 8>(self.advance_low.q.val());
        self.plausible.next = self.advance.val() <= self.in_flight.q.val();
        if self.heard.val() {
            self.judging.d.next = self.plausible.val();
        }
        self.count_more.next = self.count.q.val() + self.one.val();
        // In an odd clock, for the even one that follows: the count stays.
        self.at_size.d.next = self.count.q.val() == self.data_size.val();
        if self.is_status.q.val() {
            self.at_size.d.next = self.count.q.val() == self.status_size.val();
        }
        self.is_data.next = !self.is_status.q.val() & !self.is_room.q.val();
        self.body_done.next =
            self.at_size.q.val() | (!self.is_status.q.val() & !self.readable.q.val());
        self.take_byte.next = (self.state.q.val() == BuildState::Body)
            & !self.odd.q.val()
            & !self.is_status.q.val()
            & !self.body_done.val();
        self.take_acknowledge.next = self.judging.q.val() & !self.take_byte.val();
        self.less.next = self.one_back.val();
        if self.take_acknowledge.val() {
            self.judging.d.next = false;
            self.acknowledged.d.next = self.acknowledged.q.val() + self.advance.val();
            self.less.next = self.advance.val();
        }
        self.in_flight_next.next = self.in_flight.q.val() - self.less.val();
        if self.take_acknowledge.val() | self.take_byte.val() {
            self.in_flight.d.next = self.in_flight_next.val() & self.positions.val();
        }
        self.settled.next = !self.heard.val() & !self.judging.q.val();

        // Build a frame: a byte is latched in an even clock; the CRC takes its halves in the two after.
        self.want_data.next = self.connected.val()
            & (self.data_due.q.val() | self.readable.q.val() | self.limit_moved.val());
        // Not in the arms below: what blocks show each other in the same clock must not flicker.
        self.at_limit.next = self.count.q.val() == self.limit_header.val();
        self.at_end.next = self.count.q.val() == self.crc_size.val();
        self.limit_sent.next =
            (self.state.q.val() == BuildState::Header) & !self.odd.q.val() & self.at_limit.val();
        self.encoder.finish.next = (self.state.q.val() == BuildState::Check)
            & !self.odd.q.val()
            & self.at_end.val()
            & !self.connect.val();
        self.at_expected.next = self.count.q.val() == self.expected_header.val();
        // Byte 5 is the last of DATA's header, byte 7 that of others: three bits tell.
        self.header_done.next = self.count.q.val().get_bit(0)
            & self.count.q.val().get_bit(2)
            & (self.count.q.val().get_bit(1) | self.is_data.val());
        self.count_step.next = false;
        self.count_clear.next = false;
        self.rewinding.next = false;
        self.begin_frame.next = false;
        self.checking.next = false;
        self.fresh.d.next = false;
        self.low_half.d.next = false;
        self.high_half.d.next = self.low_half.q.val();
        self.odd.d.next = !self.odd.q.val();
        match self.state.q.val() {
            BuildState::Idle => {
                self.odd.d.next = false;
                self.count_clear.next = true;
                if self.rewind_due.q.val() {
                    if self.settled.val() {
                        self.rewinding.next = true;
                        self.rewind_due.d.next = false;
                    }
                } else if self.status_due.q.val() | self.want_data.val() {
                    self.begin_frame.next = true;
                    self.is_status.d.next = self.status_due.q.val();
                    self.is_room.d.next = !self.status_due.q.val()
                        & (self.limit_changed.val() | !self.readable.q.val());
                    self.status_due.d.next = false;
                    self.state.d.next = BuildState::Header;
                }
            }
            BuildState::Header => {
                if !self.odd.q.val() {
                    self.fresh.d.next = true;
                    self.low_half.d.next = true;
                    self.count_step.next = true;
                    if self.header_done.val() {
                        self.count_clear.next = true;
                        self.state.d.next = BuildState::Body;
                    }
                    if self.at_expected.val() & !self.is_status.q.val() {
                        self.data_due.d.next = false;
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
                        self.count_step.next = true;
                    }
                }
            }
            BuildState::Settle => {
                self.count_clear.next = true;
                self.state.d.next = BuildState::Check;
            }
            BuildState::Check => {
                self.checking.next = true;
                if !self.odd.q.val() {
                    if self.at_end.val() {
                        self.state.d.next = BuildState::Hand;
                    } else {
                        self.fresh.d.next = true;
                        self.count_step.next = true;
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
        if self.count_step.val() {
            self.count.d.next = self.count_more.val();
        }
        if self.count_clear.val() {
            self.count.d.next = self.zero.val();
        }
        if self.rewinding.val() | self.connect.val() {
            self.in_flight.d.next = self.start.val();
        }

        // The next byte, whether it is used or not. A field of the header is latched whole with its low byte.
        match self.count.q.val().get_bits::<2>(1).index() {
            1 => {
                self.header_low.next = self.sent.val().get_bits::<8>(0);
                self.header_high.next = self.sent.val().get_bits::<8>(8);
            }
            2 => {
                self.header_low.next = self.expected.val().get_bits::<8>(0);
                self.header_high.next = self.expected.val().get_bits::<8>(8);
            }
            3 => {
                self.header_low.next = self.limit.val().get_bits::<8>(0);
                self.header_high.next = self.limit.val().get_bits::<8>(8);
            }
            _ => {
                self.header_low.next = self.kind_data.val();
                if self.is_status.q.val() {
                    self.header_low.next = self.kind_status.val();
                }
                if self.is_room.q.val() {
                    self.header_low.next = self.kind_room.val();
                }
                self.header_high.next = self.connection.val();
            }
        }
        if !self.odd.q.val() {
            self.raw.d.next = self.check.value.val().get_bits::<8>(0);
            if self.state.q.val() == BuildState::Header {
                self.raw.d.next = self.header_low.val();
                if self.count.q.val().get_bit(0) {
                    self.raw.d.next = self.high.q.val();
                }
            }
            if self.state.q.val() == BuildState::Body {
                self.raw.d.next = self.ring.read_data.val();
                if self.is_status.q.val() {
                    self.raw.d.next = self.status_data.val();
                }
            }
            if !self.count.q.val().get_bit(0) {
                self.high.d.next = self.header_high.val();
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
            self.judging.d.next = false;
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
        self.status_read.next = self.is_status.q.val()
            & ((self.state.q.val() == BuildState::Body)
                | ((self.state.q.val() == BuildState::Header) & self.count.q.val().get_bit(2)));
        self.status_index.next = self.count.q.val().get_bits::<7>(0);
        self.encoder.out_ready.next = self.out_ready.val();
        self.out_valid.next = self.encoder.out_valid.val();
        self.out_data.next = self.encoder.out_data.val();
    }
}
