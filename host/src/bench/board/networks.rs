//! The networks that boards are measured with.

use super::super::networks::{connection, network, neuron, population, random_inputs, weights};
use super::super::BenchError;
use crate::data::Inputs;
use crate::import::{import_nir, Dialect, ImportOptions, ResetRule, Role};
use rand::rngs::StdRng;
use rand::SeedableRng;
use std::path::Path;

/// The networks by name.
pub const NAMES: [&str; 7] = [
    "mnist",
    "mnist-4bit",
    "mnist-cnn",
    "braille",
    "sparse-1",
    "sparse-5",
    "sparse-20",
];

/// Different samples of those networks that have random ones.
const RANDOM: usize = 20;
/// Inputs and neurons of the sparse network, and its steps.
const SPARSE: (usize, usize, usize) = (1000, 120, 20);

/// A network with samples.
#[derive(Debug)]
pub struct Network {
    /// Its name here.
    pub name: &'static str,
    /// What it is, for people.
    pub words: &'static str,
    /// In real numbers.
    pub network: crate::import::Network,
    /// Bits of a weight, if not 8.
    pub bits: Option<u8>,
    /// Samples.
    pub inputs: Inputs,
}

/// One of [`NAMES`]; `examples` is the folder of the examples.
pub fn load(name: &str, examples: &Path) -> Result<Network, BenchError> {
    let digits = |file: &str| -> Result<_, BenchError> {
        let imported = import_nir(&examples.join(file), &ImportOptions::default())?;
        let inputs = Inputs::open(&examples.join("mnist/mnist_test_1000.npz"))?;
        Ok((imported.network, inputs))
    };
    let (name, words, (network, inputs), bits) = match name {
        "mnist" => (
            NAMES[0],
            "MNIST, 784-128-10, 10 steps",
            digits("mnist/mnist.nir")?,
            None,
        ),
        "mnist-4bit" => (
            NAMES[1],
            "MNIST, 784-256-128-10 with 4 bits, 10 steps",
            digits("mnist/mnist_4bit.nir")?,
            Some(4),
        ),
        "mnist-cnn" => (
            NAMES[2],
            "MNIST, 8C5s2-32C5s2-10, 10 steps",
            digits("mnist/mnist_cnn.nir")?,
            None,
        ),
        "braille" => (
            NAMES[3],
            "Braille, 12-40r-7, 256 steps, random input",
            braille(examples)?,
            None,
        ),
        "sparse-1" => (
            NAMES[4],
            "random, 1000-120, 1 % active, 20 steps",
            sparse(0.01),
            None,
        ),
        "sparse-5" => (
            NAMES[5],
            "random, 1000-120, 5 % active, 20 steps",
            sparse(0.05),
            None,
        ),
        "sparse-20" => (
            NAMES[6],
            "random, 1000-120, 20 % active, 20 steps",
            sparse(0.2),
            None,
        ),
        other => {
            return Err(BenchError::Invalid(format!(
                "there is no network '{other}'; there are {}",
                NAMES.join(", ")
            )))
        }
    };
    Ok(Network {
        name,
        words,
        network,
        bits,
        inputs,
    })
}

/// The network of `examples/braille`. Its recordings are no part of that: the input is random.
fn braille(examples: &Path) -> Result<(crate::import::Network, Inputs), BenchError> {
    let options = ImportOptions {
        dialect: Some(Dialect::SnnTorch),
        reset: Some(ResetRule::Subtract),
        ..ImportOptions::default()
    };
    let file = examples.join("braille/braille_noDelay_noBias_subtract.nir");
    let imported = import_nir(&file, &options)?;
    let mut rng = StdRng::seed_from_u64(12_407);
    let inputs = random_inputs(&mut rng, RANDOM, 256, 12, 0.1);
    Ok((imported.network, inputs))
}

/// One of twenty connections exists, with random weights; this part of the inputs spikes in a step.
fn sparse(activity: f64) -> (crate::import::Network, Inputs) {
    let (inputs, neurons, steps) = SPARSE;
    let mut rng = StdRng::seed_from_u64(1000);
    let populations = vec![
        population("input", inputs, Role::Input, None),
        population("neurons", neurons, Role::Output, Some(neuron(0.0, 0.9375))),
    ];
    let drawn = weights(&mut rng, (inputs, neurons), 0.05, 100);
    let connections = vec![connection((0, 1), 0, drawn)];
    let samples = random_inputs(&mut rng, RANDOM, steps, inputs, activity);
    (network("sparse", populations, connections), samples)
}
