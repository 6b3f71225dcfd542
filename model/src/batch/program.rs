//! Programs that were read for devices side by side: what their operations touch, in the form that takes least
//! time, and only if none of them can be refused.

use super::dense::Dense;
use super::rings::{mask, Ring, Rings};
use super::{scan, update, Wanted};
use crate::device::Device;
use crate::fast::lists::Lists;
use crate::fast::sweep::columns;
use crate::program::{Clear, End, Fold, Form, Operation, Scan, Update};
use std::ops::Range;

/// An operation that was read.
#[derive(Debug)]
pub(super) enum Work {
    Scan(scan::Planned),
    Update(update::Planned),
    /// The first neurons that are read and written.
    Fold(Fold, usize, usize),
    Clear(Cleared),
    End(End),
}

/// What a CLEAR clears.
#[derive(Debug)]
pub(super) struct Cleared {
    /// Neurons, and v0.
    pub state: Option<(Range<usize>, i32)>,
    /// Words of the rings.
    pub history: Vec<Range<usize>>,
}

/// The two programs of an image.
#[derive(Debug)]
pub(super) struct Program {
    pub clear: Vec<Work>,
    pub step: Vec<Work>,
    /// Inputs, with their neurons.
    pub inputs: Vec<(Ring, usize)>,
    /// Words of the inputs of a step.
    pub input_words: usize,
    /// The bitmap whose spikes are counted.
    pub counted: Ring,
    pub rings: Rings,
    /// What each SCAN starts with.
    pub memories: Vec<scan::Memory>,
}

impl Program {
    /// Reads the programs; none if they are of a kind that is not known here.
    pub fn new(device: &Device, wanted: &Wanted) -> Option<Self> {
        let shape = device.shape;
        let clear = device.operations(wanted.clear)?;
        let step = device.operations(wanted.step)?;
        let mut rings = Rings::default();
        for (bitmap, neurons) in &wanted.inputs {
            rings.note(*bitmap, neurons.div_ceil(shape.lanes), *neurons);
        }
        let (bitmap, neurons) = wanted.counted;
        rings.note(bitmap, neurons.div_ceil(shape.lanes), 0);
        for operation in clear.iter().chain(&step) {
            match operation {
                Operation::Scan(s) if s.form != Form::Always && !scan::is_empty(s) => {
                    rings.note(s.source, s.source_groups.into(), 0);
                }
                Operation::Update(u) => {
                    let neurons = usize::from(u.neurons);
                    rings.note(u.bitmap, neurons.div_ceil(shape.lanes), neurons);
                }
                _ => {}
            }
        }
        if !rings.place(shape) {
            return None;
        }
        let input = |(bitmap, neurons): &(_, usize)| Some((rings.of(*bitmap)?, *neurons));
        let inputs: Option<Vec<_>> = wanted.inputs.iter().map(input).collect();
        let inputs = inputs?;
        let mut program = Program {
            clear: Vec::new(),
            step: Vec::new(),
            input_words: inputs.iter().map(|(_, neurons)| neurons.div_ceil(64)).sum(),
            inputs,
            counted: rings.of(bitmap)?,
            rings,
            memories: Vec::new(),
        };
        program.clear = program.read(device, &clear)?;
        program.step = program.read(device, &step)?;
        Some(program)
    }

    fn read(&mut self, device: &Device, operations: &[Operation]) -> Option<Vec<Work>> {
        let mut works = Vec::with_capacity(operations.len());
        let mut budget = device.work_limit;
        for operation in operations {
            budget = budget.checked_sub(1 + device.most_work_of(operation))?;
            match operation {
                Operation::Scan(s) if scan::is_empty(s) => {}
                // Nobody hears it.
                Operation::Report(_) => {}
                Operation::Scan(s) => works.push(Work::Scan(self.scan(device, s, &mut budget)?)),
                Operation::Update(u) => works.push(Work::Update(self.update(device, u)?)),
                Operation::Fold(f) => {
                    let neurons = usize::from(f.neurons);
                    let from = neurons_from(device, f.scratch_group, neurons)?;
                    let to = neurons_from(device, f.first_group, neurons)?;
                    if from.start < to.end && to.start < from.end {
                        return None;
                    }
                    works.push(Work::Fold(*f, from.start, to.start));
                }
                Operation::Clear(c) => works.push(Work::Clear(self.clear(device, c)?)),
                Operation::End(end) => works.push(Work::End(*end)),
                // Samples side by side have one S.
                Operation::Learn(_) => return None,
            }
        }
        Some(works)
    }

    fn scan(&mut self, device: &Device, scan: &Scan, budget: &mut u64) -> Option<scan::Planned> {
        let lanes = device.shape.lanes;
        let source = match scan.form {
            Form::Always => None,
            _ => {
                let ring = self.rings.of(scan.source)?;
                let sources = (usize::from(scan.source_groups) * lanes).min(ring.known);
                Some((ring, u32::from(scan.delay), sources))
            }
        };
        let sources = source.map_or(1, |(_, _, sources)| sources);
        let mut exponent = scan.exponent;
        let (rows, first, exact, padded) = match scan.form {
            Form::Listed => {
                let lists = Lists::new(device, scan, sources, budget)?;
                let (first, exact) = (lists.span.start, lists.span.len());
                match Dense::spread(&lists) {
                    Some((dense, common)) => {
                        exponent = common;
                        let padded = dense.padded();
                        (scan::Rows::Spread(lists, dense), first, exact, padded)
                    }
                    None => (scan::Rows::Listed(lists), first, exact, exact),
                }
            }
            _ => {
                let exact = usize::from(scan.groups) * lanes;
                let range = neurons_from(device, scan.first_group, exact)?;
                let dense = Dense::new(device, scan, sources)?;
                let padded = dense.padded();
                (scan::Rows::Dense(dense), range.start, exact, padded)
            }
        };
        let planned = scan::Planned {
            source,
            rows,
            first,
            exact,
            padded,
            exponent,
            wrap: scan.wrap,
            last_mask: mask(sources, sources.saturating_sub(1) / 64),
            memory: self.memories.len(),
        };
        self.memories.push(planned.memory());
        Some(planned)
    }

    fn update(&self, device: &Device, update: &Update) -> Option<update::Planned> {
        let neurons = usize::from(update.neurons);
        let lanes = device.shape.lanes;
        Some(update::Planned {
            update: *update,
            columns: columns(update, |at| device.long(at))?,
            ring: self.rings.of(update.bitmap)?,
            first: neurons_from(device, update.first_group, neurons)?.start,
            bits: neurons.next_multiple_of(lanes),
        })
    }

    fn clear(&self, device: &Device, clear: &Clear) -> Option<Cleared> {
        let state = match clear.state {
            false => None,
            true => {
                let range = neurons_from(device, clear.first_group, clear.neurons.into())?;
                Some((range, crate::numbers::wrap24(i64::from(clear.v0))))
            }
        };
        let mut history = Vec::new();
        if clear.history {
            let first = usize::from(clear.history_base);
            let words = first..first + usize::from(clear.history_words);
            if words.end > device.shape.history_words {
                return None;
            }
            history.extend(self.rings.within(words)?.iter().map(Ring::all));
        }
        Some(Cleared { state, history })
    }
}

/// So many neurons from a group on; none if they are not one piece of U.
fn neurons_from(device: &Device, group: u16, neurons: usize) -> Option<Range<usize>> {
    let shape = device.shape;
    let first = (usize::from(group) & (shape.groups - 1)) * shape.lanes;
    (first + neurons <= shape.neurons()).then_some(first..first + neurons)
}
