//! Frames on the wire (`docs/protocol.md`, section 1).

use ferrospike_model::image::CRC;

/// Most bytes of a frame before it is encoded; two fewer from the host, which has no limit to tell.
pub const MAX_FRAME: usize = 252;
/// Most bytes of the stream that one frame carries.
pub const MAX_PAYLOAD: usize = 240;
/// Most bytes around a payload, either direction, encoding and delimiter included; 12 in DATA.
pub const OVERHEAD: usize = 14;

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Begins a connection.
    Connect,
    /// Carries bytes of a stream; from the host also only an acknowledge.
    Data,
    /// A question for the status block, or that block.
    Status,
    /// Asks the device to send again.
    Resend,
    /// From the device: as `Data`, with the limit, and perhaps without bytes.
    Room,
}

impl Kind {
    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Connect),
            2 => Some(Self::Data),
            3 => Some(Self::Status),
            4 => Some(Self::Resend),
            5 => Some(Self::Room),
            _ => None,
        }
    }

    fn to_byte(self) -> u8 {
        match self {
            Self::Connect => 1,
            Self::Data => 2,
            Self::Status => 3,
            Self::Resend => 4,
            Self::Room => 5,
        }
    }
}

/// A frame, either direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is for.
    pub kind: Kind,
    /// Connection number.
    pub connection: u8,
    /// Position of the first payload byte.
    pub position: u16,
    /// Position of the next byte that the sender of the frame expects.
    pub acknowledge: u16,
    /// First position that the device has no room for; `None` in a frame from the host, and in DATA.
    pub limit: Option<u16>,
    /// Bytes.
    pub payload: Vec<u8>,
}

impl Frame {
    /// The frame as it goes over the wire, delimiter included.
    pub fn encode(&self) -> Vec<u8> {
        let mut raw = vec![self.kind.to_byte(), self.connection];
        raw.extend(self.position.to_le_bytes());
        raw.extend(self.acknowledge.to_le_bytes());
        if let Some(limit) = self.limit {
            raw.extend(limit.to_le_bytes());
        }
        raw.extend(&self.payload);
        raw.extend(CRC.checksum(&raw).to_le_bytes());
        let mut wire = cobs::encode_vec(&raw);
        wire.push(0);
        wire
    }

    /// Reads an encoded frame without its delimiter; `None` if it is damaged.
    pub fn decode(encoded: &[u8], from_device: bool) -> Option<Self> {
        let raw = cobs::decode_vec(encoded).ok()?;
        let (body, sum) = raw.split_last_chunk::<4>()?;
        if CRC.checksum(body) != u32::from_le_bytes(*sum) {
            return None;
        }
        let (head, rest) = body.split_first_chunk::<6>()?;
        let [kind, connection, p0, p1, a0, a1] = *head;
        let kind = Kind::from_byte(kind)?;
        let (limit, payload) = if from_device && kind != Kind::Data {
            let (limit, payload) = rest.split_first_chunk::<2>()?;
            (Some(u16::from_le_bytes(*limit)), payload)
        } else {
            (None, rest)
        };
        (payload.len() <= MAX_PAYLOAD).then(|| Self {
            kind,
            connection,
            position: u16::from_le_bytes([p0, p1]),
            acknowledge: u16::from_le_bytes([a0, a1]),
            limit,
            payload: payload.to_vec(),
        })
    }
}

/// Finds frames in the bytes that arrive.
#[derive(Clone, Debug)]
pub struct Decoder {
    from_device: bool,
    partial: Vec<u8>,
    too_long: bool,
    /// Frames that were dropped.
    pub errors: u32,
}

impl Decoder {
    /// For frames from the device, or from the host.
    pub fn new(from_device: bool) -> Self {
        Self {
            from_device,
            partial: Vec::new(),
            too_long: false,
            errors: 0,
        }
    }

    /// Takes one byte; returns the frame that it completes.
    pub fn feed(&mut self, byte: u8) -> Option<Frame> {
        if byte != 0 {
            // An encoded frame has at most two bytes more than the frame.
            if self.partial.len() > MAX_FRAME + 2 {
                self.too_long = true;
            } else {
                self.partial.push(byte);
            }
            return None;
        }
        let long = std::mem::take(&mut self.too_long);
        let empty = self.partial.is_empty();
        let frame = if long {
            None
        } else {
            Frame::decode(&self.partial, self.from_device)
        };
        self.partial.clear();
        if frame.is_none() && !empty {
            self.errors = self.errors.wrapping_add(1);
        }
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_is_too_long_is_no_frame() {
        for (from_device, kind, limit) in [
            (false, Kind::Data, None),
            (false, Kind::Status, None),
            (true, Kind::Data, None),
            (true, Kind::Room, Some(5)),
        ] {
            for (bytes, good) in [(MAX_PAYLOAD, true), (MAX_PAYLOAD + 1, false)] {
                let frame = Frame {
                    kind,
                    connection: 7,
                    position: 0,
                    acknowledge: 0,
                    limit,
                    payload: vec![3; bytes],
                };
                let mut decoder = Decoder::new(from_device);
                let found: Vec<_> = frame
                    .encode()
                    .iter()
                    .filter_map(|&b| decoder.feed(b))
                    .collect();
                assert_eq!(
                    (found.len(), decoder.errors),
                    (usize::from(good), u32::from(!good))
                );
            }
        }
    }

    #[test]
    fn frames_survive_encoding() {
        for n in [0usize, 1, 100, MAX_PAYLOAD] {
            for (kind, limit) in [(Kind::Data, None), (Kind::Status, Some(0x1234))] {
                let frame = Frame {
                    kind,
                    connection: 7,
                    position: 0xfffe,
                    acknowledge: 3,
                    limit,
                    payload: (0..n).map(|i| (i * 7 % 5) as u8).collect(),
                };
                let wire = frame.encode();
                assert!(wire.len() <= n + OVERHEAD);
                let mut decoder = Decoder::new(limit.is_some());
                let found: Vec<_> = wire.iter().filter_map(|&b| decoder.feed(b)).collect();
                assert_eq!(found, [frame]);
                for i in 0..wire.len() - 1 {
                    let mut bad = wire.clone();
                    bad[i] ^= 0x10;
                    assert!(bad.iter().all(|&b| decoder.feed(b).is_none()));
                }
            }
        }
    }
}
