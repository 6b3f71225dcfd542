//! The fast path of SCAN: the sums of `docs/numerics.md`, section 1, in another order where the order
//! cannot matter.
//!
//! The contract adds a row of weights after the other and saturates each sum. Where no sum can leave
//! the range whatever the weights are - the largest current of the destination and the number of
//! spikes say so - the sum is that of integers, and may be made destination by destination, in 16 bits
//! first, which is what a processor's vector units are good at. Where that is not certain, rows are added
//! one by one, saturated and counted.

use crate::device::Device;
use crate::numbers::wrap24;
use crate::program::{Form, Format, Scan, Sign, LIMIT};
use multiversion::multiversion;

/// Rows whose mantissas are summed in 16 bits: 128 of 255 each, or of -128, fit.
const BLOCK: usize = 128;

/// Destinations that are summed together.
const TILE: usize = 64;

impl Device {
    /// SCAN, if it is of a kind that this path knows; whether it was done.
    pub(crate) fn scan_fast(&mut self, scan: &Scan) -> bool {
        let lanes = self.shape.lanes;
        let groups = usize::from(scan.groups);
        let first = usize::from(scan.first_group) & (self.shape.groups - 1);
        if first + groups > self.shape.groups {
            return false;
        }
        let mut rows = Vec::with_capacity(64);
        let mut row =
            |index: usize| rows.push(scan.row_base as usize + index * usize::from(scan.stride));
        match scan.form {
            Form::Listed => return false,
            Form::Always => row(0),
            Form::Dense => {
                for group in 0..usize::from(scan.source_groups) {
                    let mut bits = self.source_word(scan, group);
                    while bits != 0 {
                        row(group * lanes + bits.trailing_zeros() as usize);
                        bits &= bits - 1;
                    }
                }
            }
        }
        // Rows ascend: if the last one ends within S, all do.
        let words = scan.format.row_words(groups);
        if rows
            .last()
            .is_some_and(|last| last + words > self.shape.synapse_words)
        {
            return false;
        }
        for word in &mut rows {
            *word *= lanes;
        }
        let currents = &mut self.u[first * lanes..(first + groups) * lanes];
        let counted = match scan.format {
            Format::Bits8 => add_octets(currents, &self.s, &rows, scan),
            _ => add_parts(currents, &self.s, &rows, scan, lanes),
        };
        self.count_additions(scan.wrap, counted);
        let (real, count) = (
            (groups - 1) * lanes + usize::from(scan.last_lanes),
            rows.len() as u32,
        );
        let c = &mut self.counters;
        c.synaptic_operations = c
            .synaptic_operations
            .wrapping_add((real as u32).wrapping_mul(count));
        c.weight_words = c
            .weight_words
            .wrapping_add((words as u32).wrapping_mul(count));
        true
    }
}

/// Whether no sum of these currents and so many mantissas can leave the range of the contract.
fn within(currents: &[i32], scan: &Scan, rows: usize) -> bool {
    let bits = scan.format.bits();
    let largest = match scan.sign {
        Sign::Signed => 1u64 << (bits - 1),
        Sign::Added | Sign::Subtracted => (1 << bits) - 1,
    };
    let held = currents
        .iter()
        .fold(0, |most, u| most.max(u.unsigned_abs()));
    u64::from(held) + ((rows as u64 * largest) << scan.exponent) <= LIMIT as u64
}

/// A mantissa of 8 bits.
fn octet<const SIGN: u8>(byte: u8) -> i16 {
    match SIGN {
        0 => i16::from(byte as i8),
        1 => i16::from(byte),
        _ => -i16::from(byte),
    }
}

/// Adds a mantissa to a current as the contract says; whether that counts.
#[inline(always)]
fn add(u: &mut i32, mantissa: i32, exponent: u8, wrap: bool) -> u32 {
    // 24 bits and 8 << 15 fit into 32.
    let sum = *u + (mantissa << exponent);
    *u = if wrap {
        wrap24(i64::from(sum))
    } else {
        sum.clamp(-LIMIT, LIMIT)
    };
    u32::from(*u != sum)
}

/// Rows of mantissas of 8 bits that begin at these bytes of S.
fn add_octets(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    match scan.sign {
        Sign::Signed => octets_signed(currents, s, rows, scan),
        Sign::Added => octets_added(currents, s, rows, scan),
        Sign::Subtracted => octets_subtracted(currents, s, rows, scan),
    }
}

