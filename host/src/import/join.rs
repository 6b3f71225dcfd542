//! What arrives at a population: biases, weights, and thresholds of its own.

use super::build::Draft;
use super::forms::Term;
use super::matrix::Matrix;
use super::network::{Connection, Population, ResetKind, Values};
use super::neuron::bad;
use super::ImportError;

/// A constant input goes to the membrane, or to the current where there is one.
pub(super) fn bias(draft: &mut Draft) -> Result<(), ImportError> {
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

pub(super) fn connect(
    draft: &Draft,
    term: Term,
    (from, to, delay): (usize, usize, usize),
    (sources, n): (usize, usize),
) -> Result<Connection, ImportError> {
    let name = &draft.population.name;
    let mut matrix = match term.matrix {
        Some(m) => m,
        None if sources == n => Matrix::diagonal(vec![1.0; n]),
        None => {
            let reason = format!("{sources} spikes arrive one to one at {n} neurons");
            return Err(bad(name, reason));
        }
    };
    let mut label = if term.name.is_empty() {
        format!("into {name}")
    } else {
        term.name
    };
    if term.delay > 0 {
        label += &format!(" (delay {})", term.delay);
    }
    if (matrix.rows, matrix.columns) != (n, sources) {
        let (r, c) = (matrix.rows, matrix.columns);
        let reason = format!(
            "'{label}' has {r} rows and {c} columns between {sources} sources and {n} neurons"
        );
        return Err(bad(name, reason));
    }
    if term.floor_shift > 0 {
        let whole = matrix.data.values().iter().all(|w| w.fract() == 0.0);
        if !whole || !draft.input_gain.all(1.0) {
            let reason = format!(
                "'{label}' rounds its sum down (floor_shift), for which its weights must be whole numbers and \
                 input_gain 1"
            );
            return Err(bad(name, reason));
        }
    }
    if !draft.input_gain.all(1.0) {
        matrix
            .data
            .change(sources, |to, w| w * draft.input_gain.at(to));
    }
    Ok(Connection {
        name: label,
        from,
        to,
        delay,
        floor_shift: term.floor_shift,
        weights: matrix.data,
    })
}

/// The core subtracts one value for the whole population: neurons with thresholds of their own
/// are scaled so that all thresholds are 1.
pub(super) fn normalise(
    population: &mut Population,
    connections: &mut [Connection],
    sizes: &[usize],
    choices: &mut Vec<String>,
) -> Result<(), ImportError> {
    let (n, name) = (population.neurons, &population.name);
    let Some(neuron) = population.neuron.as_mut() else {
        return Ok(());
    };
    let Some(threshold) = neuron.threshold.clone() else {
        return Ok(());
    };
    if matches!(neuron.reset, ResetKind::Hard | ResetKind::None) {
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
    if neuron.v_min.is_some() || neuron.v_max.is_some() {
        let reason = "has thresholds of its own for each neuron, a reset by subtraction and a limit of the \
                      membrane; the core has one subtraction and one limit for a population (use one threshold)";
        return Err(bad(name, reason.into()));
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
        let sources = sizes.get(c.from).copied().unwrap_or(1);
        c.weights.change(sources, |to, w| w / threshold.at(to));
    }
    neuron.threshold = Some(Values::One(1.0));
    choices.push(format!(
        "'{name}': each neuron is scaled by its own threshold, so that all are 1"
    ));
    Ok(())
}
