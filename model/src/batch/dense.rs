//! Dense rows in the form in which a processor sums them fastest.
//!
//! A mantissa m is kept as the byte m + b, where b is 128, 0 or 255, whichever makes all of them positive. Two
//! destinations share a number of 16 bits, x = low + 256 high. Of some rows sums of x and of x >> 8, both modulo
//! 2^16, are made: the second is the sum of the high bytes, and the first less 256 times the second that of the
//! low ones. So a row costs three operations for every 16 numbers, and none to make bytes wider.

use crate::device::Device;
use crate::fast::lists::Lists;
use crate::numbers::mantissa;
use crate::program::{Form, Scan, Sign};

/// Destinations of a block: low bytes are those of the first half, high ones of the second.
pub(super) const BLOCK: usize = 32;
/// Numbers of a block.
const HALF: usize = BLOCK / 2;
/// Numbers of a line of the processor's memory.
const LINE: usize = 32;
/// Most bytes of the rows of a SCAN.
const MOST_BYTES: usize = 1 << 26;
/// A piece of a list takes as long as so many blocks of 16 numbers of a dense row.
const PIECE: usize = 4;
/// Rows of which sums and differences fit into 16 bits with their sign: 128 * 255 do.
const TOGETHER: usize = 128;

/// The rows of a SCAN.
#[derive(Debug)]
pub(super) struct Dense {
    numbers: Vec<u16>,
    /// The first of row 0: rows begin where lines of the processor's memory do.
    begin: usize,
    /// Numbers of a row.
    width: usize,
    /// b.
    bias: i32,
    /// Largest size of a mantissa.
    pub largest: u64,
    /// Real weights of a row.
    pub operations: u32,
    /// Words of S of a row.
    pub words: u32,
}

impl Dense {
    /// The rows of these sources; none if there are too many, or if one ends outside S.
    pub fn new(device: &Device, scan: &Scan, sources: usize) -> Option<Self> {
        let lanes = device.shape.lanes;
        let groups = usize::from(scan.groups);
        let per_word = scan.format.groups_per_word();
        let words = scan.format.row_words(groups);
        let sources = if scan.form == Form::Always {
            1
        } else {
            sources
        };
        let width = (groups * lanes).div_ceil(BLOCK) * HALF;
        if sources.checked_mul(2 * width)? > MOST_BYTES {
            return None;
        }
        let bias = match scan.sign {
            Sign::Signed => 128,
            Sign::Added => 0,
            Sign::Subtracted => 255,
        };
        let zero = bias as u16 * 257;
        let (mut numbers, begin) = room(zero, sources * width);
        let mut largest = 0;
        let rows = numbers[begin..].chunks_exact_mut(width.max(1));
        for (source, row) in rows.take(sources).enumerate() {
            let first = scan.row_base as usize + source * usize::from(scan.stride);
            let bytes = device.s.get(first * lanes..(first + words) * lanes)?;
            for destination in 0..groups * lanes {
                let (group, lane) = (destination / lanes, destination % lanes);
                let byte = bytes[group / per_word * lanes + lane];
                let m = mantissa(byte, scan.format, group % per_word, scan.sign);
                largest = largest.max(u64::from(m.unsigned_abs()));
                put(row, destination, m + bias);
            }
        }
        Some(Dense {
            numbers,
            begin,
            width,
            bias,
            largest,
            operations: ((groups - 1) * lanes + usize::from(scan.last_lanes)) as u32,
            words: words as u32,
        })
    }

    /// Listed rows as dense ones, with the exponent that all of them then have: none if that takes longer than to go
    /// through the lists, or if a sum of a source's weights is no mantissa.
    pub fn spread(lists: &Lists) -> Option<(Self, u8)> {
        let (sources, destinations) = (lists.sources(), lists.span.len());
        let width = destinations.div_ceil(BLOCK) * HALF;
        let (pieces, weights) = lists.size();
        let walk = pieces * PIECE + weights / HALF;
        if sources.checked_mul(width)? / HALF > walk || 2 * sources * width > MOST_BYTES {
            return None;
        }
        let mut sums = vec![0i32; sources * destinations];
        for (source, row) in sums.chunks_exact_mut(destinations.max(1)).enumerate() {
            lists.row(source as u32, |to, w| row[to] += w);
        }
        let all = sums.iter().fold(0, |all, w| all | w);
        let exponent = (all | 1 << 15).trailing_zeros() as u8;
        let (mut numbers, begin) = room(128 * 257, sources * width);
        let mut largest = 0;
        let rows = numbers[begin..].chunks_exact_mut(width.max(1));
        for (row, sums) in rows.zip(sums.chunks_exact(destinations.max(1))) {
            for (destination, sum) in sums.iter().enumerate() {
                let m = i8::try_from(sum >> exponent).ok()?;
                largest = largest.max(u64::from(m.unsigned_abs()));
                put(row, destination, i32::from(m) + 128);
            }
        }
        let rows = Dense {
            numbers,
            begin,
            width,
            bias: 128,
            largest,
            operations: 0,
            words: 0,
        };
        Some((rows, exponent))
    }