#[multiversion(targets = "simd")]
fn octets_signed(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    octets::<0>(currents, s, rows, scan)
}

#[multiversion(targets = "simd")]
fn octets_added(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    octets::<1>(currents, s, rows, scan)
}

#[multiversion(targets = "simd")]
fn octets_subtracted(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    octets::<2>(currents, s, rows, scan)
}

#[inline(always)]
fn octets<const SIGN: u8>(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    let mut counted = 0u32;
    if !within(currents, scan, rows.len()) {
        for row in rows {
            let weights = &s[*row..row + currents.len()];
            for (u, byte) in currents.iter_mut().zip(weights) {
                counted = counted.wrapping_add(add(
                    u,
                    i32::from(octet::<SIGN>(*byte)),
                    scan.exponent,
                    scan.wrap,
                ));
            }
        }
        return counted;
    }
    let mut at = 0;
    let mut tiles = currents.chunks_exact_mut(TILE);
    for tile in &mut tiles {
        sum::<SIGN, TILE>(tile, s, rows, at, scan.exponent);
        at += TILE;
    }
    for tile in tiles.into_remainder().chunks_exact_mut(4) {
        sum::<SIGN, 4>(tile, s, rows, at, scan.exponent);
        at += 4;
    }
    counted
}

/// Adds the bytes `at` of these rows to N currents.
#[inline(always)]
fn sum<const SIGN: u8, const N: usize>(
    tile: &mut [i32],
    s: &[u8],
    rows: &[usize],
    at: usize,
    exponent: u8,
) {
    for block in rows.chunks(BLOCK) {
        let mut sums = [0i16; N];
        for row in block {
            let weights = &s[row + at..row + at + N];
            for (sum, byte) in sums.iter_mut().zip(weights) {
                *sum += octet::<SIGN>(*byte);
            }
        }
        for (u, sum) in tile.iter_mut().zip(sums) {
            *u += i32::from(sum) << exponent;
        }
    }
}

/// Rows of narrower mantissas, a group of destinations after the other.
fn add_parts(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan, lanes: usize) -> u32 {
    match lanes {
        4 => parts4(currents, s, rows, scan),
        8 => parts8(currents, s, rows, scan),
        16 => parts16(currents, s, rows, scan),
        _ => parts32(currents, s, rows, scan),
    }
}

#[multiversion(targets = "simd")]
fn parts4(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    parts::<4>(currents, s, rows, scan)
}

#[multiversion(targets = "simd")]
fn parts8(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    parts::<8>(currents, s, rows, scan)
}

#[multiversion(targets = "simd")]
fn parts16(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    parts::<16>(currents, s, rows, scan)
}

#[multiversion(targets = "simd")]
fn parts32(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    parts::<32>(currents, s, rows, scan)
}

#[inline(always)]
fn parts<const L: usize>(currents: &mut [i32], s: &[u8], rows: &[usize], scan: &Scan) -> u32 {
    let bits = scan.format.bits();
    let per_word = scan.format.groups_per_word();
    let mask = (1i16 << bits) - 1;
    // x - 2 (x & top) is x in two's complement of so many bits; the top bit is no sign otherwise.
    let top = if scan.sign == Sign::Signed {
        1i16 << (bits - 1)
    } else {
        0
    };
    let negate = if scan.sign == Sign::Subtracted { -1 } else { 1 };
    let certain = within(currents, scan, rows.len());
    let mut counted = 0u32;
    for (group, currents) in currents.chunks_exact_mut(L).enumerate() {
        let at = group / per_word * L;
        let shift = (group % per_word) as u32 * bits;
        let mantissa = |byte: u8| {
            let raw = i16::from(byte >> shift) & mask;
            (raw - 2 * (raw & top)) * negate
        };
        if certain {
            for block in rows.chunks(BLOCK) {
                let mut sums = [0i16; L];
                for row in block {
                    let weights = &s[row + at..row + at + L];
                    for (sum, byte) in sums.iter_mut().zip(weights) {
                        *sum += mantissa(*byte);
                    }
                }
                for (u, sum) in currents.iter_mut().zip(sums) {
                    *u += i32::from(sum) << scan.exponent;
                }
            }
            continue;
        }
        for row in rows {
            let weights = &s[row + at..row + at + L];
            for (u, byte) in currents.iter_mut().zip(weights) {
                counted = counted.wrapping_add(add(
                    u,
                    i32::from(mantissa(*byte)),
                    scan.exponent,
                    scan.wrap,
                ));
            }
        }
    }
    counted
}
