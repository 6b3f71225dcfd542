//! The link (`docs/protocol.md`, section 1): two byte streams over a wire that may lose and damage
//! what it carries, each byte exactly once and in order.
//!
//! ```no_run
//! use ferrospike_host::link::{Link, Options};
//! use ferrospike_host::transport::Serial;
//! let port = Serial::open("/dev/ttyUSB0", 1_000_000)?;
//! let mut link = Link::connect(port, Options::default())?;
//! // Read a word of S, of 8 lanes.
//! link.send(&[0x20, 0, 0, 0, 1, 0])?;
//! println!("{:02x?}", link.receive(9)?);
//! # Ok::<(), ferrospike_host::link::LinkError>(())
//! ```
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod acknowledges;
mod connect;
mod error;
pub mod frame;
mod options;
pub mod probe;
mod repeats;
pub mod status;
mod streams;

pub use error::LinkError;
pub use ferrospike_model::device::Counters;
pub use options::{Options, Statistics};
pub use status::Info;

use crate::transport::Transport;
use acknowledges::Acknowledges;
use frame::{Decoder, Frame, Kind};
use repeats::Repeats;
use std::collections::VecDeque;

/// Parts of the device's buffers: one is a full frame, and so much may have arrived without an acknowledge.
const PARTS: u64 = 4;

/// A connection to a device. Positions are counted without wrapping; the wire has their low 16 bits.
#[derive(Debug)]
pub struct Link<T> {
    transport: T,
    options: Options,
    decoder: Decoder,
    connection: u8,
    info: Info,
    /// STATUS frames seen.
    statuses: u64,
    /// Bytes from position `base` on: first those in flight, then those not sent yet.
    queue: VecDeque<u8>,
    base: u64,
    /// Next position to send.
    next: u64,
    /// First position never sent.
    high: u64,
    /// First position that the device has no room for.
    limit: u64,
    repeats: Repeats,
    /// Bytes that arrived in order and were not taken yet.
    inbox: VecDeque<u8>,
    /// Position of the next byte to arrive.
    expected: u64,
    acknowledges: Acknowledges,
    /// A RESEND for a gap is on its way.
    gap: bool,
    /// Time of the last progress.
    news: u64,
    /// Rounds without progress, and those of them without any good frame.
    rounds: u32,
    silent: u32,
    /// Damaged frames of both sides when last looked at, and rounds since in which there were no more.
    damage: u64,
    quiet: u32,
    statistics: Statistics,
}

impl<T: Transport> Link<T> {
    /// The transport.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// What the device last said of itself; [`Link::status`] asks again.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// What the link had to do so far.
    pub fn statistics(&self) -> Statistics {
        Statistics {
            damaged: u64::from(self.decoder.errors),
            ..self.statistics
        }
    }

    /// The number of this connection.
    pub fn connection(&self) -> u8 {
        self.connection
    }

    /// Bytes that have arrived and were not taken.
    pub fn available(&self) -> usize {
        self.inbox.len()
    }

    /// Bytes that the device has not acknowledged.
    pub fn pending(&self) -> usize {
        self.queue.len()
    }

    fn frame(&mut self, kind: Kind, position: u64, payload: Vec<u8>) -> Vec<u8> {
        let answered = self.next > self.base || !payload.is_empty();
        let end = answered.then_some(position + payload.len() as u64);
        self.acknowledges.sent(kind, self.expected, self.gap, end);
        self.statistics.frames_sent += 1;
        let (connection, acknowledge) = (self.connection, self.expected as u16);
        let position = position as u16;
        Frame {
            kind,
            connection,
            position,
            acknowledge,
            limit: None,
            payload,
        }
        .encode()
    }

    /// Takes what has arrived, waiting up to `wait` byte times for it.
    fn read(&mut self, wait: u32) -> Result<(), LinkError> {
        let mut bytes = Vec::new();
        self.transport.read(&mut bytes, wait)?;
        for byte in bytes {
            if let Some(frame) = self.decoder.feed(byte) {
                self.accept(frame)?;
            }
        }
        Ok(())
    }

