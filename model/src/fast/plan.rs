//! Programs that were read once: a program in S is decoded, its tables of parameters are read, and what its
//! operations may touch is checked, once for as long as nobody writes to S. LEARN writes to S; a program that has
//! it has a plan if no plan was made of what it may change.

use super::gather::Gather;
use super::lists::Lists;
use super::update::{Room, Sweep};
use crate::device::Device;
use crate::program::{Form, Learn, Operation, Scan};
use std::ops::Range;
use std::sync::Arc;

/// Most operations of a program that is planned. Those of compilers have some tens; what has no END in
/// sight is left to the interpreter, which knows when to stop.
const MOST_OPERATIONS: usize = 4096;

/// Most programs that are kept; a device is usually started at two addresses.
const MOST_PROGRAMS: usize = 8;

/// A program that cannot be refused: none of its operations is unknown or reads beyond the end of S.
#[derive(Debug)]
pub(super) struct Plan {
    pub operations: Vec<Planned>,
    /// The work that it does if all sources spike, in the unit of [`Device::work_limit`].
    pub most_work: u64,
    /// Bytes of S that it was made of: the program, tables of parameters, lists.
    made_of: Vec<Range<usize>>,
    /// Bytes of S that it may change.
    changes: Vec<Range<usize>>,
}

impl Plan {
    /// Whether running it leaves all plans right.
    fn leaves(&self, plans: &[(u32, Option<Arc<Plan>>)]) -> bool {
        let touched = |made: &Range<usize>| {
            let meets = |c: &Range<usize>| c.start < made.end && made.start < c.end;
            self.changes.iter().any(meets)
        };
        let known = plans.iter().filter_map(|(_, plan)| plan.as_ref());
        self.changes.is_empty() || !known.flat_map(|plan| &plan.made_of).any(touched)
    }
}

/// An operation of a plan.
#[derive(Debug)]
pub(super) enum Planned {
    /// SCAN whose rows are in S and whose destination is one piece of U.
    Scan(Scan, Gather),
    /// SCAN of listed rows, whose lists were read.
    Listed(Scan, Box<Lists>),
    /// UPDATE of one piece of U and V.
    Update(Sweep),
    /// LEARN that stays inside S.
    Learn(Learn),
    /// What takes little time, as `execute.rs` does it.
    Other(Operation),
}

/// The plans of a device. They say nothing that S does not say: devices that differ in them alone are equal.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    /// Programs by their address; none: it has no plan.
    plans: Vec<(u32, Option<Arc<Plan>>)>,
    /// Sources of a listed SCAN, kept for the next one.
    pub(super) sources: Vec<u32>,
    /// First bytes of the rows of a SCAN, the same.
    pub(super) rows: Vec<usize>,
    /// The same for UPDATE.
    pub(super) room: Room,
}

impl Clone for Plans {
    /// A copy begins without: it may get another S.
    fn clone(&self) -> Self {
        Plans::default()
    }
}

impl PartialEq for Plans {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Plans {}

impl Plans {
    /// To be called when S changes.
    pub(crate) fn forget(&mut self) {
        self.plans.clear();
    }
}

impl Device {
    /// The plan of the program at a long's address, if it can have one and the device would not stop it for
    /// doing too much.
    pub(super) fn plan(&mut self, entry: u32) -> Option<Arc<Plan>> {
        let known = self.plans.plans.iter().find(|(at, _)| *at == entry);
        let plan = match known {
            Some((_, plan)) => plan.clone(),
            None => {
                let plan = self.make_plan(entry).map(Arc::new);
                if self.plans.plans.len() >= MOST_PROGRAMS {
                    self.plans.forget();
                }
                self.plans.plans.push((entry, plan.clone()));
                plan
            }
        };
        plan.filter(|plan| plan.most_work <= self.work_limit && plan.leaves(&self.plans.plans))
    }

