//! Receives frames: decodes, checks, stores payloads, and hands the stream of good bytes to the command unit.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | in_valid, in_ready | in, out | 1 | a byte from the wire moves in every clock in which both are 1 |
//! | in_data | in | 8 | |
//! | stream_valid, stream_ready | out, in | 1 | a byte of the stream moves in every clock in which both are 1 |
//! | stream_data | out | 8 | |
//! | connect | out | 1 | for one clock: a CONNECT was taken; `stream_valid` is 0 from this clock |
//! | connected | out | 1 | there was a CONNECT |
//! | connection | out | 8 | the number of the last CONNECT |
//! | expected | out | 16 | position of the next byte expected |
//! | limit | out | 16 | first position without room |
//! | limit_changed | out | 1 | it moved since `limit_sent`, or the host asked what it missed |
//! | limit_moved | out | 1 | it moved by half the buffer since `limit_sent` |
//! | limit_sent | in | 1 | `limit` is being sent as it is in this clock |
//! | acknowledge_byte | out | 8 | a byte of the acknowledge of the frame that comes in |
//! | acknowledge_low, acknowledge_high | out | 1 | for one clock each, in this order: which one it is |
//! | heard | out | 1 | for one clock: that frame is good and of this connection |
//! | owe_data, owe_status | out | 1 | for one clock: answer with DATA or ROOM, with STATUS |
//! | rewind | out | 1 | for one clock: send again from the acknowledged position |
//! | link_error | out | 1 | for one clock: a frame was dropped as an error |
//!
//! Latency: a byte every two clocks, also of the stream; `in_ready` falls for one clock after each, so a source without
//! back-pressure needs only not to be faster. A frame acts two clocks after its end mark. Payload bytes are
//! written beyond the committed end of the ring as they come and become visible when the frame turns out good;
//! what does not fit is never written, because only the CRC may lie beyond the limit.

use super::{CobsDecoder, Crc32};
use crate::primitives::byte_ram::{ByteRam, SmallMemories};
use rust_hdl::prelude::*;

