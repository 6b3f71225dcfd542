//! NIR data files (`nir.write_data` of nir 1.0.8): observables of the nodes of a graph, on a time grid or as events.
//!
//! The file keeps the grid's step, the number of neurons and the length of a recording as attributes of groups, which the
//! crate `rust-hdf5` does not read unless they are text; for events, `step` and perhaps `neurons` are therefore asked for.

use super::options::Options;
use super::samples::{Measured, Samples, Values};
use super::{format, MAX_SAMPLES};
use crate::data::{DataError, MAX_BYTES};
use crate::encode::{Spikes, MAX_STEPS};
use crate::nir::{Hdf5, Store, Tensor};
use std::collections::BTreeSet;
use std::path::Path;

/// Most inputs.
const MAX_INPUTS: usize = 65536;

/// Reads an observable. On a grid: spikes if its values are truth values, else measured numbers, (samples, steps,
/// neurons). Events: spikes in steps of `step` (`floor(time / step)`), their values, if they have some, left aside.
pub(super) fn read(path: &Path, options: &Options) -> Result<Samples, DataError> {
    let fail = |reason: String| format(path, reason);
    let store = Hdf5::open(path).map_err(|e| DataError::Choice(e.to_string()))?;
    let paths = store.paths().map_err(fail)?;
    let at = observable(&paths, options).map_err(fail)?;
    let has = |name: &str| paths.contains(&format!("{at}/{name}"));
    let values = if has("data") {
        let at = format!("{at}/data");
        let truth = store.is_truth(&at).map_err(fail)?;
        grid(store.numbers(&at).map_err(fail)?, truth, &at).map_err(fail)?
    } else if has("idx") && has("time") {
        let array = |name: &str| store.numbers(&format!("{at}/{name}")).map_err(fail);
        let spikes = events(&array("idx")?, &array("time")?, options);
        Values::Spikes(spikes.map_err(|e| fail(format!("'{at}': {e}")))?)
    } else {
        return Err(fail(format!(
            "'{at}' has neither 'data' nor 'idx' and 'time'"
        )));
    };
    Ok(Samples {
        name: path.display().to_string(),
        values,
        labels: None,
    })
}

/// The path of the observable that is asked for, or of the only one; an error is a reason in words.
fn observable(paths: &[String], options: &Options) -> Result<String, String> {
    let mut found = BTreeSet::new();
    for path in paths {
        let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
        // nodes/a/nodes/b/observables/spikes/data
        let [nodes @ .., "observables", observable, _] = &parts[..] else {
            continue;
        };
        let names: Vec<&str> = nodes.iter().skip(1).step_by(2).copied().collect();
        let kept = |wanted: &Option<String>, name: &str| match wanted {
            Some(wanted) => wanted == name,
            None => true,
        };
        if kept(&options.node, &names.join(".")) && kept(&options.observable, observable) {
            found.insert(parts.get(..parts.len() - 1).unwrap_or(&[]).join("/"));
        }
    }
    let all: Vec<String> = found.into_iter().collect();
    match &all[..] {
        [one] => Ok(one.clone()),
        [] => Err("it has no such observable; is it written by nir.write_data?".into()),
        several => Err(format!(
            "it has several observables: {}; choose with --node and --observable",
            several
                .iter()
                .take(20)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        )),
    }
}

/// (samples, steps, neurons) of truth values or numbers.
fn grid(array: Tensor, truth: bool, at: &str) -> Result<Values, String> {
    let [samples, steps, neurons] = array.shape[..] else {
        let shape = &array.shape;
        return Err(format!(
            "'{at}' has the shape {shape:?}, but must be (samples, steps, neurons)"
        ));
    };
    if samples > MAX_SAMPLES || steps > MAX_STEPS || array.data.is_empty() {
        return Err(format!(
            "'{at}' has {samples} samples of {steps} steps and {neurons} neurons; 1 to {MAX_SAMPLES} and 1 to {MAX_STEPS} \
             are allowed"
        ));
    }
    let parts = array.data.chunks(steps * neurons);
    Ok(match truth {
        true => Values::Spikes(
            parts
                .map(|part| Spikes {
                    steps,
                    inputs: neurons,
                    bits: part.iter().map(|&x| u8::from(x != 0.0)).collect(),
                })
                .collect(),
        ),
        false => Values::Measured(
            parts
                .map(|part| Measured {
                    channels: neurons,
                    values: part.to_vec(),
                    range: None,
                })
                .collect(),
        ),
    })
}

/// (samples, events) of indices, -1 where there is none, and times.
fn events(idx: &Tensor, time: &Tensor, options: &Options) -> Result<Vec<Spikes>, String> {
    let [samples, events] = idx.shape[..] else {
        return Err(format!(
            "'idx' has the shape {:?}, but must be (samples, events)",
            idx.shape
        ));
    };
    if time.shape != idx.shape || samples == 0 || events == 0 || samples > MAX_SAMPLES {
        return Err(format!(
            "'idx' and 'time' have the shapes {:?} and {:?}, which must be equal and not empty",
            idx.shape, time.shape
        ));
    }
    let step = options.step.filter(|s| *s > 0.0 && s.is_finite());
    let step =
        step.ok_or("it has events; give --step, the time of a step in the file's unit, above 0")?;
    let mut found = Vec::new();
    let (mut steps, mut neurons) = (1, 1);
    for (place, (&index, &at)) in idx.data.iter().zip(&time.data).enumerate() {
        if index == -1.0 {
            continue;
        }
        let when = (at / step).floor();
        let whole = |x: f64, most: usize| (0.0..most as f64).contains(&x).then_some(x as usize);
        let (Some(when), Some(input)) = (whole(when, MAX_STEPS), whole(index, MAX_INPUTS)) else {
            return Err(format!(
                "event {place} is of neuron {index} at {at}; with --step {step} steps go to {MAX_STEPS}, neurons to {MAX_INPUTS}"
            ));
        };
        steps = steps.max(when + 1);
        neurons = neurons.max(input + 1);
        found.push((place / events, when, input));
    }
    if let Some(given) = options.neurons {
        if given < neurons || given > MAX_INPUTS {
            return Err(format!(
                "--neurons {given}, but neurons go to {neurons}; {MAX_INPUTS} is the most"
            ));
        }
        neurons = given;
    }
    if (samples * steps) as u64 * neurons as u64 > MAX_BYTES {
        return Err(format!(
            "{samples} samples of {steps} steps and {neurons} neurons are too large; take a longer --step"
        ));
    }
    let silence = Spikes {
        steps,
        inputs: neurons,
        bits: vec![0; steps * neurons],
    };
    let mut all = vec![silence; samples];
    for (sample, when, input) in found {
        let bits = all.get_mut(sample).map(|s| &mut s.bits);
        if let Some(bit) = bits.and_then(|b| b.get_mut(when * neurons + input)) {
            *bit = 1;
        }
    }
    Ok(all)
}
