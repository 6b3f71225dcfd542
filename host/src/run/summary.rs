//! Figures of many samples.

use super::{Comparison, Sample};
use serde::Serialize;

/// What a run amounts to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Samples run.
    pub samples: usize,
    /// Steps run.
    pub steps: u64,
    /// Samples with a label.
    pub labelled: usize,
    /// Right answers among them.
    pub right: usize,
    /// Clock cycles of the programs; 0 where there is no clock.
    pub cycles: u64,
    /// Synaptic operations.
    pub synaptic_operations: u64,
    /// Spikes of neurons.
    pub spikes: u64,
    /// Saturations.
    pub saturations: u64,
    /// Cycles in which output waited for the link.
    pub output_stalls: u64,
    /// The comparison with the model, if there was one.
    pub comparison: Option<Comparison>,
    /// Wall time.
    pub seconds: f64,
}

impl Summary {
    /// Adds a sample with its answer, label and comparison.
    pub fn add(
        &mut self,
        sample: &Sample,
        answer: Option<usize>,
        label: Option<u8>,
        comparison: Option<&Comparison>,
    ) {
        self.samples += 1;
        self.steps += sample.steps.len() as u64;
        if let (Some(answer), Some(label)) = (answer, label) {
            self.labelled += 1;
            self.right += usize::from(answer == usize::from(label));
        }
        if let Some(c) = &sample.counters {
            self.count(&c.values().map(u64::from));
        }
        if let Some(comparison) = comparison {
            self.comparison.get_or_insert_default().add(comparison);
        }
    }

    /// Adds what the counters counted, in their order.
    pub fn count(&mut self, counted: &[u64; 10]) {
        let [cycles, _, operations, _, _, spikes, saturations, _, stalls, _] = *counted;
        self.cycles += cycles;
        self.synaptic_operations += operations;
        self.spikes += spikes;
        self.saturations += saturations;
        self.output_stalls += stalls;
    }

    /// A figure for each sample.
    pub fn each(&self, total: u64) -> f64 {
        total as f64 / self.samples.max(1) as f64
    }

    /// Right answers in percent; none without labels.
    pub fn accuracy(&self) -> Option<f64> {
        (self.labelled > 0).then(|| 100.0 * self.right as f64 / self.labelled as f64)
    }

    /// Synaptic operations in a cycle; none without a clock.
    pub fn operations_per_cycle(&self) -> Option<f64> {
        (self.cycles > 0).then(|| self.synaptic_operations as f64 / self.cycles as f64)
    }

    /// No bit differs (or nothing was compared).
    pub fn equal(&self) -> bool {
        self.comparison.as_ref().is_none_or(|c| c.differing == 0)
    }
}
