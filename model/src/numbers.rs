//! The arithmetic of `docs/numerics.md`, one plain function for each rule. Total functions: no value
//! of any argument makes them fail.
//!
//! A LIF neuron step by step (`docs/numerics.md`, section 2): half of `u` stays, three quarters of
//! `v` stay, threshold 100, soft reset.
//!
//! ```
//! use ferrospike_model::numbers::{add_current, update_neuron};
//! use ferrospike_model::program::{Parameters, Reset, Update, LIMIT};
//!
//! let parameters = Parameters {
//!     current_decay: 32768,  // A = 1/2
//!     membrane_decay: 49152, // B = 3/4
//!     gain: 65536,           // G = 1
//!     threshold: 100,
//!     ..Parameters::default()
//! };
//! let update = Update {
//!     reset: Reset::Soft, sub: 100, v_min: -LIMIT, v_max: LIMIT, parameters, ..Update::default()
//! };
//! // Section 1: a weight of 45 with the exponent 1 arrives.
//! let (u, saturated) = add_current(0, 45 << 1, false);
//! assert_eq!((u, saturated), (90, false));
//! // h = floor(3/4 * 0) + 90 = 90 < 100: no spike; u' = 45.
//! let first = update_neuron(&update, &parameters, u, 0, false);
//! assert_eq!((first.current, first.unreset, first.spike, first.membrane), (45, 90, false, 90));
//! // h = floor(67.5 + 45) = 112 >= 100: a spike, v = 112 - 100; u' = floor(22.5).
//! let second = update_neuron(&update, &parameters, first.current, first.membrane, false);
//! assert_eq!((second.current, second.unreset, second.spike, second.membrane), (22, 112, true, 12));
//! ```

use crate::program::{Fold, Format, Learn, Parameters, Reset, Rounding, Sign, Update, LIMIT};

/// The smallest 24-bit value, -2^23; held neurons count up from it.
pub const LOWEST: i32 = -(1 << 23);
/// Stored membranes from [`LOWEST`] on that mean "held" (section 2.1).
pub const HELD_VALUES: i32 = 64;

/// `sat(x)`, and whether it changed the value.
pub fn sat24(x: i64) -> (i32, bool) {
    let limit = i64::from(LIMIT);
    let value = if x > limit {
        limit
    } else if x < -limit {
        -limit
    } else {
        x
    };
    (value as i32, value != x)
}

/// The low 24 bits of `x`, two's complement.
pub fn wrap24(x: i64) -> i32 {
    ((x as i32) << 8) >> 8
}

/// Section 1: `u + addend`, saturated (or modulo 2^24), and whether that counts as a saturation (a
/// wrap).
pub fn add_current(u: i32, addend: i64, wrap: bool) -> (i32, bool) {
    let sum = i64::from(u) + addend;
    if wrap {
        let value = wrap24(sum);
        (value, i64::from(value) != sum)
    } else {
        sat24(sum)
    }
}

/// Section 5: mantissa number `sub` (0 .. groups of a word - 1) of a byte, with its sign.
pub fn mantissa(byte: u8, format: Format, sub: usize, sign: Sign) -> i32 {
    let bits = format.bits();
    let mask = (1i32 << bits) - 1;
    let raw = (i32::from(byte) >> ((sub as u32 * bits) & 7)) & mask;
    match sign {
        Sign::Signed if raw >> (bits - 1) == 1 => raw - (1 << bits),
        Sign::Signed | Sign::Added => raw,
        Sign::Subtracted => -raw,
    }
}

/// Section 2: `c(x)`.
pub fn correction(x: i32, rounding: Rounding) -> i64 {
    match rounding {
        Rounding::Floor => 0,
        Rounding::HalfUp => 32768,
        Rounding::TowardZero if x < 0 => 65535,
        Rounding::TowardZero => 0,
    }
}

/// Section 2: `u' = (A*u + c(u)) >> 16`. For factors above one, which no compiler writes, the low 24
/// bits.
pub fn decay(factor: u32, u: i32, rounding: Rounding) -> i32 {
    wrap24((i64::from(factor) * i64::from(u) + correction(u, rounding)) >> 16)
}

/// Section 2: `h0 = (B*v + G*i + (bias << 16) + c(v)) >> 16`, exact.
pub fn membrane(p: &Parameters, v: i32, i: i32, rounding: Rounding) -> i64 {
    let sum = i64::from(p.membrane_decay) * i64::from(v)
        + i64::from(p.gain) * i64::from(i)
        + (i64::from(p.bias) << 16)
        + correction(v, rounding);
    sum >> 16
}

/// Section 2: `s`.
pub fn fires(update: &Update, threshold: i32, h: i32) -> bool {
    !update.no_threshold && ((h < threshold) == update.inverted)
}

/// What UPDATE makes of one neuron.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The new `u`.
    pub current: i32,
    /// `h`, before the reset (the new `v` for a held neuron).
    pub unreset: i32,
    /// `s`.
    pub spike: bool,
    /// The new `v`.
    pub membrane: i32,
    /// Saturations to count.
    pub saturations: u32,
}

