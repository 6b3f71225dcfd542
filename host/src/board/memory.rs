//! Access to the memories.

use super::{Board, BoardError, Memory};
use crate::transport::Transport;
use ferrospike_model::device::AccessError;
use ferrospike_model::program::signed24;
use ferrospike_model::runlength;

impl<T: Transport> Board<T> {
    /// Writes whole words of S.
    pub fn write_s(&mut self, word: usize, bytes: &[u8]) -> Result<(), BoardError> {
        let lanes = self.shape().lanes;
        if !bytes.len().is_multiple_of(lanes) {
            return Err(AccessError::Ragged {
                bytes: bytes.len(),
                lanes,
            }
            .into());
        }
        // Whatever was loaded, S is no longer known to hold it.
        self.program = None;
        self.write(Memory::S, word, bytes)
    }
    /// Writes whole words of S that belong to a sample, such as the values of an encoder on the device; the image stays
    /// loaded, and only its caller knows that these words are not as in its file. The device verifies them.
    pub fn write_values(&mut self, word: usize, bytes: &[u8]) -> Result<(), BoardError> {
        let program = self.program.take();
        self.write_s(word, bytes)?;
        if let Some(difference) = self.difference(word, bytes)? {
            return Err(difference);
        }
        self.program = program;
        Ok(())
    }
    /// Reads words of S.
    pub fn read_s(&mut self, word: usize, count: usize) -> Result<Vec<u8>, BoardError> {
        self.read(Memory::S, word, count)
    }
    /// The device's CRC-32 of up to 65535 words of S. If it is `expected`, the device takes S for verified, and runs
    /// programs until a word of S is written; if not, no image counts as loaded.
    pub fn verify_s(
        &mut self,
        word: usize,
        count: usize,
        expected: u32,
    ) -> Result<u32, BoardError> {
        self.check(Memory::S, word, count)?;
        if !(1..=0xffff).contains(&count) {
            let (what, allowed) = ("the number of words of a CRC", "1 to 65535");
            return Err(AccessError::Shape {
                what,
                value: count,
                allowed,
            }
            .into());
        }
        self.command(0x30, word, count)?;
        self.link.send(&expected.to_le_bytes())?;
        let bytes = self.answer(0x30, 4)?;
        let found = bytes
            .iter()
            .rev()
            .fold(0, |x, &byte| x << 8 | u32::from(byte));
        if found != expected {
            self.program = None;
        }
        Ok(found)
    }
    /// Writes currents; of each value the low 24 bits.
    pub fn write_u(&mut self, neuron: usize, values: &[i32]) -> Result<(), BoardError> {
        self.write(Memory::U, neuron, &bytes24(values))
    }
    /// Reads currents.
    pub fn read_u(&mut self, neuron: usize, count: usize) -> Result<Vec<i32>, BoardError> {
        Ok(values24(&self.read(Memory::U, neuron, count)?))
    }
    /// Writes membranes; of each value the low 24 bits.
    pub fn write_v(&mut self, neuron: usize, values: &[i32]) -> Result<(), BoardError> {
        self.write(Memory::V, neuron, &bytes24(values))
    }
    /// Reads membranes as stored.
    pub fn read_v(&mut self, neuron: usize, count: usize) -> Result<Vec<i32>, BoardError> {
        Ok(values24(&self.read(Memory::V, neuron, count)?))
    }
    /// Writes words of H.
    pub fn write_h(&mut self, word: usize, words: &[u32]) -> Result<(), BoardError> {
        let bytes = runlength::encode_plain(words, self.shape().lanes);
        self.write(Memory::H, word, &bytes)
    }
    /// Reads words of H.
    pub fn read_h(&mut self, word: usize, count: usize) -> Result<Vec<u32>, BoardError> {
        let bytes = self.read(Memory::H, word, count)?;
        Ok(runlength::decode_plain(&bytes, self.shape().lanes, count).unwrap_or_default())
    }
}

fn bytes24(values: &[i32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|v| v.to_le_bytes().into_iter().take(3))
        .collect()
}

/// Values of 24 bits from the link.
pub(super) fn values24(bytes: &[u8]) -> Vec<i32> {
    let value = |b: &[u8]| {
        b.iter()
            .rev()
            .fold(0u64, |x, &byte| x << 8 | u64::from(byte))
    };
    bytes.chunks_exact(3).map(|b| signed24(value(b))).collect()
}
