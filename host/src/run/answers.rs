//! The model for people who want answers only: many samples, on all cores, without a record of what
//! happened on the way. [`Reference`](super::Reference) is for those who want to see every bit.

use super::decode::output;
use super::{elapsed, RunError, Steps};
use ferrospike_model::device::{Device, Path};
use ferrospike_model::image::{Image, ImageError, Role};
use ferrospike_model::program::Bitmap;
use std::cmp::Reverse;
use std::sync::Mutex;

/// Samples that a thread takes at once: few enough that threads end together, and enough that taking them
/// costs nothing.
const TAKEN: usize = 8;

/// Below so many samples starting threads costs more than they save.
const WORTH_THREADS: usize = 16;

/// The inputs of a sample in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// Step after step, and in each the words of all inputs.
    words: Vec<u32>,
    steps: usize,
}

impl Packed {
    /// The same inputs in one piece.
    pub fn new(steps: &Steps) -> Self {
        Packed {
            words: steps.iter().flatten().flatten().copied().collect(),
            steps: steps.len(),
        }
    }
}

/// What a sample came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Spikes of each neuron of the first output.
    pub counts: Vec<u32>,
    /// The neuron with the most spikes, then the larger membrane after the last step, then the lower index.
    pub class: usize,
    /// Spikes of all neurons.
    pub spikes: u32,
    /// Real weights added.
    pub synaptic_operations: u32,
}

/// Models of an image, one for each thread.
#[derive(Debug)]
pub struct Answers<'a> {
    image: &'a Image,
    devices: Vec<Device>,
    inputs: Vec<(Bitmap, usize)>,
    output: usize,
}

impl<'a> Answers<'a> {
    /// Models for so many threads (at least one), on this path.
    pub fn new(image: &'a Image, threads: usize, path: Path) -> Result<Self, RunError> {
        let header = &image.header;
        let mut device = image.device(image.smallest_shape())?;
        device.path = path;
        let of = header.populations.iter().filter(|p| p.role == Role::Input);
        let output = output(image).ok_or_else(|| {
            RunError::Invalid(format!("the network '{}' has no output", header.name))
        })?;
        Ok(Answers {
            image,
            devices: vec![device; threads.max(1)],
            inputs: of.map(|p| (p.bitmap, p.groups(header.lanes))).collect(),
            output,
        })
    }

    /// Runs each sample from the start; their answers in order.
    pub fn run(&mut self, samples: &[Packed]) -> Result<Vec<Answer>, RunError> {
        let (image, inputs, output) = (self.image, &self.inputs[..], self.output);
        let one = |device: &mut Device, sample: &Packed| run(image, inputs, output, device, sample);
        let mut answers = vec![Answer::default(); samples.len()];
        let threads = match samples.len() {
            0..WORTH_THREADS => 1,
            _ => self.devices.len(),
        };
        let parts = samples.chunks(TAKEN).zip(answers.chunks_mut(TAKEN));
        let parts = Mutex::new(parts);
        let work = |device: &mut Device| -> Result<(), RunError> {
            loop {
                let Some((samples, answers)) = parts.lock().ok().and_then(|mut p| p.next()) else {
                    return Ok(());
                };
                for (sample, answer) in samples.iter().zip(answers) {
                    *answer = one(device, sample)?;
                }
            }
        };
        let mut devices = self.devices.iter_mut().take(threads);
        let own = devices.next();
        std::thread::scope(|scope| {
            let others: Vec<_> = devices.map(|d| scope.spawn(|| work(d))).collect();
            let mut result = own.map_or(Ok(()), work);
            for other in others {
                let broken = || RunError::Invalid("a thread that ran samples broke off".into());
                result = result.and(other.join().unwrap_or_else(|_| Err(broken())));
            }
            result
        })?;
        Ok(answers)
    }
}

