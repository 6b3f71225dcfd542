//! The networks that are measured. Those without training have random weights and inputs; speed does not
//! depend on what they mean, but on sizes and on how much spikes.

use super::BenchError;
use crate::compile::{compile, CompileOptions};
use crate::data::{Inputs, Values as Given};
use crate::import::{
    import_nir, Connection, ImportOptions, Network, Neuron, Population, Role, Values,
};
use crate::run::{default_shape, encode, Packed};
use ferrospike_model::device::Shape;
use ferrospike_model::image::Image;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::path::Path;

/// The networks by name.
pub const NAMES: [&str; 3] = ["mnist", "braille", "sparse"];

/// A network with samples.
#[derive(Debug)]
pub struct Subject {
    /// Its name here.
    pub name: &'static str,
    /// What it is, for people.
    pub words: &'static str,
    /// In real numbers.
    pub network: Network,
    /// Compiled.
    pub image: Image,
    /// Steps of a sample.
    pub steps: usize,
    /// Samples as they are given.
    pub inputs: Inputs,
    /// Samples as the device takes them.
    pub samples: Vec<Packed>,
}

impl Subject {
    fn new(
        name: &'static str,
        words: &'static str,
        network: Network,
        inputs: Inputs,
        shape: Shape,
        count: usize,
    ) -> Result<Self, BenchError> {
        let image = compile(&network, &CompileOptions::new(shape))?.0;
        let all = 0..count.min(inputs.count());
        let encoded = all.map(|index| encode(&inputs, index, &image));
        let encoded = encoded.collect::<Result<Vec<_>, _>>()?;
        Ok(Subject {
            steps: encoded.first().map_or(0, Vec::len),
            samples: encoded.iter().map(|s| Packed::new(s, &image)).collect(),
            name,
            words,
            network,
            image,
            inputs,
        })
    }
}

/// The trained network of `examples/mnist` with its images.
pub fn mnist(examples: &Path, count: usize) -> Result<Subject, BenchError> {
    let imported = import_nir(&examples.join("mnist/mnist.nir"), &ImportOptions::default())?;
    let inputs = Inputs::open(&examples.join("mnist/mnist_test_1000.npz"))?;
    let words = "784-128-10, trained, MNIST test images, 10 steps";
    Subject::new(
        "mnist",
        words,
        imported.network,
        inputs,
        default_shape(),
        count,
    )
}

/// The shape of the network for Braille letters of the NIR paper: synaptic currents, a recurrent layer.
pub fn braille(count: usize) -> Result<Subject, BenchError> {
    let mut rng = StdRng::seed_from_u64(12_407);
    let hidden = neuron(0.75, 0.85);
    let populations = vec![
        population("input", 12, Role::Input, None),
        population("hidden", 40, Role::Hidden, Some(hidden.clone())),
        population("output", 7, Role::Output, Some(hidden)),
    ];
    let connections = vec![
        connection((0, 1), 0, weights(&mut rng, (12, 40), 1.0, 40)),
        connection((1, 1), 1, weights(&mut rng, (40, 40), 1.0, 12)),
        connection((1, 2), 0, weights(&mut rng, (40, 7), 1.0, 24)),
    ];
    let inputs = random_inputs(&mut rng, count, 256, 12, 0.1);
    let words = "12-40-7, hidden layer recurrent, synaptic currents, random weights, 256 steps";
    let network = network("braille", populations, connections);
    Subject::new("braille", words, network, inputs, default_shape(), count)
}

/// A recurrent network of which one connection in twenty exists.
pub fn sparse(count: usize) -> Result<Subject, BenchError> {
    let mut rng = StdRng::seed_from_u64(1000);
    let populations = vec![
        population("input", 100, Role::Input, None),
        population("neurons", 1000, Role::Output, Some(neuron(0.0, 0.9375))),
    ];
    let connections = vec![
        connection((0, 1), 0, weights(&mut rng, (100, 1000), 0.05, 100)),
        connection((1, 1), 1, weights(&mut rng, (1000, 1000), 0.05, 40)),
    ];
    let inputs = random_inputs(&mut rng, count, 100, 100, 0.2);
    let words =
        "100 inputs, 1,000 neurons, recurrent, one of 20 connections, random weights, 100 steps";
    // Rows are dense: more than a small FPGA has, but no more than an address can say.
    let shape = Shape {
        synapse_words: 1 << 18,
        ..default_shape()
    };
    let network = network("sparse", populations, connections);
    Subject::new("sparse", words, network, inputs, shape, count)
}

pub(super) fn network(
    name: &str,
    populations: Vec<Population>,
    connections: Vec<Connection>,
) -> Network {
    Network {
        name: name.into(),
        source: "ferrospike bench".into(),
        populations,
        connections,
        decoder: "count".into(),
        ..Network::default()
    }
}

/// Leaky neurons with threshold 1 that start from 0 again after a spike.
pub(super) fn neuron(current_decay: f64, membrane_decay: f64) -> Neuron {
    Neuron {
        current_decay: Values::One(current_decay),
        membrane_decay: Values::One(membrane_decay),
        threshold: Some(Values::One(1.0)),
        strict: true,
        words: "LIF, reset to zero".into(),
        ..Neuron::default()
    }
}

pub(super) fn population(
    name: &str,
    neurons: usize,
    role: Role,
    neuron: Option<Neuron>,
) -> Population {
    Population {
        neuron,
        ..Population::new(name, neurons, role)
    }
}

pub(super) fn connection(
    (from, to): (usize, usize),
    delay: usize,
    weights: Vec<f64>,
) -> Connection {
    Connection {
        name: format!("{from} to {to}"),
        from,
        to,
        floor_shift: 0,
        delay,
        weights: weights.into(),
    }
}

/// Weights for this part of the pairs, whole numbers up to `largest` of 1/256, half of them negative.
pub(super) fn weights(
    rng: &mut StdRng,
    (from, to): (usize, usize),
    part: f64,
    largest: i32,
) -> Vec<f64> {
    let one = |_| match rng.gen_bool(part) {
        true => f64::from(rng.gen_range(-largest..=largest)) / 256.0,
        false => 0.0,
    };
    (0..from * to).map(one).collect()
}

pub(super) fn random_inputs(
    rng: &mut StdRng,
    count: usize,
    steps: usize,
    inputs: usize,
    density: f64,
) -> Inputs {
    let bits = (0..count * steps * inputs).map(|_| u8::from(rng.gen_bool(density)));
    Inputs {
        name: "random spikes".into(),
        values: Given::Spikes {
            steps,
            inputs,
            bits: bits.collect(),
        },
        labels: None,
    }
}
