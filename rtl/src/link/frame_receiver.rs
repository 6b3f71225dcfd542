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
//! | limit_moved | out | 1 | it moved by half the buffer since `limit_sent` |
//! | limit_sent | in | 1 | `limit` is being sent as it is in this clock |
//! | heard | out | 1 | for one clock: `acknowledge` is from a frame of this connection |
//! | acknowledge | out | 16 | valid with `heard` and in the clock after |
//! | owe_data, owe_status | out | 1 | for one clock: answer with DATA, with STATUS |
//! | rewind | out | 1 | for one clock: send again from the acknowledged position |
//! | link_errors | out | 32 | frames dropped as errors since CONNECT |
//!
//! Latency: a byte every two clocks; `in_ready` falls for one clock after each, so a source without
//! back-pressure needs only not to be faster. A frame acts two clocks after its end mark. Payload bytes are
//! written beyond the committed end of the ring as they come and become visible when the frame turns out good;
//! what does not fit is never written, because only the CRC may lie beyond the limit.

use super::{CobsDecoder, Crc32};
use crate::primitives::byte_ram::ByteRam;
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
    pub limit_moved: Signal<Out, Bit>,
    pub limit_sent: Signal<In, Bit>,
    pub heard: Signal<Out, Bit>,
    pub acknowledge: Signal<Out, Bits<16>>,
    pub owe_data: Signal<Out, Bit>,
    pub owe_status: Signal<Out, Bit>,
    pub rewind: Signal<Out, Bit>,
    pub link_errors: Signal<Out, Bits<32>>,
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
    size: DFF<Bits<8>>,
    kind: DFF<Bits<8>>,
    candidate: DFF<Bits<8>>,
    acknowledge_low: DFF<Bits<8>>,
    acknowledge_high: DFF<Bits<8>>,
    in_order: DFF<Bit>,
    magic: DFF<Bit>,
    write_at: DFF<Bits<16>>,
    skipped: DFF<Bits<3>>,
    template: Signal<Local, Bits<8>>,
    same: Signal<Local, Bit>,
    at_limit: Signal<Local, Bit>,
    skipping: Signal<Local, Bit>,
    // What the end of a frame decides.
    crc_good: Signal<Local, Bit>,
    too_short: Signal<Local, Bit>,
    too_long: Signal<Local, Bit>,
    good: Signal<Local, Bit>,
    ours: Signal<Local, Bit>,
    dropped: Signal<Local, Bit>,
    accept: Signal<Local, Bit>,
    accept_connect: Signal<Local, Bit>,
    // The connection.
    has_connection: DFF<Bit>,
    number: DFF<Bits<8>>,
    committed: DFF<Bits<16>>,
    consumed: DFF<Bits<16>>,
    moved: DFF<Bits<12>>,
    errors: DFF<Bits<32>>,
    connect_pulse: DFF<Bit>,
    heard_pulse: DFF<Bit>,
    data_pulse: DFF<Bit>,
    status_pulse: DFF<Bit>,
    rewind_pulse: DFF<Bit>,
    room_end: Signal<Local, Bits<16>>,
    available: Signal<Local, Bit>,
    pop: Signal<Local, Bit>,
    consumed_next: Signal<Local, Bits<16>>,
    half_moved: Signal<Local, Bit>,
    low_wide: Signal<Local, Bits<16>>,
    high_wide: Signal<Local, Bits<16>>,
    high_placed: Signal<Local, Bits<16>>,
    depth: Constant<Bits<16>>,
    half: Constant<Bits<12>>,
    no_move: Constant<Bits<12>>,
    one_move: Constant<Bits<12>>,
    residue: Constant<Bits<32>>,
    no_error: Constant<Bits<32>>,
    one_error: Constant<Bits<32>>,
    start: Constant<Bits<16>>,
    one_byte: Constant<Bits<16>>,
    crc_bytes: Constant<Bits<16>>,
    none_skipped: Constant<Bits<3>>,
    one_skipped: Constant<Bits<3>>,
    payload_skipped: Constant<Bits<3>>,
    size_zero: Constant<Bits<8>>,
    size_one: Constant<Bits<8>>,
    size_header: Constant<Bits<8>>,
    size_least: Constant<Bits<8>>,
    size_connect: Constant<Bits<8>>,
    size_most: Constant<Bits<8>>,
    size_stuck: Constant<Bits<8>>,
    letter_f: Constant<Bits<8>>,
    letter_s: Constant<Bits<8>>,
}

