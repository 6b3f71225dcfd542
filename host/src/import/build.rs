//! From a checked graph and decided rules to the network.

use super::dialect::Rules;
use super::forms::{FormOf, Forms, Matrix, Term};
use super::network::{Connection, Network, Neuron, Population, ResetKind, Role, Values};
use super::neuron::{self, bad};
use super::{order, ImportError};
use crate::nir::{Graph, Kind, Node, MAX_ELEMENTS, MAX_NEURONS};
use std::collections::BTreeMap;

/// A population before its order is known.
struct Draft {
    node: usize,
    population: Population,
    form: FormOf,
    input_gain: Values,
}

pub(super) fn build(
    graph: &Graph,
    rules: &Rules,
    choices: &mut Vec<String>,
) -> Result<Network, ImportError> {
    let mut forms = Forms::new(graph);
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
    outputs(graph, &mut forms, &mut drafts, choices)?;
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
            choices,
        )?;
        network.populations.push(draft.population);
    }
    Ok(network)
}

fn check_size(node: &str, n: usize) -> Result<(), ImportError> {
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

/// Marks what leads to an Output; a matrix that ends there becomes a read-out without memory.
fn outputs(
    graph: &Graph,
    forms: &mut Forms,
    drafts: &mut Vec<Draft>,
    choices: &mut Vec<String>,
) -> Result<(), ImportError> {
    for i in (0..graph.nodes.len()).filter(|&i| graph.nodes[i].kind == Kind::Output) {
        let form = forms.arriving_form(i)?;
        let direct = form.bias.is_none() && form.terms.iter().all(|t| t.matrix.is_none());
        if direct {
            for term in &form.terms {
                for draft in drafts.iter_mut().filter(|d| d.node == term.source) {
                    if draft.population.role == Role::Input {
                        let reason =
                            "its input goes straight to the output, nothing is left to run";
                        return Err(bad(&graph.nodes[i].name, reason.into()));
                    }
                    draft.population.role = Role::Output;
                }
            }
            continue;
        }
        let name = graph.nodes[i].name.clone();
        let rows = form
            .terms
            .iter()
            .find_map(|t| t.matrix.as_ref().map(|m| m.rows));
        let n = rows.or(form.bias.as_ref().map(Vec::len)).unwrap_or(0);
        check_size(&name, n)?;
        choices.push(format!(
            "'{name}' ends in a matrix without a neuron: its membranes show the weighted sum of \
             each step"
        ));
        let neuron = Neuron {
            current_decay: Values::One(0.0),
            membrane_decay: Values::One(0.0),
            gain: Values::One(1.0),
            bias: Values::One(0.0),
            current_bias: None,
            threshold: None,
            strict: false,
            reset: ResetKind::Hard,
            reset_value: Values::One(0.0),
            start: Values::One(0.0),
            held_steps: 0,
            current_after_decay: false,
            v_min: None,
            words: "weighted sum of the step".into(),
        };
        let population = Population {
            name,
            neurons: n,
            role: Role::Output,
            neuron: Some(neuron),
        };
        drafts.push(Draft {
            node: i,
            population,
            form,
            input_gain: Values::One(1.0),
        });
    }
    Ok(())
}

/// A constant input goes to the membrane, or to the current where there is one.
fn bias(draft: &mut Draft) -> Result<(), ImportError> {
    let n = draft.population.neurons;
    let name = draft.population.name.clone();
    let (Some(bias), Some(neuron)) = (draft.form.bias.take(), draft.population.neuron.as_mut())
    else {
        return Ok(());
    };
    if bias.len() != n {
        return Err(bad(
            &name,
            format!("a bias of {} values arrives at {n} neurons", bias.len()),
        ));
    }
    if bias.iter().all(|&b| b == 0.0) {
        return Ok(());
    }
    let scaled = Values::from_vec(bias).zip(&draft.input_gain, n, |b, g| b * g);
    if neuron.current_decay.all(0.0) {
        let through = scaled.zip(&neuron.gain, n, |b, g| b * g);
        neuron.bias = neuron.bias.zip(&through, n, |a, b| a + b);
    } else {
        neuron.current_bias = Some((0..n).map(|i| scaled.at(i)).collect());
    }
    Ok(())
}

fn connect(
    draft: &Draft,
    term: Term,
    (from, to, delay): (usize, usize, usize),
    (sources, n): (usize, usize),
) -> Result<Connection, ImportError> {
    let name = &draft.population.name;
    let mut matrix = match term.matrix {
        Some(m) => m,
        None if sources == n && n * n <= MAX_ELEMENTS => {
            let mut data = vec![0.0; n * n];
            (0..n).for_each(|i| data[i * n + i] = 1.0);
            Matrix {
                rows: n,
                columns: n,
                data,
            }
        }
        None => {
            let reason = format!("{sources} spikes arrive one to one at {n} neurons");
            return Err(bad(name, reason));
        }
    };
    let label = if term.name.is_empty() {
        format!("into {name}")
    } else {
        term.name
    };
    if (matrix.rows, matrix.columns) != (n, sources) {
        let (r, c) = (matrix.rows, matrix.columns);
        let reason = format!(
            "'{label}' has {r} rows and {c} columns between {sources} sources and {n} neurons"
        );
        return Err(bad(name, reason));
    }
    if !draft.input_gain.all(1.0) {
        for (i, row) in matrix.data.chunks_exact_mut(sources).enumerate() {
            row.iter_mut().for_each(|w| *w *= draft.input_gain.at(i));
        }
    }
    Ok(Connection {
        name: label,
        from,
        to,
        delay,
        weights: matrix.data,
    })
}

/// The core subtracts one value for the whole population: neurons with thresholds of their own
/// are scaled so that all thresholds are 1.
fn normalise(
    population: &mut Population,
    connections: &mut [Connection],
    choices: &mut Vec<String>,
) -> Result<(), ImportError> {
    let (n, name) = (population.neurons, &population.name);
    let Some(neuron) = population.neuron.as_mut() else {
        return Ok(());
    };
    let Some(threshold) = neuron.threshold.clone() else {
        return Ok(());
    };
    if neuron.reset == ResetKind::Hard {
        return Ok(());
    }
    if threshold.range().0 <= 0.0 {
        let reason = format!(
            "'v_threshold' is {}; a reset by subtraction needs a positive threshold (use the reset \
             'zero' if the network was trained with it)",
            threshold.range().0
        );
        return Err(bad(name, reason));
    }
    if let Values::One(_) = threshold {
        return Ok(());
    }
    let over = |v: &Values| v.zip(&threshold, n, |a, t| a / t);
    neuron.bias = over(&neuron.bias);
    neuron.start = over(&neuron.start);
    if let Some(bias) = &mut neuron.current_bias {
        bias.iter_mut()
            .enumerate()
            .for_each(|(i, b)| *b /= threshold.at(i));
    }
    for c in connections {
        let sources = c.weights.len() / n;
        for (i, row) in c.weights.chunks_exact_mut(sources).enumerate() {
            row.iter_mut().for_each(|w| *w /= threshold.at(i));
        }
    }
    neuron.threshold = Some(Values::One(1.0));
    choices.push(format!(
        "'{name}': each neuron is scaled by its own threshold, so that all are 1"
    ));
    Ok(())
}
