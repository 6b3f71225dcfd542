//! Devices with a part left out, to see that the tests of the link notice.

use super::Emulator;
use crate::link::frame::{Frame, Kind, MAX_PAYLOAD};
use crate::transport::TransportError;

/// What is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// Frames are taken whatever their CRC is.
    Unchecked,
    /// DATA is taken whatever its position is: what was sent again is taken again.
    Unordered,
}

impl Emulator {
    /// Leaves out a part of the device.
    pub fn plant(&mut self, planted: Planted) {
        self.planted = Some(planted);
    }

    /// What a reset of the board does: connection, streams and memories are lost.
    pub fn reset(&mut self) -> Result<(), TransportError> {
        let fresh = Emulator::new(self.options.clone())?;
        *self = Emulator {
            planted: self.planted,
            now: self.now,
            over_limit: self.over_limit,
            ..fresh
        };
        Ok(())
    }

    /// Takes a byte without regard to CRCs; the frame that it completes.
    pub(super) fn unchecked(&mut self, byte: u8) -> Option<Frame> {
        if byte != 0 {
            self.loose.push(byte);
            return None;
        }
        let raw = cobs::decode_vec(&std::mem::take(&mut self.loose)).ok()?;
        let (body, _) = raw.split_last_chunk::<4>()?;
        let (head, payload) = body.split_first_chunk::<6>()?;
        let [kind, connection, p0, p1, a0, a1] = *head;
        let kind = match kind {
            1 => Kind::Connect,
            2 => Kind::Data,
            3 => Kind::Status,
            4 => Kind::Resend,
            _ => return None,
        };
        (payload.len() <= MAX_PAYLOAD).then(|| Frame {
            kind,
            connection,
            position: u16::from_le_bytes([p0, p1]),
            acknowledge: u16::from_le_bytes([a0, a1]),
            limit: None,
            payload: payload.to_vec(),
        })
    }
}
