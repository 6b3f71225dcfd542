//! Random LEARN operations, in rows that SCANs read.

use super::build::{Builder, Source};
use crate::program::{Format, Learn, Operation, Scan};

/// Rows of weights of one byte that share no word.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    scan: Scan,
    rows: usize,
}

impl Builder {
    /// Remembers the rows of a SCAN if they may learn.
    pub(super) fn note_rows(&mut self, scan: &Scan, rows: usize) {
        let apart = rows == 1 || scan.stride >= scan.groups;
        if self.size.learn && scan.format == Format::Bits8 && apart {
            self.learnable.push(Rows { scan: *scan, rows });
        }
    }

    /// Some LEARNs in rows that were noted, with any source of a size and any destination.
    pub(super) fn learn(&mut self) {
        for _ in 0..self.values.range(0..=3) {
            let (false, Some((target, target_delay))) = (self.learnable.is_empty(), self.source())
            else {
                return;
            };
            let rows = self.values.pick(&self.learnable);
            self.push_learn(rows, target, target_delay);
        }
    }

    fn push_learn(&mut self, rows: Rows, target: Source, target_delay: usize) {
        let Some(random) = self.random_word() else {
            return;
        };
        let scan = rows.scan;
        // A bitmap has as many bits as rows, or fewer; no row beyond them may be meant.
        let sources: Vec<Source> = (self.sources.iter())
            .filter(|s| s.neurons <= rows.rows && (s.ready || s.max_delay > 0))
            .copied()
            .collect();
        let every = sources.is_empty() || self.values.one_in(3);
        let mut learn = Learn {
            every,
            unsigned: self.values.one_in(2),
            last_lanes: scan.last_lanes,
            row_base: scan.row_base,
            stride: scan.stride.max(scan.groups),
            groups: scan.groups.min(target.groups as u16),
            target: target.bitmap,
            target_delay: target_delay as u8,
            inverted: self.values.one_in(4),
            rows: self.values.range(1..=rows.rows) as u16,
            random: random as u32,
            ..Learn::default()
        };
        if learn.groups < scan.groups {
            learn.last_lanes = self.shape.lanes as u8;
        }
        if !every {
            let source = self.values.pick(&sources);
            let least = usize::from(!source.ready);
            learn.source = source.bitmap;
            learn.source_groups = source.groups as u16;
            learn.delay = self.values.range(least..=source.max_delay) as u8;
        }
        learn.change = match self.values.range(0..=5) {
            0 => self.values.pick(&[-65536, 65535, 0, 1, -1, 255, 256, -256]),
            1 => self.values.range(0..=131_071) as i32 - 65536,
            _ => self.values.range(0..=8191) as i32 - 4096,
        };
        learn.decay = (!self.values.one_in(3)).then(|| self.values.range(0..=7) as u8);
        let (low, high) = match learn.unsigned {
            true => (0, 255),
            false => (-128, 127),
        };
        let span = (high - low) as usize;
        (learn.minimum, learn.maximum) = match self.values.range(0..=3) {
            0 => {
                let mut any = || low + self.values.range(0..=span) as i16;
                (any(), any())
            }
            _ => (low, high),
        };
        self.operations.push(Operation::Learn(learn));
    }

    /// A word of S with the state of random numbers: mostly the one that there is.
    fn random_word(&mut self) -> Option<usize> {
        if let (Some(random), false) = (self.random, self.values.one_in(6)) {
            return Some(random);
        }
        let lanes = self.shape.lanes;
        let start = self.s.len().next_multiple_of(lanes);
        if start + lanes > self.data_end {
            return None;
        }
        self.s.resize(start, 0x5a);
        for _ in 0..lanes {
            let byte = self.values.byte();
            self.s.push(byte);
        }
        self.random = Some(start / lanes);
        self.random
    }
}
