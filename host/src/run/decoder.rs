//! From output spikes to answers: the most spikes, the first spike, the largest membrane, the population vector.

use super::decode::{activities, output, spiked_counts, spiking};
use super::{RunError, Sample};
use ferrospike_model::image::Image;
use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

/// A rule for answers, of the first output population. `docs/encoders.md` states each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decoder {
    /// The neuron with the most spikes, then the larger membrane after the last step, then the lower index.
    Count,
    /// The neuron that spikes first, then as in [`Decoder::Count`]; none if no neuron spikes.
    First,
    /// The neuron with the largest membrane after the last step, then the lower index.
    Membrane,
    /// A value: the mean of the neurons' preferred values, which lie at equal distances from `low` (neuron 0) to `high`
    /// (the last), weighted with their spikes; none if no neuron spikes.
    Vector {
        /// Preferred value of the first neuron.
        low: f64,
        /// Preferred value of the last neuron.
        high: f64,
    },
}

/// What a decoder makes of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Decoded {
    /// A neuron.
    pub class: Option<usize>,
    /// A value.
    pub value: Option<f64>,
}

impl Decoder {
    /// The answer of a sample; none if the image has no output.
    pub fn decode(&self, image: &Image, sample: &Sample) -> Decoded {
        let header = &image.header;
        let output = output(image);
        let Some((index, population)) = output.and_then(|i| Some((i, header.populations.get(i)?)))
        else {
            return Decoded::default();
        };
        let counts = spiked_counts(image, sample);
        let membranes = sample.states.get(index).and_then(Option::as_ref);
        let membrane = |neuron: usize| membranes.and_then(|m| m.membranes.get(neuron).copied());
        let rank = |neuron: usize| {
            (
                counts.get(neuron).copied(),
                membrane(neuron),
                Reverse(neuron),
            )
        };
        let neurons = 0..population.neurons;
        let class = |class| Decoded { class, value: None };
        match *self {
            Decoder::Count => class(neurons.max_by_key(|&n| rank(n))),
            Decoder::Membrane => class(neurons.max_by_key(|&n| (membrane(n), Reverse(n)))),
            Decoder::First => {
                let all = spiking(image, index);
                let first = sample.steps.iter().find_map(|step| {
                    let spikes = |&n: &usize| {
                        let mut words = activities(step, &all);
                        words.any(|w| population.spiked(w, n, header.lanes))
                    };
                    neurons.clone().filter(spikes).max_by_key(|&n| rank(n))
                });
                class(first)
            }
            Decoder::Vector { low, high } => {
                let total: u64 = counts.iter().map(|&c| u64::from(c)).sum();
                let each = counts.iter().zip(0u64..);
                let moment: u64 = each.map(|(&c, neuron)| u64::from(c) * neuron).sum();
                let last = population.neurons.saturating_sub(1).max(1) as f64;
                // The mean of indices is a quotient of whole numbers; one scaling of it is all that is rounded.
                let mean = moment as f64 / total.max(1) as f64;
                Decoded {
                    class: None,
                    value: (total > 0).then_some(low + (high - low) * mean / last),
                }
            }
        }
    }
}

impl FromStr for Decoder {
    type Err = RunError;

    fn from_str(text: &str) -> Result<Self, RunError> {
        let ends = || {
            let (low, high) = text.strip_prefix("vector:")?.split_once(':')?;
            let (low, high): (f64, f64) = (low.parse().ok()?, high.parse().ok()?);
            (high - low)
                .is_finite()
                .then_some(Decoder::Vector { low, high })
        };
        match text {
            "count" => Ok(Decoder::Count),
            "first" => Ok(Decoder::First),
            "membrane" => Ok(Decoder::Membrane),
            _ => ends().ok_or_else(|| {
                RunError::Invalid(format!(
                    "the decoder '{text}' is unknown; known are count, first, membrane and vector:LOW:HIGH, as in vector:-1:1"
                ))
            }),
        }
    }
}

impl fmt::Display for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Decoder::Count => write!(f, "count"),
            Decoder::First => write!(f, "first"),
            Decoder::Membrane => write!(f, "membrane"),
            Decoder::Vector { low, high } => write!(f, "vector:{low}:{high}"),
        }
    }
}