/// Section 2: UPDATE of one neuron with its parameters `p`. `previous` is its bit in this bitmap in
/// step t - 1, which only a delayed reset uses.
pub fn update_neuron(update: &Update, p: &Parameters, u: i32, v: i32, previous: bool) -> Outcome {
    let current = decay(p.current_decay, u, update.rounding_current);
    if update.held_steps > 0 && v < LOWEST + HELD_VALUES {
        let membrane = if v > LOWEST { v - 1 } else { p.reset_value };
        return Outcome {
            current,
            unreset: membrane,
            membrane,
            ..Outcome::default()
        };
    }
    let i = if update.current_after_decay {
        current
    } else {
        u
    };
    let mut h1 = membrane(p, v, i, update.rounding_membrane);
    if update.reset == Reset::Delayed && previous {
        h1 -= i64::from(update.sub);
    }
    let mut saturations = u32::from(h1 > i64::from(LIMIT) || h1 < -i64::from(LIMIT));
    let h = h1.max(i64::from(update.v_min)).min(i64::from(update.v_max)) as i32;
    let spike = fires(update, p.threshold, h);
    let membrane = match update.reset {
        _ if !spike => h,
        Reset::Hard if update.held_steps > 0 => LOWEST + i32::from(update.held_steps) - 1,
        Reset::Hard => p.reset_value,
        Reset::Soft => {
            let (value, saturated) = sat24(i64::from(h) - i64::from(update.sub));
            saturations += u32::from(saturated);
            value
        }
        Reset::Delayed | Reset::None => h,
    };
    Outcome {
        current,
        unreset: h,
        spike,
        membrane,
        saturations,
    }
}

/// Section 1: FOLD of one lane, `u + ((x >> k) << m)`; as [`add_current`].
pub fn fold(fold: &Fold, u: i32, x: i32) -> (i32, bool) {
    let shifted = i64::from(x >> (fold.floor_shift & 31)) << (fold.exponent & 31);
    add_current(u, shifted, fold.wrap)
}

/// Section 7: the state of the random numbers, eight steps on (the register of a CRC-32 that takes a byte of 0).
pub fn next_random(state: u32) -> u32 {
    (0..8).fold(state, |x, _| {
        (x >> 1) ^ if x & 1 == 1 { 0xEDB8_8320 } else { 0 }
    })
}

/// Section 7: what lane `lane` rounds with, 0..=255: the low byte of the state, in which the lane's number turns bits
/// over, its lowest the highest.
pub fn rounding_of_lane(state: u32, lane: usize) -> u8 {
    state as u8 ^ (lane as u8).reverse_bits()
}

/// Section 7: a weight of LEARN and what becomes of it, both as bytes of S. `rounding` is that of its lane.
pub fn learned_weight(learn: &Learn, byte: u8, rounding: u8) -> u8 {
    let w = match learn.unsigned {
        true => i32::from(byte),
        false => i32::from(byte as i8),
    };
    let lost = learn.decay.map_or(0, |e| w << (e & 7));
    let value = w + ((learn.change - lost + i32::from(rounding)) >> 8);
    if value < i32::from(learn.minimum) {
        learn.minimum as u8
    } else if value > i32::from(learn.maximum) {
        learn.maximum as u8
    } else {
        value as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturation_never_gives_the_lowest_value() {
        assert_eq!(sat24(i64::from(LOWEST)), (-LIMIT, true));
        assert_eq!(sat24(i64::from(LIMIT)), (LIMIT, false));
        assert_eq!(add_current(LIMIT, 1, true), (LOWEST, true));
        assert_eq!(add_current(LOWEST, 0, true), (LOWEST, false));
    }

    #[test]
    fn mantissas_by_hand() {
        assert_eq!(mantissa(0x80, Format::Bits8, 0, Sign::Signed), -128);
        assert_eq!(mantissa(0x80, Format::Bits8, 0, Sign::Subtracted), -128);
        assert_eq!(mantissa(0xf7, Format::Bits4, 1, Sign::Signed), -1);
        assert_eq!(mantissa(0xf7, Format::Bits4, 0, Sign::Added), 7);
        assert_eq!(mantissa(0b1000_0000, Format::Bits2, 3, Sign::Signed), -2);
        assert_eq!(mantissa(0b0100, Format::Bits1, 2, Sign::Signed), -1);
    }

    #[test]
    fn a_held_neuron_by_hand() {
        let parameters = Parameters {
            membrane_decay: 65536,
            reset_value: 7,
            ..Default::default()
        };
        let update = Update {
            held_steps: 2,
            v_min: -LIMIT + 64,
            v_max: LIMIT,
            parameters,
            ..Default::default()
        };
        let spike = update_neuron(&update, &parameters, 0, 0, false);
        assert_eq!((spike.spike, spike.membrane), (true, LOWEST + 1));
        let held = update_neuron(&update, &parameters, 500, spike.membrane, false);
        assert_eq!((held.spike, held.membrane), (false, LOWEST));
        let released = update_neuron(&update, &parameters, 500, held.membrane, false);
        assert_eq!((released.spike, released.membrane), (false, 7));
    }
}
