//! A rule for a network: names become indices, factors become powers of two, and what cannot be is refused.

use super::error::refused;
use super::rule::{Change, ConnectionRule, HomeostasisRule, Rule};
use super::LearningError;
use crate::import::{Network, Weights};
use std::collections::BTreeSet;

/// Most steps that a bitmap of a population or of an input keeps beside the step that runs.
const KEPT: usize = 127;
const KEPT_OF_INPUT: usize = 126;
/// Names that are shown of a network that has many.
const SHOWN: usize = 20;

/// What learns in a network, by index. Empty: nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learning {
    /// Where the random numbers begin.
    pub seed: u32,
    /// Connections, each once.
    pub connections: Vec<Plastic>,
    /// Populations, each once.
    pub homeostasis: Vec<Homeostasis>,
}

/// A connection that learns.
#[derive(Clone, Debug, PartialEq)]
pub struct Plastic {
    /// Index of the connection.
    pub connection: usize,
    /// Least and largest weight.
    pub bounds: [f64; 2],
    /// Changes for pairs of spikes, in their order.
    pub pairs: Vec<Pair>,
    /// Change of all weights of a neuron that spikes.
    pub at_spike: Option<Step>,
}

/// A change for one distance of two spikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The source's spike was so many steps ago.
    pub source_delay: usize,
    /// The destination's was so many steps ago.
    pub target_delay: usize,
    /// What becomes of the weight.
    pub change: Step,
}

/// What becomes of a weight: `w + add - w * 2^(decay - 8)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Added.
    pub add: f64,
    /// e, 0 ..= 7; none: nothing is lost.
    pub decay: Option<u8>,
}

/// A population with a bias that learns.
#[derive(Clone, Debug, PartialEq)]
pub struct Homeostasis {
    /// Index of the population.
    pub population: usize,
    /// Least and largest bias.
    pub bounds: [f64; 2],
    /// Change at a spike.
    pub at_spike: Option<Step>,
    /// Change in a step without one.
    pub each_step: Option<Step>,
}

impl Learning {
    /// Nothing learns.
    pub fn is_empty(&self) -> bool {
        self.connections.is_empty() && self.homeostasis.is_empty()
    }

    /// How connection `index` learns.
    pub fn connection(&self, index: usize) -> Option<&Plastic> {
        self.connections.iter().find(|p| p.connection == index)
    }

    /// How the biases of population `index` learn.
    pub fn bias(&self, index: usize) -> Option<&Homeostasis> {
        self.homeostasis.iter().find(|h| h.population == index)
    }

    /// Steps back that LEARNs look at spikes of a population.
    pub fn delay(&self, network: &Network, population: usize) -> usize {
        let of = |plastic: &Plastic| {
            let ends = network.connections.get(plastic.connection);
            let ends = ends.map(|c| (c.from, c.to));
            let delays = plastic.pairs.iter().flat_map(move |pair| {
                let (from, to) = ends.unwrap_or((usize::MAX, usize::MAX));
                [(from, pair.source_delay), (to, pair.target_delay)]
            });
            let here = delays.filter(|(index, _)| *index == population);
            here.map(|(_, delay)| delay).max().unwrap_or(0)
        };
        self.connections.iter().map(of).max().unwrap_or(0)
    }

    /// What the word of random numbers begins with: the seed times an odd number, so that small seeds have many bits.
    pub fn random_state(&self) -> u32 {
        self.seed.wrapping_mul(0x9e37_79b1)
    }
}