/// The receiver; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct FrameReceiver {
    pub clock: Signal<In, Clock>,
    pub in_valid: Signal<In, Bit>,
    pub in_data: Signal<In, Bits<8>>,
    pub in_ready: Signal<Out, Bit>,
    pub stream_valid: Signal<Out, Bit>,
    pub stream_data: Signal<Out, Bits<8>>,
    pub stream_ready: Signal<In, Bit>,
    pub connect: Signal<Out, Bit>,
    pub connected: Signal<Out, Bit>,
    pub connection: Signal<Out, Bits<8>>,
    pub expected: Signal<Out, Bits<16>>,
    pub limit: Signal<Out, Bits<16>>,
    pub limit_changed: Signal<Out, Bit>,
    pub limit_moved: Signal<Out, Bit>,
    pub limit_sent: Signal<In, Bit>,
    pub heard: Signal<Out, Bit>,
    pub acknowledge_byte: Signal<Out, Bits<8>>,
    pub acknowledge_low: Signal<Out, Bit>,
    pub acknowledge_high: Signal<Out, Bit>,
    pub owe_data: Signal<Out, Bit>,
    pub owe_status: Signal<Out, Bit>,
    pub rewind: Signal<Out, Bit>,
    pub link_error: Signal<Out, Bit>,
    // One byte takes two clocks, for the two halves of the CRC.
    decoder: CobsDecoder,
    check: Crc32,
    ring: ByteRam,
    pause: DFF<Bit>,
    second: DFF<Bit>,
    taken: Signal<Local, Bit>,
    incoming: Signal<Local, Bits<8>>,
    nibble: Signal<Local, Bits<4>>,
    in_payload: Signal<Local, Bit>,
    // The frame so far.
    candidate: DFF<Bits<8>>,
    in_order: DFF<Bit>,
    magic: DFF<Bit>,
    header: DFF<Bits<3>>,
    payload: DFF<Bits<9>>,
    number_same: DFF<Bit>,
    kind: DFF<Bits<3>>,
    kind_high: Signal<Local, Bits<5>>,
    kind_low: Signal<Local, Bits<3>>,
    payload_wide: Signal<Local, Bits<16>>,
    write_at: Signal<Local, Bits<16>>,
    ahead: Signal<Local, Bits<16>>,
    stream_size: Signal<Local, Bits<9>>,
    stream_wide: Signal<Local, Bits<16>>,
    skipped: DFF<Bits<3>>,
    template: Signal<Local, Bits<8>>,
    same: Signal<Local, Bit>,
    at_limit: Signal<Local, Bit>,
    skipping: Signal<Local, Bit>,
    // What the end of a frame decides.
    crc_good: Signal<Local, Bit>,
    too_short: Signal<Local, Bit>,
    too_long: Signal<Local, Bit>,
    size_good: DFF<Bit>,
    size_connect: DFF<Bit>,
    not_empty: DFF<Bit>,
    good: Signal<Local, Bit>,
    dropped: Signal<Local, Bit>,
    accept: Signal<Local, Bit>,
    accept_connect: Signal<Local, Bit>,
    // The connection.
    has_connection: DFF<Bit>,
    number: DFF<Bits<8>>,
    committed: DFF<Bits<16>>,
    consumed: DFF<Bits<16>>,
    error_pulse: DFF<Bit>,
    moved: DFF<Bits<16>>,
    changed: DFF<Bit>,
    valid: DFF<Bit>,
    connect_pulse: DFF<Bit>,
    heard_pulse: DFF<Bit>,
    data_pulse: DFF<Bit>,
    status_pulse: DFF<Bit>,
    rewind_pulse: DFF<Bit>,
    room_end: Signal<Local, Bits<16>>,
    behind: Signal<Local, Bits<16>>,
    ours: Signal<Local, Bit>,
    available: Signal<Local, Bit>,
    pop: Signal<Local, Bit>,
    half_moved: Signal<Local, Bit>,
    depth: Constant<Bits<16>>,
    positions: Constant<Bits<16>>,
    half: Constant<Bits<16>>,
    residue: Constant<Bits<32>>,
    start: Constant<Bits<16>>,
    one_byte: Constant<Bits<16>>,
    header_first: Constant<Bits<3>>,
    header_one: Constant<Bits<3>>,
    header_done: Constant<Bits<3>>,
    unknown: Constant<Bits<3>>,
    empty: Constant<Bits<9>>,
    one_more: Constant<Bits<9>>,
    crc_size: Constant<Bits<9>>,
    connect_size: Constant<Bits<9>>,
    most: Constant<Bits<9>>,
    none_skipped: Constant<Bits<3>>,
    one_skipped: Constant<Bits<3>>,
    payload_skipped: Constant<Bits<3>>,
    letter_f: Constant<Bits<8>>,
    letter_s: Constant<Bits<8>>,
}