    /// The operations of the program at a long's address up to its END; none if one is unknown or ends beyond S,
    /// or if there are very many.
    pub(crate) fn operations(&self, entry: u32) -> Option<Vec<Operation>> {
        let mut operations = Vec::new();
        let mut address = entry as usize;
        while operations.len() < MOST_OPERATIONS {
            // As the interpreter reads them; an operation that ends beyond S is left to it.
            let longs: [Option<u64>; 7] = std::array::from_fn(|i| self.long(address + i));
            let known = longs.map(Option::unwrap_or_default);
            let (operation, count) = Operation::decode(&known).ok()?;
            if longs.iter().take(count).any(Option::is_none) {
                return None;
            }
            operations.push(operation);
            if matches!(operation, Operation::End(_)) {
                return Some(operations);
            }
            address += count;
        }
        None
    }

    fn make_plan(&self, entry: u32) -> Option<Plan> {
        let mut plan = Plan {
            operations: Vec::new(),
            most_work: 0,
            made_of: Vec::new(),
            changes: Vec::new(),
        };
        let operations = self.operations(entry)?;
        let longs: usize = operations.iter().map(|o| o.encode().len()).sum();
        plan.made_of.push(self.bytes_of_longs(entry, longs));
        for operation in operations {
            plan.most_work += 1 + self.most_work_of(&operation);
            match &operation {
                // Its lists, and its weights.
                Operation::Scan(scan) if scan.form == Form::Listed => {
                    plan.made_of.push(0..self.s.len());
                }
                Operation::Update(update) if update.per_neuron & 7 != 0 => {
                    let longs = usize::from(update.neurons) * update.pairs_stride();
                    plan.made_of.push(self.bytes_of_longs(update.table, longs));
                }
                Operation::Learn(learn) => {
                    let lanes = self.shape.lanes;
                    let (words, random) = (learn.words(lanes), learn.random as usize);
                    for words in [words, random..random + 1] {
                        if words.end > self.shape.synapse_words {
                            return None;
                        }
                        plan.changes.push(words.start * lanes..words.end * lanes);
                    }
                }
                _ => {}
            }
            plan.operations
                .push(self.planned(operation, &mut plan.most_work)?);
        }
        Some(plan)
    }

    /// The bytes of so many longs; all of S if they come round.
    fn bytes_of_longs(&self, first: u32, count: usize) -> Range<usize> {
        let bytes = first as usize * 8..(first as usize + count) * 8;
        match bytes.end <= self.s.len() {
            true => bytes,
            false => 0..self.s.len(),
        }
    }

    /// `work` is that of the program so far, to which the walk through lists adds.
    fn planned(&self, operation: Operation, work: &mut u64) -> Option<Planned> {
        let shape = self.shape;
        Some(match operation {
            // It does nothing at all.
            Operation::Scan(scan) if scan.groups == 0 && scan.form != Form::Listed => {
                Planned::Other(operation)
            }
            Operation::Scan(scan) if scan.form == Form::Listed => {
                let sources = usize::from(scan.source_groups) * shape.lanes;
                let before = self.work_limit.checked_sub(*work)?;
                let mut budget = before;
                let lists = Lists::new(self, &scan, sources, &mut budget)?;
                *work += before - budget;
                Planned::Listed(scan, Box::new(lists))
            }
            Operation::Scan(scan) => Planned::Scan(scan, Gather::new(&scan, shape)?),
            Operation::Update(update) => {
                Planned::Update(Sweep::new(&update, shape, |at| self.long(at))?)
            }
            Operation::Learn(learn) => Planned::Learn(learn),
            Operation::Fold(_) | Operation::Report(_) | Operation::Clear(_) | Operation::End(_) => {
                Planned::Other(operation)
            }
        })
    }

    /// Upper bound of the interpreter's measure of an operation's work, whatever spikes.
    pub(crate) fn most_work_of(&self, operation: &Operation) -> u64 {
        match operation {
            Operation::Scan(scan) => {
                let sources = u64::from(scan.source_groups) * self.shape.lanes as u64;
                u64::from(scan.source_groups) + sources.max(1) * u64::from(scan.groups)
            }
            other => self.work_of(other),
        }
    }
}