fn run(
    image: &Image,
    inputs: &[(Bitmap, usize)],
    output: usize,
    device: &mut Device,
    sample: &Packed,
) -> Result<Answer, RunError> {
    let header = &image.header;
    let population = &header.populations[output];
    let groups = population.groups(header.lanes);
    device.run_unheard(header.clear_entry)?;
    let before = device.counters;
    let mut counts = vec![0u32; groups * header.lanes];
    let mut rest = &sample.words[..];
    for _ in 0..sample.steps {
        let step = device.step;
        for (bitmap, words) in inputs {
            let (now, after) = rest.split_at((*words).min(rest.len()));
            device.set_input(*bitmap, step, now).map_err(shape)?;
            rest = after;
        }
        device.run_unheard(header.step_entry)?;
        let words = device.bitmap_words(population.bitmap, step, groups);
        for (counts, word) in counts.chunks_mut(header.lanes).zip(words.map_err(shape)?) {
            let mut bits = word;
            while bits != 0 {
                if let Some(count) = counts.get_mut(bits.trailing_zeros() as usize) {
                    *count += 1;
                }
                bits &= bits - 1;
            }
        }
    }
    if population.order.is_some() {
        let of = |neuron| counts.get(population.place(neuron)).copied();
        counts = (0..population.neurons)
            .map(|neuron| of(neuron).unwrap_or(0))
            .collect();
    }
    counts.truncate(population.neurons);
    let first = population.first_group * header.lanes;
    let stored = device.read_membranes(first, population.places());
    let stored = population.in_order(stored.map_err(shape)?);
    let rank = |&neuron: &usize| {
        let shown = population.shown(neuron, stored[neuron]);
        (counts[neuron], shown, Reverse(neuron))
    };
    let counted = elapsed(&before, &device.counters);
    Ok(Answer {
        class: (0..population.neurons).max_by_key(rank).unwrap_or(0),
        spikes: counted.spikes,
        synaptic_operations: counted.synaptic_operations,
        counts,
    })
}

fn shape(e: ferrospike_model::device::AccessError) -> RunError {
    ImageError::Shape(e).into()
}

#[cfg(test)]
mod tests {
    use super::super::{decide, encode, spiked_counts, Reference};
    use super::*;
    use crate::compile::{compile, CompileOptions};
    use crate::data::Inputs;
    use crate::import::{import_nir, ImportOptions};

    fn example(name: &str) -> std::path::PathBuf {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        root.join("../examples/tiny").join(name)
    }

    /// Answers with threads are those of the reference path; those of an image with a weight that differs in a
    /// bit are not, so that the comparison can fail.
    #[test]
    fn answers_are_those_of_the_reference() {
        let imported = import_nir(&example("tiny.nir"), &ImportOptions::default()).unwrap();
        let options = CompileOptions::new(crate::run::default_shape());
        let image = compile(&imported.network, &options).unwrap().0;
        let inputs = Inputs::open(&example("tiny_test_100.npz")).unwrap();
        let steps: Vec<_> = (0..100)
            .map(|index| encode(&inputs, index, &image).unwrap())
            .collect();
        let packed: Vec<_> = steps.iter().map(Packed::new).collect();
        let mut reference = Reference::new(&image).unwrap().on(Path::Reference);
        let wanted: Vec<_> = steps
            .iter()
            .map(|steps| {
                let sample = reference.run(0, steps).unwrap();
                Answer {
                    class: decide(&image, &sample).unwrap().unwrap(),
                    spikes: sample.counters.spikes,
                    synaptic_operations: sample.counters.synaptic_operations,
                    counts: spiked_counts(&image, &sample),
                }
            })
            .collect();
        for (threads, batch) in [(1, 1), (1, 100), (2, 100), (3, 17)] {
            let mut answers = Answers::new(&image, threads, Path::Fast).unwrap();
            let got: Vec<_> = packed
                .chunks(batch)
                .flat_map(|samples| answers.run(samples).unwrap())
                .collect();
            assert_eq!(got, wanted, "{threads} threads, {batch} at once");
        }
        let mut wrong = image.clone();
        let first = image.header.connections[0].first_word * image.header.lanes;
        for byte in &mut wrong.synapses[first..first + 64] {
            *byte ^= 0x40;
        }
        let got = Answers::new(&wrong, 2, Path::Fast).unwrap().run(&packed);
        assert_ne!(got.unwrap(), wanted);
    }
}
