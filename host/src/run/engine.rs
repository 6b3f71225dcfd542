//! What a thread runs samples on when only answers are wanted.

use super::decode::spiking;
use super::packed::{groups_of, inputs, Packed};
use super::{elapsed, Answer, RunError};
use ferrospike_model::batch::{Batch, Sample, Wanted};
use ferrospike_model::device::{AccessError, Counters, Device, Path};
use ferrospike_model::image::{Image, ImageError, Population};
use std::cmp::Reverse;

/// What a thread runs samples on.
#[derive(Clone, Debug)]
pub(super) enum Engine {
    /// Some at once; for all networks that the compiler writes.
    SideBySide(Box<Batch>),
    /// One after the other.
    Alone(Box<Device>),
}

impl Engine {
    /// One on this path, for so many samples at once if it can.
    pub fn new(image: &Image, output: usize, count: usize, path: Path) -> Result<Self, RunError> {
        let header = &image.header;
        let mut device = image.device(image.smallest_shape())?;
        device.path = path;
        let counted = &header.populations[output];
        let wanted = Wanted {
            clear: header.clear_entry,
            step: header.step_entry,
            inputs: inputs(image).collect(),
            counted: (counted.bitmap, counted.places()),
        };
        let batch = match path {
            // Several spikes in a step are in bitmaps of their own, and nothing may run between steps.
            Path::Fast if spiking(image, output).len() == 1 && header.periodic.is_empty() => {
                Batch::new(&device, &wanted, count)
            }
            Path::Fast | Path::Reference => None,
        };
        Ok(match batch {
            Some(batch) => Engine::SideBySide(Box::new(batch)),
            None => Engine::Alone(Box::new(device)),
        })
    }

    /// Runs samples from the start, at most as many as it was made for.
    pub fn run(
        &mut self,
        image: &Image,
        output: usize,
        samples: &[Packed],
        answers: &mut [Answer],
    ) -> Result<(), RunError> {
        match self {
            Engine::SideBySide(batch) => some(image, output, batch, samples, answers),
            Engine::Alone(device) => {
                for (sample, answer) in samples.iter().zip(answers) {
                    *answer = one(image, output, device, sample)?;
                }
            }
        }
        Ok(())
    }
}

/// Runs some samples side by side, at most as many as there are devices.
fn some(
    image: &Image,
    output: usize,
    batch: &mut Batch,
    samples: &[Packed],
    answers: &mut [Answer],
) {
    let population = &image.header.populations[output];
    let first = population.first_group * image.header.lanes;
    let before: Vec<Counters> = (0..samples.len()).map(|i| batch.counters(i)).collect();
    let given: Vec<Sample> = samples
        .iter()
        .map(|sample| Sample {
            words: sample.words(),
            steps: sample.steps(),
        })
        .collect();
    batch.run(&given);
    for (index, (answer, before)) in answers.iter_mut().zip(before).enumerate() {
        let counts = batch.counts(index).to_vec();
        let membranes = batch.membranes(index).get(first..).unwrap_or_default();
        *answer = decided(
            population,
            counts,
            membranes,
            &before,
            &batch.counters(index),
        );
    }
}

/// Runs a sample on a device.
fn one(
    image: &Image,
    output: usize,
    device: &mut Device,
    sample: &Packed,
) -> Result<Answer, RunError> {
    let header = &image.header;
    let population = &header.populations[output];
    let groups = population.groups(header.lanes);
    let all = spiking(image, output);
    device.run_unheard(header.clear_entry)?;
    let before = device.counters;
    let mut counts = vec![0u32; groups * header.lanes];
    let mut rest = sample.words();
    for number in 0..sample.steps() {
        let step = device.step;
        for (bitmap, places) in inputs(image) {
            let (now, after) = rest.split_at(places.div_ceil(64).min(rest.len()));
            let words = groups_of(now, places, header.lanes);
            device.set_input(bitmap, step, &words).map_err(shape)?;
            rest = after;
        }
        for entry in header.before(number as u64) {
            device.run_unheard(entry)?;
        }
        device.run_unheard(header.step_entry)?;
        for &index in &all {
            let bitmap = header.populations[index].bitmap;
            let words = device.bitmap_words(bitmap, step, groups);
            for (counts, word) in counts.chunks_mut(header.lanes).zip(words.map_err(shape)?) {
                for (lane, count) in counts.iter_mut().enumerate() {
                    *count += word >> lane & 1;
                }
            }
        }
    }
    let first = population.first_group * header.lanes;
    let stored = device.read_membranes(first, population.places());
    let stored = stored.map_err(shape)?;
    Ok(decided(
        population,
        counts,
        stored,
        &before,
        &device.counters,
    ))
}

/// The answer that belongs to the counts and the stored membranes of an output's places.
fn decided(
    population: &Population,
    mut counts: Vec<u32>,
    membranes: &[i32],
    before: &Counters,
    after: &Counters,
) -> Answer {
    if population.order.is_some() {
        let of = |neuron| counts.get(population.place(neuron)).copied();
        counts = (0..population.neurons)
            .map(|neuron| of(neuron).unwrap_or(0))
            .collect();
    }
    counts.truncate(population.neurons);
    let rank = |&neuron: &usize| {
        let stored = membranes
            .get(population.place(neuron))
            .copied()
            .unwrap_or(0);
        (
            counts[neuron],
            population.shown(neuron, stored),
            Reverse(neuron),
        )
    };
    let counted = elapsed(before, after);
    Answer {
        class: (0..population.neurons).max_by_key(rank).unwrap_or(0),
        spikes: counted.spikes,
        synaptic_operations: counted.synaptic_operations,
        counts,
    }
}

fn shape(e: AccessError) -> RunError {
    ImageError::Shape(e).into()
}
