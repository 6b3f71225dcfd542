//! Codes of one line: phase, rate and latency, for a channel or for the activation of a receptive field.

use super::{random, Frames, Spikes};

/// How a value becomes spikes of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pulses {
    /// An accumulator that spikes when it passes the full scale.
    Phase,
    /// Random, by this seed.
    Rate {
        /// Any number.
        seed: u64,
    },
    /// One spike a frame, the earlier the larger the value.
    Latency,
}

impl Pulses {
    /// Writes the spikes of all lines, `steps` steps a frame; `key` is the sample's, for [`Pulses::Rate`].
    pub(super) fn write(self, frames: &Frames, steps: usize, key: u64, spikes: &mut Spikes) {
        match self {
            Pulses::Phase => phase(frames, steps, spikes),
            Pulses::Rate { .. } => rate(frames, steps, key, spikes),
            Pulses::Latency => latency(frames, steps, spikes),
        }
    }
}

/// The accumulator of a line starts at 0 with the sample and goes on from frame to frame.
fn phase(frames: &Frames, steps: usize, spikes: &mut Spikes) {
    let full = u32::from(frames.full());
    let mut sums = vec![0u32; frames.channels()];
    for (number, frame) in frames.iter().enumerate() {
        for step in number * steps..(number + 1) * steps {
            for (line, (sum, &value)) in sums.iter_mut().zip(frame).enumerate() {
                *sum += u32::from(value);
                if *sum >= full {
                    *sum -= full;
                    spikes.set(step, line);
                }
            }
        }
    }
}

/// Bit n = step * lines + line is 1 if a random number of 32 bits is below x 2^32 / M.
fn rate(frames: &Frames, steps: usize, key: u64, spikes: &mut Spikes) {
    let (full, lines) = (u64::from(frames.full()), frames.channels());
    for (number, frame) in frames.iter().enumerate() {
        for step in number * steps..(number + 1) * steps {
            for (line, &value) in frame.iter().enumerate() {
                let random = random::bits(key, (step * lines + line) as u64);
                if u64::from(random) * full < u64::from(value) << 32 {
                    spikes.set(step, line);
                }
            }
        }
    }
}

/// A value of 0 would spike in step N, which the frame does not have.
fn latency(frames: &Frames, steps: usize, spikes: &mut Spikes) {
    let full = u64::from(frames.full());
    for (number, frame) in frames.iter().enumerate() {
        for (line, &value) in frame.iter().enumerate() {
            let step = ((full - u64::from(value)) * steps as u64 / full) as usize;
            if step < steps {
                spikes.set(number * steps + step, line);
            }
        }
    }
}
