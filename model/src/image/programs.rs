//! What the programs of an image may touch: no more than the header says that the image needs. A program
//! that was checked reads nothing beyond the end of a memory.

use super::check::inside;
use super::{Header, Image, ImageError};
use crate::program::{Bitmap, Form, Operation, ReportKind, Scan, Update};

/// A range of a memory that an operation touches: its name, its first element, how many.
type Touched = (&'static str, Memory, usize, usize);

#[derive(Clone, Copy)]
enum Memory {
    Words,
    Longs,
    Groups,
    History,
}

impl Image {
    /// Checks that the operations of the program at a long's address stay inside the memories.
    pub(super) fn check_program(&self, entry: u32) -> Result<(), ImageError> {
        let h = &self.header;
        for (at, operation) in self.program(entry)? {
            for (name, memory, first, count) in touched(h, &operation) {
                let place =
                    format!("{name} of the operation at long {at} of the program at long {entry}");
                let (size, unit) = match memory {
                    Memory::Words => (h.synapse_words, "words of S"),
                    Memory::Longs => (self.synapses.len() / 8, "longs of S"),
                    Memory::Groups => (h.groups, "groups"),
                    Memory::History => (h.history_words, "words of H"),
                };
                inside(place, first, count, size, unit)?;
            }
            if let Operation::Scan(scan) = &operation {
                if scan.form == Form::Listed {
                    let place =
                        format!("the operation at long {at} of the program at long {entry}");
                    self.check_lists(scan, sources(h, scan), &place)?;
                }
            }
        }
        Ok(())
    }
}

fn touched(h: &Header, operation: &Operation) -> Vec<Touched> {
    let groups = |neurons: u16| usize::from(neurons).div_ceil(h.lanes);
    let bitmap = |b: Bitmap, groups: usize| {
        let words = groups * b.depth();
        ("the bitmap", Memory::History, usize::from(b.base), words)
    };
    let neurons = |name, first: u16, neurons: u16| {
        (name, Memory::Groups, usize::from(first), groups(neurons))
    };
    match operation {
        Operation::End(_) => Vec::new(),
        Operation::Scan(s) => {
            let (first, count) = (usize::from(s.first_group), usize::from(s.groups));
            let mut ranges = vec![rows(h, s)];
            if s.form != Form::Listed {
                ranges.push(("the row", Memory::Groups, first, count));
            }
            if s.form != Form::Always {
                ranges.push(bitmap(s.source, s.source_groups.into()));
            }
            ranges
        }
        Operation::Update(u) => vec![
            neurons("the population", u.first_group, u.neurons),
            bitmap(u.bitmap, groups(u.neurons)),
            pairs(u),
        ],
        Operation::Fold(f) => vec![
            neurons("the destination", f.first_group, f.neurons),
            neurons("the scratch range", f.scratch_group, f.neurons),
        ],
        Operation::Report(r) => match r.kind {
            ReportKind::Spikes {
                bitmap: b, groups, ..
            } => vec![bitmap(b, groups.into())],
            ReportKind::State {
                first_group,
                neurons: n,
                ..
            } => vec![neurons("the population", first_group, n)],
        },
        Operation::Clear(c) => {
            let mut ranges = Vec::new();
            if c.state {
                ranges.push(neurons("the population", c.first_group, c.neurons));
            }
            if c.history {
                let (first, count) = (c.history_base.into(), c.history_words.into());
                ranges.push(("the history", Memory::History, first, count));
            }
            ranges
        }
        Operation::Learn(l) => {
            // Of every bit of the bitmap: what is set there is not looked at.
            let words = l.words(h.lanes);
            vec![
                ("the rows", Memory::Words, words.start, words.len()),
                ("the random numbers", Memory::Words, l.random as usize, 1),
                bitmap(l.target, l.groups.into()),
                bitmap(l.source, if l.every { 0 } else { l.source_groups.into() }),
            ]
        }
    }
}

/// Sources of a SCAN: the places of the population that has its bitmap.
fn sources(h: &Header, scan: &Scan) -> usize {
    let groups = usize::from(scan.source_groups);
    let source = h
        .populations
        .iter()
        .find(|p| p.bitmap == scan.source && p.groups(h.lanes) == groups);
    source.map_or(groups * h.lanes, |p| p.places())
}

/// The rows of a SCAN, or its table: one row or long for each source.
fn rows(h: &Header, scan: &Scan) -> Touched {
    let (rows, size) = match scan.form {
        Form::Always => (1, scan.format.row_words(scan.groups.into())),
        Form::Dense => (sources(h, scan), scan.format.row_words(scan.groups.into())),
        Form::Listed => (sources(h, scan), 1),
    };
    let count = match rows {
        0 => 0,
        _ => (rows - 1) * usize::from(scan.stride) + size,
    };
    let first = scan.row_base as usize;
    match scan.form {
        Form::Listed => ("the table", Memory::Longs, first, count),
        _ => ("the rows", Memory::Words, first, count),
    }
}

/// The table of pairs of an UPDATE.
fn pairs(update: &Update) -> Touched {
    let given = (update.per_neuron & 7).count_ones() as usize;
    let longs = match usize::from(update.neurons) {
        0 => 0,
        _ if given == 0 => 0,
        neurons => (neurons - 1) * update.pairs_stride() + given,
    };
    let first = if longs == 0 { 0 } else { update.table as usize };
    ("the table of pairs", Memory::Longs, first, longs)
}
