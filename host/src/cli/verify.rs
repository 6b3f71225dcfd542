//! `ferrospike verify`.

use super::run::Samples;
use super::Report;
use anyhow::Result;
use clap::Args;

/// Run samples and compare every bit that comes back with the model
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike verify mnist.fsn --input examples/mnist/mnist_test_1000.npz --count 10 --sims 2
  ferrospike verify mnist.fsn --input examples/mnist/mnist_test_1000.npz --port /dev/ttyUSB0

Compared are all reported spikes in every step, u and v of all neurons after each sample, and the
counters. With an image of `import --report all` these are the spikes of every neuron.
Exit status 0: all equal; 1: a bit differs; 2: could not run.")]
pub struct Cmd {
    #[command(flatten)]
    samples: Samples,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        Ok(self.samples.run(true, quiet)?.report())
    }
}
