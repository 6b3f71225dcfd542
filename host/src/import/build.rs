//! From a checked graph and decided rules to the network.

use super::dialect::Dialect;
use super::forms::{FormOf, Forms};
use super::join::{bias, connect, normalise};
use super::network::{Connection, Network, Population, Role, Values};
use super::neuron::{self, bad};
use super::options::Rules;
use super::outputs::outputs;
use super::shapes::Shapes;
use super::{order, ImportError};
use crate::nir::{Graph, Kind, Node, MAX_NEURONS};
use std::collections::BTreeMap;

/// A population before its order is known.
pub(super) struct Draft {
    pub node: usize,
    pub population: Population,
    pub form: FormOf,
    pub input_gain: Values,
    /// Steps added to connections from neurons and from inputs.
    pub delays: [usize; 2],
    /// NEURON: whether inhibition comes first in each step.
    pub inhibition_first: bool,
}

pub(super) fn build(
    graph: &Graph,
    rules: &Rules,
    choices: &mut Vec<String>,
) -> Result<Network, ImportError> {
    let shapes = Shapes::new(graph)?;
    let mut forms = Forms::new(graph, &shapes, rules);
    let mut drafts: Vec<Draft> = Vec::new();
    let of_kind = |f: fn(Kind) -> bool| {
        (0..graph.nodes.len())
            .filter(move |&i| f(graph.nodes[i].kind))
            .collect::<Vec<_>>()
    };
    for i in of_kind(|k| k == Kind::Input) {
        drafts.push(input(i, &graph.nodes[i])?);
    }
    let inputs = drafts.len();
    let mut sizes: BTreeMap<usize, usize> = drafts
        .iter()
        .map(|d| (d.node, d.population.neurons))
        .collect();
    let mut pending = Vec::new();
    for i in of_kind(Kind::is_neuron) {
        let form = forms.arriving_form(i)?;
        if let Some(n) = size_of(&graph.nodes[i], &form) {
            sizes.insert(i, n);
        }
        pending.push((i, form));
    }
    // An identity takes its size from its source.
    for _ in 0..pending.len() {
        for (i, form) in &pending {
            let from = form
                .terms
                .iter()
                .find_map(|t| sizes.get(&t.source).copied());
            if let (false, Some(n)) = (sizes.contains_key(i), from) {
                sizes.insert(*i, n);
            }
        }
    }
    for (i, form) in pending {
        let node = &graph.nodes[i];
        let n = *sizes
            .get(&i)
            .ok_or_else(|| bad(&node.name, "its size is nowhere given".into()))?;
        check_size(&node.name, n)?;
        let recurrent = form.terms.iter().any(|t| t.source == i);
        let mapped = neuron::map(node, n, rules, recurrent, choices)?;
        let population = Population {
            shape: axes(shapes.leaving(i), n),
            neuron: Some(mapped.neuron),
            ..Population::new(node.name.clone(), n, Role::Hidden)
        };
        drafts.push(Draft {
            node: i,
            population,
            form,
            input_gain: mapped.input_gain,
            delays: mapped.delays,
            inhibition_first: mapped.keys.inhibition_first == Some(true),
        });
    }
    outputs(graph, &shapes, &mut forms, &mut drafts, choices)?;
    let at: BTreeMap<usize, usize> = drafts
        .iter()
        .enumerate()
        .map(|(i, d)| (d.node, i))
        .collect();
    spikes_only(graph, &drafts, &at)?;
    let mut edges = Vec::new();
    for (to, draft) in drafts.iter().enumerate() {
        for term in &draft.form.terms {
            let from = at[&term.source];
            edges.push((from, to, draft.delay(from < inputs, term.delay)));
        }
    }
    let (sequence, back) = order::order_with_delays(drafts.len(), inputs, &edges);
    let mut place = vec![0; drafts.len()];
    sequence
        .iter()
        .enumerate()
        .for_each(|(new, &old)| place[old] = new);
    let loops: Vec<(usize, usize)> = edges
        .iter()
        .zip(back)
        .filter(|(edge, back)| *back && edge.2 == 0)
        .map(|(edge, _)| (edge.0, edge.1))
        .collect();
    for &(a, b) in &loops {
        let (a, b) = (&drafts[a].population.name, &drafts[b].population.name);
        choices.push(format!(
            "'{a}' to '{b}' closes a loop: these spikes arrive one step later"
        ));
    }
    let mut network = Network {
        dialect: rules.dialect.name().into(),
        encoder: rules.encoder.clone(),
        decoder: rules.decoder.clone(),
        ..Network::default()
    };
    let mut taken: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    let sources: Vec<usize> = sequence
        .iter()
        .map(|&old| taken[old].as_ref().map_or(0, |d| d.population.neurons))
        .collect();
    for &old in &sequence {
        let Some(mut draft) = taken[old].take() else {
            continue;
        };
        let to = place[old];
        let n = draft.population.neurons;
        bias(&mut draft)?;
        for term in std::mem::take(&mut draft.form.terms) {
            let old_from = at[&term.source];
            let from = place[old_from];
            let mut delay = draft.delay(old_from < inputs, term.delay);
            if delay == 0 && loops.contains(&(old_from, old)) {
                delay = 1;
            }
            network.connections.push(connect(
                &draft,
                term,
                (from, to, delay),
                (sources[from], n),
            )?);
        }
        let first = network.connections.len();
        let own = network
            .connections
            .iter()
            .position(|c| c.to == to)
            .unwrap_or(first);
        if rules.dialect == Dialect::Neuron && !draft.inhibition_first {
            one_sign(&draft.population.name, &network.connections[own..])?;
        }
        normalise(
            &mut draft.population,
            &mut network.connections[own..],
            &sources,
            choices,
        )?;
        network.populations.push(draft.population);
    }
    Ok(network)
}

