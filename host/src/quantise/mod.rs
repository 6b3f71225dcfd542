//! The quantiser: real weights and parameters to the integers of `docs/numerics.md`.
//!
//! Each population has a unit, the real value of 1 in its `u` and `v`. Weights on a dyadic grid that
//! fits are kept exactly; others are rounded to 8 bits, or to fewer, with one scale for each connection.
//! The exponent m of the weights is the largest for which no saturation can happen, as far as that can be
//! proven.

mod bound;
mod choose;
mod constant;
mod floor;
mod fraction;
mod grid;
mod integers;
mod learned;
mod narrow;
mod parameters;
mod pass;
mod report;

pub use floor::Fold;
pub use grid::Segment;
pub use learned::Learned;
pub use report::LayerReport;

use crate::import::Network;
use crate::learning::Learning;
use ferrospike_model::program::{Parameters, Rounding};
use thiserror::Error;

/// Largest exponent of a segment.
pub const MAX_EXPONENT: u32 = 15;

/// What the user decides about quantisation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuantiseOptions {
    /// Exponent m of the finest weights instead of the largest proven one.
    pub exponent: Option<u8>,
    /// Rounding of both decays; without it what the network says, else half up, but for the membrane floor where
    /// weights are exact, and for the current too where the bits of the state are given.
    pub rounding: Option<Rounding>,
    /// Round even if the weights could be kept exactly.
    pub never_exact: bool,
    /// Bits of a weight: 16 (in two rows), 8 (the default), 4, 2 (-1, 0, 1) or 1 (two values).
    pub bits: Option<u8>,
    /// What was found on samples, for each population of the network; what is missing is not tuned.
    pub tuning: Vec<Tuning>,
    /// What learns; its weights keep 8 bits.
    pub learning: Learning,
}

impl QuantiseOptions {
    /// Of population `index`.
    pub fn tuning_of(&self, index: usize) -> Tuning {
        self.tuning.get(index).copied().unwrap_or_default()
    }
}

/// Factors of a population whose weights are rounded; exact weights are left alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// Of the size of a weight step: below 1 the largest weights are limited and the others are finer.
    pub scale: f64,
    /// Of the threshold: what rounding took from the weights, or gave them.
    pub threshold: f64,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            scale: 1.0,
            threshold: 1.0,
        }
    }
}

/// A connection in integers: the weights are the sum of the segments.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantisedConnection {
    /// Index in [`Network::connections`].
    pub index: usize,
    /// Mantissas, in the order of the connection's weights, and their exponents.
    pub segments: Vec<Segment>,
    /// How the sum is rounded down before it is added; none: the segments are added as they are.
    pub fold: Option<Fold>,
    /// Its weights learn; there is one segment then.
    pub learned: Option<Learned>,
}

/// A population in integers.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantisedPopulation {
    /// Index in [`Network::populations`].
    pub index: usize,
    /// Real value of one unit of u and v.
    pub unit: f64,
    /// Connections into it, in the network's order.
    pub connections: Vec<QuantisedConnection>,
    /// Constant current of each step, a row for each segment.
    pub current_bias: Vec<Segment>,
    /// A bias that learns, added to the current in each step.
    pub learned_bias: Option<(Segment, Learned)>,
    /// Parameters of each neuron.
    pub parameters: Vec<Parameters>,
    /// Subtracted by soft and delayed resets.
    pub sub: i32,
    /// Lower clamp.
    pub v_min: i32,
    /// Upper clamp.
    pub v_max: i32,
    /// Membrane at the start.
    pub start: i32,
    /// Rounding of the current's decay.
    pub rounding_current: Rounding,
    /// Rounding of the membrane's decay.
    pub rounding_membrane: Rounding,
    /// What it cost.
    pub report: LayerReport,
}