impl FrameReceiver {
    /// A receiver with a ring of `depth` bytes: a power of two from 16 to 4,096.
    pub fn new(depth: usize, style: SmallMemories) -> Self {
        let depth = depth.clamp(16, 4096).next_power_of_two();
        Self {
            clock: Default::default(),
            in_valid: Default::default(),
            in_data: Default::default(),
            in_ready: Default::default(),
            stream_valid: Default::default(),
            stream_data: Default::default(),
            stream_ready: Default::default(),
            connect: Default::default(),
            connected: Default::default(),
            connection: Default::default(),
            expected: Default::default(),
            limit: Default::default(),
            limit_changed: Default::default(),
            limit_moved: Default::default(),
            limit_sent: Default::default(),
            heard: Default::default(),
            acknowledge_byte: Default::default(),
            owe_data: Default::default(),
            owe_status: Default::default(),
            rewind: Default::default(),
            link_error: Default::default(),
            decoder: Default::default(),
            check: Default::default(),
            ring: ByteRam::new(depth, style),
            pause: Default::default(),
            second: Default::default(),
            taken: Default::default(),
            incoming: Default::default(),
            nibble: Default::default(),
            in_payload: Default::default(),
            candidate: Default::default(),
            acknowledge_low: Default::default(),
            acknowledge_high: Default::default(),
            in_order: Default::default(),
            magic: Default::default(),
            header: Default::default(),
            payload: Default::default(),
            number_same: Default::default(),
            kind: Default::default(),
            kind_high: Default::default(),
            kind_low: Default::default(),
            payload_wide: Default::default(),
            write_at: Default::default(),
            ahead: Default::default(),
            stream_size: Default::default(),
            stream_wide: Default::default(),
            skipped: Default::default(),
            template: Default::default(),
            same: Default::default(),
            at_limit: Default::default(),
            skipping: Default::default(),
            crc_good: Default::default(),
            too_short: Default::default(),
            too_long: Default::default(),
            size_good: Default::default(),
            size_connect: Default::default(),
            not_empty: Default::default(),
            good: Default::default(),
            dropped: Default::default(),
            accept: Default::default(),
            accept_connect: Default::default(),
            has_connection: Default::default(),
            number: Default::default(),
            committed: Default::default(),
            consumed: Default::default(),
            error_pulse: Default::default(),
            moved: Default::default(),
            changed: Default::default(),
            valid: Default::default(),
            connect_pulse: Default::default(),
            heard_pulse: Default::default(),
            data_pulse: Default::default(),
            status_pulse: Default::default(),
            rewind_pulse: Default::default(),
            room_end: Default::default(),
            behind: Default::default(),
            ours: Default::default(),
            available: Default::default(),
            pop: Default::default(),
            half_moved: Default::default(),
            depth: Constant::new((depth as u64).into()),
            positions: Constant::new((2 * depth as u64 - 1).into()),
            half: Constant::new((depth as u64 / 2).into()),
            residue: Constant::new(0x2144_DF1C.into()),
            start: Constant::new(0.into()),
            one_byte: Constant::new(1.into()),
            header_first: Constant::new(0.into()),
            header_one: Constant::new(1.into()),
            header_done: Constant::new(6.into()),
            unknown: Constant::new(0.into()),
            empty: Constant::new(0.into()),
            one_more: Constant::new(1.into()),
            crc_size: Constant::new(4.into()),
            connect_size: Constant::new(7.into()),
            most: Constant::new(244.into()),
            none_skipped: Constant::new(0.into()),
            one_skipped: Constant::new(1.into()),
            payload_skipped: Constant::new(5.into()),
            letter_f: Constant::new(u64::from(b'F').into()),
            letter_s: Constant::new(u64::from(b'S').into()),
        }
    }
}

