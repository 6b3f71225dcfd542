//! What the parts of the device do, one thing at a time: for who says when each of them does it.

use super::commands::Did;
use super::{Emulator, Planted};
use crate::link::frame::{Kind, MAX_PAYLOAD};

impl Emulator {
    /// Takes a byte from the wire.
    pub(in crate::transport) fn hear(&mut self, byte: u8) {
        let frame = match self.planted {
            Some(Planted::Unchecked) => self.unchecked(byte),
            _ => self.decoder.feed(byte),
        };
        if let Some(frame) = frame {
            self.take(frame);
        }
    }

    /// The command unit takes a byte or carries out a command.
    pub(in crate::transport) fn advance(&mut self) -> Did {
        self.commands.advance(&mut self.received)
    }

    /// Says whether the program that ran last is still running: then its records are not there yet.
    pub(in crate::transport) fn hold(&mut self, yes: bool) {
        self.commands.held = yes;
    }

    /// Moves what there is room for into the transmit buffer; bytes moved.
    pub(in crate::transport) fn settle(&mut self) -> usize {
        if self.commands.held {
            return 0;
        }
        let room = usize::from(self.options.transmit_buffer) - self.unacknowledged.len();
        let count = room.min(self.commands.output.len());
        self.unacknowledged
            .extend(self.commands.output.drain(..count));
        count
    }

    /// The next frame for the host as it goes over the wire, if there is anything to say: status, bytes that
    /// were not sent, an answer that is owed, or a limit that has moved far.
    pub(in crate::transport) fn say(&mut self) -> Option<Vec<u8>> {
        if std::mem::take(&mut self.owe_status) {
            let block = self.info().encode();
            return Some(self.frame(Kind::Status, block));
        }
        let fresh = self.unacknowledged.len() - self.sent;
        let moved = self.limit() - self.limit_sent.min(self.limit());
        let far = moved >= u64::from(self.options.receive_buffer) / 2;
        if fresh == 0 && !self.owe_data && !far {
            return None;
        }
        self.owe_data = false;
        let range = self.sent..self.sent + fresh.min(MAX_PAYLOAD);
        let kind = match moved > 0 || self.owe_limit || range.is_empty() {
            true => Kind::Room,
            false => Kind::Data,
        };
        let payload: Vec<u8> = self.unacknowledged.range(range).copied().collect();
        let count = payload.len();
        let frame = self.frame(kind, payload);
        self.sent += count;
        Some(frame)
    }
}
