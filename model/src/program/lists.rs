//! Tables and lists of listed rows (`docs/program.md`, section 2, SCAN): what a source's table entry and
//! the segments of a list say, and their encoding.

/// A source's entry in the table of a listed SCAN: one long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TableEntry {
    /// First long of the list, 20 bits.
    pub list: u32,
    /// Group of U from which the list's first group skip counts, 12 bits.
    pub first_group: u16,
    /// Word of S from which the list's first word skip counts, 20 bits.
    pub first_word: u32,
    /// Real weights of the source, for counting, 1..=4095. 0: the source has no list.
    pub operations: u16,
}

/// A run of groups in a list: half a long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Segment {
    /// Groups that are fed, 0..=63. 0: only move.
    pub groups: u8,
    /// m, 0..=15.
    pub exponent: u8,
    /// The list ends with this segment.
    pub last: bool,
    /// Words of S to pass over first, -256..=255.
    pub word_skip: i16,
    /// Groups of U to pass over first, modulo 4096.
    pub group_skip: u16,
}

impl TableEntry {
    /// The entry as a long.
    pub fn encode(&self) -> u64 {
        u64::from(self.list & 0xf_ffff)
            | u64::from(self.first_group & 0xfff) << 20
            | u64::from(self.first_word & 0xf_ffff) << 32
            | u64::from(self.operations & 0xfff) << 52
    }

    /// The entry that a long means; every long means one.
    pub fn decode(long: u64) -> Self {
        TableEntry {
            list: (long & 0xf_ffff) as u32,
            first_group: (long >> 20 & 0xfff) as u16,
            first_word: (long >> 32 & 0xf_ffff) as u32,
            operations: (long >> 52) as u16,
        }
    }
}

impl Segment {
    /// Most groups of a segment.
    pub const MOST_GROUPS: usize = 63;
    /// Least and largest word skip.
    pub const WORD_SKIPS: std::ops::RangeInclusive<i64> = -256..=255;

    /// The segment as half a long.
    pub fn encode(&self) -> u32 {
        u32::from(self.groups & 63)
            | u32::from(self.exponent & 15) << 6
            | u32::from(self.last) << 10
            | (self.word_skip as u32 & 0x1ff) << 11
            | u32::from(self.group_skip & 0xfff) << 20
    }

    /// The segment that half a long means; every one means one.
    pub fn decode(half: u32) -> Self {
        Segment {
            groups: (half & 63) as u8,
            exponent: (half >> 6 & 15) as u8,
            last: half >> 10 & 1 == 1,
            // The nine bits of the skip to the top, and back with their sign.
            word_skip: ((half << 12) as i32 >> 23) as i16,
            group_skip: (half >> 20) as u16,
        }
    }

    /// The longs of a list; its last segment is marked. Empty for no segments.
    pub fn list(segments: &[Segment]) -> Vec<u64> {
        let end = segments.len().saturating_sub(1);
        let half = |index: usize| {
            segments.get(index).map_or(0, |segment| {
                let last = index == end;
                u64::from(Segment { last, ..*segment }.encode())
            })
        };
        (0..segments.len().div_ceil(2))
            .map(|long| half(2 * long) | half(2 * long + 1) << 32)
            .collect()
    }
}
