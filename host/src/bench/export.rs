//! A subject for other simulators: the weights as the device has them, in real numbers, the spikes of the
//! samples, and what the model makes of them.

use super::{BenchError, Subject};
use crate::data::Values as Given;
use crate::import::{Neuron, ResetKind, Values};
use crate::run::{Answers, Packed};
use ferrospike_model::device::Path as ModelPath;
use ferrospike_model::image::Connection;
use ndarray::{Array2, Array3};
use ndarray_npy::NpzWriter;
use serde_json::{json, Value};
use std::fs::File;
use std::path::Path;

/// Writes `NAME.json` (populations and connections) and `NAME.npz`: `w0`, `w1`, ... (source, destination)
/// in the order of the connections, `images` or `spikes`, and the model's `counts` (sample, output).
pub fn export(subject: &Subject, folder: &Path) -> Result<(), BenchError> {
    let failed = |e: &dyn std::fmt::Display| {
        BenchError::Invalid(format!("cannot write into '{}': {e}", folder.display()))
    };
    let header = &subject.image.header;
    let populations: Vec<Value> = subject
        .network
        .populations
        .iter()
        .map(|p| {
            json!({"name": p.name, "neurons": p.neurons, "role": p.role,
                "neuron": p.neuron.as_ref().map(rule)})
        })
        .collect();
    let connections: Vec<Value> = subject
        .network
        .connections
        .iter()
        .map(|c| json!({"from": c.from, "to": c.to, "delay": c.delay}))
        .collect();
    let text = json!({"name": subject.name, "words": subject.words, "steps": subject.steps,
        "populations": populations, "connections": connections, "encoder": header.encoder});
    let path = |extension: &str| folder.join(format!("{}.{extension}", subject.name));
    std::fs::create_dir_all(folder).map_err(|e| failed(&e))?;
    std::fs::write(path("json"), format!("{text:#}\n")).map_err(|e| failed(&e))?;
    let file = File::create(path("npz")).map_err(|e| failed(&e))?;
    let mut npz = NpzWriter::new_compressed(file);
    for (index, c) in subject.network.connections.iter().enumerate() {
        let w = effective(subject, c.from, c.to, c.delay);
        npz.add_array(format!("w{index}"), &w)
            .map_err(|e| failed(&e))?;
    }
    match &subject.inputs.values {
        Given::Images { pixels, bytes } => {
            let shape = (bytes.len() / (*pixels).max(1), *pixels);
            let images = Array2::from_shape_vec(shape, bytes.clone()).map_err(|e| failed(&e))?;
            npz.add_array("images", &images).map_err(|e| failed(&e))?;
        }
        Given::Frames { .. } => {
            return Err(failed(&"its samples are frames, which are not exported"))
        }
        Given::Spikes {
            steps,
            inputs,
            bits,
        } => {
            let shape = (bits.len() / (steps * inputs).max(1), *steps, *inputs);
            let spikes = Array3::from_shape_vec(shape, bits.clone()).map_err(|e| failed(&e))?;
            npz.add_array("spikes", &spikes).map_err(|e| failed(&e))?;
        }
    }
    let counts = counts(subject, &subject.samples)?;
    npz.add_array("counts", &counts).map_err(|e| failed(&e))?;
    npz.finish().map_err(|e| failed(&e))?;
    Ok(())
}

fn counts(subject: &Subject, samples: &[Packed]) -> Result<Array2<u32>, BenchError> {
    let answers = Answers::new(&subject.image, 1, ModelPath::Fast)?.run(samples)?;
    let outputs = answers.first().map_or(0, |a| a.counts.len());
    let mut counts = Array2::zeros((answers.len(), outputs));
    for ((_, cell), count) in counts
        .indexed_iter_mut()
        .zip(answers.iter().flat_map(|a| &a.counts))
    {
        *cell = *count;
    }
    Ok(counts)
}

fn rule(neuron: &Neuron) -> Value {
    let one = |values: &Values| values.at(0);
    let reset = match neuron.reset {
        ResetKind::Hard => "zero",
        ResetKind::Soft => "subtract",
        ResetKind::Delayed => "subtract in the next step",
        ResetKind::None => "none",
    };
    json!({"current_decay": one(&neuron.current_decay), "decay": one(&neuron.membrane_decay),
        "threshold": neuron.threshold.as_ref().map(one), "reset": reset})
}

/// The weights that the device adds, as real numbers: of each pair the sum of its segments.
fn effective(subject: &Subject, from: usize, to: usize, delay: usize) -> Array2<f32> {
    let header = &subject.image.header;
    let (source, destination) = (&header.populations[from], &header.populations[to]);
    let mut weights = Array2::<f32>::zeros((source.neurons, destination.neurons));
    let belongs = |c: &&Connection| c.from == Some(from) && c.to == to && c.delay == delay;
    for c in header.connections.iter().filter(belongs) {
        let row = destination.groups(header.lanes) * header.lanes;
        for ((i, j), weight) in weights.indexed_iter_mut() {
            let at = c.first_word * header.lanes + i * row + j;
            let mantissa = subject.image.synapses.get(at).map_or(0, |b| *b as i8);
            let units = f64::from(i32::from(mantissa) << c.exponent);
            *weight += (units * destination.unit) as f32;
        }
    }
    weights
}
