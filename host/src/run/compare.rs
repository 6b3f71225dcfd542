//! A sample from a board against the same sample from the model, bit for bit.

use super::{spiked, RunError, Sample};
use ferrospike_model::device::Counters;
use ferrospike_model::image::Image;
use serde::Serialize;
use std::fmt;

/// Counters that the model has (`docs/numerics.md`, section 3).
const COUNTED: [usize; 7] = [1, 2, 3, 4, 5, 6, 7];

/// The first bit that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Sample.
    pub sample: usize,
    /// Step; none after the last one.
    pub step: Option<usize>,
    /// Population; empty for a counter, the network for random numbers.
    pub population: String,
    /// Neuron in the population.
    pub neuron: Option<usize>,
    /// What was compared: `spike`, `current`, `membrane`, or the counter's name.
    pub what: String,
    /// The model's value.
    pub expected: i64,
    /// The board's value.
    pub got: i64,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "sample {}, ", self.sample)?;
        match self.step {
            Some(step) => write!(f, "step {step}, ")?,
            None => write!(f, "after the last step, ")?,
        }
        match self.neuron {
            Some(n) => write!(
                f,
                "population '{}', neuron {n}, {}",
                self.population, self.what
            )?,
            None if self.population.is_empty() => write!(f, "counter '{}'", self.what)?,
            None => write!(f, "network '{}', {}", self.population, self.what)?,
        }
        write!(f, ": expected {}, got {}", self.expected, self.got)
    }
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Bits compared: spikes, currents, membranes and counters.
    pub bits: u64,
    /// Bits of these that are spikes.
    pub spikes: u64,
    /// Bits that differ.
    pub differing: u64,
    /// Weights that learn, and bytes of their random numbers, which were compared after samples.
    pub weights: u64,
    /// Those of them that differ.
    pub differing_weights: u64,
    /// The first of them.
    pub first: Option<Difference>,
}

impl Comparison {
    /// Adds another one.
    pub fn add(&mut self, other: &Comparison) {
        self.bits += other.bits;
        self.spikes += other.spikes;
        self.differing += other.differing;
        self.weights += other.weights;
        self.differing_weights += other.differing_weights;
        let earlier = |a: &Difference, b: &Difference| a.sample < b.sample;
        match (&self.first, &other.first) {
            (Some(a), Some(b)) if !earlier(b, a) => {}
            (_, Some(b)) => self.first = Some(b.clone()),
            _ => {}
        }
    }

    pub(super) fn value(
        &mut self,
        width: u32,
        expected: i64,
        got: i64,
        place: impl FnOnce() -> Difference,
    ) {
        self.bits += u64::from(width);
        if expected != got {
            self.differing +=
                u64::from(((expected ^ got) as u64 & ((1 << width) - 1)).count_ones());
            if self.first.is_none() {
                self.first = Some(place());
            }
        }
    }
}

/// Compares everything that the board sent: spikes and membranes of every step, currents and
/// membranes after the last one, and counters.
pub fn compare(image: &Image, expected: &Sample, got: &Sample) -> Result<Comparison, RunError> {
    let mut result = Comparison::default();
    let header = &image.header;
    let sample = got.index;
    if expected.steps.len() != got.steps.len() {
        return Err(RunError::Invalid(format!(
            "sample {sample}: the board ran {} steps, the model {}",
            got.steps.len(),
            expected.steps.len()
        )));
    }
    for (step, (want, have)) in expected.steps.iter().zip(&got.steps).enumerate() {
        for ((population, want), have) in header.populations.iter().zip(want).zip(have) {
            if population.role == ferrospike_model::image::Role::Input {
                continue;
            }
            let place = |neuron: usize, what: &str, expected: i64, got: i64| Difference {
                sample,
                step: Some(step),
                population: population.name.clone(),
                neuron: Some(neuron),
                what: what.into(),
                expected,
                got,
            };
            if let (Some(want), Some(have)) = (&want.spikes, &have.spikes) {
                for neuron in 0..want.len() * header.lanes {
                    let bit = |words: &[u32]| i64::from(spiked(words, neuron, header.lanes));
                    let (a, b) = (bit(want), bit(have));
                    result.value(1, a, b, || {
                        let known = population.neuron_at(neuron);
                        place(known.unwrap_or(neuron), "spike", a, b)
                    });
                    result.spikes += 1;
                }
            }
            if let (Some(want), Some(have)) = (&want.membranes, &have.membranes) {
                for (neuron, (&a, &b)) in want.iter().zip(have).enumerate() {
                    let (a, b) = (i64::from(a), i64::from(b));
                    result.value(24, a, b, || place(neuron, "membrane", a, b));
                }
            }
        }
    }
    for ((population, want), have) in header
        .populations
        .iter()
        .zip(&expected.states)
        .zip(&got.states)
    {
        let (Some(want), Some(have)) = (want, have) else {
            continue;
        };
        for (what, want, have) in [
            ("current", &want.currents, &have.currents),
            ("membrane", &want.membranes, &have.membranes),
        ] {
            for (neuron, (&a, &b)) in want.iter().zip(have).enumerate() {
                let (a, b) = (i64::from(a), i64::from(b));
                result.value(24, a, b, || Difference {
                    sample,
                    step: None,
                    population: population.name.clone(),
                    neuron: Some(neuron),
                    what: what.into(),
                    expected: a,
                    got: b,
                });
            }
        }
    }
    let (Some(want), Some(have)) = (&expected.counters, &got.counters) else {
        return Ok(result);
    };
    let (want, have) = (want.values(), have.values());
    for index in COUNTED {
        let (a, b) = (i64::from(want[index]), i64::from(have[index]));
        result.value(32, a, b, || Difference {
            sample,
            step: None,
            population: String::new(),
            neuron: None,
            what: Counters::NAMES[index].into(),
            expected: a,
            got: b,
        });
    }
    Ok(result)
}
