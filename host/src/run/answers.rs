//! The model for people who want answers only: many samples, on all cores, without a record of what
//! happened on the way. [`Reference`](super::Reference) is for those who want to see every bit.

use super::decode::output;
use super::engine::Engine;
use super::packed::Packed;
use super::RunError;
use ferrospike_model::device::Path;
use ferrospike_model::image::Image;
use std::sync::Mutex;

/// Samples that a thread takes at once and runs side by side: few enough that threads end together, and enough
/// that taking them costs nothing.
const TAKEN: usize = 8;

/// Below so many samples starting threads costs more than they save.
const WORTH_THREADS: usize = 16;

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
    engines: Vec<Engine>,
    output: usize,
}

impl<'a> Answers<'a> {
    /// Models for so many threads (at least one), on this path.
    pub fn new(image: &'a Image, threads: usize, path: Path) -> Result<Self, RunError> {
        let header = &image.header;
        let output = output(image).ok_or_else(|| {
            RunError::Invalid(format!("the network '{}' has no output", header.name))
        })?;
        Ok(Answers {
            image,
            engines: vec![Engine::new(image, output, TAKEN, path)?; threads.max(1)],
            output,
        })
    }

    /// Whether samples are run side by side, the fastest way; a program that can be refused is not.
    pub fn is_side_by_side(&self) -> bool {
        matches!(self.engines.first(), Some(Engine::SideBySide(_)))
    }

    /// Runs each sample from the start; their answers in order.
    pub fn run(&mut self, samples: &[Packed]) -> Result<Vec<Answer>, RunError> {
        let (image, output) = (self.image, self.output);
        let mut answers = vec![Answer::default(); samples.len()];
        let threads = match samples.len() {
            0..WORTH_THREADS => 1,
            _ => self.engines.len(),
        };
        let parts = samples.chunks(TAKEN).zip(answers.chunks_mut(TAKEN));
        let parts = Mutex::new(parts);
        let work = |engine: &mut Engine| -> Result<(), RunError> {
            loop {
                let Some((samples, answers)) = parts.lock().ok().and_then(|mut p| p.next()) else {
                    return Ok(());
                };
                engine.run(image, output, samples, answers)?;
            }
        };
        let mut engines = self.engines.iter_mut().take(threads);
        let own = engines.next();
        std::thread::scope(|scope| {
            let others: Vec<_> = engines.map(|e| scope.spawn(|| work(e))).collect();
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
        let packed: Vec<_> = steps.iter().map(|s| Packed::new(s, &image)).collect();
        let mut reference = Reference::new(&image).unwrap().on(Path::Reference);
        let wanted: Vec<_> = steps
            .iter()
            .map(|steps| {
                let sample = reference.run(0, steps).unwrap();
                let counters = sample.counters.unwrap();
                Answer {
                    class: decide(&image, &sample).unwrap().unwrap(),
                    spikes: counters.spikes,
                    synaptic_operations: counters.synaptic_operations,
                    counts: spiked_counts(&image, &sample),
                }
            })
            .collect();
        let fast = [(1, 1), (1, 100), (2, 100), (3, 17)].map(|(t, b)| (t, b, Path::Fast));
        for (threads, batch, path) in fast.into_iter().chain([(1, 100, Path::Reference)]) {
            let mut answers = Answers::new(&image, threads, path).unwrap();
            assert_eq!(answers.is_side_by_side(), path == Path::Fast);
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
