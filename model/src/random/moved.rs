//! A case at another place of S.

use super::RandomCase;
use crate::program::{Form, Learn, Operation, Scan, TableEntry, Update};
use std::collections::BTreeSet;

impl RandomCase {
    /// The case moved up in S, so that what it reads last is the last of S; zeros come before it.
    pub fn at_the_end(&self) -> RandomCase {
        let lanes = self.shape.lanes;
        let mut synapses = self.synapses.clone();
        synapses.resize(synapses.len().next_multiple_of(lanes.max(8)), 0);
        let front = self.shape.synapse_bytes().saturating_sub(synapses.len());
        let (words, longs) = ((front / lanes) as u32, (front / 8) as u32);
        let entries: BTreeSet<usize> = (self.operations.iter())
            .flat_map(|operation| self.table(operation))
            .collect();
        for at in entries {
            if let Some(bytes) = synapses[8 * at..].first_chunk_mut::<8>() {
                let entry = TableEntry::decode(u64::from_le_bytes(*bytes));
                if entry.operations == 0 {
                    continue;
                }
                let moved = TableEntry {
                    list: entry.list + longs,
                    first_word: entry.first_word + words,
                    ..entry
                };
                *bytes = moved.encode().to_le_bytes();
            }
        }
        let moved = |operation: &Operation| match *operation {
            Operation::Scan(scan) => Operation::Scan(Scan {
                row_base: scan.row_base
                    + match scan.form {
                        Form::Listed => longs,
                        Form::Dense | Form::Always => words,
                    },
                ..scan
            }),
            Operation::Update(update) => Operation::Update(Update {
                table: update.table + longs,
                ..update
            }),
            Operation::Learn(learn) => Operation::Learn(Learn {
                row_base: learn.row_base + words,
                random: learn.random + words,
                ..learn
            }),
            other => other,
        };
        let case = RandomCase {
            synapses: [vec![0; front], synapses].concat(),
            clear_entry: self.clear_entry + longs,
            step_entry: self.step_entry + longs,
            ..self.clone()
        };
        // The program `clear` has no address in S.
        case.with_operations(self.operations.iter().map(moved).collect())
    }

    /// The longs of a listed SCAN's table: one for each neuron of its source.
    fn table(&self, operation: &Operation) -> Vec<usize> {
        let Operation::Scan(scan) = operation else {
            return Vec::new();
        };
        let source = (self.inputs.iter().chain(&self.populations))
            .find(|population| population.bitmaps.contains(&scan.source));
        match (scan.form, source) {
            (Form::Listed, Some(source)) => (0..source.neurons)
                .map(|index| scan.row_base as usize + index * usize::from(scan.stride))
                .collect(),
            _ => Vec::new(),
        }
    }
}
