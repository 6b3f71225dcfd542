//! A look at neurons while a program runs (`docs/numerics.md`, section 2: what traces record).

use crate::numbers::Outcome;
use crate::program::Bitmap;
use std::ops::Range;

/// One neuron in one UPDATE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Step t.
    pub step: u32,
    /// Group * lanes + lane in U and V.
    pub neuron: usize,
    /// Bitmap of the UPDATE; tells passes apart.
    pub bitmap: Bitmap,
    /// `u` before its decay.
    pub current: i32,
    /// `h`, before the reset (the new `v` for a held neuron).
    pub unreset: i32,
    /// `s`.
    pub spike: bool,
    /// `v` after the reset, as stored.
    pub membrane: i32,
}

impl Sample {
    /// A sample of one neuron's outcome.
    pub fn new(step: u32, neuron: usize, bitmap: Bitmap, current: i32, out: &Outcome) -> Self {
        let Outcome {
            unreset,
            spike,
            membrane,
            ..
        } = *out;
        Sample {
            step,
            neuron,
            bitmap,
            current,
            unreset,
            spike,
            membrane,
        }
    }
}

/// Sees every neuron's UPDATE, in order.
pub trait Trace {
    /// It looks at samples; if not, they need not be made.
    const LOOKS: bool = true;

    /// Called once for each neuron (not for padding lanes).
    fn sample(&mut self, sample: Sample);
}

/// Sees nothing.
impl Trace for () {
    const LOOKS: bool = false;

    fn sample(&mut self, _: Sample) {}
}

/// Keeps the samples of chosen neurons.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// Neurons kept (group * lanes + lane), for example one range for each population.
    pub neurons: Vec<Range<usize>>,
    /// What was kept.
    pub samples: Vec<Sample>,
}

impl Recorder {
    /// Keeps the neurons of these ranges.
    pub fn new(neurons: Vec<Range<usize>>) -> Self {
        Recorder {
            neurons,
            samples: Vec::new(),
        }
    }
}

impl Trace for Recorder {
    fn sample(&mut self, sample: Sample) {
        if self
            .neurons
            .iter()
            .any(|range| range.contains(&sample.neuron))
        {
            self.samples.push(sample);
        }
    }
}
