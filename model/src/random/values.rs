//! Random values, weighted toward the ends of their ranges.

use crate::numbers::LOWEST;
use crate::program::{LIMIT, ONE};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::ops::RangeInclusive;

/// A source of values.
pub(super) struct Values(pub(super) ChaCha8Rng);

impl Values {
    /// True once in `n`.
    pub(super) fn one_in(&mut self, n: u32) -> bool {
        self.0.gen_ratio(1, n)
    }
    /// Evenly from a range.
    pub(super) fn range(&mut self, range: RangeInclusive<usize>) -> usize {
        self.0.gen_range(range)
    }
    /// Evenly from a list.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.0.gen_range(0..list.len())]
    }
    /// Any byte.
    pub(super) fn byte(&mut self) -> u8 {
        self.0.gen()
    }
    /// Any long.
    pub(super) fn long(&mut self) -> u64 {
        self.0.gen()
    }
    /// A 24-bit value from its edges, powers of two, or anywhere.
    pub(super) fn wild24(&mut self) -> i32 {
        match self.range(0..=3) {
            0 => {
                let edge = self.pick(&[0, LIMIT, -LIMIT, LOWEST, LOWEST + 63]);
                (edge + self.0.gen_range(-2..=2)).clamp(LOWEST, LIMIT)
            }
            1 => {
                let power = 1 << self.range(0..=22);
                let value = power + self.0.gen_range(-1..=1);
                if self.one_in(2) {
                    value
                } else {
                    -value
                }
            }
            _ => self.0.gen_range(LOWEST..=LIMIT),
        }
    }
    /// A value around `size`, sometimes negative, within 24 bits.
    pub(super) fn near(&mut self, size: i32) -> i32 {
        let spread = (size / 4).max(1);
        (size + self.0.gen_range(-spread..=spread)).clamp(-LIMIT, LIMIT)
    }
    /// A factor: often 0, 1/2, 15/16, or one; sometimes an edge; never 0 with `nonzero`.
    pub(super) fn factor(&mut self, nonzero: bool) -> u32 {
        let factor = match self.range(0..=3) {
            0 => self.pick(&[0, 1, 2, 65534, 65535, ONE]),
            1 => self.pick(&[0, 32768, 61440, 16 * 3276, ONE]),
            _ => self.0.gen_range(0..=ONE),
        };
        factor.max(u32::from(nonzero))
    }
    /// Bits of `count` neurons in words of `lanes`, each set with a random density.
    pub(super) fn bits(&mut self, count: usize, lanes: usize) -> Vec<u32> {
        let density = self.pick(&[0.0, 0.1, 0.5, 0.5, 1.0]);
        let mut words = vec![0; count.div_ceil(lanes)];
        for index in 0..count {
            words[index / lanes] |= u32::from(self.0.gen_bool(density)) << (index % lanes);
        }
        words
    }
}
