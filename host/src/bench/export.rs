//! A subject for other simulators: the weights as the device has them, in real numbers, the spikes of the
//! samples, and what the model makes of them.

use super::{BenchError, Subject};
use crate::data::Values as Given;
use crate::import::{Neuron, ResetKind, Values};
use crate::run::{default_shape, Answers, Packed};
use ferrospike_model::device::{Device, Path as ModelPath, Shape};
use ferrospike_model::image::Connection;
use ferrospike_model::program::{End, Form, Operation, Scan};
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
        let w = effective(subject, c.from, c.to, c.delay)?;
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

/// The weights that the device adds, as real numbers, whatever form its rows have: what a device with the image makes
/// of one spike of each source, by the connection's SCANs alone.
fn effective(
    subject: &Subject,
    from: usize,
    to: usize,
    delay: usize,
) -> Result<Array2<f32>, BenchError> {
    let invalid = |e: &dyn std::fmt::Display| {
        BenchError::Invalid(format!(
            "the weights of '{}' cannot be read back: {e}",
            subject.name
        ))
    };
    let header = &subject.image.header;
    let (source, destination) = (&header.populations[from], &header.populations[to]);
    let belongs = |c: &&Connection| c.from == Some(from) && c.to == to && c.delay == delay;
    let starts = header
        .connections
        .iter()
        .filter(belongs)
        .map(|c| match c.form.as_str() {
            "listed" => (Form::Listed, c.first_long),
            _ => (Form::Dense, c.first_word),
        });
    let starts: Vec<_> = starts.collect();
    // The image, and behind it a program of those SCANs.
    let bytes = subject.image.synapses.len();
    let words = (bytes / header.lanes + 64).next_multiple_of(64);
    let mut device = Device::new(Shape {
        lanes: header.lanes,
        synapse_words: words,
        ..default_shape()
    })
    .map_err(|e| invalid(&e))?;
    device
        .write_synapses(0, &subject.image.synapses)
        .map_err(|e| invalid(&e))?;
    let mut program = Vec::new();
    let operations = subject.image.program(header.step_entry);
    for (_, operation) in operations.map_err(|e| invalid(&e))? {
        match operation {
            Operation::Scan(scan) if starts.contains(&(scan.form, scan.row_base as usize)) => {
                program.push(Operation::Scan(Scan { delay: 0, ..scan }));
            }
            _ => {}
        }
    }
    if program.len() != starts.len() {
        let found = format!("{} SCANs for {} connections", program.len(), starts.len());
        return Err(invalid(&found));
    }
    program.push(Operation::End(End::default()));
    let longs = program.iter().flat_map(Operation::encode);
    let mut program: Vec<u8> = longs.flat_map(u64::to_le_bytes).collect();
    program.resize(program.len().next_multiple_of(header.lanes), 0);
    let first = bytes / header.lanes;
    device
        .write_synapses(first, &program)
        .map_err(|e| invalid(&e))?;
    let neurons = device.shape().neurons();
    let silent = vec![0; source.groups(header.lanes)];
    let nothing = vec![0; neurons];
    let mut weights = Array2::<f32>::zeros((source.neurons, destination.neurons));
    for (i, mut row) in weights.rows_mut().into_iter().enumerate() {
        let mut spikes = silent.clone();
        spikes[i / header.lanes] |= 1 << (i % header.lanes);
        device
            .set_input(source.bitmap, 0, &spikes)
            .map_err(|e| invalid(&e))?;
        device
            .write_currents(0, &nothing)
            .map_err(|e| invalid(&e))?;
        let entry = (first * header.lanes / 8) as u32;
        device.run(entry).map_err(|e| invalid(&format!("{e:?}")))?;
        let to = destination.first_group * header.lanes;
        let currents = device
            .read_currents(to, destination.neurons)
            .map_err(|e| invalid(&e))?;
        for (weight, units) in row.iter_mut().zip(currents) {
            *weight = (f64::from(*units) * destination.unit) as f32;
        }
    }
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::networks::sparse;

    /// Listed rows are read back as what they are: one weight in twenty, up to 100/256 and 40/256. (Read as dense rows,
    /// three in twenty are not 0.)
    #[test]
    fn weights_of_listed_rows_are_read_back() {
        let subject = sparse(1).expect("compiles");
        let listed = subject.image.header.connections.iter();
        assert!(listed.clone().any(|c| c.form == "listed"));
        for ((from, to), delay, largest) in [((0, 1), 0, 100.0), ((1, 1), 1, 40.0)] {
            let w = effective(&subject, from, to, delay).expect("read back");
            let there = w.iter().filter(|x| **x != 0.0).count() as f64 / w.len() as f64;
            assert!((0.045..0.055).contains(&there), "{there}");
            let most = w.iter().fold(0f32, |most, x| most.max(x.abs()));
            assert!((most - largest / 256.0).abs() < 1e-3, "{most}");
        }
    }
}
