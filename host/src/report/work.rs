//! What each layer's work came to: spikes that were looked up, synaptic operations, clocks.

use crate::clocks;
use crate::run::{scan_clocks, RunError, Sample};
use ferrospike_model::image::{Image, Population};
use ferrospike_model::program::{Form, Operation, Scan, TableEntry};

/// An operation of the step program over all steps of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The connection, or the population whose neurons are swept.
    pub name: String,
    /// Whether neurons are swept; else rows of weights are added.
    pub sweep: bool,
    /// Spikes whose rows were added, or that the neurons sent.
    pub spikes: u64,
    /// Real weights that were added.
    pub operations: u64,
    /// Clocks by the formulas of `docs/architecture.md`, section 9 (parallel multipliers, one neuron a clock).
    pub clocks: u64,
}

/// The work of a sample, in program order. Synaptic operations add up to the device's counter; clocks leave out reports
/// and what the sequencer takes between operations.
///
/// # Errors
///
/// A program that the image does not have.
pub fn work(image: &Image, sample: &Sample) -> Result<Vec<Work>, RunError> {
    let header = &image.header;
    let mut scans = scan_clocks(image, sample)?.into_iter();
    let steps = sample.steps.len() as u64;
    let mut all = Vec::new();
    for (_, operation) in image.program(header.step_entry)? {
        match operation {
            Operation::Scan(scan) => {
                let Some((name, clocks)) = scans.next() else {
                    continue;
                };
                let (spikes, operations) = added(image, &scan, sample);
                all.push(Work {
                    name,
                    sweep: false,
                    spikes,
                    operations,
                    clocks,
                });
            }
            Operation::Update(update) => {
                let of = header
                    .populations
                    .iter()
                    .position(|p| p.bitmap == update.bitmap);
                let name = of
                    .and_then(|i| header.populations.get(i))
                    .map(|p| p.name.clone());
                let pairs = u64::from((update.per_neuron & 7).count_ones());
                let each = clocks::update(update.neurons.into(), pairs, update.current_after_decay);
                let spikes = of.map_or(0, |i| super::spikes(image, &sample.steps, i).len());
                all.push(Work {
                    name: name.unwrap_or_else(|| "?".into()),
                    sweep: true,
                    spikes: spikes as u64,
                    operations: 0,
                    clocks: each * steps,
                });
            }
            _ => {}
        }
    }
    Ok(all)
}

/// Source spikes of a SCAN in all steps, and the real weights of their rows.
fn added(image: &Image, scan: &Scan, sample: &Sample) -> (u64, u64) {
    let header = &image.header;
    let row = (u64::from(scan.groups) - 1) * header.lanes as u64 + u64::from(scan.last_lanes);
    if scan.form == Form::Always {
        return (0, row * sample.steps.len() as u64);
    }
    let is = |p: &&Population| {
        p.bitmap == scan.source && p.groups(header.lanes) == usize::from(scan.source_groups)
    };
    let Some(source) = header.populations.iter().position(|p| is(&p)) else {
        return (0, 0);
    };
    let delay = usize::from(scan.delay);
    let heard = sample.steps.len().saturating_sub(delay);
    let sent = super::spikes(image, &sample.steps, source);
    let sent = sent.into_iter().filter(|&(step, _)| step < heard);
    let population = header.populations.get(source);
    let mut sums = (0, 0);
    for (_, neuron) in sent {
        let place = population.map_or(neuron, |p| p.place(neuron));
        sums.0 += 1;
        sums.1 += match scan.form {
            Form::Listed => {
                let at = scan.row_base as usize + place * usize::from(scan.stride);
                let long = image
                    .synapses
                    .get(at * 8..)
                    .and_then(|b| b.first_chunk::<8>());
                let entry = TableEntry::decode(long.map_or(0, |b| u64::from_le_bytes(*b)));
                entry.operations.into()
            }
            _ => row,
        };
    }
    sums
}
