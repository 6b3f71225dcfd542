//! From numbers to spikes: rate, phase, latency, thermometer, one-hot, send-on-delta and population codes.
//!
//! What is encoded are [`Frames`]: whole numbers from 0 to a full scale, so that every code but the bell of
//! [`Code::Population`] is integer arithmetic, and the same everywhere. `docs/encoders.md` states each formula;
//! `host/tests/data/encoders/make.py` computes them a second time for the tests.
//!
//! ```
//! use ferrospike_host::encode::{Encoder, Frames};
//! let encoder: Encoder = "phase:4".parse()?;
//! let spikes = encoder.encode(&Frames::new(255, 2, vec![255, 128])?, 0)?;
//! assert_eq!(spikes.bits, [1, 0, 1, 1, 1, 0, 1, 1]);
//! # Ok::<(), ferrospike_host::encode::EncodeError>(())
//! ```
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod code;
mod delta;
mod error;
mod frames;
mod levels;
mod population;
mod random;
mod scale;
mod spec;

pub use code::Pulses;
pub use error::EncodeError;
pub use frames::Frames;
pub use population::Bell;
pub use scale::Range;

/// Most steps of a sample.
pub const MAX_STEPS: usize = 65536;
/// Most lines of a channel (levels, receptive fields).
pub const MAX_LINES: usize = 256;
/// Most bits of a sample's spikes.
pub const MAX_BITS: usize = 1 << 28;

/// A code, and the steps that it takes for a frame. Parsed from and shown as `NAME:STEPS,KEY=VALUE,...`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Encoder {
    /// The code.
    pub code: Code,
    /// Steps of a frame, 1 to [`MAX_STEPS`].
    pub steps: usize,
}

/// How a channel's value becomes spikes on its lines. `x` is the value, `M` the full scale, `N` the steps of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Code {
    /// A line spikes as often as its accumulator passes `M`: `floor(t x / M)` times in `t` steps.
    Phase,
    /// A line spikes in a step with the probability `x / M`, by numbers that the seed decides.
    Rate {
        /// Any number; another one gives other spikes.
        seed: u64,
    },
    /// A line spikes once in a frame, in step `floor((M - x) N / M)`; not at all if `x` is 0.
    Latency,
    /// Line `k` of `levels` is on while `x (levels + 1) >= (k + 1) M`.
    Thermometer {
        /// Lines of a channel.
        levels: usize,
    },
    /// Of `levels` lines, line `floor(x levels / (M + 1))` is on.
    OneHot {
        /// Lines of a channel.
        levels: usize,
    },
    /// Two lines: up, and down. A line spikes when the value is a threshold away from what was told of it before.
    Delta {
        /// Threshold as a part of the full scale, above 0 and at most 1.
        threshold: f64,
    },
    /// Receptive fields at equal distances; each field's activation, 0 to 255, is coded in pulses.
    Population {
        /// Fields of a channel, 2 or more: the first is centred at 0, the last at `M`.
        fields: usize,
        /// Shape of a field.
        bell: Bell,
        /// Gaussian: standard deviation; triangular: half of the base; in distances between fields.
        width: f64,
        /// How an activation becomes spikes.
        pulses: Pulses,
    },
    /// As [`Code::Phase`], by neurons on the device that integrate their values themselves (`docs/encoders.md`).
    Bias,
}

/// Spikes of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spikes {
    /// Steps.
    pub steps: usize,
    /// Lines, channel after channel.
    pub inputs: usize,
    /// 0 or 1, step after step.
    pub bits: Vec<u8>,
}

impl Encoder {
    /// Lines of a channel.
    pub fn lines(&self) -> usize {
        match self.code {
            Code::Phase | Code::Rate { .. } | Code::Latency | Code::Bias => 1,
            Code::Delta { .. } => 2,
            Code::Thermometer { levels } | Code::OneHot { levels } => levels,
            Code::Population { fields, .. } => fields,
        }
    }

    /// Encodes a sample. Its number decides, with the seed, the spikes of [`Code::Rate`], and nothing else.
    ///
    /// # Errors
    ///
    /// More than [`MAX_STEPS`] steps or [`MAX_BITS`] bits.
    pub fn encode(&self, frames: &Frames, sample: u64) -> Result<Spikes, EncodeError> {
        let mut spikes = self.room(frames)?;
        match self.code {
            Code::Phase | Code::Bias => Pulses::Phase.write(frames, self.steps, 0, &mut spikes),
            Code::Latency => Pulses::Latency.write(frames, self.steps, 0, &mut spikes),
            Code::Rate { seed } => {
                let key = random::key(seed, sample);
                Pulses::Rate { seed }.write(frames, self.steps, key, &mut spikes);
            }
            Code::Thermometer { levels } => {
                levels::thermometer(frames, self.steps, levels, &mut spikes)
            }
            Code::OneHot { levels } => levels::one_hot(frames, self.steps, levels, &mut spikes),
            Code::Delta { threshold } => delta::write(frames, self.steps, threshold, &mut spikes),
            Code::Population {
                fields,
                bell,
                width,
                pulses,
            } => {
                let active = population::activations(frames, fields, bell, width);
                let key = match pulses {
                    Pulses::Rate { seed } => random::key(seed, sample),
                    Pulses::Phase | Pulses::Latency => 0,
                };
                pulses.write(&active, self.steps, key, &mut spikes);
            }
        }
        Ok(spikes)
    }

    /// Silence of the sample's size.
    fn room(&self, frames: &Frames) -> Result<Spikes, EncodeError> {
        let steps = frames.count().saturating_mul(self.steps);
        let inputs = frames.channels().saturating_mul(self.lines());
        let bits = steps.saturating_mul(inputs);
        if steps > MAX_STEPS || bits > MAX_BITS {
            return Err(EncodeError::TooLarge { steps, inputs });
        }
        Ok(Spikes {
            steps,
            inputs,
            bits: vec![0; bits],
        })
    }
}

impl Spikes {
    /// Spikes in all.
    pub fn count(&self) -> usize {
        self.bits.iter().map(|&b| usize::from(b)).sum()
    }

    /// Samples of `length` steps, each `stride` steps behind the one before; what is left at the end is no sample.
    pub fn windows(&self, length: usize, stride: usize) -> Vec<Self> {
        let (length, stride) = (length.max(1), stride.max(1));
        let last = (self.steps + 1).saturating_sub(length);
        let window = |start: usize| {
            let range = start * self.inputs..(start + length) * self.inputs;
            Self {
                steps: length,
                inputs: self.inputs,
                bits: self.bits.get(range).unwrap_or(&[]).to_vec(),
            }
        };
        (0..last).step_by(stride).map(window).collect()
    }

    /// Sets a bit; one outside is no bit.
    fn set(&mut self, step: usize, input: usize) {
        if let Some(bit) = self.bits.get_mut(step * self.inputs + input) {
            *bit = 1;
        }
    }
}

#[cfg(test)]
mod tests;
