//! Step programs: the operations of `docs/program.md`, section 2, and their encoding in longs.
//!
//! [`Operation::encode`] and [`Operation::decode`] are inverse on valid operations; `decode` refuses
//! what no device has, naming the long and the field.
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod encoding;
mod lists;
mod operations;

pub use encoding::DecodeError;
pub use lists::{Segment, TableEntry};
pub use operations::*;

/// A 24-bit quantity's largest value, and the bound of saturation.
pub const LIMIT: i32 = (1 << 23) - 1;
/// The factor that is exactly one.
pub const ONE: u32 = 65536;

/// Where a population's spike bitmaps lie in H: a ring of `2^log2_depth` steps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Bitmap {
    /// First word of H, a multiple of the depth; 0..16384.
    pub base: u16,
    /// Base-2 logarithm of the ring's depth in steps; 0..=7.
    pub log2_depth: u8,
}

impl Bitmap {
    /// Steps that the ring holds.
    pub fn depth(self) -> usize {
        1 << self.log2_depth
    }
    /// The word of H that holds `group` of step `step` (`docs/program.md`, section 1).
    pub fn word(self, group: usize, step: i64) -> usize {
        let slot = step.rem_euclid(1 << self.log2_depth) as usize;
        usize::from(self.base) + (group << self.log2_depth) + slot
    }
}

/// How SCAN finds its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// One row for each source, at `row_base + index * stride`.
    #[default]
    Dense,
    /// Row 0 once, without a bitmap.
    Always,
    /// A table gives each source a list of segments.
    Listed,
}

/// Width of the weight mantissas of a row.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Format {
    /// 8 bits, one group a word.
    #[default]
    Bits8,
    /// 4 bits, two groups a word.
    Bits4,
    /// 2 bits, four groups a word.
    Bits2,
    /// 1 bit, eight groups a word.
    Bits1,
}

impl Format {
    /// Bits of one mantissa.
    pub fn bits(self) -> u32 {
        8 >> self as u32
    }
    /// Groups that one word feeds.
    pub fn groups_per_word(self) -> usize {
        1 << self as usize
    }
    /// Words of a row of `groups` groups.
    pub fn row_words(self, groups: usize) -> usize {
        groups.div_ceil(self.groups_per_word())
    }
}

/// How a mantissa is read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Sign {
    /// Two's complement.
    #[default]
    Signed,
    /// Unsigned, added.
    Added,
    /// Unsigned, subtracted.
    Subtracted,
}

/// Rounding of a decay (`c(x)` in `docs/numerics.md`, section 2).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Rounding {
    /// Toward minus infinity.
    #[default]
    Floor,
    /// To nearest, halves up.
    HalfUp,
    /// Toward zero, by the sign of the stored value.
    TowardZero,
}

/// What happens to the membrane at a spike.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Reset {
    /// `v = v_reset`.
    #[default]
    Hard,
    /// `v = sat(h - sub)`.
    Soft,
    /// `v = h`; `sub` is taken off one step later, after the decay.
    Delayed,
    /// `v = h`.
    None,
}

/// The six parameters that may differ from neuron to neuron, in their pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// A, decay of the current, 0..=65536.
    pub current_decay: u32,
    /// B, decay of the membrane, 0..=65536.
    pub membrane_decay: u32,
    /// G, gain of the current into the membrane, 0..=65536.
    pub gain: u32,
    /// Bias into the membrane, 24 bits.
    pub bias: i32,
    /// T, 24 bits: a spike when h >= T.
    pub threshold: i32,
    /// Value after a hard reset, 24 bits.
    pub reset_value: i32,
}

impl Parameters {
    /// The pair `index` (0: A, B; 1: G, bias; 2: T, v_reset) as a long.
    pub fn pair(&self, index: usize) -> u64 {
        match index {
            0 => u64::from(self.current_decay) | u64::from(self.membrane_decay) << 32,
            1 => u64::from(self.gain) | bits24(self.bias) << 32,
            _ => bits24(self.threshold) | bits24(self.reset_value) << 32,
        }
    }
    /// Sets the pair `index` from a long.
    pub fn set_pair(&mut self, index: usize, long: u64) {
        match index {
            0 => {
                self.current_decay = (long & 0x1ffff) as u32;
                self.membrane_decay = (long >> 32 & 0x1ffff) as u32;
            }
            1 => {
                self.gain = (long & 0x1ffff) as u32;
                self.bias = signed24(long >> 32);
            }
            _ => {
                self.threshold = signed24(long);
                self.reset_value = signed24(long >> 32);
            }
        }
    }
}

fn bits24(x: i32) -> u64 {
    u64::from(x as u32 & 0xff_ffff)
}

/// Sign-extends the low 24 bits.
pub fn signed24(x: u64) -> i32 {
    ((x as u32) << 8) as i32 >> 8
}
