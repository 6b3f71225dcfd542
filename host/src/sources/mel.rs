//! Mel spectra: short frames of sound through a bank of triangular filters that are evenly spaced on the mel scale.

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlannerScalar};
use std::f64::consts::TAU;
use std::sync::Arc;

/// Energies below this count as it: -300 dB.
const LEAST: f64 = 1e-30;

/// A bank of filters over the spectra of frames.
pub(super) struct Bank {
    fft: Arc<dyn Fft<f64>>,
    window: Vec<f64>,
    /// For each filter its first bin and its weights from there on.
    filters: Vec<(usize, Vec<f64>)>,
}

/// HTK's mel scale.
fn mel(hertz: f64) -> f64 {
    2595.0 * libm::log10(1.0 + hertz / 700.0)
}

fn hertz(mel: f64) -> f64 {
    700.0 * (libm::pow(10.0, mel / 2595.0) - 1.0)
}

impl Bank {
    /// `count` filters from `low` to `high` Hz over frames of `frame` samples at `rate` Hz; an error is a reason in words.
    pub fn new(rate: u32, frame: usize, count: usize, low: f64, high: f64) -> Result<Self, String> {
        // The scalar planner: its sums are the same on every processor.
        let fft = FftPlannerScalar::new().plan_fft_forward(frame);
        let window = (0..frame).map(|n| 0.5 - 0.5 * libm::cos(TAU * n as f64 / frame as f64));
        let (from, to) = (mel(low), mel(high));
        let edge = |i: usize| hertz(from + (to - from) * i as f64 / (count + 1) as f64);
        let mut filters = Vec::with_capacity(count);
        for number in 0..count {
            let (left, centre, right) = (edge(number), edge(number + 1), edge(number + 2));
            let weight = |bin: usize| {
                let f = bin as f64 * f64::from(rate) / frame as f64;
                let rise = (f - left) / (centre - left);
                let fall = (right - f) / (right - centre);
                rise.min(fall).max(0.0)
            };
            let bins = 0..=frame / 2;
            let first = bins.clone().find(|&bin| weight(bin) > 0.0);
            let Some(first) = first else {
                return Err(format!(
                    "filter {number} of {count}, {left:.0} to {right:.0} Hz, has no bin of {frame} samples at {rate} Hz; \
                     take fewer filters or longer frames"
                ));
            };
            let weights = (first..=frame / 2).map(weight).take_while(|&w| w > 0.0);
            filters.push((first, weights.collect()));
        }
        Ok(Self {
            fft,
            window: window.collect(),
            filters,
        })
    }

    /// `10 log10` of each filter's energy, the weighted sum of |X|^2, frame after frame, `hop` samples apart; what is
    /// left at the end is no frame.
    pub fn decibels(&self, sound: &[f64], hop: usize) -> Vec<f64> {
        let frame = self.window.len();
        let mut all = Vec::new();
        let mut spectrum = vec![Complex::default(); frame];
        for start in (0..(sound.len() + 1).saturating_sub(frame)).step_by(hop.max(1)) {
            let part = sound.get(start..start + frame).unwrap_or(&[]);
            for (place, (&x, &w)) in spectrum.iter_mut().zip(part.iter().zip(&self.window)) {
                *place = Complex::new(x * w, 0.0);
            }
            self.fft.process(&mut spectrum);
            for (first, weights) in &self.filters {
                let bins = spectrum.iter().skip(*first).zip(weights);
                let energy: f64 = bins.map(|(x, w)| w * x.norm_sqr()).sum();
                all.push(10.0 * libm::log10(energy.max(LEAST)));
            }
        }
        all
    }
}
