//! Several spikes in a step: a population for each further spike, another pass over the same neurons
//! (`docs/numerics.md`, section 2.2).

use super::network::{Network, Neuron, Population};

/// Puts the passes of each population directly behind it.
pub(super) fn add_passes(network: &mut Network) {
    let mut place = Vec::with_capacity(network.populations.len());
    let mut populations = Vec::with_capacity(network.populations.len());
    for population in std::mem::take(&mut network.populations) {
        let main = populations.len();
        place.push(main);
        let spikes = population.neuron.as_ref().map_or(1, |n| n.max_spikes);
        let passes: Vec<Population> = (2..=spikes)
            .map(|spike| Population {
                name: format!("{} (spike {spike})", population.name),
                neuron: population.neuron.as_ref().map(|rule| Neuron {
                    current_bias: None,
                    words: format!("spike {spike} of a step"),
                    ..rule.clone()
                }),
                pass_of: Some(main),
                ..population.clone()
            })
            .collect();
        populations.push(population);
        populations.extend(passes);
    }
    network.populations = populations;
    for c in &mut network.connections {
        c.from = place[c.from];
        c.to = place[c.to];
    }
}
