//! Samples side by side: several devices with one S that do the same program, each with a state of its own, for
//! who wants to know what many samples come to. Programs are read once and rows are put in the form that is summed
//! fastest. The results are those of [`Device::run`](crate::device::Device); `tests/batch.rs` compares
//! the two after every step.

mod dense;
mod program;
mod rings;
mod run;
mod scan;
mod sources;
mod state;
mod tally;
mod update;

use crate::device::{Counters, Device};
use crate::program::Bitmap;
use program::Program;
use run::Room;
use state::State;
use std::sync::Arc;
use tally::Tally;

/// What is run.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Program that sets all state to its start (address in longs).
    pub clear: u32,
    /// Program of a step.
    pub step: u32,
    /// Bitmaps that samples fill, with their numbers of neurons; bits beyond those stay 0.
    pub inputs: Vec<(Bitmap, usize)>,
    /// The bitmap whose spikes are counted, and its neurons.
    pub counted: (Bitmap, usize),
}

/// The inputs of a sample.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// Bit strings, step after step: in each those of the inputs, each from a word's lowest bit on. What is
    /// not there is 0.
    pub words: &'a [u64],
    /// Steps.
    pub steps: usize,
}

/// Devices side by side.
#[derive(Clone, Debug)]
pub struct Batch {
    program: Arc<Program>,
    states: Vec<State>,
    room: Room,
    neurons: usize,
}

impl Batch {
    /// So many devices like this one, at least one. None if a program is of a kind that is not known here:
    /// if it can be refused, if bitmaps overlap, or if its rows are too large.
    pub fn new(device: &Device, wanted: &Wanted, count: usize) -> Option<Self> {
        let program = Program::new(device, wanted)?;
        let tally = Tally::new(wanted.counted.1);
        let state = State::load(device, &program.rings, program.memories.clone(), tally)?;
        Some(Batch {
            program: Arc::new(program),
            states: vec![state; count.max(1)],
            room: Room::default(),
            neurons: device.shape().neurons(),
        })
    }

    /// Devices.
    pub fn count(&self) -> usize {
        self.states.len()
    }

    /// Words of the inputs of a step.
    pub fn input_words(&self) -> usize {
        self.program.input_words
    }

    /// The program that clears, on all devices.
    pub fn clear(&mut self) {
        let nothing = Sample {
            words: &[],
            steps: 0,
        };
        let samples = vec![nothing; self.states.len()];
        run::samples(
            &self.program,
            true,
            &mut self.states,
            &samples,
            &mut self.room,
        );
    }

    /// A step on all devices that inputs are given for.
    pub fn step(&mut self, inputs: &[&[u64]]) {
        let inputs = inputs.iter();
        let samples: Vec<_> = inputs.map(|words| Sample { words, steps: 1 }).collect();
        run::samples(
            &self.program,
            false,
            &mut self.states,
            &samples,
            &mut self.room,
        );
    }

    /// Runs a sample on each of the first devices, from the start, and counts spikes; how many were run, which is
    /// at most the number of devices.
    pub fn run(&mut self, samples: &[Sample]) -> usize {
        let count = samples.len().min(self.states.len());
        // One after the other: what a device used in its last step is then still near the processor.
        let states = self.states[..count].chunks_mut(1);
        for (state, sample) in states.zip(samples.chunks(1)) {
            run::samples(&self.program, true, state, sample, &mut self.room);
        }
        count
    }

    /// Spikes of each counted neuron since [`Batch::run`]; none for a device that is not there.
    pub fn counts(&mut self, device: usize) -> &[u32] {
        let state = self.states.get_mut(device);
        state.map_or(&[], |state| state.tally.counts())
    }

    /// Stored membranes of all neurons of a device.
    pub fn membranes(&self, device: usize) -> &[i32] {
        let state = self.states.get(device);
        state.map_or(&[], |state| &state.v[..self.neurons])
    }

    /// Counters of a device.
    pub fn counters(&self, device: usize) -> Counters {
        self.states
            .get(device)
            .map_or(Counters::default(), |s| s.counters)
    }

    /// Makes a device of the same shape and S equal to one of these; whether there is one.
    pub fn unload(&self, index: usize, device: &mut Device) -> bool {
        let state = self.states.get(index);
        let fits = device.shape().neurons() == self.neurons;
        match state {
            Some(state) if fits => state.unload(&self.program.rings, device),
            _ => return false,
        }
        true
    }
}