/// What a rule means for a network.
///
/// # Errors
///
/// Names that the network does not have; what cannot learn, or not so.
pub fn resolve(rule: &Rule, network: &Network) -> Result<Learning, LearningError> {
    if rule.seed == 0 {
        return Err(LearningError::Seed);
    }
    let mut learning = Learning {
        seed: rule.seed,
        ..Learning::default()
    };
    for given in &rule.connections {
        let name = &given.connection;
        let named = network.connections.iter().enumerate();
        let indices: Vec<usize> = named
            .filter(|(_, c)| c.name == *name)
            .map(|(index, _)| index)
            .collect();
        if indices.is_empty() {
            let names = network.connections.iter().map(|c| c.name.as_str());
            return Err(unknown("connection", name, names));
        }
        let ends = |&index: &usize| network.connections.get(index).map(|c| (c.from, c.to));
        let different: BTreeSet<_> = indices.iter().map(ends).collect();
        if different.len() < indices.len() {
            return Err(refused(
                name,
                format!(
                    "its neurons have several delays, so that it is {} connections, each with some of the weights; give \
                     all neurons one delay",
                    indices.len()
                ),
            ));
        }
        for index in indices {
            if learning.connection(index).is_some() {
                return Err(refused(name, "it is there twice; leave one of them away"));
            }
            learning.connections.push(plastic(given, network, index)?);
        }
    }
    for given in &rule.homeostasis {
        let name = &given.population;
        let Some(index) = network.population(name) else {
            let neurons = network.populations.iter().filter(|p| p.neuron.is_some());
            let names = neurons.map(|p| p.name.as_str());
            return Err(unknown("population", name, names));
        };
        if learning.bias(index).is_some() {
            return Err(refused(name, "it is there twice; leave one of them away"));
        }
        learning
            .homeostasis
            .push(homeostasis(given, network, index)?);
    }
    if learning.is_empty() {
        return Err(refused(
            "the network",
            "it names neither \"connections\" nor \"homeostasis\"; nothing would learn",
        ));
    }
    Ok(learning)
}

fn unknown<'a>(
    what: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> LearningError {
    let mut names: BTreeSet<String> = known.map(|n| format!("'{n}'")).collect();
    let more = names.len().saturating_sub(SHOWN);
    while names.len() > SHOWN {
        names.pop_last();
    }
    let mut known = names.into_iter().collect::<Vec<_>>().join(", ");
    if known.is_empty() {
        known = "none".into();
    }
    if more > 0 {
        known += &format!(" and {more} more");
    }
    LearningError::Unknown {
        what,
        name: name.into(),
        known,
    }
}

fn plastic(
    given: &ConnectionRule,
    network: &Network,
    index: usize,
) -> Result<Plastic, LearningError> {
    let name = &given.connection;
    let wrong = |reason: String| Err(refused(name, reason));
    let found = network.connections.get(index).and_then(|c| {
        Some((
            c,
            network.populations.get(c.from)?,
            network.populations.get(c.to)?,
        ))
    });
    let Some((connection, source, target)) = found else {
        return wrong("one of its ends is not there".into());
    };
    let Weights::Dense(weights) = &connection.weights else {
        return wrong(
            "it is a convolution, a pool or another sparse connection, whose rows share words; dense connections \
             (Linear, Affine) can learn"
                .into(),
        );
    };
    if connection.floor_shift > 0 {
        return wrong(
            "its sum is rounded down (floor_shift); leave floor_shift away, or let another connection learn".into(),
        );
    }
    for (end, population) in [(connection.from, source), (connection.to, target)] {
        let passes = network.populations.iter().any(|p| p.pass_of == Some(end));
        if passes || population.pass_of.is_some() {
            return wrong(format!(
                "population '{}' can spike several times in a step, or has spikes of -1; import the network with \
                 --max-spikes 1",
                population.name
            ));
        }
    }
    let spikes = target
        .neuron
        .as_ref()
        .is_some_and(|n| n.threshold.is_some());
    if !spikes {
        return wrong(format!(
            "its destination '{}' never spikes, so that its weights would never change; let another connection learn",
            target.name
        ));
    }
    let bounds = bounds(name, given.minimum, given.maximum)?;
    let [minimum, maximum] = bounds;
    let outside = weights
        .iter()
        .position(|w| !(minimum..=maximum).contains(w));
    if let Some(at) = outside {
        let (from, to) = connection.weights.place(at, source.neurons);
        return wrong(format!(
            "its weight from neuron {from} to neuron {to} is {}, which is not within minimum {minimum} and maximum \
             {maximum}; widen these, or limit the weights before the export",
            weights.get(at).copied().unwrap_or(0.0)
        ));
    }
    let delay = connection.delay;
    let mut pairs = Vec::new();
    for (distance, change) in given.window.before.iter().enumerate() {
        pairs.push(Pair {
            source_delay: delay + distance,
            target_delay: 0,
            change: step(name, *change)?,
        });
    }
    for (distance, change) in (1..).zip(&given.window.after) {
        pairs.push(Pair {
            source_delay: delay,
            target_delay: distance,
            change: step(name, *change)?,
        });
    }
    let most_source = match source.neuron {
        Some(_) => KEPT,
        None => KEPT_OF_INPUT,
    };
    for pair in &pairs {
        for (what, delay, most, population) in [
            ("before", pair.source_delay, most_source, source),
            ("after", pair.target_delay, KEPT, target),
        ] {
            if delay > most {
                return wrong(format!(
                    "its window \"{what}\" looks at spikes of '{}' {delay} steps ago (with the connection's own delay \
                     of {}), {most} is the most; shorten it",
                    population.name,
                    connection.delay
                ));
            }
        }
    }
    let at_spike = given
        .at_spike
        .map(|change| step(name, change))
        .transpose()?;
    if pairs.is_empty() && at_spike.is_none() {
        return wrong("it has neither \"window\" nor \"at_spike\"; nothing would change".into());
    }
    Ok(Plastic {
        connection: index,
        bounds,
        pairs,
        at_spike,
    })
}

