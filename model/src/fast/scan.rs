//! The fast path of SCAN: the sums of `docs/numerics.md`, section 1, in another order where the order
//! cannot matter.
//!
//! The contract adds a row of weights after the other and saturates each sum. Where no sum can leave
//! the range whatever the weights are - the largest current of the destination and the number of
//! spikes say so - the sum is that of integers, and may be made destination by destination, in 16 bits
//! first, which is what a processor's vector units are good at. Where that is not certain, rows are added
//! one by one, saturated and counted.

use super::gather::Gather;
use crate::device::Device;
use crate::listed::Run;
use crate::numbers::wrap24;
use crate::program::{Format, Scan, Sign, LIMIT};
use multiversion::multiversion;

/// Rows whose mantissas are summed in 16 bits: 128 of 255 each, or of -128, fit.
const BLOCK: usize = 128;

/// Destinations that are summed together.
const TILE: usize = 128;

impl Device {
    /// SCAN, if it is of a kind that this path knows; whether it was done.
    pub(crate) fn scan_fast(&mut self, scan: &Scan) -> bool {
        let Some(gather) = Gather::new(scan, self.shape) else {
            return false;
        };
        let mut rows = std::mem::take(&mut self.plans.rows);
        gather.rows(scan, self.shape, &self.h, self.step, &mut rows);
        self.add(scan, &rows);
        self.plans.rows = rows;
        true
    }

    /// Adds the rows that begin at these bytes of S, ascending and ending within S, to a destination that is
    /// one piece of U.
    pub(super) fn add(&mut self, scan: &Scan, begins: &[usize]) {
        let lanes = self.shape.lanes;
        let groups = usize::from(scan.groups);
        let words = scan.format.row_words(groups);
        let first = usize::from(scan.first_group) & (self.shape.groups - 1);
        let currents = &mut self.u[first * lanes..(first + groups) * lanes];
        let certain = within(currents, scan, begins.len());
        let s = &self.s[..];
        let counted = add_rows(currents, Rows { s, begins, scan }, lanes, certain);
        self.count_additions(scan.wrap, counted);
        let (real, count) = (
            (groups - 1) * lanes + usize::from(scan.last_lanes),
            begins.len() as u32,
        );
        let c = &mut self.counters;
        c.synaptic_operations = c
            .synaptic_operations
            .wrapping_add((real as u32).wrapping_mul(count));
        c.weight_words = c
            .weight_words
            .wrapping_add((words as u32).wrapping_mul(count));
    }

    /// Adds a segment of a listed row, if it lies in one piece in S and in U; whether it was added. There
    /// are too few sums for each current to be worth a look at whether they could leave the range.
    pub(crate) fn add_run_fast(&mut self, scan: &Scan, run: Run) -> bool {
        let lanes = self.shape.lanes;
        let first = run.group & (self.shape.groups - 1);
        let words = scan.format.row_words(run.groups);
        if run.word + words > self.shape.synapse_words || first + run.groups > self.shape.groups {
            return false;
        }
        let exponent = run.exponent;
        let rows = Rows {
            s: &self.s,
            begins: &[run.word * lanes],
            scan: &Scan { exponent, ..*scan },
        };
        let currents = &mut self.u[first * lanes..(first + run.groups) * lanes];
        let counted = add_rows(currents, rows, lanes, false);
        self.count_additions(scan.wrap, counted);
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

/// Adds a mantissa to a current as the contract says; whether that counts.
#[inline(always)]
fn add(u: &mut i32, mantissa: i32, scan: &Scan) -> u32 {
    // 24 bits and 8 << 15 fit into 32.
    let sum = *u + (mantissa << scan.exponent);
    *u = if scan.wrap {
        wrap24(i64::from(sum))
    } else {
        sum.clamp(-LIMIT, LIMIT)
    };
    u32::from(*u != sum)
}

/// The rows of a SCAN.
#[derive(Clone, Copy)]
struct Rows<'a> {
    /// The synapse memory.
    s: &'a [u8],
    /// Byte of S at which each row begins.
    begins: &'a [usize],
    scan: &'a Scan,
}

impl Rows<'_> {
    /// Adds the mantissas that begin `at` bytes into these rows to N currents, where no sum leaves the range.
    #[inline(always)]
    fn sum<const N: usize>(&self, currents: &mut [i32], at: usize, mantissa: impl Fn(u8) -> i16) {
        for block in self.begins.chunks(BLOCK) {
            let mut sums = [0i16; N];
            for row in block {
                let weights = &self.s[row + at..row + at + N];
                for (sum, byte) in sums.iter_mut().zip(weights) {
                    *sum += mantissa(*byte);
                }
            }
            for (u, sum) in currents.iter_mut().zip(sums) {
                *u += i32::from(sum) << self.scan.exponent;
            }
        }
    }

