//! Beginning a connection, and asking for the status.

use super::acknowledges::Acknowledges;
use super::frame::{Decoder, Frame, Kind, OVERHEAD};
use super::repeats::Repeats;
use super::status::{Info, STATUS_BYTES, VERSION};
use super::{Link, LinkError, Options, Statistics};
use crate::transport::Transport;
use std::collections::VecDeque;

/// Byte times for a question, the device's thoughts and its answer.
const ANSWER: u32 = 512;
/// Bytes of an earlier connection that are taken from the wire before a new one begins.
const STALE: usize = 1 << 16;

impl<T: Transport> Link<T> {
    /// Connects: drops what the device was doing and begins both streams anew.
    pub fn connect(transport: T, options: Options) -> Result<Self, LinkError> {
        Self::connect_but(transport, options, Vec::new())
    }

    /// Connects with none of these numbers, unless one is asked for.
    fn connect_but(
        mut transport: T,
        options: Options,
        mut used: Vec<u8>,
    ) -> Result<Self, LinkError> {
        stale(&mut transport, &mut used)?;
        let connection = options.connection.unwrap_or_else(|| unused(&used));
        let mut decoder = Decoder::new(true);
        let hello = Frame {
            kind: Kind::Connect,
            connection,
            position: 0,
            acknowledge: 0,
            limit: None,
            payload: vec![b'F', b'S', VERSION],
        };
        // The delimiter in front ends what an earlier host may have left unfinished.
        let mut wire = vec![0];
        wire.extend(hello.encode());
        let (mut heard, mut frames) = (0, 0);
        for attempt in 0..options.attempts.max(1) {
            transport.write(&wire)?;
            let wait = (ANSWER << attempt.min(4)) + transport.latency();
            let deadline = transport.now() + u64::from(wait);
            loop {
                let mut bytes = Vec::new();
                let left = deadline
                    .saturating_sub(transport.now())
                    .min(u64::from(wait));
                heard += transport.read(&mut bytes, left as u32)?;
                for (i, byte) in bytes.iter().enumerate() {
                    let Some(frame) = decoder.feed(*byte) else {
                        continue;
                    };
                    frames += 1;
                    if is_beginning(&frame, connection) {
                        let rest = bytes.get(i + 1..).unwrap_or_default();
                        return Self::begin(transport, options, decoder, &frame, rest);
                    }
                }
                if transport.now() >= deadline || left == 0 {
                    break;
                }
            }
        }
        let heard = match (heard, frames) {
            (0, _) => "not a single byte came back".to_string(),
            (n, 0) => format!("{n} bytes came back that are no frames (is the baud rate right?)"),
            (_, n) => format!("{n} frames came back, but no status for this connection"),
        };
        Err(LinkError::NoAnswer {
            device: transport.describe(),
            tries: options.attempts.max(1),
            doing: "to connect",
            heard,
        })
    }

    fn begin(
        transport: T,
        options: Options,
        decoder: Decoder,
        frame: &Frame,
        rest: &[u8],
    ) -> Result<Self, LinkError> {
        match frame.payload.first() {
            Some(&version) if version != VERSION => {
                return Err(LinkError::Version { device: version })
            }
            _ => {}
        }
        let info = Info::decode(&frame.payload).ok_or_else(|| LinkError::Status {
            device: transport.describe(),
            bytes: frame.payload.len(),
        })?;
        let news = transport.now();
        let mut link = Self {
            transport,
            options,
            decoder,
            connection: frame.connection,
            info,
            statuses: 1,
            queue: VecDeque::new(),
            base: 0,
            next: 0,
            high: 0,
            limit: u64::from(frame.limit.unwrap_or(0).wrapping_sub(frame.acknowledge)),
            repeats: Repeats::default(),
            inbox: VecDeque::new(),
            expected: 0,
            acknowledges: Acknowledges::default(),
            gap: false,
            news,
            rounds: 0,
            silent: 0,
            damage: 0,
            quiet: 0,
            statistics: Statistics::default(),
        };
        for &byte in rest {
            if let Some(frame) = link.decoder.feed(byte) {
                link.accept(frame)?;
            }
        }
        Ok(link)
    }

    /// Begins a new connection over the same transport; both streams are dropped.
    pub fn reconnect(self) -> Result<Self, LinkError> {
        let options = Options {
            connection: None,
            ..self.options
        };
        Self::connect_but(self.transport, options, vec![self.connection])
    }

    /// Asks the device for its status; works while a program runs.
    pub fn status(&mut self) -> Result<&Info, LinkError> {
        let seen = self.statuses;
        for attempt in 0..self.options.retries.max(1) {
            self.ask_status()?;
            let extra = self.transport.latency() + self.flight();
            let wait = (ANSWER << attempt.min(4)) + (STATUS_BYTES + OVERHEAD) as u32 + extra;
            let deadline = self.transport.now() + u64::from(wait);
            while self.statuses == seen && self.transport.now() < deadline {
                let left = deadline
                    .saturating_sub(self.transport.now())
                    .min(u64::from(wait));
                self.read(left as u32)?;
                self.acknowledge()?;
            }
            if self.statuses != seen {
                return Ok(&self.info);
            }
        }
        Err(self.no_answer(self.options.retries.max(1), "to get its status"))
    }

    /// Asks for the status without waiting for it; [`Link::info`] has it when it has come.
    pub fn ask_status(&mut self) -> Result<(), LinkError> {
        let mut wire = vec![0];
        wire.extend(self.frame(Kind::Status, self.next, Vec::new()));
        Ok(self.transport.write(&wire)?)
    }

    pub(super) fn no_answer(&self, tries: u32, doing: &'static str) -> LinkError {
        let heard = "though it had answered before (unplugged, reset or reconfigured?)".into();
        LinkError::NoAnswer {
            device: self.transport.describe(),
            tries,
            doing,
            heard,
        }
    }

    /// Byte times until what is in flight has crossed, either way.
    pub(super) fn flight(&self) -> u32 {
        let out = u32::try_from(self.next - self.base).unwrap_or(u32::MAX);
        out.saturating_add(u32::from(self.info.transmit_buffer))
            .saturating_mul(5)
            / 4
    }
}

/// A status of the connection in which no byte has been carried: that of one that has just begun, and not of an
/// earlier one that happened to have its number.
fn is_beginning(frame: &Frame, connection: u8) -> bool {
    frame.kind == Kind::Status
        && frame.connection == connection
        && (frame.position, frame.acknowledge) == (0, 0)
}

/// Takes what an earlier connection has left on the wire; notes its number.
fn stale<T: Transport>(transport: &mut T, used: &mut Vec<u8>) -> Result<(), LinkError> {
    let mut decoder = Decoder::new(true);
    let mut taken = 0;
    while taken < STALE {
        let mut bytes = Vec::new();
        match transport.read(&mut bytes, 0)? {
            0 => break,
            count => taken += count,
        }
        let frames = bytes.iter().filter_map(|&byte| decoder.feed(byte));
        used.extend(frames.map(|frame| frame.connection));
    }
    Ok(())
}

/// A random connection number that none of these is; 0 is what a device says that has had no connection.
fn unused(used: &[u8]) -> u8 {
    let free: Vec<u8> = (1..=255).filter(|n| !used.contains(n)).collect();
    let index = rand::random::<usize>() % free.len().max(1);
    free.get(index).copied().unwrap_or(1)
}