    /// Destinations of a row with those that fill its last block, of which no mantissa but 0 is there.
    pub fn padded(&self) -> usize {
        2 * self.width
    }

    /// Adds the rows of the sources `plus` and takes those of `minus` away, shifted; as integers.
    #[inline(always)]
    pub fn add(&self, plus: &[u32], minus: &[u32], sums: &mut [i32], shift: u8) {
        let mut at = 0;
        let mut rest = sums;
        rest = self.tiles::<64>(plus, minus, &mut at, rest, shift);
        rest = self.tiles::<32>(plus, minus, &mut at, rest, shift);
        self.tiles::<16>(plus, minus, &mut at, rest, shift);
    }

    /// The same for as many tiles of N numbers of a row as there are; the other sums.
    #[inline(always)]
    fn tiles<'s, const N: usize>(
        &self,
        plus: &[u32],
        minus: &[u32],
        at: &mut usize,
        sums: &'s mut [i32],
        shift: u8,
    ) -> &'s mut [i32] {
        let mut tiles = sums.chunks_exact_mut(2 * N);
        for tile in &mut tiles {
            let (mut plus, mut minus) = (plus, minus);
            while !(plus.is_empty() && minus.is_empty()) {
                let (some_plus, more_plus) = plus.split_at(plus.len().min(TOGETHER));
                let room = TOGETHER - some_plus.len();
                let (some_minus, more_minus) = minus.split_at(minus.len().min(room));
                self.tile::<N>(some_plus, some_minus, *at, tile, shift);
                (plus, minus) = (more_plus, more_minus);
            }
            *at += N;
        }
        tiles.into_remainder()
    }

    #[inline(always)]
    fn tile<const N: usize>(
        &self,
        plus: &[u32],
        minus: &[u32],
        at: usize,
        sums: &mut [i32],
        shift: u8,
    ) {
        let (mut both, mut high) = ([0u16; N], [0u16; N]);
        for source in plus {
            let first = self.begin + *source as usize * self.width + at;
            let row = &self.numbers[first..first + N];
            for ((both, high), x) in both.iter_mut().zip(&mut high).zip(row) {
                *both = both.wrapping_add(*x);
                *high = high.wrapping_add(x >> 8);
            }
        }
        for source in minus {
            let first = self.begin + *source as usize * self.width + at;
            let row = &self.numbers[first..first + N];
            for ((both, high), x) in both.iter_mut().zip(&mut high).zip(row) {
                *both = both.wrapping_sub(*x);
                *high = high.wrapping_sub(x >> 8);
            }
        }
        let bias = self.bias * (plus.len() as i32 - minus.len() as i32);
        let blocks = both.chunks_exact(HALF).zip(high.chunks_exact(HALF));
        for ((both, high), sums) in blocks.zip(sums.chunks_exact_mut(BLOCK)) {
            let (first, second) = sums.split_at_mut(HALF);
            for lane in 0..HALF {
                let low = both[lane].wrapping_sub(high[lane] << 8);
                first[lane] += (i32::from(low as i16) - bias) << shift;
                second[lane] += (i32::from(high[lane] as i16) - bias) << shift;
            }
        }
    }

    /// Gives `add` the mantissas of a source's row, a block of destinations after the other.
    #[inline(always)]
    pub fn row(&self, source: u32, mut add: impl FnMut(usize, i32)) {
        let first = self.begin + source as usize * self.width;
        let row = &self.numbers[first..first + self.width];
        for (block, numbers) in row.chunks_exact(HALF).enumerate() {
            for (lane, x) in numbers.iter().enumerate() {
                add(block * BLOCK + lane, i32::from(x & 0xff) - self.bias);
                add(block * BLOCK + HALF + lane, i32::from(x >> 8) - self.bias);
            }
        }
    }
}

/// So many numbers, all `zero`, and where the first is: at the start of a line of the processor's memory.
fn room(zero: u16, numbers: usize) -> (Vec<u16>, usize) {
    let all = vec![zero; numbers + LINE];
    let begin = all.as_ptr().align_offset(2 * LINE).min(LINE);
    (all, begin)
}

/// Puts a byte that is never negative into its place of a row.
fn put(row: &mut [u16], destination: usize, byte: i32) {
    let (block, place) = (destination / BLOCK, destination % BLOCK);
    let number = &mut row[block * HALF + place % HALF];
    let shift = 8 * (place / HALF);
    *number = *number & !(0xff << shift) | (byte as u16) << shift;
}
