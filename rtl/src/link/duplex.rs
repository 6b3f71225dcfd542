//! The link: frames in, frames out, and the two byte streams they carry.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | in_valid, in_ready, in_data | in, out, in | 1, 1, 8 | bytes from the wire; at most one every two clocks |
//! | out_valid, out_ready, out_data | out, in, out | 1, 1, 8 | bytes for the wire |
//! | stream_valid, stream_ready, stream_data | out, in, out | 1, 1, 8 | the stream from the host |
//! | put_valid, put_ready, put_data | in, out, in | 1, 1, 8 | the stream to the host |
//! | connect | out | 1 | for one clock: both streams were dropped; reset everything else |
//! | status_index, status_data | out, in | 7, 8 | the status block, a byte in the clock after its index, in order |
//! | status_read | out | 1 | from 8 clocks before the first byte of the status block is used to its last |
//! | link_error | out | 1 | for one clock: a frame was dropped as an error |
//!
//! A byte moves in every clock in which valid and ready are both 1. There is no reset: all flip-flops start
//! at 0, and until the first CONNECT only CONNECT and STATUS are answered. Sustained rates, in clocks a
//! byte: 2 in, about 3 out. In the clock of `connect` the streams are already empty.

use super::{FrameReceiver, FrameTransmitter};
use crate::primitives::byte_ram::SmallMemories;
use rust_hdl::prelude::*;

/// The link; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Link {
    pub clock: Signal<In, Clock>,
    pub in_valid: Signal<In, Bit>,
    pub in_data: Signal<In, Bits<8>>,
    pub in_ready: Signal<Out, Bit>,
    pub out_valid: Signal<Out, Bit>,
    pub out_data: Signal<Out, Bits<8>>,
    pub out_ready: Signal<In, Bit>,
    pub stream_valid: Signal<Out, Bit>,
    pub stream_data: Signal<Out, Bits<8>>,
    pub stream_ready: Signal<In, Bit>,
    pub put_valid: Signal<In, Bit>,
    pub put_data: Signal<In, Bits<8>>,
    pub put_ready: Signal<Out, Bit>,
    pub connect: Signal<Out, Bit>,
    pub status_index: Signal<Out, Bits<7>>,
    pub status_data: Signal<In, Bits<8>>,
    pub status_read: Signal<Out, Bit>,
    pub link_error: Signal<Out, Bit>,
    receiver: FrameReceiver,
    transmitter: FrameTransmitter,
}

impl Link {
    /// Bytes of the receive buffer unless told otherwise.
    pub const RECEIVE_DEPTH: usize = 512;
    /// Bytes of the transmit buffer unless told otherwise.
    pub const TRANSMIT_DEPTH: usize = 512;

    /// A link with these buffers, in bytes: powers of two from 16 to 4,096.
    pub fn new(receive_depth: usize, transmit_depth: usize, style: SmallMemories) -> Self {
        Self {
            clock: Default::default(),
            in_valid: Default::default(),
            in_data: Default::default(),
            in_ready: Default::default(),
            out_valid: Default::default(),
            out_data: Default::default(),
            out_ready: Default::default(),
            stream_valid: Default::default(),
            stream_data: Default::default(),
            stream_ready: Default::default(),
            put_valid: Default::default(),
            put_data: Default::default(),
            put_ready: Default::default(),
            connect: Default::default(),
            status_index: Default::default(),
            status_data: Default::default(),
            status_read: Default::default(),
            link_error: Default::default(),
            receiver: FrameReceiver::new(receive_depth, style),
            transmitter: FrameTransmitter::new(transmit_depth, style),
        }
    }
}

impl Default for Link {
    fn default() -> Self {
        Self::new(
            Self::RECEIVE_DEPTH,
            Self::TRANSMIT_DEPTH,
            SmallMemories::default(),
        )
    }
}

impl Logic for Link {
    #[hdl_gen]
    fn update(&mut self) {
        self.receiver.clock.next = self.clock.val();
        self.receiver.in_valid.next = self.in_valid.val();
        self.receiver.in_data.next = self.in_data.val();
        self.in_ready.next = self.receiver.in_ready.val();
        self.stream_valid.next = self.receiver.stream_valid.val();
        self.stream_data.next = self.receiver.stream_data.val();
        self.receiver.stream_ready.next = self.stream_ready.val();
        self.receiver.limit_sent.next = self.transmitter.limit_sent.val();
        self.connect.next = self.receiver.connect.val();
        self.link_error.next = self.receiver.link_error.val();

        self.transmitter.clock.next = self.clock.val();
        self.transmitter.put_valid.next = self.put_valid.val();
        self.transmitter.put_data.next = self.put_data.val();
        self.put_ready.next = self.transmitter.put_ready.val();
        self.transmitter.connect.next = self.receiver.connect.val();
        self.transmitter.connected.next = self.receiver.connected.val();
        self.transmitter.connection.next = self.receiver.connection.val();
        self.transmitter.expected.next = self.receiver.expected.val();
        self.transmitter.limit.next = self.receiver.limit.val();
        self.transmitter.limit_changed.next = self.receiver.limit_changed.val();
        self.transmitter.limit_moved.next = self.receiver.limit_moved.val();
        self.transmitter.heard.next = self.receiver.heard.val();
        self.transmitter.acknowledge_byte.next = self.receiver.acknowledge_byte.val();
        self.transmitter.acknowledge_low.next = self.receiver.acknowledge_low.val();
        self.transmitter.acknowledge_high.next = self.receiver.acknowledge_high.val();
        self.transmitter.owe_data.next = self.receiver.owe_data.val();
        self.transmitter.owe_status.next = self.receiver.owe_status.val();
        self.transmitter.rewind.next = self.receiver.rewind.val();
        self.status_read.next = self.transmitter.status_read.val();
        self.status_index.next = self.transmitter.status_index.val();
        self.transmitter.status_data.next = self.status_data.val();
        self.transmitter.out_ready.next = self.out_ready.val();
        self.out_valid.next = self.transmitter.out_valid.val();
        self.out_data.next = self.transmitter.out_data.val();
    }
}
