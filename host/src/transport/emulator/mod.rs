//! The device in Rust: the same bytes on the wire as from a board, and the same numbers, because the
//! programs run in `ferrospike_model`. It has no clock: programs take no time.

mod commands;
mod options;
mod parts;
mod planted;

pub(super) use commands::Did;

pub use options::EmulatorOptions;
pub use planted::Planted;

use super::{Transport, TransportError};
use crate::link::frame::{Decoder, Frame, Kind};
use crate::link::status::{Info, LEARN};
use commands::Commands;
use ferrospike_model::device::Device;
use std::collections::VecDeque;

/// The device in Rust behind the byte protocol.
#[derive(Debug)]
pub struct Emulator {
    options: EmulatorOptions,
    commands: Commands,
    decoder: Decoder,
    connection: Option<u8>,
    /// Frames for another connection.
    foreign: u32,
    /// Bytes received and not yet taken by a command, and the position behind them.
    received: VecDeque<u8>,
    expected: u64,
    /// Limit in the last frame.
    limit_sent: u64,
    /// A RESEND asks for it in any case.
    owe_limit: bool,
    /// Bytes not acknowledged: position of the first, and how many of them have been sent.
    unacknowledged: VecDeque<u8>,
    acknowledged: u64,
    sent: usize,
    /// Answers that the host is owed.
    owe_status: bool,
    owe_data: bool,
    wire: Vec<u8>,
    now: u64,
    over_limit: u64,
    /// A part that is left out, and the bytes of a frame that is not checked.
    planted: Option<Planted>,
    loose: Vec<u8>,
}

impl Emulator {
    /// A device with empty memories.
    pub fn new(options: EmulatorOptions) -> Result<Self, TransportError> {
        let device = Device::new(options.shape).map_err(|e| TransportError::Argument {
            what: "the shape of the emulated device",
            value: format!("{:?} ({e})", options.shape),
            range: "one that a device can have",
        })?;
        let learns = options.features >> LEARN & 1 == 1;
        let (receive, transmit) = (options.receive_buffer, options.transmit_buffer);
        if !(256..=32768).contains(&receive) || !(256..=32768).contains(&transmit) {
            return Err(TransportError::Argument {
                what: "the size of a buffer of the emulated device",
                value: format!("{receive} (receive), {transmit} (transmit)"),
                range: "256 to 32768 bytes",
            });
        }
        Ok(Self {
            options,
            commands: Commands::new(device, learns),
            decoder: Decoder::new(false),
            connection: None,
            foreign: 0,
            received: VecDeque::new(),
            expected: 0,
            limit_sent: u64::from(receive),
            owe_limit: false,
            unacknowledged: VecDeque::new(),
            acknowledged: 0,
            sent: 0,
            owe_status: false,
            owe_data: false,
            wire: Vec::new(),
            now: 0,
            over_limit: 0,
            planted: None,
            loose: Vec::new(),
        })
    }

    /// The device itself: memories and counters.
    pub fn device(&self) -> &Device {
        &self.commands.device
    }

    /// As [`Emulator::device`], to change them behind the host's back.
    pub fn device_mut(&mut self) -> &mut Device {
        &mut self.commands.device
    }

    /// DATA frames so far that had bytes at or beyond the limit, which no host may send.
    pub fn over_limit(&self) -> u64 {
        self.over_limit
    }

    /// The status block as it is now.
    pub fn info(&self) -> Info {
        let shape = self.options.shape;
        let mut counters = self.commands.device.counters;
        counters.link_errors = self.decoder.errors.wrapping_add(self.foreign);
        Info {
            version: self.options.version,
            lanes: shape.lanes,
            error: self.commands.error,
            running: self.commands.running,
            synapse_words: shape.synapse_words,
            groups: shape.groups,
            history_words: shape.history_words,
            clock_hz: self.options.clock_hz,
            features: self.options.features,
            receive_buffer: self.options.receive_buffer,
            transmit_buffer: self.options.transmit_buffer,
            board: self.options.board.clone(),
            counters,
        }
    }

    fn limit(&self) -> u64 {
        self.expected - self.received.len() as u64 + u64::from(self.options.receive_buffer)
    }

    fn frame(&mut self, kind: Kind, payload: Vec<u8>) -> Vec<u8> {
        let limit = (kind != Kind::Data).then(|| self.limit());
        self.limit_sent = limit.unwrap_or(self.limit_sent);
        self.owe_limit &= limit.is_none();
        Frame {
            kind,
            connection: self.connection.unwrap_or(0),
            position: (self.acknowledged + self.sent as u64) as u16,
            acknowledge: self.expected as u16,
            limit: limit.map(|limit| limit as u16),
            payload,
        }
        .encode()
    }

    fn take(&mut self, frame: Frame) {
        match frame.kind {
            Kind::Connect => {
                if !matches!(frame.payload[..], [b'F', b'S', _]) {
                    self.foreign = self.foreign.wrapping_add(1);
                    return;
                }
                self.connection = Some(frame.connection);
                self.received.clear();
                self.unacknowledged.clear();
                (self.expected, self.acknowledged, self.sent) = (0, 0, 0);
                (self.limit_sent, self.owe_limit) = (self.limit(), false);
                (self.decoder.errors, self.foreign) = (0, 0);
                self.commands.reset();
                self.owe_data = false;
                self.owe_status = true;
            }
            Kind::Status => self.owe_status = true,
            // A kind that a host does not send, or another connection's.
            kind if kind == Kind::Room || self.connection != Some(frame.connection) => {
                self.foreign = self.foreign.wrapping_add(1);
            }
            kind => {
                let ahead = frame.acknowledge.wrapping_sub(self.acknowledged as u16);
                if usize::from(ahead) <= self.sent {
                    self.unacknowledged.drain(..usize::from(ahead));
                    self.acknowledged += u64::from(ahead);
                    self.sent -= usize::from(ahead);
                }
                if kind == Kind::Resend {
                    self.sent = 0;
                    self.owe_limit = true;
                }
                if kind == Kind::Data {
                    self.take_payload(&frame);
                }
                self.owe_data |= kind == Kind::Resend || !frame.payload.is_empty();
            }
        }
    }

    fn take_payload(&mut self, frame: &Frame) {
        let end = frame.position.wrapping_add(frame.payload.len() as u16);
        let beyond = end.wrapping_sub(self.limit() as u16) as i16 > 0;
        if beyond && !frame.payload.is_empty() {
            self.over_limit += 1;
        } else if frame.position == self.expected as u16 || self.planted == Some(Planted::Unordered)
        {
            self.received.extend(&frame.payload);
            self.expected += frame.payload.len() as u64;
        }
    }

    /// Executes and sends until nothing can go on.
    fn work(&mut self) {
        loop {
            let progress = self.commands.work(&mut self.received);
            let moved = self.settle();
            while let Some(frame) = self.say() {
                self.wire.extend(frame);
            }
            if !progress && moved == 0 {
                return;
            }
        }
    }
}

impl Transport for Emulator {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.now += bytes.len() as u64;
        for &byte in bytes {
            self.hear(byte);
            if byte == 0 {
                self.work();
            }
        }
        Ok(())
    }

    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        let count = self.wire.len();
        self.now += if count == 0 {
            u64::from(wait)
        } else {
            count as u64
        };
        into.append(&mut self.wire);
        Ok(count)
    }

    fn now(&self) -> u64 {
        self.now
    }

    fn describe(&self) -> String {
        format!("the emulated device '{}'", self.options.board)
    }
}
