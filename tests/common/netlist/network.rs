//! A small network that uses what multiplies and adds: both decays, a gain, rows that are added, one that
//! comes a step later, parameters of each neuron, two kinds of reset.

use ferrospike_host::data::{Inputs, Values as Samples};
use ferrospike_host::import::{Connection, Network, Neuron, Population, ResetKind, Role, Values};

/// Neurons of each population: all lanes of a group.
const NEURONS: usize = 8;

/// Numbers that look random and are always the same, from -1 to 1.
fn numbers(mut state: u32) -> impl Iterator<Item = f64> {
    std::iter::from_fn(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(f64::from(state >> 8) / f64::from(1 << 23) - 1.0)
    })
}

fn connection(from: usize, to: usize, delay: usize, scale: f64) -> Connection {
    let weights = numbers((16 * from + to) as u32).map(|weight| scale * weight);
    Connection {
        name: format!("{from} to {to}"),
        from,
        to,
        floor_shift: 0,
        delay,
        weights: weights.take(NEURONS * NEURONS).collect::<Vec<_>>().into(),
    }
}

/// Eight inputs, eight hidden neurons that excite and inhibit each other, eight outputs; all of them with
/// synaptic currents.
pub fn synaptic() -> Network {
    let hidden = Neuron {
        current_decay: Values::One(0.8),
        membrane_decay: Values::One(0.9),
        gain: Values::One(0.6),
        bias: Values::One(0.02),
        threshold: Some(Values::One(1.0)),
        reset: ResetKind::Soft,
        words: "synaptic, soft reset".into(),
        ..Neuron::default()
    };
    let output = Neuron {
        current_decay: Values::One(0.7),
        membrane_decay: Values::Each((0..NEURONS).map(|i| 0.85 + 0.01 * i as f64).collect()),
        reset: ResetKind::Hard,
        words: "synaptic, hard reset".into(),
        ..hidden.clone()
    };
    let population = |name: &str, role, neuron| Population {
        neuron,
        ..Population::new(name, NEURONS, role)
    };
    Network {
        name: "synaptic".into(),
        source: "made for a test".into(),
        dialect: "none".into(),
        populations: vec![
            population("input", Role::Input, None),
            population("hidden", Role::Hidden, Some(hidden)),
            population("output", Role::Output, Some(output)),
        ],
        connections: vec![
            connection(0, 1, 0, 1.2),
            connection(1, 1, 1, 0.5),
            connection(1, 2, 0, 1.2),
        ],
        ..Network::default()
    }
}

/// One sample for it: about half of all inputs spike in each step.
pub fn spikes(steps: usize) -> Inputs {
    let bits = numbers(7).map(|number| u8::from(number > 0.0));
    Inputs {
        name: "made for a test".into(),
        values: Samples::Spikes {
            steps,
            inputs: NEURONS,
            bits: bits.take(steps * NEURONS).collect(),
        },
        labels: None,
    }
}
