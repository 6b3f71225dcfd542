//! From a checked graph and decided rules to the network.

use super::dialect::Rules;
use super::forms::{FormOf, Forms};
use super::join::{bias, connect, normalise};
use super::network::{Network, Population, Role, Values};
use super::neuron::{self, bad};
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
}

pub(super) fn build(
    graph: &Graph,
    rules: &Rules,
    choices: &mut Vec<String>,
) -> Result<Network, ImportError> {
    let shapes = Shapes::new(graph)?;
    let mut forms = Forms::new(graph, &shapes);
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
            name: node.name.clone(),
            neurons: n,
            shape: axes(shapes.leaving(i), n),
            role: Role::Hidden,
            neuron: Some(mapped.neuron),
        };
        drafts.push(Draft {
            node: i,
            population,
            form,
            input_gain: mapped.input_gain,
        });
    }
    outputs(graph, &shapes, &mut forms, &mut drafts, choices)?;
    let at: BTreeMap<usize, usize> = drafts
        .iter()
        .enumerate()
        .map(|(i, d)| (d.node, i))
        .collect();
    let mut edges = Vec::new();
    for (to, draft) in drafts.iter().enumerate() {
        edges.extend(draft.form.terms.iter().map(|t| (at[&t.source], to)));
    }
    let (sequence, back) = order::order(drafts.len(), inputs, &edges);
    let mut place = vec![0; drafts.len()];
    sequence
        .iter()
        .enumerate()
        .for_each(|(new, &old)| place[old] = new);
    let loops = edges
        .iter()
        .copied()
        .zip(back)
        .filter(|e| e.1)
        .map(|e| e.0)
        .collect::<Vec<_>>();
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
            let delay = usize::from(loops.contains(&(old_from, old)));
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
        name: node.name.clone(),
        neurons: n,
        shape: shape.iter().map(|&d| d as usize).collect(),
        role: Role::Input,
        neuron: None,
    };
    Ok(Draft {
        node: index,
        population,
        form: FormOf::default(),
        input_gain: Values::One(1.0),
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
