//! Random listed SCANs: weights, lists and tables. Sources share lists, lists share words of weights, and
//! segments often hit the group of those before them.

use super::build::{Builder, Target};
use crate::program::{Form, Format, Operation, Scan, Segment, Sign, TableEntry};

impl Builder {
    /// A listed SCAN into a target from a random source, if S has room for its lists.
    pub(super) fn scan_listed(&mut self, target: Target) {
        let Some((source, delay)) = self.source() else {
            return;
        };
        let formats = [
            Format::Bits8,
            Format::Bits8,
            Format::Bits4,
            Format::Bits2,
            Format::Bits1,
        ];
        let format = self.values.pick(&formats);
        let signs = [Sign::Signed, Sign::Signed, Sign::Added, Sign::Subtracted];
        let before = self.s.len();
        let lanes = self.shape.lanes;
        self.s.resize(before.next_multiple_of(lanes.max(8)), 0x5a);
        let (first_word, words) = (self.s.len() / lanes, self.values.range(1..=12));
        for _ in 0..words * lanes {
            let byte = self.values.byte();
            self.s.push(byte);
        }
        self.s.resize(self.s.len().next_multiple_of(8), 0x5a);
        // Lists leave a word and a group, so that sources of one list count from different ones.
        let (spare_word, spare_group) = (words.min(2) - 1, target.groups.min(2) - 1);
        let within = Target {
            groups: target.groups - spare_group,
            ..target
        };
        let lists: Vec<(u32, u16)> = (0..self.values.range(1..=4))
            .map(|_| self.list(within, format, words - spare_word))
            .collect();
        let stride = self.values.pick(&[1, 1, 1, 1, 0, 2]);
        let table = self.s.len() / 8;
        let entries = if stride == 0 { 1 } else { source.neurons };
        for index in 0..(entries - 1) * stride + 1 {
            let entry = if self.values.one_in(8) || (stride > 0 && index % stride > 0) {
                // No list; what else it says means nothing.
                self.values.long() & 0xf_ffff_ffff_ffff
            } else {
                let (list, operations) = self.values.pick(&lists);
                TableEntry {
                    list,
                    first_group: (target.first_group + self.values.range(0..=spare_group)) as u16,
                    first_word: (first_word + self.values.range(0..=spare_word)) as u32,
                    operations,
                }
                .encode()
            };
            self.s.extend(entry.to_le_bytes());
        }
        if self.s.len() > self.data_end {
            self.s.truncate(before);
            return;
        }
        self.operations.push(Operation::Scan(Scan {
            form: Form::Listed,
            format,
            sign: self.values.pick(&signs),
            wrap: self.values.one_in(5),
            // Meant for the other forms.
            exponent: self.values.range(0..=15) as u8,
            delay: delay as u8,
            source: source.bitmap,
            source_groups: source.groups as u16,
            last_lanes: self.values.range(1..=lanes) as u8,
            row_base: table as u32,
            stride: stride as u16,
            first_group: 0,
            groups: self.values.range(0..=3) as u16,
        }));
    }

    /// A list within the target's groups and so many words of weights; its address and its operations.
    fn list(&mut self, target: Target, format: Format, words: usize) -> (u32, u16) {
        let (mut word, mut group) = (0i64, 0u16);
        let mut segments = Vec::new();
        let mut operations = 0;
        for _ in 0..self.values.pick(&[1, 1, 2, 3, 4, 7]) {
            let most = target.groups.min(words * format.groups_per_word());
            let groups = match self.values.range(0..=7) {
                0 => 0,
                1..=3 => 1,
                _ => self.values.range(1..=most),
            };
            let row = format.row_words(groups);
            let to = self.values.range(0..=words - row) as i64;
            let at = self.values.range(0..=target.groups - groups) as u16;
            let exponent = match self.values.range(0..=3) {
                0 => self.values.range(0..=15),
                _ => (target.scale as usize)
                    .saturating_sub(format.bits() as usize)
                    .min(15),
            };
            segments.push(Segment {
                groups: groups as u8,
                exponent: exponent as u8,
                last: false,
                word_skip: (to - word) as i16,
                group_skip: at.wrapping_sub(group) & 0xfff,
            });
            operations += groups * self.shape.lanes;
            word = to + row as i64;
            group = at + groups as u16;
        }
        let address = self.s.len() / 8;
        let mut longs = Segment::list(&segments);
        if segments.len() % 2 == 1 {
            // The half behind the last segment means nothing.
            let garbage = self.values.long() << 32;
            longs
                .iter_mut()
                .last()
                .into_iter()
                .for_each(|long| *long |= garbage);
        }
        self.s
            .extend(longs.iter().flat_map(|long| long.to_le_bytes()));
        let operations = operations.saturating_sub(self.values.range(0..=2)).max(1);
        (address as u32, operations as u16)
    }
}