impl Logic for FrameReceiver {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, pause, second, header, payload, kind, candidate);
        dff_setup!(self, clock, number_same, in_order, magic, skipped, valid);
        dff_setup!(
            self,
            clock,
            has_connection,
            number,
            committed,
            consumed,
            moved,
            changed,
            error_pulse
        );
        dff_setup!(
            self,
            clock,
            connect_pulse,
            heard_pulse,
            data_pulse,
            status_pulse,
            rewind_pulse
        );
        dff_setup!(self, clock, size_good, size_connect, not_empty);
        self.decoder.clock.next = self.clock.val();
        self.check.clock.next = self.clock.val();
        self.ring.clock.next = self.clock.val();

        // A byte: decoded in the first clock, its low half into the CRC in the second, its high half in the third.
        self.in_ready.next = !self.pause.q.val();
        self.taken.next = self.in_valid.val() & !self.pause.q.val();
        self.pause.d.next = self.taken.val();
        self.decoder.take.next = self.taken.val();
        self.decoder.data.next = self.in_data.val();
        self.incoming.next = self.decoder.payload.val();
        self.second.d.next = self.decoder.payload_valid.val();
        self.check.shift.next = false;
        self.check.clear.next = self.decoder.end_of_frame.val();
        self.check.step.next = self.decoder.payload_valid.val() | self.second.q.val();
        self.nibble.next = self.incoming.val().get_bits::<4>(0);
        if self.second.q.val() {
            self.nibble.next = self.incoming.val().get_bits::<4>(4);
        }
        self.check.nibble.next = self.nibble.val();

        // The stream out of the ring. The memory takes a clock from `consumed` to its byte: none is valid in
        // the clock after one was taken. Positions differ by no more than the depth: few bits tell them apart.
        self.room_end.next = self.consumed.q.val() + self.depth.val();
        self.behind.next = self.consumed.q.val() ^ self.committed.q.val();
        self.available.next = (self.behind.val() & self.positions.val()).any();
        self.pop.next = self.valid.q.val() & self.stream_ready.val();
        self.valid.d.next = self.available.val() & !self.pop.val();
        self.half_moved.next = (self.moved.q.val() & self.half.val()).any();
        if self.pop.val() {
            self.consumed.d.next = self.consumed.q.val() + self.one_byte.val();
        }
        if self.pop.val() & !self.half_moved.val() {
            self.moved.d.next = self.moved.q.val() + self.one_byte.val();
        }
        if self.limit_sent.val() {
            self.moved.d.next = self.start.val();
            self.changed.d.next = false;
            if self.pop.val() {
                self.moved.d.next = self.one_byte.val();
            }
        }
        if self.pop.val() | self.rewind_pulse.q.val() {
            self.changed.d.next = true;
        }
        self.stream_valid.next = self.valid.q.val();
        self.stream_data.next = self.ring.read_data.val();

        // What a byte must be, where that is known.
        self.in_payload.next = self.header.q.val() == self.header_done.val();
        self.template.next = self.committed.q.val().get_bits::<8>(0);
        if self.header.q.val().get_bit(0) {
            self.template.next = self.committed.q.val().get_bits::<8>(8);
            if !self.header.q.val().get_bit(1) {
                self.template.next = self.number.q.val();
            }
        }
        if self.in_payload.val() {
            self.template.next = self.letter_f.val();
            if self.payload.q.val().get_bit(0) {
                self.template.next = self.letter_s.val();
            }
        }
        self.same.next = self.incoming.val() == self.template.val();
        self.kind_high.next = self.incoming.val().get_bits::<5>(3);
        self.kind_low.next = self.incoming.val().get_bits::<3>(0);
        if self.kind_high.val().any() {
            self.kind_low.next = self.unknown.val();
        }

        // Where a byte of the payload belongs.
        self.payload_wide.next = bit_cast::<16, 9>(self.payload.q.val());
        self.write_at.next = self.committed.q.val() + self.payload_wide.val();
        self.ahead.next = self.write_at.val() ^ self.room_end.val();
        self.at_limit.next = !(self.ahead.val() & self.positions.val()).any();
        self.skipping.next =
            self.at_limit.val() | (self.skipped.q.val() != self.none_skipped.val());
        self.ring.write_enable.next =
            self.decoder.payload_valid.val() & self.in_payload.val() & !self.skipping.val();
        self.ring.write_address.next = self.write_at.val();
        self.ring.write_data.next = self.incoming.val();
        self.acknowledge_byte.next = self.incoming.val();
        self.acknowledge_low.next = false;
        self.acknowledge_high.next = false;
        if self.decoder.payload_valid.val() {
            if self.in_payload.val() {
                // A frame that is too long stays so.
                if !self.payload.q.val().get_bit(8) {
                    self.payload.d.next = self.payload.q.val() + self.one_more.val();
                }
                if self.skipping.val() & (self.skipped.q.val() != self.payload_skipped.val()) {
                    self.skipped.d.next = self.skipped.q.val() + self.one_skipped.val();
                }
                if self.payload.q.val() == self.empty.val() {
                    self.magic.d.next = self.same.val();
                }
                if self.payload.q.val() == self.one_more.val() {
                    self.magic.d.next = self.magic.q.val() & self.same.val();
                }
            } else {
                self.header.d.next = self.header.q.val() + self.header_one.val();
            }
            match self.header.q.val().index() {
                0 => {
                    self.kind.d.next = self.kind_low.val();
                }
                1 => {
                    self.candidate.d.next = self.incoming.val();
                    self.number_same.d.next = self.same.val();
                }
                2 => {
                    self.in_order.d.next = self.same.val();
                }
                3 => {
                    self.in_order.d.next = self.in_order.q.val() & self.same.val();
                }
                4 => {
                    self.acknowledge_low.next = true;
                }
                5 => {
                    self.acknowledge_high.next = true;
                }
                _ => {}
            }
        }

        // The end of a frame. Its last byte came two clocks before: what the size decides is in flip-flops.
        self.crc_good.next = self.check.value.val() == self.residue.val();
        self.too_short.next = !self.in_payload.val() | (self.payload.q.val() < self.crc_size.val());
        self.too_long.next = self.payload.q.val() > self.most.val();
        self.size_good.d.next = !self.too_short.val() & !self.too_long.val();
        self.size_connect.d.next = self.payload.q.val() == self.connect_size.val();
        self.not_empty.d.next = self.payload.q.val() != self.crc_size.val();
        self.good.next = self.crc_good.val() & !self.decoder.error.val() & self.size_good.q.val();
        self.ours.next = self.has_connection.q.val() & self.number_same.q.val();
        self.dropped.next = false;
        self.accept.next = false;
        self.accept_connect.next = false;
        self.heard_pulse.d.next = false;
        self.data_pulse.d.next = false;
        self.status_pulse.d.next = false;
        self.rewind_pulse.d.next = false;
        if self.decoder.end_of_frame.val() {
            self.header.d.next = self.header_first.val();
            self.payload.d.next = self.empty.val();
            self.skipped.d.next = self.none_skipped.val();
            self.dropped.next = true;
            if self.good.val() {
                match self.kind.q.val().index() {
                    1 => {
                        if self.magic.q.val() & self.size_connect.q.val() {
                            self.accept_connect.next = true;
                            self.status_pulse.d.next = true;
                            self.dropped.next = false;
                        }
                    }
                    2 => {
                        if self.ours.val() {
                            self.heard_pulse.d.next = true;
                            self.data_pulse.d.next = self.not_empty.q.val();
                            self.accept.next = self.in_order.q.val()
                                & (self.skipped.q.val() != self.payload_skipped.val());
                            self.dropped.next = false;
                        }
                    }
                    3 => {
                        self.status_pulse.d.next = true;
                        self.dropped.next = false;
                    }
                    4 => {
                        if self.ours.val() {
                            self.heard_pulse.d.next = true;
                            self.data_pulse.d.next = true;
                            self.rewind_pulse.d.next = true;
                            self.dropped.next = false;
                        }
                    }
                    _ => {}
                }
            }
        }
        self.error_pulse.d.next = self.dropped.val();
        self.stream_size.next = self.payload.q.val() - self.crc_size.val();
        self.stream_wide.next = bit_cast::<16, 9>(self.stream_size.val());
        if self.accept.val() {
            self.committed.d.next = self.committed.q.val() + self.stream_wide.val();
        }
        self.connect_pulse.d.next = self.accept_connect.val();
        if self.accept_connect.val() {
            self.has_connection.d.next = true;
            self.number.d.next = self.candidate.q.val();
            self.committed.d.next = self.start.val();
            self.consumed.d.next = self.start.val();
            self.moved.d.next = self.start.val();
            self.changed.d.next = false;
            self.valid.d.next = false;
        }
        self.ring.read_address.next = self.consumed.q.val();

        self.connect.next = self.connect_pulse.q.val();
        self.connected.next = self.has_connection.q.val();
        self.connection.next = self.number.q.val();
        self.expected.next = self.committed.q.val();
        self.limit.next = self.room_end.val();
        self.limit_changed.next = self.changed.q.val();
        self.limit_moved.next = self.half_moved.val();
        self.heard.next = self.heard_pulse.q.val();
        self.owe_data.next = self.data_pulse.q.val();
        self.owe_status.next = self.status_pulse.q.val();
        self.rewind.next = self.rewind_pulse.q.val();
        self.link_error.next = self.error_pulse.q.val();
    }
}
