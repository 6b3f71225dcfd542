//! Runs plans.

use super::plan::{Plan, Planned};
use crate::device::{Device, Path};
use crate::interpreter::{Record, Refusal};
use crate::program::{Clear, Operation};

impl Device {
    /// As [`Device::run`], but makes no records: for hosts that look at the memories themselves.
    pub fn run_unheard(&mut self, entry: u32) -> Result<(), Refusal> {
        match self.run_fast(entry, None) {
            true => Ok(()),
            false => self.run_traced(entry, &mut Vec::new(), &mut ()),
        }
    }

    /// Whether the program at a long's address is decoded once, and not again in each run.
    pub fn is_planned(&mut self, entry: u32) -> bool {
        self.path == Path::Fast && self.plan(entry).is_some()
    }

    /// Runs the program if it has a plan; whether it has.
    pub(crate) fn run_fast(&mut self, entry: u32, records: Option<&mut Vec<Record>>) -> bool {
        let plan = match self.path {
            Path::Fast => self.plan(entry),
            Path::Reference => None,
        };
        if let Some(plan) = &plan {
            self.run_plan(plan, records);
        }
        plan.is_some()
    }

    fn run_plan(&mut self, plan: &Plan, mut records: Option<&mut Vec<Record>>) {
        let mut rows = std::mem::take(&mut self.plans.rows);
        let mut room = std::mem::take(&mut self.plans.room);
        let mut sources = std::mem::take(&mut self.plans.sources);
        for planned in &plan.operations {
            match planned {
                Planned::Scan(scan, gather) => {
                    gather.rows(scan, self.shape, &self.h, self.step, &mut rows);
                    self.add(scan, &rows);
                }
                Planned::Listed(scan, lists) => {
                    self.spiking_sources(scan, &mut sources);
                    self.add_lists(scan, lists, &sources);
                }
                Planned::Update(sweep) => self.sweep(sweep, &mut room),
                // Its plan says that all it touches is in S.
                Planned::Learn(learn) => {
                    let done = self.learn_weights(learn);
                    debug_assert!(done.is_ok());
                }
                Planned::Other(operation) => match (operation, &mut records) {
                    (Operation::Report(report), Some(records)) => {
                        records.push(self.report(report));
                    }
                    (Operation::End(end), Some(records)) => self.end(*end, records),
                    (Operation::End(end), None) => self.end_unheard(*end),
                    (Operation::Clear(clear), _) => self.clear_fast(clear),
                    (Operation::Fold(fold), _) => self.fold(fold),
                    // Nobody hears a report; scans and updates have plans of their own.
                    _ => {}
                },
            }
        }
        self.plans.rows = rows;
        self.plans.room = room;
        self.plans.sources = sources;
    }

    /// CLEAR, in one piece where it is one.
    fn clear_fast(&mut self, clear: &Clear) {
        let first = (usize::from(clear.first_group) & (self.shape.groups - 1)) * self.shape.lanes;
        let neurons = first..first + usize::from(clear.neurons);
        let words = usize::from(clear.history_base);
        let words = words..words + usize::from(clear.history_words);
        let inside = neurons.end <= self.u.len() && words.end <= self.h.len();
        if !inside {
            return self.start_values(clear);
        }
        if clear.state {
            self.u[neurons.clone()].fill(0);
            self.v[neurons].fill(crate::numbers::wrap24(i64::from(clear.v0)));
        }
        if clear.history {
            self.h[words].fill(0);
        }
    }
}
