//! Scales and thresholds of layers, found on samples: what makes the spikes of the image most like those of the network in
//! floats.
//!
//! Layers are taken in the order of a step, so that what feeds a layer is tuned before it. For each the size of a weight
//! step is tried first, then the threshold; the value with the fewest spikes that only one side has, in all layers, is kept,
//! and the untuned one unless another is better.

use super::{Calibration, Floats, RunError};
use crate::compile::{compile, CompileError, CompileOptions, CompileReport};
use crate::data::Inputs;
use crate::import::Network;
use crate::quantise::Tuning;
use ferrospike_model::image::Image;
use thiserror::Error;

/// Factors of a weight step that are tried.
const SCALES: [f64; 7] = [0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2];
/// Factors of a threshold that are tried.
const THRESHOLDS: [f64; 9] = [0.85, 0.9, 0.94, 0.97, 1.0, 1.03, 1.06, 1.1, 1.15];

/// A network that was tuned.
pub struct Tuned {
    /// The image, with what was found.
    pub image: Image,
    /// What compilation did.
    pub report: CompileReport,
    /// What was found, for each population.
    pub tuning: Vec<Tuning>,
    /// Untuned, on the samples.
    pub before: Calibration,
    /// Tuned, on the samples.
    pub after: Calibration,
}

/// Why a network was not tuned.
#[derive(Debug, Error)]
pub enum TuneError {
    /// It does not compile.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The samples do not run.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Tunes on the first `count` samples. `tell` hears of every layer before it is tuned.
pub fn tune(
    network: &Network,
    options: &CompileOptions,
    inputs: &Inputs,
    count: usize,
    mut tell: impl FnMut(&str),
) -> Result<Tuned, TuneError> {
    let mut options = options.clone();
    options.quantise.tuning = vec![Tuning::default(); network.populations.len()];
    let (image, report) = compile(network, &options)?;
    let floats = Floats::new(network, &image, inputs, 0..count)?;
    let before = floats.against(&image)?;
    let mut best = before.clone();
    for layer in report.layers.iter().filter(|layer| !layer.exact) {
        let Some(population) = network.population(&layer.name) else {
            continue;
        };
        if network.populations[population].pass_of.is_some() {
            continue;
        }
        tell(&layer.name);
        for threshold in [false, true] {
            let factors = if threshold { &THRESHOLDS[..] } else { &SCALES };
            let mut kept = options.quantise.tuning[population];
            for &factor in factors.iter().filter(|&&f| f != 1.0) {
                let mut tried = options.quantise.tuning[population];
                *(if threshold {
                    &mut tried.threshold
                } else {
                    &mut tried.scale
                }) = factor;
                let mut other = options.clone();
                other.quantise.tuning[population] = tried;
                // A factor with which the parameters have no place is no choice.
                let Ok((image, _)) = compile(network, &other) else {
                    continue;
                };
                let result = floats.against(&image)?;
                if cost(&result) < cost(&best) {
                    (kept, best) = (tried, result);
                }
            }
            options.quantise.tuning[population] = kept;
        }
    }
    let (image, report) = compile(network, &options)?;
    let after = floats.against(&image)?;
    Ok(Tuned {
        image,
        report,
        tuning: options.quantise.tuning,
        before,
        after,
    })
}

/// Spikes that only one side has, for each spike of a layer in floats, over all layers: a layer of few neurons counts as
/// much as one of many. And the share of answers that changed.
fn cost(result: &Calibration) -> f64 {
    let layers = result.populations.iter();
    let spikes: f64 = layers.map(|p| p.3 as f64 / p.1.max(1) as f64).sum();
    spikes + result.changed as f64 / result.samples.max(1) as f64
}
