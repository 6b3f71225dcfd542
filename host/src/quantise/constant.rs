//! A bias of each neuron, as a constant current: a row of weights that is streamed in every step takes a clock for a
//! group, a table of parameters eighteen for a neuron.

use crate::import::{Neuron, Values};

/// The rule with its bias in the current, where that is the same to the bit: the current is cleared in each step
/// (A = 0), arrives as it is (G = 1) and does not wrap. None where it is not, or where all neurons share one bias.
pub(super) fn as_current(rule: &Neuron, neurons: usize) -> Option<Neuron> {
    let same = rule.current_decay.all(0.0) && rule.gain.all(1.0) && !rule.current_after_decay;
    let Values::Each(bias) = &rule.bias else {
        return None;
    };
    if !same || rule.current_wraps || bias.len() != neurons {
        return None;
    }
    let mut current = bias.clone();
    if let Some(given) = &rule.current_bias {
        current.iter_mut().zip(given).for_each(|(c, g)| *c += g);
    }
    Some(Neuron {
        bias: Values::One(0.0),
        current_bias: Some(current),
        ..rule.clone()
    })
}
