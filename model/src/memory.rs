//! Checked access to a device's memories, as the commands of the link have it
//! (`docs/protocol.md`, section 2).

use crate::device::{AccessError, Device};
use crate::program::Bitmap;
use std::ops::Range;

impl Device {
    /// Bytes of `count` words of S.
    pub fn read_synapses(&self, word: usize, count: usize) -> Result<&[u8], AccessError> {
        let lanes = self.shape.lanes;
        let words = range('S', "words", word, count, self.shape.synapse_words)?;
        Ok(&self.s[words.start * lanes..words.end * lanes])
    }
    /// Writes words of S.
    pub fn write_synapses(&mut self, word: usize, bytes: &[u8]) -> Result<(), AccessError> {
        let lanes = self.shape.lanes;
        if !bytes.len().is_multiple_of(lanes) {
            return Err(AccessError::Ragged {
                bytes: bytes.len(),
                lanes,
            });
        }
        let words = range(
            'S',
            "words",
            word,
            bytes.len() / lanes,
            self.shape.synapse_words,
        )?;
        self.plans.forget();
        self.s[words.start * lanes..words.end * lanes].copy_from_slice(bytes);
        Ok(())
    }
    /// CRC-32 of `count` words of S.
    pub fn crc_of_s(&self, word: usize, count: usize) -> Result<u32, AccessError> {
        Ok(crate::image::CRC.checksum(self.read_synapses(word, count)?))
    }
    /// Currents of `count` neurons.
    pub fn read_currents(&self, neuron: usize, count: usize) -> Result<&[i32], AccessError> {
        Ok(&self.u[range('U', "neurons", neuron, count, self.u.len())?])
    }
    /// Writes currents; of each value the low 24 bits.
    pub fn write_currents(&mut self, neuron: usize, values: &[i32]) -> Result<(), AccessError> {
        let neurons = range('U', "neurons", neuron, values.len(), self.u.len())?;
        write24(&mut self.u[neurons], values);
        Ok(())
    }
    /// Stored membranes of `count` neurons.
    pub fn read_membranes(&self, neuron: usize, count: usize) -> Result<&[i32], AccessError> {
        Ok(&self.v[range('V', "neurons", neuron, count, self.v.len())?])
    }
    /// Writes membranes; of each value the low 24 bits.
    pub fn write_membranes(&mut self, neuron: usize, values: &[i32]) -> Result<(), AccessError> {
        let neurons = range('V', "neurons", neuron, values.len(), self.v.len())?;
        write24(&mut self.v[neurons], values);
        Ok(())
    }
    /// `count` words of H.
    pub fn read_history(&self, word: usize, count: usize) -> Result<&[u32], AccessError> {
        Ok(&self.h[range('H', "words", word, count, self.h.len())?])
    }
    /// Writes words of H; of each the bits of the lanes.
    pub fn write_history(&mut self, word: usize, words: &[u32]) -> Result<(), AccessError> {
        let mask = self.shape.lane_mask();
        let place = range('H', "words", word, words.len(), self.h.len())?;
        for (to, from) in self.h[place].iter_mut().zip(words) {
            *to = from & mask;
        }
        Ok(())
    }

    /// The command *input*: the words of an input's bitmap for step `step`, ascending groups.
    pub fn set_input(&mut self, b: Bitmap, step: u32, words: &[u32]) -> Result<(), AccessError> {
        range(
            'H',
            "words",
            usize::from(b.base),
            words.len() * b.depth(),
            self.h.len(),
        )?;
        let mask = self.shape.lane_mask();
        // Without words there need be no such place.
        let places = self.h.get_mut(b.word(0, i64::from(step))..);
        let places = places.unwrap_or_default().iter_mut();
        for (to, word) in places.step_by(b.depth()).zip(words) {
            *to = word & mask;
        }
        Ok(())
    }
    /// The bitmap of `groups` groups in step `step`.
    pub fn bitmap(&self, b: Bitmap, step: u32, groups: usize) -> Result<Vec<u32>, AccessError> {
        Ok(self.bitmap_words(b, step, groups)?.collect())
    }
    /// The same, word by word.
    pub fn bitmap_words(
        &self,
        b: Bitmap,
        step: u32,
        groups: usize,
    ) -> Result<impl Iterator<Item = u32> + '_, AccessError> {
        range(
            'H',
            "words",
            usize::from(b.base),
            groups * b.depth(),
            self.h.len(),
        )?;
        Ok((0..groups).map(move |g| self.h[b.word(g, i64::from(step))]))
    }
}

fn write24(to: &mut [i32], from: &[i32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = crate::numbers::wrap24(i64::from(*from));
    }
}

fn range(
    memory: char,
    unit: &'static str,
    address: usize,
    count: usize,
    size: usize,
) -> Result<Range<usize>, AccessError> {
    match address.checked_add(count) {
        Some(end) if end <= size => Ok(address..end),
        _ => Err(AccessError::Outside {
            memory,
            unit,
            address,
            count,
            size,
        }),
    }
}
