//! A rule in a few words, for people.

use super::network::{Neuron, ResetKind, Values};
use crate::nir::{Kind, Node};

pub(super) fn words(node: &Node, neuron: &Neuron) -> String {
    let current = neuron.current_decay.range().1 > 0.0;
    let mut text = String::from(match (node.kind, neuron.threshold.is_some()) {
        (Kind::Threshold, _) => "threshold",
        (Kind::If | Kind::I, true) => "IF",
        (_, true) if current => "LIF with synaptic current",
        (_, true) => "LIF",
        (_, false) if current => "read-out with synaptic current",
        (_, false) => "read-out",
    });
    if neuron.threshold.is_some() && node.kind != Kind::Threshold {
        text += match neuron.reset {
            ResetKind::Hard => ", reset to a value",
            ResetKind::Soft => ", subtract",
            ResetKind::Delayed => ", subtract (delayed)",
            ResetKind::None => ", no reset",
        };
    }
    if neuron.max_spikes > 1 {
        text += &format!(", up to {} spikes a step", neuron.max_spikes);
    }
    if neuron.held_steps > 0 {
        text += &format!(", {} steps lost after a spike", neuron.held_steps);
    }
    let mut factor = |name: &str, v: &Values| match v {
        Values::One(0.0) => {}
        Values::One(x) => text += &format!(", {name} {:.6}", x),
        Values::Each(_) => text += &format!(", {name} for each neuron"),
    };
    factor("alpha", &neuron.current_decay);
    factor("beta", &neuron.membrane_decay);
    text
}
