//! Spike histories as strings of bits: bit n of a step is the neuron n = group * lanes + lane, whatever the
//! lanes, and the words of a step follow each other. In H they are a word a group, a ring's depth apart.

use crate::device::{Device, Shape};
use crate::program::Bitmap;

/// A bitmap's ring of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ring {
    /// As the programs name it.
    pub bitmap: Bitmap,
    /// Groups in H.
    pub groups: usize,
    /// Bits that can be 1: the neurons of those who write it.
    pub known: usize,
    /// Its first word here.
    first: usize,
    /// Words of a step.
    pub words: usize,
}

impl Ring {
    /// The words of a step.
    #[inline(always)]
    pub fn step(&self, step: u32) -> std::ops::Range<usize> {
        let slot = step as usize & (self.bitmap.depth() - 1);
        let first = self.first + slot * self.words;
        first..first + self.words
    }

    /// Words of all its steps.
    pub fn all(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.words * self.bitmap.depth()
    }

    /// Its words of H.
    fn in_h(&self) -> std::ops::Range<usize> {
        let base = usize::from(self.bitmap.base);
        base..base + self.groups * self.bitmap.depth()
    }
}

/// The rings of all bitmaps that programs use.
#[derive(Clone, Debug, Default)]
pub(super) struct Rings {
    rings: Vec<Ring>,
    /// Words of all.
    pub words: usize,
}

impl Rings {
    /// Notes that somebody uses so many groups of a bitmap, and writes so many neurons of it (or none).
    pub fn note(&mut self, bitmap: Bitmap, groups: usize, neurons: usize) {
        match self.rings.iter_mut().find(|ring| ring.bitmap == bitmap) {
            Some(ring) => {
                ring.groups = ring.groups.max(groups);
                ring.known = ring.known.max(neurons);
            }
            None => self.rings.push(Ring {
                bitmap,
                groups,
                known: neurons,
                first: 0,
                words: 0,
            }),
        }
    }

    /// Places all that were noted; whether each lies within H and beside all others.
    pub fn place(&mut self, shape: Shape) -> bool {
        self.words = 0;
        for ring in &mut self.rings {
            ring.words = (ring.groups * shape.lanes).div_ceil(64);
            ring.first = self.words;
            self.words += ring.words * ring.bitmap.depth();
        }
        let mut ranges: Vec<_> = self.rings.iter().map(Ring::in_h).collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        let beside = |pair: &[std::ops::Range<usize>]| pair[0].end <= pair[1].start;
        let inside = ranges.iter().all(|range| range.end <= shape.history_words);
        inside && ranges.windows(2).all(beside)
    }

    /// The ring of a bitmap.
    pub fn of(&self, bitmap: Bitmap) -> Option<Ring> {
        let mut rings = self.rings.iter();
        rings.find(|ring| ring.bitmap == bitmap).copied()
    }

    /// The rings that these words of H are; none if they are a part of one.
    pub fn within(&self, words: std::ops::Range<usize>) -> Option<Vec<Ring>> {
        let touched = self.rings.iter().filter(|ring| {
            let own = ring.in_h();
            own.start < words.end && words.start < own.end
        });
        let whole = |ring: &Ring| words.start <= ring.in_h().start && ring.in_h().end <= words.end;
        touched.map(|ring| whole(ring).then_some(*ring)).collect()
    }

    /// The rings' bits in a device; none if it has others.
    pub fn load(&self, device: &Device) -> Option<Vec<u64>> {
        let lanes = device.shape.lanes;
        let mut rest = device.h.clone();
        let mut bits = vec![0u64; self.words];
        for ring in &self.rings {
            for slot in 0..ring.bitmap.depth() {
                let words = &mut bits[ring.step(slot as u32)];
                for group in 0..ring.groups {
                    let word = std::mem::take(&mut rest[ring.bitmap.word(group, slot as i64)]);
                    let at = group * lanes;
                    words[at / 64] |= u64::from(word) << (at % 64);
                }
                if words
                    .iter()
                    .enumerate()
                    .any(|(i, w)| w & !mask(ring.known, i) != 0)
                {
                    return None;
                }
            }
        }
        rest.iter().all(|word| *word == 0).then_some(bits)
    }

    /// Writes the rings' bits into a device.
    pub fn unload(&self, bits: &[u64], device: &mut Device) {
        let (lanes, mask) = (device.shape.lanes, u64::from(device.shape.lane_mask()));
        for ring in &self.rings {
            for slot in 0..ring.bitmap.depth() {
                let words = &bits[ring.step(slot as u32)];
                for group in 0..ring.groups {
                    let at = group * lanes;
                    let word = words[at / 64] >> (at % 64) & mask;
                    device.h[ring.bitmap.word(group, slot as i64)] = word as u32;
                }
            }
        }
    }
}

/// Which bits of word `index` are among the first `bits` of a string.
#[inline(always)]
pub(super) fn mask(bits: usize, index: usize) -> u64 {
    match bits.saturating_sub(64 * index) {
        0 => 0,
        some if some < 64 => (1 << some) - 1,
        _ => u64::MAX,
    }
}