    fn accept(&mut self, frame: Frame) -> Result<(), LinkError> {
        self.statistics.frames_received += 1;
        if frame.connection != self.connection {
            if frame.kind != Kind::Status {
                return Ok(());
            }
            return Err(LinkError::Lost {
                device: self.transport.describe(),
                expected: self.connection,
                found: frame.connection,
            });
        }
        self.silent = 0;
        let progress = self.accept_acknowledge(&frame);
        let progress = match frame.kind {
            Kind::Data | Kind::Room => self.accept_payload(&frame) || progress,
            Kind::Status => {
                if let Some(info) = Info::decode(&frame.payload) {
                    // What was asked of its sizes at the beginning holds for the whole connection.
                    if !info.is_of(&self.info) {
                        let device = self.transport.describe();
                        return Err(LinkError::Changed { device });
                    }
                    self.info = info;
                    self.statuses += 1;
                }
                if frame.position.wrapping_sub(self.expected as u16) as i16 > 0 {
                    self.ask_again()?;
                }
                progress
            }
            Kind::Connect | Kind::Resend => progress,
        };
        if progress {
            self.news = self.transport.now();
            (self.rounds, self.quiet) = (0, 0);
        }
        Ok(())
    }

    /// Takes over acknowledge and limit; true if one of them moved.
    fn accept_acknowledge(&mut self, frame: &Frame) -> bool {
        let ahead = frame.acknowledge.wrapping_sub(self.base as u16);
        let acknowledged = self.base + u64::from(ahead);
        if acknowledged > self.high {
            return false;
        }
        let room = frame
            .limit
            .unwrap_or(frame.acknowledge)
            .wrapping_sub(frame.acknowledge);
        let limit = (acknowledged + u64::from(room)).max(self.limit);
        let moved = ahead > 0 || limit > self.limit;
        self.limit = limit;
        self.queue.drain(..usize::from(ahead).min(self.queue.len()));
        self.base = acknowledged;
        self.next = self.next.max(acknowledged);
        self.repeats.acknowledged(acknowledged, ahead > 0);
        self.acknowledges.taken(acknowledged);
        if frame.kind == Kind::Status {
            self.repeats.status(ahead > 0);
            return moved;
        }
        let told = self.repeats.take_foretold() || moved;
        if !told && frame.kind == Kind::Room && frame.payload.is_empty() && !self.gap {
            let now = self.transport.now();
            if self.repeats.is_loss(self.base, now) {
                self.repeat();
            }
        }
        moved
    }

    /// Takes the bytes that are new; true if there are any.
    fn accept_payload(&mut self, frame: &Frame) -> bool {
        let ahead = frame.position.wrapping_sub(self.expected as u16) as i16;
        let known = usize::from(ahead.unsigned_abs());
        if ahead > 0 {
            if !frame.payload.is_empty() && !self.gap {
                self.gap = true;
                self.acknowledges.owe();
            }
            return false;
        }
        let Some(fresh) = frame.payload.get(known..).filter(|f| !f.is_empty()) else {
            // Known bytes again: the acknowledge was lost.
            if !frame.payload.is_empty() {
                self.acknowledges.owe();
            }
            return false;
        };
        self.inbox.extend(fresh);
        self.expected += fresh.len() as u64;
        self.acknowledges
            .arrived(self.expected, self.info.transmit_buffer);
        self.gap = false;
        true
    }

    /// Begins to send again from the acknowledged position, once for each loss.
    fn repeat(&mut self) {
        let answered = self.transport.latency().saturating_add(self.flight());
        let until = self.transport.now() + u64::from(answered);
        let (flight, full) = (self.base..self.high, self.full() as u64);
        if self.repeats.begin(self.next, flight, full, until) {
            self.next = self.base;
            self.statistics.repeats += 1;
        }
    }
}