impl Draft {
    /// Steps of a connection into it that passes Delay nodes of `more` steps.
    fn delay(&self, from_input: bool, more: usize) -> usize {
        self.delays[usize::from(from_input)] + more
    }
}

/// A membrane without a threshold sends no spikes: nothing but an Output may follow.
fn spikes_only(
    graph: &Graph,
    drafts: &[Draft],
    at: &BTreeMap<usize, usize>,
) -> Result<(), ImportError> {
    for draft in drafts {
        for term in &draft.form.terms {
            let source = &drafts[at[&term.source]].population;
            let silent = source
                .neuron
                .as_ref()
                .is_some_and(|r| r.threshold.is_none());
            if silent {
                let to = &graph.nodes[draft.node].name;
                let reason = format!(
                    "its membrane is a number, not a spike, and '{to}' takes it; only an Output or a Threshold \
                     may follow an LI, CubaLI or I (graded spikes do not exist in the core)"
                );
                return Err(bad(&source.name, reason));
            }
        }
    }
    Ok(())
}

/// NEURON tests the threshold after each event of a step: the sum of all is the same only without
/// inhibition, or if inhibition comes first.
fn one_sign(name: &str, connections: &[Connection]) -> Result<(), ImportError> {
    let all = || connections.iter().flat_map(|c| c.weights.values());
    if all().any(|&w| w < 0.0) && all().any(|&w| w > 0.0) {
        let reason = "excitation and inhibition arrive in one step, and NEURON compares after each event: the \
                      spikes depend on their order. Let the inhibitory NetCons arrive a little earlier (their \
                      delay less by 1e-6 ms) and say so with ferrospike_events = inhibition-first";
        return Err(bad(name, reason.into()));
    }
    Ok(())
}

/// The axes of a population, if they are more than one and agree with its size.
pub(super) fn axes(shape: Option<&[usize]>, n: usize) -> Vec<usize> {
    match shape {
        Some(shape) if shape.len() > 1 && shape.iter().product::<usize>() == n => shape.to_vec(),
        _ => Vec::new(),
    }
}

pub(super) fn check_size(node: &str, n: usize) -> Result<(), ImportError> {
    if n == 0 || n > MAX_NEURONS {
        return Err(bad(
            node,
            format!("it has {n} neurons; 1 to {MAX_NEURONS} are possible"),
        ));
    }
    Ok(())
}

fn input(index: usize, node: &Node) -> Result<Draft, ImportError> {
    let shape = node.parameters.get("shape").map_or(&[][..], |t| &t.data);
    let mut n = 1usize;
    for &d in shape {
        if d < 1.0 || d > MAX_NEURONS as f64 || d.fract() != 0.0 {
            return Err(bad(
                &node.name,
                format!("'shape' is {shape:?}, it must be whole numbers"),
            ));
        }
        n = n.saturating_mul(d as usize);
    }
    check_size(&node.name, if shape.is_empty() { 0 } else { n })?;
    let population = Population {
        shape: shape.iter().map(|&d| d as usize).collect(),
        ..Population::new(node.name.clone(), n, Role::Input)
    };
    Ok(Draft {
        node: index,
        population,
        form: FormOf::default(),
        input_gain: Values::One(1.0),
        delays: [0, 0],
        inhibition_first: true,
    })
}

/// Size from the parameters, or from the matrices that lead here.
fn size_of(node: &Node, form: &FormOf) -> Option<usize> {
    let own = node
        .parameters
        .values()
        .map(|t| t.data.len())
        .max()
        .filter(|&n| n > 1);
    own.or_else(|| {
        form.terms
            .iter()
            .find_map(|t| t.matrix.as_ref().map(|m| m.rows))
    })
}
