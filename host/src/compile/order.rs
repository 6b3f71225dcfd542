//! The order of a population's neurons in its groups. After a convolution the channels of a pixel lie side by
//! side, so that a group is some channels of one pixel and a kernel is whole words.

use crate::import::{Network, Weights};
use crate::quantise::QuantisedPopulation;
use ferrospike_model::program::{Parameters, LIMIT};
use std::collections::HashSet;

/// How many sources spike in a step, one of so many: it weighs the clocks of weights against those of neurons.
const ONE_SPIKES_OF: usize = 8;

/// Places of a population's neurons, counted through the lanes from its first group on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Order {
    /// Place of each neuron; none: neuron i has place i.
    pub of: Option<Vec<u32>>,
    /// Places in all.
    pub places: usize,
}

/// Which orders may be chosen; each attempt at a layout allows less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Channels last, also with padding behind a pixel's channels.
    Padding,
    /// Channels last, padded wherever kernels would begin in many lanes: the least memory.
    Aligned,
    /// Channels last without padding.
    ChannelsLast,
    /// As the network has it.
    Plain,
}

impl Order {
    /// Neuron i has place i.
    pub fn plain(neurons: usize) -> Self {
        Order {
            of: None,
            places: neurons,
        }
    }

    /// Channels side by side, `each` places for a pixel.
    fn channels_last(channels: usize, pixels: usize, each: usize) -> Self {
        let place = |i: usize| (i % pixels * each + i / pixels) as u32;
        Order {
            of: Some((0..channels * pixels).map(place).collect()),
            places: pixels * each - (each - channels),
        }
    }

    /// Place of a neuron.
    pub fn place(&self, neuron: usize) -> usize {
        match &self.of {
            Some(of) => of.get(neuron).map_or(0, |&place| place as usize),
            None => neuron,
        }
    }

    /// The neuron at each place; none where there is only padding.
    pub fn neurons(&self) -> Vec<Option<usize>> {
        match &self.of {
            None => (0..self.places).map(Some).collect(),
            Some(of) => {
                let mut neurons = vec![None; self.places];
                for (neuron, &place) in of.iter().enumerate() {
                    if let Some(slot) = neurons.get_mut(place as usize) {
                        *slot = Some(neuron);
                    }
                }
                neurons
            }
        }
    }
}

/// The order that costs the fewest clocks for what arrives at a population.
pub(super) fn choose(
    network: &Network,
    q: &QuantisedPopulation,
    per_neuron: u8,
    lanes: usize,
    allowed: Allowed,
) -> Order {
    let Some(population) = network.populations.get(q.index) else {
        return Order::default();
    };
    let mut best = Order::plain(population.neurons);
    let [channels, pixels @ ..] = &population.shape[..] else {
        return best;
    };
    let pixels: usize = pixels.iter().product();
    let sparse = |c: &&crate::import::Connection| matches!(c.weights, Weights::Sparse(_));
    let arriving: Vec<_> = network.incoming(q.index).map(|(_, c)| c).collect();
    if allowed == Allowed::Plain
        || channels * pixels != population.neurons
        || *channels < 2
        || pixels < 2
        || !arriving.iter().any(sparse)
    {
        return best;
    }
    let spikes = population
        .neuron
        .as_ref()
        .is_some_and(|r| r.threshold.is_some());
    let mut others = vec![*channels];
    if matches!(allowed, Allowed::Padding | Allowed::Aligned)
        && padding_is_silent(q, per_neuron, spikes)
    {
        others.push(match channels {
            c if *c < lanes => c.next_power_of_two(),
            c => c.next_multiple_of(lanes),
        });
        others.push(channels.next_multiple_of(lanes));
        others.dedup();
    }
    let cost = |order: &Order| {
        let fed: usize = (arriving.iter().filter(|c| sparse(c)))
            .map(|c| fed(c, network, order, lanes))
            .sum();
        fed / ONE_SPIKES_OF + order.places
    };
    let mut least = cost(&best);
    for each in others {
        let places = pixels * each;
        if places > 65535 || places.div_ceil(lanes) > 4095 {
            continue;
        }
        let order = Order::channels_last(*channels, pixels, each);
        // Every pixel begins in a lane of few.
        let aligned = each.is_multiple_of(lanes) || lanes.is_multiple_of(each);
        if allowed == Allowed::Aligned && aligned {
            return order;
        }
        let cost = cost(&order);
        // Where it costs the same, kernels in whole words need less memory.
        if cost < least || (cost == least && best.of.is_none()) {
            (best, least) = (order, cost);
        }
    }
    best
}

/// Groups that are fed if every source of a connection spikes once.
fn fed(c: &crate::import::Connection, network: &Network, order: &Order, lanes: usize) -> usize {
    let Weights::Sparse(sparse) = &c.weights else {
        return 0;
    };
    let sources = network.populations.get(c.from).map_or(0, |p| p.neurons);
    let groups: Vec<u32> = (sparse.entries())
        .map(|(_, to, _)| (order.place(to) / lanes) as u32)
        .collect();
    let mut seen: HashSet<u32> = HashSet::new();
    let mut count = 0;
    for range in sparse.starts(sources).windows(2) {
        seen.clear();
        seen.extend(groups.get(range[0]..range[1]).unwrap_or(&[]));
        count += seen.len();
    }
    count
}

/// A neuron that gets no weight never spikes and keeps u = 0.
fn padding_is_silent(q: &QuantisedPopulation, per_neuron: u8, spikes: bool) -> bool {
    let p = padding(q, per_neuron);
    q.start == 0 && p.bias == 0 && q.v_min <= 0 && !(spikes && p.threshold <= 0)
}

/// Parameters of a place without a neuron: those that have a value for each neuron are made harmless.
pub(super) fn padding(q: &QuantisedPopulation, per_neuron: u8) -> Parameters {
    let mut p = q.parameters.first().copied().unwrap_or_default();
    if per_neuron & 2 != 0 {
        p.bias = 0;
    }
    if per_neuron & 4 != 0 {
        p.threshold = LIMIT;
    }
    p
}
