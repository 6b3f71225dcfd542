//! Several spikes in a step, and spikes of -1: a population for each further spike, another pass over the same
//! neurons (`docs/numerics.md`, section 2.2).

use super::network::{Connection, Network, Neuron, Population};
use std::collections::BTreeMap;

/// Puts the passes of each population directly behind it.
pub(super) fn add_passes(network: &mut Network) {
    let mut place = Vec::with_capacity(network.populations.len());
    let mut populations = Vec::with_capacity(network.populations.len());
    let mut negative: BTreeMap<usize, usize> = BTreeMap::new();
    for population in std::mem::take(&mut network.populations) {
        let main = populations.len();
        place.push(main);
        let spikes = population.neuron.as_ref().map_or(1, |n| n.max_spikes);
        let below = population.neuron.as_ref().and_then(below);
        let below = below.map(|rule| Population {
            name: format!("{} (spikes of -1)", population.name),
            neuron: Some(rule),
            pass_of: Some(main),
            ..population.clone()
        });
        let passes: Vec<Population> = (2..=spikes)
            .map(|spike| Population {
                name: format!("{} (spike {spike})", population.name),
                neuron: population.neuron.as_ref().map(|rule| Neuron {
                    current_bias: None,
                    clear: None,
                    words: format!("spike {spike} of a step"),
                    ..rule.clone()
                }),
                pass_of: Some(main),
                ..population.clone()
            })
            .collect();
        populations.push(population);
        populations.extend(passes);
        if let Some(below) = below {
            negative.insert(main, populations.len());
            populations.push(below);
        }
    }
    network.populations = populations;
    for c in &mut network.connections {
        c.from = place[c.from];
        c.to = place[c.to];
    }
    network.connections = std::mem::take(&mut network.connections)
        .into_iter()
        .flat_map(|c| {
            let other = negative.get(&c.from).map(|&from| negated(&c, from));
            [Some(c), other]
        })
        .flatten()
        .collect();
}

/// The pass that finds membranes below the lower threshold.
fn below(rule: &Neuron) -> Option<Neuron> {
    let low = rule.lower_threshold.clone()?;
    Some(Neuron {
        threshold: Some(low),
        lower_threshold: None,
        inverted: true,
        current_bias: None,
        clear: None,
        words: "spikes of -1".into(),
        ..rule.clone()
    })
}

/// The connection of the spikes of -1.
fn negated(c: &Connection, from: usize) -> Connection {
    let mut other = Connection {
        name: format!("{} (of -1)", c.name),
        from,
        ..c.clone()
    };
    other.weights.values_mut().iter_mut().for_each(|w| *w = -*w);
    other
}