fn homeostasis(
    given: &HomeostasisRule,
    network: &Network,
    index: usize,
) -> Result<Homeostasis, LearningError> {
    let name = &given.population;
    let population = network.populations.get(index);
    let rule = population.and_then(|p| p.neuron.as_ref());
    let Some(neuron) = rule.filter(|n| n.threshold.is_some()) else {
        return Err(refused(
            name,
            "it is an input or never spikes; name a population with a threshold",
        ));
    };
    let passes = network.populations.iter().any(|p| p.pass_of == Some(index));
    if passes || population.is_some_and(|p| p.pass_of.is_some()) {
        return Err(refused(
            name,
            "it can spike several times in a step, or has spikes of -1; import the network with --max-spikes 1",
        ));
    }
    if neuron.current_wraps {
        return Err(refused(
            name,
            "its current wraps; take current_overflow = saturate",
        ));
    }
    let bounds = bounds(name, given.minimum, given.maximum)?;
    if !(bounds[0]..=bounds[1]).contains(&0.0) {
        return Err(refused(
            name,
            format!(
                "its bias begins with 0, which is not within minimum {} and maximum {}",
                given.minimum, given.maximum
            ),
        ));
    }
    let of = |change: Option<Change>| change.map(|c| step(name, c)).transpose();
    let (at_spike, each_step) = (of(given.at_spike)?, of(given.each_step)?);
    if at_spike.is_none() && each_step.is_none() {
        return Err(refused(
            name,
            "it has neither \"at_spike\" nor \"each_step\"; nothing would change",
        ));
    }
    Ok(Homeostasis {
        population: index,
        bounds,
        at_spike,
        each_step,
    })
}

fn bounds(name: &str, minimum: f64, maximum: f64) -> Result<[f64; 2], LearningError> {
    let ordered = minimum < maximum && minimum.is_finite() && maximum.is_finite();
    match ordered && maximum.abs().max(minimum.abs()) >= 1e-30 {
        true => Ok([minimum, maximum]),
        false => Err(refused(
            name,
            format!("minimum {minimum} must be less than maximum {maximum}"),
        )),
    }
}

/// The factor as a power of two.
fn step(name: &str, change: Change) -> Result<Step, LearningError> {
    if !change.add.is_finite() {
        return Err(refused(
            name,
            format!("the change {} is no number", change.add),
        ));
    }
    let add = change.add;
    if change.keep == 1.0 {
        return Ok(Step { add, decay: None });
    }
    let keep = |e: u8| 1.0 - 2f64.powi(i32::from(e) - 8);
    let found = (0..8u8).find(|&e| keep(e) == change.keep);
    if let Some(e) = found {
        return Ok(Step {
            add,
            decay: Some(e),
        });
    }
    let known = (0..8).map(keep).chain([1.0]);
    let nearest = known.min_by(|a, b| (a - change.keep).abs().total_cmp(&(b - change.keep).abs()));
    Err(refused(
        name,
        format!(
            "\"keep\" is {}; it must be 1, or 1 less a power of two from 1/256 to 1/2: {} is the nearest",
            change.keep,
            nearest.unwrap_or(1.0)
        ),
    ))
}
