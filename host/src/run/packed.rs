//! Inputs of samples as strings of bits: less to read and nothing to sort when a sample is run.

use super::Steps;
use ferrospike_model::image::{Image, Role};
use ferrospike_model::program::Bitmap;

/// The inputs of a sample in one piece of memory, as the devices side by side take them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// Step after step, and in each the bits of all inputs, each from a word's lowest bit on.
    words: Vec<u64>,
    steps: usize,
}

impl Packed {
    /// The same inputs in one piece, for this image.
    pub fn new(steps: &Steps, image: &Image) -> Self {
        let lanes = image.header.lanes;
        let mut words = Vec::new();
        for step in steps {
            for (input, bits) in inputs(image).zip(step) {
                let mut string = vec![0; input.1.div_ceil(64)];
                for (group, bits) in bits.iter().enumerate() {
                    let at = group * lanes;
                    if let Some(word) = string.get_mut(at / 64) {
                        *word |= u64::from(*bits) << (at % 64);
                    }
                }
                words.extend(string);
            }
        }
        Packed {
            words,
            steps: steps.len(),
        }
    }

    /// All words.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Steps.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }
}

/// The bitmaps of the inputs, and their places.
pub(super) fn inputs(image: &Image) -> impl Iterator<Item = (Bitmap, usize)> + '_ {
    let of = image.header.populations.iter();
    of.filter(|p| p.role == Role::Input)
        .map(|p| (p.bitmap, p.places()))
}

/// The words of H that these bits are: one for each group of so many places.
pub(super) fn groups_of(bits: &[u64], places: usize, lanes: usize) -> Vec<u32> {
    let mask = u32::MAX >> (32 - lanes.clamp(1, 32));
    let group = |group: usize| {
        let at = group * lanes;
        let word = bits.get(at / 64).map_or(0, |word| word >> (at % 64));
        word as u32 & mask
    };
    (0..places.div_ceil(lanes)).map(group).collect()
}
