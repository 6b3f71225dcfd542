//! What can keep a network from becoming an image.

use crate::import::{Network, Role};
use crate::learning::LearningError;
use crate::quantise::QuantiseError;
use thiserror::Error;

/// Why a network cannot be compiled.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CompileError {
    /// Quantisation.
    #[error(transparent)]
    Quantise(#[from] QuantiseError),
    /// What shall learn cannot.
    #[error(transparent)]
    Learning(#[from] LearningError),
    /// The device's sizes are no device's.
    #[error("the device: {0}")]
    Shape(#[from] ferrospike_model::device::AccessError),
    /// The result contradicts itself.
    #[error(transparent)]
    Image(#[from] ferrospike_model::image::ImageError),
    /// The memories are too small.
    #[error("the network does not fit the device: {}", .shortages.join("; "))]
    DoesNotFit {
        /// One line for each memory that is too small, with what would help.
        shortages: Vec<String>,
    },
    /// A population or connection is beyond what programs can say.
    #[error("{what}: {reason}")]
    Limit {
        /// Which population or connection.
        what: String,
        /// What is wrong and what to try.
        reason: String,
    },
}

pub(super) fn limit(what: &str, reason: impl Into<String>) -> CompileError {
    CompileError::Limit {
        what: format!("'{what}'"),
        reason: reason.into(),
    }
}

/// The order of populations and delays.
pub(super) fn check(network: &Network) -> Result<(), CompileError> {
    let count = network.populations.len();
    let mut neurons_began = false;
    for p in &network.populations {
        if p.neurons == 0 || p.neurons > 65535 {
            let reason = format!("it has {} neurons; 1 to 65535 are possible", p.neurons);
            return Err(limit(&p.name, reason));
        }
        let input = p.role == Role::Input;
        if input != p.neuron.is_none() || (input && neurons_began) {
            return Err(limit(
                &p.name,
                "inputs have no rule and come before populations with one",
            ));
        }
        neurons_began |= !input;
        if let Some(rule) = &p.neuron {
            if rule.current_after_decay && rule.current_decay.range().0 <= 0.0 {
                let reason = "it uses the current after its decay, but the decay is 0";
                return Err(limit(&p.name, reason));
            }
            if rule.held_steps > 64 {
                let reason = format!(
                    "{} held steps after a spike; 64 is the most",
                    rule.held_steps
                );
                return Err(limit(&p.name, reason));
            }
        }
    }
    if !neurons_began {
        return Err(limit(
            &network.name,
            "the network has no population with neurons",
        ));
    }
    for c in &network.connections {
        if c.from >= count || c.to >= count || network.populations[c.to].neuron.is_none() {
            return Err(limit(&c.name, "one of its ends is not there, or an input"));
        }
        let later = c.from >= c.to && network.populations[c.from].neuron.is_some();
        if c.delay == 0 && later {
            let reason =
                "it has no delay, but its source comes later in the step; give it a delay \
                          of at least 1";
            return Err(limit(&c.name, reason));
        }
        let most = if network.populations[c.from].neuron.is_none() {
            126
        } else {
            127
        };
        if c.delay > most {
            return Err(limit(
                &c.name,
                format!("its delay is {}; {most} is the most", c.delay),
            ));
        }
    }
    Ok(())
}
