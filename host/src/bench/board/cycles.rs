//! Cycles of a network on the emitted Verilog in Icarus, every bit of it compared with the model.

use super::super::BenchError;
use super::Target;
use crate::board::Board;
use crate::data::Inputs;
use crate::link::Options;
use crate::run::{compare, encode, run_sample, Reference, Simulator, Wire};
use ferrospike_model::image::Image;
use serde::Serialize;

/// What some samples took together.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Cycles {
    /// Samples.
    pub samples: usize,
    /// Steps of all of them.
    pub steps: u64,
    /// Cycles of the steps.
    pub cycles: u64,
    /// Cycles of setting the state back before a sample.
    pub clear: u64,
    /// Synaptic operations: weights added, those of padding lanes not counted.
    pub operations: u64,
    /// Spikes of neurons.
    pub spikes: u64,
    /// Bits compared with the model.
    pub bits: u64,
    /// Bits of these that differ.
    pub differing: u64,
}

impl Cycles {
    /// A figure for each sample.
    pub fn each(&self, total: u64) -> f64 {
        total as f64 / self.samples.max(1) as f64
    }

    /// Cycles of an inference: its steps, and setting the state back before.
    pub fn inference(&self) -> f64 {
        self.each(self.cycles) + self.clear as f64
    }

    /// Synaptic operations in a cycle of an inference.
    pub fn operations_per_cycle(&self) -> f64 {
        self.each(self.operations) / self.inference().max(1.0)
    }

    /// Cycles of a step, rounded up.
    pub fn step(&self) -> u64 {
        self.cycles.div_ceil(self.steps.max(1))
    }
}

/// Runs the first `count` samples on the board's core, emitted as its bitstream has it.
pub fn cycles(
    target: &Target,
    image: &Image,
    inputs: &Inputs,
    count: usize,
) -> Result<Cycles, BenchError> {
    let configuration = target
        .board
        .configuration()
        .map_err(|e| BenchError::Invalid(e.to_string()))?;
    let simulator = Simulator::of(Wire::Bytes, &configuration)?;
    let transport = simulator.start(Some(image)).map_err(run)?;
    let mut board = Board::connect(transport, Options::default()).map_err(run)?;
    board.assume_loaded(image).map_err(run)?;
    let mut reference = Reference::new(image)?;
    let mut sum = Cycles::default();
    for index in 0..count.min(inputs.count()) {
        let steps = encode(inputs, index, image)?;
        let before = board.counters().map_err(run)?;
        board.clear().map_err(run)?;
        let after = board.counters().map_err(run)?;
        sum.clear = u64::from(after.cycles.wrapping_sub(before.cycles));
        let sample = run_sample(&mut board, image, index, &steps, true)?;
        let compared = compare(image, &reference.run(index, &steps)?, &sample)?;
        sum.samples += 1;
        sum.steps += steps.len() as u64;
        if let Some(c) = &sample.counters {
            sum.cycles += u64::from(c.cycles);
            sum.operations += u64::from(c.synaptic_operations);
            sum.spikes += u64::from(c.spikes);
        }
        sum.bits += compared.bits;
        sum.differing += compared.differing;
    }
    Ok(sum)
}

fn run(e: impl Into<crate::run::RunError>) -> BenchError {
    BenchError::Run(e.into())
}
