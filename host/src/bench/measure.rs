//! Timing, and that what is timed is right.

use super::{BenchError, Subject};
use crate::run::{decide, encode, spiked_counts, Answers, Reference};
use ferrospike_model::device::Path;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Times that a measurement is made; the best counts, since other work on a machine only slows.
const WINDOWS: usize = 5;

/// What a measurement came to.
#[derive(Clone, Debug, Serialize)]
pub struct Speed {
    /// Threads that were there.
    pub threads: usize,
    /// Samples given at once.
    pub batch: usize,
    /// Samples in a second.
    pub samples_per_second: f64,
    /// The slowest of the windows that the best was chosen from.
    pub slowest: f64,
    /// Synaptic operations (real weights added) in a second.
    pub operations_per_second: f64,
    /// Samples that were run in the best window.
    pub samples: usize,
}

/// Runs a subject's samples in turn, so many at once, for about this time.
pub fn measure(
    subject: &Subject,
    threads: usize,
    batch: usize,
    time: Duration,
) -> Result<Speed, BenchError> {
    let mut answers = Answers::new(&subject.image, threads, Path::Fast)?;
    // Batches are made before the clock runs, and at least a pass over all samples is made.
    let mut again = subject.samples.iter().cycle().cloned();
    let batches: Vec<Vec<_>> = (0..subject.samples.len().div_ceil(batch))
        .map(|_| again.by_ref().take(batch).collect())
        .collect();
    let mut speeds = Vec::with_capacity(WINDOWS);
    for _ in 0..WINDOWS {
        let (mut samples, mut operations) = (0usize, 0u64);
        let start = Instant::now();
        while samples == 0 || start.elapsed() < time / WINDOWS as u32 {
            for batch in &batches {
                let done = answers.run(batch)?;
                samples += done.len();
                operations += done
                    .iter()
                    .map(|a| u64::from(a.synaptic_operations))
                    .sum::<u64>();
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        let rate = samples as f64 / seconds;
        speeds.push((rate, samples, operations as f64 / seconds));
    }
    speeds.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (rate, samples, operations) = speeds.first().copied().unwrap_or_default();
    Ok(Speed {
        threads,
        batch,
        samples_per_second: rate,
        slowest: speeds.last().map_or(0.0, |s| s.0),
        operations_per_second: operations,
        samples,
    })
}

/// The fastest.
pub fn best(speeds: &[Speed]) -> Option<&Speed> {
    let faster = |a: &&Speed, b: &&Speed| a.samples_per_second.total_cmp(&b.samples_per_second);
    speeds.iter().max_by(faster)
}

/// What a comparison of the path that is timed with the reference path came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Checked {
    /// Samples compared.
    pub samples: usize,
    /// Of these with another answer, another spike count of an output, or other counters.
    pub different: usize,
    /// Spikes of all neurons in them.
    pub spikes: u64,
}

/// Compares the first samples with the reference path, the text of the contract.
pub fn check(subject: &Subject, threads: usize, count: usize) -> Result<Checked, BenchError> {
    let image = &subject.image;
    let count = count.min(subject.samples.len());
    let some = &subject.samples[..count];
    let fast = Answers::new(image, threads, Path::Fast)?.run(some)?;
    let mut reference = Reference::new(image)?.on(Path::Reference);
    let mut checked = Checked::default();
    for (index, answer) in fast.iter().enumerate() {
        let steps = encode(&subject.inputs, index, image)?;
        let sample = reference.run(index, &steps)?;
        let counters = sample.counters.map(|c| (c.spikes, c.synaptic_operations));
        let same = decide(image, &sample)? == Some(answer.class)
            && spiked_counts(image, &sample) == answer.counts
            && counters == Some((answer.spikes, answer.synaptic_operations));
        checked.samples += 1;
        checked.different += usize::from(!same);
        checked.spikes += u64::from(answer.spikes);
    }
    Ok(checked)
}
