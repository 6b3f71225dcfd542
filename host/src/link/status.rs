//! The status block (`docs/protocol.md`).

use ferrospike_model::device::Counters;

/// Version of the protocol that this host speaks.
pub const VERSION: u8 = 2;
/// Bytes of a status block.
pub const STATUS_BYTES: usize = 80;

/// Feature bit of LEARN.
pub(crate) const LEARN: u32 = 5;

/// What the device says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Protocol version.
    pub version: u8,
    /// Lanes.
    pub lanes: usize,
    /// Error code of the last refusal, 0 for none.
    pub error: u8,
    /// A program is running.
    pub running: bool,
    /// Words of S.
    pub synapse_words: usize,
    /// Groups of U and V.
    pub groups: usize,
    /// Words of H.
    pub history_words: usize,
    /// Clock in Hz.
    pub clock_hz: u32,
    /// Feature bits.
    pub features: u32,
    /// Bytes of the receive buffer.
    pub receive_buffer: u16,
    /// Bytes of the transmit buffer.
    pub transmit_buffer: u16,
    /// Name of the board.
    pub board: String,
    /// Counters.
    pub counters: Counters,
}

impl Info {
    /// Reads a status block of this version; `None` if it is too short.
    pub fn decode(block: &[u8]) -> Option<Self> {
        let block: &[u8; STATUS_BYTES] = block.first_chunk()?;
        // Read in the order of the table in docs/protocol.md.
        let half = |i: usize| {
            let bytes = block.get(i..).and_then(<[u8]>::first_chunk);
            bytes.map_or(0, |b| u16::from_le_bytes(*b))
        };
        let word = |i: usize| u32::from(half(i)) | u32::from(half(i + 2)) << 16;
        let name: Vec<u8> = block[24..40]
            .iter()
            .copied()
            .take_while(|&b| b != 0)
            .collect();
        Some(Self {
            version: block[0],
            lanes: usize::from(block[1]),
            error: block[2],
            running: block[3] & 1 == 1,
            synapse_words: word(4) as usize,
            groups: usize::from(half(8)),
            history_words: usize::from(half(10)),
            clock_hz: word(12),
            features: word(16),
            receive_buffer: half(20),
            transmit_buffer: half(22),
            board: String::from_utf8_lossy(&name).into_owned(),
            counters: Counters::from_values(std::array::from_fn(|i| word(40 + 4 * i))),
        })
    }

    /// The status block.
    pub fn encode(&self) -> Vec<u8> {
        let mut block = vec![
            self.version,
            self.lanes as u8,
            self.error,
            u8::from(self.running),
        ];
        block.extend((self.synapse_words as u32).to_le_bytes());
        block.extend((self.groups as u16).to_le_bytes());
        block.extend((self.history_words as u16).to_le_bytes());
        block.extend(self.clock_hz.to_le_bytes());
        block.extend(self.features.to_le_bytes());
        block.extend(self.receive_buffer.to_le_bytes());
        block.extend(self.transmit_buffer.to_le_bytes());
        let mut name = [0; 16];
        for (to, from) in name.iter_mut().zip(self.board.bytes()) {
            *to = from;
        }
        block.extend(name);
        block.extend(self.counters.values().iter().flat_map(|c| c.to_le_bytes()));
        block
    }

    /// The same device: all but what changes while it works is equal.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        let built = |info: &Self| Self {
            error: 0,
            running: false,
            counters: Counters::default(),
            ..info.clone()
        };
        built(self) == built(other)
    }

    /// The device has listed rows.
    pub fn has_lists(&self) -> bool {
        self.features >> 1 & 1 == 1
    }

    /// The device learns.
    pub fn has_learning(&self) -> bool {
        self.features >> LEARN & 1 == 1
    }

    /// Names of the features that the device has.
    pub fn feature_names(&self) -> Vec<&'static str> {
        const NAMES: [&str; 6] = [
            "dense rows",
            "listed rows",
            "formats of 4, 2 and 1 bits",
            "parameters for each neuron",
            "FOLD",
            "LEARN",
        ];
        let has = |i: &usize| self.features >> i & 1 == 1;
        NAMES
            .iter()
            .enumerate()
            .filter(|(i, _)| has(i))
            .map(|(_, name)| *name)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_survives_encoding() {
        let info = Info {
            version: VERSION,
            lanes: 32,
            error: 3,
            running: true,
            synapse_words: 1 << 20,
            groups: 4095,
            history_words: 1 << 14,
            clock_hz: 25_000_000,
            features: 0x1d,
            receive_buffer: 2048,
            transmit_buffer: 512,
            board: "a board".into(),
            counters: Counters::from_values([1, 2, 3, 4, 5, 6, 7, 8, 9, u32::MAX]),
        };
        let block = info.encode();
        assert_eq!(block.len(), STATUS_BYTES);
        assert_eq!(Info::decode(&block), Some(info));
        assert_eq!(Info::decode(&block[..79]), None);
    }
}