impl FrameReceiver {
    /// A receiver with a ring of `depth` bytes: a power of two from 16 to 4,096.
    pub fn new(depth: usize) -> Self {
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
            limit_moved: Default::default(),
            limit_sent: Default::default(),
            heard: Default::default(),
            acknowledge: Default::default(),
            owe_data: Default::default(),
            owe_status: Default::default(),
            rewind: Default::default(),
            link_errors: Default::default(),
            decoder: Default::default(),
            check: Default::default(),
            ring: ByteRam::new(depth),
            pause: Default::default(),
            second: Default::default(),
            taken: Default::default(),
            incoming: Default::default(),
            nibble: Default::default(),
            in_payload: Default::default(),
            size: Default::default(),
            kind: Default::default(),
            candidate: Default::default(),
            acknowledge_low: Default::default(),
            acknowledge_high: Default::default(),
            in_order: Default::default(),
            magic: Default::default(),
            write_at: Default::default(),
            skipped: Default::default(),
            template: Default::default(),
            same: Default::default(),
            at_limit: Default::default(),
            skipping: Default::default(),
            crc_good: Default::default(),
            too_short: Default::default(),
            too_long: Default::default(),
            good: Default::default(),
            ours: Default::default(),
            dropped: Default::default(),
            accept: Default::default(),
            accept_connect: Default::default(),
            has_connection: Default::default(),
            number: Default::default(),
            committed: Default::default(),
            consumed: Default::default(),
            moved: Default::default(),
            errors: Default::default(),
            connect_pulse: Default::default(),
            heard_pulse: Default::default(),
            data_pulse: Default::default(),
            status_pulse: Default::default(),
            rewind_pulse: Default::default(),
            room_end: Default::default(),
            available: Default::default(),
            pop: Default::default(),
            consumed_next: Default::default(),
            half_moved: Default::default(),
            low_wide: Default::default(),
            high_wide: Default::default(),
            high_placed: Default::default(),
            depth: Constant::new((depth as u64).into()),
            half: Constant::new((depth as u64 / 2).into()),
            no_move: Constant::new(0.into()),
            one_move: Constant::new(1.into()),
            residue: Constant::new(0x2144_DF1C.into()),
            no_error: Constant::new(0.into()),
            one_error: Constant::new(1.into()),
            start: Constant::new(0.into()),
            one_byte: Constant::new(1.into()),
            crc_bytes: Constant::new(4.into()),
            none_skipped: Constant::new(0.into()),
            one_skipped: Constant::new(1.into()),
            payload_skipped: Constant::new(5.into()),
            size_zero: Constant::new(0.into()),
            size_one: Constant::new(1.into()),
            size_header: Constant::new(6.into()),
            size_least: Constant::new(10.into()),
            size_connect: Constant::new(13.into()),
            size_most: Constant::new(250.into()),
            size_stuck: Constant::new(255.into()),
            letter_f: Constant::new(u64::from(b'F').into()),
            letter_s: Constant::new(u64::from(b'S').into()),
        }
    }
}