/// Why a network has no integers.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum QuantiseError {
    /// A parameter does not fit its bits.
    #[error("population '{population}', neuron {neuron}: the {what} {value} {reason}")]
    Parameter {
        /// Name of the population.
        population: String,
        /// Index of the neuron.
        neuron: usize,
        /// Which parameter.
        what: &'static str,
        /// Real value.
        value: f64,
        /// What is wrong and what to try.
        reason: String,
    },
    /// An option has no meaning.
    #[error("exponent {exponent}: the weights of population '{population}' allow 0 to {most}")]
    Exponent {
        /// Value given.
        exponent: u8,
        /// Name of the population.
        population: String,
        /// Largest exponent.
        most: u32,
    },
    /// A width that no mantissa has.
    #[error("weights of {0} bits: 16, 8, 4, 2 or 1 are possible")]
    Bits(u8),
    /// Weights that learn have 8 bits.
    #[error("weights of {0} bits: those that learn have 8; leave --bits away")]
    LearnedBits(u8),
    /// The description contradicts itself.
    #[error("population '{population}': {reason}")]
    Network {
        /// Name of the population.
        population: String,
        /// What is wrong.
        reason: String,
    },
}

/// Quantises every population that has neurons, in the network's order.
pub fn quantise(
    network: &Network,
    options: &QuantiseOptions,
) -> Result<Vec<QuantisedPopulation>, QuantiseError> {
    if let Some(bits) = options.bits.filter(|b| ![1, 2, 4, 8, 16].contains(b)) {
        return Err(QuantiseError::Bits(bits));
    }
    let other = options.bits.filter(|&bits| bits != 8);
    if let (Some(bits), false) = (other, options.learning.connections.is_empty()) {
        return Err(QuantiseError::LearnedBits(bits));
    }
    let mut done: Vec<QuantisedPopulation> = Vec::new();
    for (index, population) in network.populations.iter().enumerate() {
        let Some(rule) = &population.neuron else {
            continue;
        };
        check(network, index)?;
        let of = population.pass_of;
        let main = of.and_then(|of| done.iter().find(|q| q.index == of));
        let quantised = match main {
            Some(main) => pass::population(network, index, rule, main, options)?,
            None => parameters::population(network, index, rule, options)?,
        };
        done.push(quantised);
    }
    Ok(done)
}

/// Sizes of a description that was not made by an importer.
fn check(network: &Network, index: usize) -> Result<(), QuantiseError> {
    let population = &network.populations[index];
    let error = |reason: String| {
        Err(QuantiseError::Network {
            population: population.name.clone(),
            reason,
        })
    };
    let n = population.neurons;
    if n == 0 || n > 65535 {
        return error(format!("it has {n} neurons; 1 to 65535 are possible"));
    }
    if let Some(of) = population.pass_of {
        let main = network.populations.get(of).filter(|_| of < index);
        let good = |m: &crate::import::Population| {
            let leaves = network
                .connections
                .iter()
                .any(|c| c.to == index || (c.from == index && !population.is_negative()));
            m.neurons == n && m.neuron.is_some() && m.pass_of.is_none() && !leaves
        };
        if !main.is_some_and(good) {
            return error(format!(
                "it is a pass over population {of}, which must come before it, with as many neurons; and \
                 connections belong to that population"
            ));
        }
    }
    for (_, c) in network.incoming(index) {
        let Some(from) = network.populations.get(c.from) else {
            return error(format!(
                "'{}' comes from population {}, which is missing",
                c.name, c.from
            ));
        };
        if let Err(reason) = c.weights.check(from.neurons, n) {
            return error(format!("'{}' {reason}", c.name));
        }
        let values = c.weights.values();
        if let Some(at) = values.iter().position(|w| !w.is_finite()) {
            return error(format!("'{}': weight {at} is {}", c.name, values[at]));
        }
    }
    if let Some(bias) = population
        .neuron
        .as_ref()
        .and_then(|r| r.current_bias.as_ref())
    {
        if bias.len() != n || bias.iter().any(|b| !b.is_finite()) {
            return error("its constant current must be one finite number for each neuron".into());
        }
    }
    Ok(())
}
