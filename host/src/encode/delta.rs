//! Send on delta: a channel speaks only when its value has moved by a threshold since it last spoke.

use super::{Frames, Spikes};

/// Line 2c of channel c is up, 2c + 1 down. What was told begins with the value of the first frame; in each step it moves
/// by one threshold toward the value, if it is that far away, and the line of that direction spikes. With several steps
/// a frame, a large change is told in several spikes; with one, it is told over the next frames.
pub(super) fn write(frames: &Frames, steps: usize, threshold: f64, spikes: &mut Spikes) {
    let unit = unit(threshold, frames.full());
    let first = frames.iter().next().unwrap_or(&[]);
    let mut told: Vec<i64> = first.iter().map(|&v| i64::from(v)).collect();
    for (number, frame) in frames.iter().enumerate() {
        for step in number * steps..(number + 1) * steps {
            for (channel, (told, &value)) in told.iter_mut().zip(frame).enumerate() {
                let apart = i64::from(value) - *told;
                if apart >= unit {
                    *told += unit;
                    spikes.set(step, 2 * channel);
                } else if -apart >= unit {
                    *told -= unit;
                    spikes.set(step, 2 * channel + 1);
                }
            }
        }
    }
}

/// The threshold in units of the values: `floor(threshold M + 1/2)`, at least 1.
pub(super) fn unit(threshold: f64, full: u16) -> i64 {
    ((threshold * f64::from(full) + 0.5).floor() as i64).max(1)
}