impl Logic for FrameReceiver {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            pause,
            second,
            size,
            kind,
            candidate,
            acknowledge_low
        );
        dff_setup!(
            self,
            clock,
            acknowledge_high,
            in_order,
            magic,
            write_at,
            skipped
        );
        dff_setup!(
            self,
            clock,
            has_connection,
            number,
            committed,
            consumed,
            moved,
            errors
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

        // The stream out of the ring. The memory reads ahead where the next clock will stand.
        self.room_end.next = self.consumed.q.val() + self.depth.val();
        self.available.next = self.consumed.q.val() != self.committed.q.val();
        self.pop.next = self.available.val() & self.stream_ready.val();
        self.consumed_next.next = self.consumed.q.val();
        self.half_moved.next = self.moved.q.val() == self.half.val();
        if self.limit_sent.val() {
            self.moved.d.next = self.no_move.val();
        }
        if self.pop.val() {
            self.consumed_next.next = self.consumed.q.val() + self.one_byte.val();
            if self.limit_sent.val() {
                self.moved.d.next = self.one_move.val();
            } else if !self.half_moved.val() {
                self.moved.d.next = self.moved.q.val() + self.one_move.val();
            }
        }
        self.stream_valid.next = self.available.val();
        self.stream_data.next = self.ring.read_data.val();

        // What header byte `size` must be, where that is known.
        self.template.next = self.letter_s.val();
        match self.size.q.val().get_bits::<3>(0).index() {
            2 => {
                self.template.next = self.committed.q.val().get_bits::<8>(0);
            }
            3 => {
                self.template.next = self.committed.q.val().get_bits::<8>(8);
            }
            6 => {
                self.template.next = self.letter_f.val();
            }
            _ => {}
        }
        self.same.next = self.incoming.val() == self.template.val();
        self.at_limit.next = self.write_at.q.val() == self.room_end.val();
        self.skipping.next =
            self.at_limit.val() | (self.skipped.q.val() != self.none_skipped.val());
        self.in_payload.next = self.size.q.val() >= self.size_header.val();
        self.ring.write_enable.next = false;
        self.ring.write_address.next = self.write_at.q.val();
        self.ring.write_data.next = self.incoming.val();
        if self.decoder.payload_valid.val() {
            if self.size.q.val() != self.size_stuck.val() {
                self.size.d.next = self.size.q.val() + self.size_one.val();
            }
            if self.in_payload.val() {
                self.write_at.d.next = self.write_at.q.val() + self.one_byte.val();
                if !self.skipping.val() {
                    self.ring.write_enable.next = true;
                } else if self.skipped.q.val() != self.payload_skipped.val() {
                    self.skipped.d.next = self.skipped.q.val() + self.one_skipped.val();
                }
            } else {
                self.write_at.d.next = self.committed.q.val();
                self.skipped.d.next = self.none_skipped.val();
            }
            match self.size.q.val().index() {
                0 => {
                    self.kind.d.next = self.incoming.val();
                }
                1 => {
                    self.candidate.d.next = self.incoming.val();
                }
                2 => {
                    self.in_order.d.next = self.same.val();
                }
                3 => {
                    self.in_order.d.next = self.in_order.q.val() & self.same.val();
                }
                4 => {
                    self.acknowledge_low.d.next = self.incoming.val();
                }
                5 => {
                    self.acknowledge_high.d.next = self.incoming.val();
                }
                6 => {
                    self.magic.d.next = self.same.val();
                }
                7 => {
                    self.magic.d.next = self.magic.q.val() & self.same.val();
                }
                _ => {}
            }
        }

        // The end of a frame.
        self.crc_good.next = self.check.value.val() == self.residue.val();
        self.too_short.next = self.size.q.val() < self.size_least.val();
        self.too_long.next = self.size.q.val() > self.size_most.val();
        self.good.next = self.crc_good.val()
            & !self.decoder.error.val()
            & !self.too_short.val()
            & !self.too_long.val();
        self.ours.next =
            self.has_connection.q.val() & (self.candidate.q.val() == self.number.q.val());
        self.dropped.next = false;
        self.accept.next = false;
        self.accept_connect.next = false;
        self.heard_pulse.d.next = false;
        self.data_pulse.d.next = false;
        self.status_pulse.d.next = false;
        self.rewind_pulse.d.next = false;
        if self.decoder.end_of_frame.val() {
            self.size.d.next = self.size_zero.val();
            self.dropped.next = true;
            if self.good.val() {
                match self.kind.q.val().index() {
                    1 => {
                        if self.magic.q.val() & (self.size.q.val() == self.size_connect.val()) {
                            self.accept_connect.next = true;
                            self.status_pulse.d.next = true;
                            self.dropped.next = false;
                        }
                    }
                    2 => {
                        if self.ours.val() {
                            self.heard_pulse.d.next = true;
                            self.data_pulse.d.next = self.size.q.val() != self.size_least.val();
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
        if self.dropped.val() {
            self.errors.d.next = self.errors.q.val() + self.one_error.val();
        }
        if self.accept.val() {
            self.committed.d.next = self.write_at.q.val() - self.crc_bytes.val();
        }
        self.connect_pulse.d.next = self.accept_connect.val();
        if self.accept_connect.val() {
            self.has_connection.d.next = true;
            self.number.d.next = self.candidate.q.val();
            self.committed.d.next = self.start.val();
            self.consumed_next.next = self.start.val();
            self.moved.d.next = self.no_move.val();
            self.errors.d.next = self.no_error.val();
        }
        self.consumed.d.next = self.consumed_next.val();
        self.ring.read_address.next = self.consumed_next.val();

        self.low_wide.next = bit_cast::<16, 8>(self.acknowledge_low.q.val());
        self.high_wide.next = bit_cast::<16, 8>(self.acknowledge_high.q.val());
        self.high_placed.next = self.high_wide.val() << 8;
        self.acknowledge.next = self.low_wide.val() | self.high_placed.val();
        self.connect.next = self.connect_pulse.q.val();
        self.connected.next = self.has_connection.q.val();
        self.connection.next = self.number.q.val();
        self.expected.next = self.committed.q.val();
        self.limit.next = self.room_end.val();
        self.limit_moved.next = self.half_moved.val();
        self.heard.next = self.heard_pulse.q.val();
        self.owe_data.next = self.data_pulse.q.val();
        self.owe_status.next = self.status_pulse.q.val();
        self.rewind.next = self.rewind_pulse.q.val();
        self.link_errors.next = self.errors.q.val();
    }
}
