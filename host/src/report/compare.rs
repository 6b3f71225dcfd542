//! A recording against the model: every spike, current and membrane of every step, and the counters.

use super::record::Recording;
use crate::run::Difference;
use ferrospike_model::device::Counters;
use ferrospike_model::image::{Image, Role};

/// Counters that the model has (`docs/numerics.md`, section 3).
const COUNTED: [usize; 7] = [1, 2, 3, 4, 5, 6, 7];

/// Fills in what was compared and what differs.
pub(super) fn compare_steps(image: &Image, recording: &mut Recording) {
    let mut all = Vec::new();
    let (mut bits, mut spikes) = (0u64, 0u64);
    let header = &image.header;
    let sample = recording.sample.index;
    let steps = recording.sample.steps.iter().zip(&recording.expected.steps);
    let states = recording.states.iter().zip(&recording.expected_states);
    for (step, ((got, expected), (state, wanted))) in steps.zip(states).enumerate() {
        for (number, p) in header.populations.iter().enumerate() {
            if p.role == Role::Input {
                continue;
            }
            let mut value = |width: u64, neuron: usize, what: &str, expected: i64, got: i64| {
                bits += width;
                if expected != got {
                    all.push((
                        width,
                        Difference {
                            sample,
                            step: Some(step),
                            population: p.name.clone(),
                            neuron: Some(neuron),
                            what: what.into(),
                            expected,
                            got,
                        },
                    ));
                }
            };
            let words = |of: &[crate::run::Activity]| of.get(number).and_then(|a| a.spikes.clone());
            if let (Some(a), Some(b)) = (words(expected), words(got)) {
                for neuron in 0..p.neurons {
                    let on = |words: &[u32]| i64::from(p.spiked(words, neuron, header.lanes));
                    value(1, neuron, "spike", on(&a), on(&b));
                }
                spikes += p.neurons as u64;
            }
            let (Some(Some(a)), Some(Some(b))) = (wanted.get(number), state.get(number)) else {
                continue;
            };
            for (what, a, b) in [
                ("current", &a.currents, &b.currents),
                ("membrane", &a.membranes, &b.membranes),
            ] {
                for (neuron, (&a, &b)) in a.iter().zip(b).enumerate() {
                    value(24, neuron, what, a.into(), b.into());
                }
            }
        }
    }
    let counters = [&recording.expected, &recording.sample].map(|s| s.counters.map(|c| c.values()));
    if let [Some(expected), Some(got)] = counters {
        for counter in COUNTED {
            bits += 32;
            let (Some(&expected), Some(&got)) = (expected.get(counter), got.get(counter)) else {
                continue;
            };
            if expected != got {
                let what = Counters::NAMES.get(counter).copied().unwrap_or("counter");
                all.push((
                    32,
                    Difference {
                        sample,
                        step: None,
                        population: String::new(),
                        neuron: None,
                        what: what.into(),
                        expected: expected.into(),
                        got: got.into(),
                    },
                ));
            }
        }
    }
    let differing = all.iter().map(|(width, d)| {
        let mask = (1u64 << width) - 1;
        u64::from(((d.expected ^ d.got) as u64 & mask).count_ones())
    });
    recording.comparison.differing = differing.sum();
    recording.comparison.bits = bits;
    recording.comparison.spikes = spikes;
    recording.differences = all
        .into_iter()
        .map(|(_, d)| d)
        .take(Recording::MOST)
        .collect();
    recording.comparison.first = recording.differences.first().cloned();
}