    /// The same, a row after the other, each sum saturated or wrapped; how many were.
    #[inline(always)]
    fn one_by_one(&self, currents: &mut [i32], at: usize, mantissa: impl Fn(u8) -> i16) -> u32 {
        let mut counted = 0u32;
        for row in self.begins {
            let weights = &self.s[row + at..row + at + currents.len()];
            for (u, byte) in currents.iter_mut().zip(weights) {
                counted = counted.wrapping_add(add(u, i32::from(mantissa(*byte)), self.scan));
            }
        }
        counted
    }

    /// Mantissas of 8 bits: a word for each group.
    #[inline(always)]
    fn octets(&self, currents: &mut [i32], certain: bool, mantissa: impl Fn(u8) -> i16) -> u32 {
        if !certain {
            return self.one_by_one(currents, 0, mantissa);
        }
        // Wide tiles first; a last one for each power of two.
        let (mut rest, mut at) = (currents, 0);
        rest = self.tiles::<TILE>(rest, &mut at, &mantissa);
        rest = self.tiles::<64>(rest, &mut at, &mantissa);
        rest = self.tiles::<32>(rest, &mut at, &mantissa);
        rest = self.tiles::<16>(rest, &mut at, &mantissa);
        rest = self.tiles::<8>(rest, &mut at, &mantissa);
        self.tiles::<4>(rest, &mut at, &mantissa);
        0
    }

    /// Sums for as many tiles of N currents as there are, from byte `at` of the rows on; the other currents.
    #[inline(always)]
    fn tiles<'c, const N: usize>(
        &self,
        currents: &'c mut [i32],
        at: &mut usize,
        mantissa: impl Fn(u8) -> i16,
    ) -> &'c mut [i32] {
        let mut tiles = currents.chunks_exact_mut(N);
        for tile in &mut tiles {
            self.sum::<N>(tile, *at, &mantissa);
            *at += N;
        }
        tiles.into_remainder()
    }

    /// Narrower mantissas, a group of L destinations after the other.
    #[inline(always)]
    fn parts<const L: usize>(&self, currents: &mut [i32], certain: bool) -> u32 {
        let bits = self.scan.format.bits();
        let per_word = self.scan.format.groups_per_word();
        let mask = (1i16 << bits) - 1;
        // x - 2 (x & top) is x in two's complement of so many bits; the top bit is no sign otherwise.
        let (top, factor) = match self.scan.sign {
            Sign::Signed => (1i16 << (bits - 1), 1),
            Sign::Added => (0, 1),
            Sign::Subtracted => (0, -1),
        };
        let mut counted = 0u32;
        for (group, currents) in currents.chunks_exact_mut(L).enumerate() {
            let at = group / per_word * L;
            let shift = (group % per_word) as u32 * bits;
            let mantissa = |byte: u8| {
                let raw = i16::from(byte >> shift) & mask;
                (raw - 2 * (raw & top)) * factor
            };
            if certain {
                self.sum::<L>(currents, at, mantissa);
            } else {
                counted = counted.wrapping_add(self.one_by_one(currents, at, mantissa));
            }
        }
        counted
    }
}

/// Adds rows to the currents of their destinations; how many sums were saturated or wrapped, unless it
/// is certain that none can.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn add_rows(currents: &mut [i32], rows: Rows, lanes: usize, certain: bool) -> u32 {
    match (rows.scan.format, rows.scan.sign, lanes) {
        (Format::Bits8, Sign::Signed, _) => {
            rows.octets(currents, certain, |byte| i16::from(byte as i8))
        }
        (Format::Bits8, Sign::Added, _) => rows.octets(currents, certain, i16::from),
        (Format::Bits8, Sign::Subtracted, _) => {
            rows.octets(currents, certain, |byte| -i16::from(byte))
        }
        (_, _, 4) => rows.parts::<4>(currents, certain),
        (_, _, 8) => rows.parts::<8>(currents, certain),
        (_, _, 16) => rows.parts::<16>(currents, certain),
        _ => rows.parts::<32>(currents, certain),
    }
}
