//! Random SCAN, FOLD, CLEAR and REPORT operations, and the rows of weights.

use super::build::{Builder, Source, Target};
use crate::program::{
    Bitmap, Clear, Fold, Form, Format, Operation, Report, ReportKind, Scan, Sign,
};

impl Builder {
    /// A SCAN into (a part of) a target from a random source, if S has room for its rows.
    pub(super) fn scan(&mut self, target: Target, form: Form) {
        let Some((source, delay)) = self.source() else {
            return;
        };
        let mut target = target;
        if target.groups > 1 && self.values.one_in(6) {
            target.first_group += 1;
            target.groups -= 1;
            target.neurons -= self.shape.lanes;
        }
        let format = self.values.pick(&[
            Format::Bits8,
            Format::Bits8,
            Format::Bits4,
            Format::Bits2,
            Format::Bits1,
        ]);
        let exponent = match self.values.range(0..=7) {
            0 => self.values.pick(&[0, 1, 14, 15]),
            1 => self.values.range(0..=15),
            _ => {
                let jitter = self.values.range(0..=3) + 1;
                (target.scale as usize + jitter)
                    .saturating_sub(format.bits() as usize)
                    .min(15)
            }
        };
        let scan = Scan {
            form,
            format,
            sign: self
                .values
                .pick(&[Sign::Signed, Sign::Signed, Sign::Added, Sign::Subtracted]),
            wrap: self.values.one_in(5),
            exponent: exponent as u8,
            ..Scan::default()
        };
        self.push_scan(scan, source, delay, target);
    }

    /// SCAN into a scratch range and FOLD.
    pub(super) fn scratch(&mut self, target: Target) {
        let Some((source, delay)) = self.source() else {
            return;
        };
        if self.next_group + target.groups > self.shape.groups.min(64) {
            return;
        }
        let scratch = Target {
            first_group: self.next_group,
            ..target
        };
        self.next_group += target.groups;
        let format = self.values.pick(&[Format::Bits8, Format::Bits4]);
        let exponent = if self.values.one_in(6) {
            self.values.range(0..=15) as u8
        } else {
            0
        };
        let scan = Scan {
            form: Form::Dense,
            format,
            exponent,
            ..Scan::default()
        };
        self.push_scan(scan, source, delay, scratch);
        let floor_shift = self.values.pick(&[1, 1, 2, 3, 7, 14, 15]);
        let exponent = match self.values.range(0..=3) {
            0 => self.values.range(0..=15),
            _ => (target.scale as usize).saturating_sub(6).min(15),
        };
        self.operations.push(Operation::Fold(Fold {
            wrap: self.values.one_in(4),
            exponent: exponent as u8,
            floor_shift,
            scratch_group: scratch.first_group as u16,
            first_group: target.first_group as u16,
            neurons: (target.groups * self.shape.lanes) as u16,
        }));
    }

    /// A source and a delay with which it may be read now.
    pub(super) fn source(&mut self) -> Option<(Source, usize)> {
        let possible: Vec<Source> = self
            .sources
            .iter()
            .filter(|s| s.ready || s.max_delay > 0)
            .copied()
            .collect();
        if possible.is_empty() {
            return None;
        }
        let source = self.values.pick(&possible);
        let least = usize::from(!source.ready);
        let most = if self.values.one_in(6) {
            source.max_delay
        } else {
            source.max_delay.min(3)
        };
        Some((source, self.values.range(least..=most)))
    }

    fn push_scan(&mut self, mut scan: Scan, source: Source, delay: usize, target: Target) {
        let lanes = self.shape.lanes;
        scan.source = source.bitmap;
        scan.delay = delay as u8;
        scan.source_groups = source.groups as u16;
        scan.first_group = target.first_group as u16;
        scan.groups = target.groups as u16;
        scan.last_lanes = (target.neurons - (target.groups - 1) * lanes) as u8;
        let row_words = scan.format.row_words(target.groups);
        let stride = match self.values.range(0..=7) {
            0 => 0,
            1 => row_words + self.values.range(1..=2),
            _ => row_words,
        };
        scan.stride = stride as u16;
        let rows = if scan.form == Form::Always || stride == 0 {
            1
        } else {
            source.neurons
        };
        let start = self.s.len().next_multiple_of(lanes);
        let end = start + ((rows - 1) * stride + row_words) * lanes;
        if end > self.data_end {
            return;
        }
        scan.row_base = (start / lanes) as u32;
        let upward = self.values.one_in(2);
        self.s.resize(start, 0x5a);
        while self.s.len() < end {
            let positive = scan.format == Format::Bits8 && upward && !self.values.one_in(4);
            let mask = if positive { 0x7f } else { 0xff };
            let byte = match self.values.range(0..=15) {
                0 => self.values.pick(&[0, 0x80, 0xff, 0x7f]),
                _ => self.values.byte() & mask,
            };
            self.s.push(byte);
        }
        for row in 0..rows {
            let word = start / lanes + row * stride + row_words - 1;
            self.clear_padding(&scan, word);
        }
        self.note_rows(&scan, rows);
        self.operations.push(Operation::Scan(scan));
    }

    /// Zeroes the weights of padding lanes in a row's last word.
    fn clear_padding(&mut self, scan: &Scan, word: usize) {
        let lanes = self.shape.lanes;
        let bits = scan.format.bits() as usize;
        let last = (usize::from(scan.groups) - 1) % scan.format.groups_per_word();
        let mask = !((((1u16 << bits) - 1) << (last * bits)) as u8);
        for byte in &mut self.s[word * lanes + usize::from(scan.last_lanes)..(word + 1) * lanes] {
            *byte &= mask;
        }
    }

    /// CLEAR of everything.
    pub(super) fn clear_all(&mut self) -> Operation {
        Operation::Clear(Clear {
            state: true,
            history: true,
            neurons: (self.shape.groups.min(64) * self.shape.lanes) as u16,
            history_words: self.shape.history_words as u16,
            ..Clear::default()
        })
    }

    /// CLEAR of a target's state, to any v0.
    pub(super) fn clear_state(&mut self, target: &Target) -> Operation {
        Operation::Clear(Clear {
            state: true,
            v0: if self.values.one_in(3) {
                self.values.wild24()
            } else {
                0
            },
            first_group: target.first_group as u16,
            neurons: (target.groups * self.shape.lanes) as u16,
            ..Clear::default()
        })
    }

    fn report(&mut self, kind: ReportKind) {
        let number = self.reports;
        self.reports += 1;
        self.operations
            .push(Operation::Report(Report { number, kind }));
    }

    /// Mostly reports a bitmap.
    pub(super) fn report_spikes(&mut self, bitmap: Bitmap, groups: usize) {
        if !self.values.one_in(6) {
            let plain = self.values.one_in(2);
            self.report(ReportKind::Spikes {
                plain,
                bitmap,
                groups: groups as u16,
            });
        }
    }

    /// Sometimes reports the state, whole or in part.
    pub(super) fn report_state(&mut self, target: &Target) {
        for current in [false, true] {
            if self.values.one_in(3) {
                let neurons = match self.values.one_in(4) {
                    true => self.values.range(1..=target.neurons),
                    false => target.neurons,
                };
                let (first_group, neurons) = (target.first_group as u16, neurons as u16);
                self.report(ReportKind::State {
                    current,
                    first_group,
                    neurons,
                });
            }
        }
    }
}
