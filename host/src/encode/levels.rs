//! Levels: thermometer (all lines up to the value) and one-hot (the one line of the value).

use super::{Frames, Spikes};

/// Line k of a channel is on, in every step of the frame, while `x (levels + 1) >= (k + 1) M`: the thresholds lie at
/// equal distances between 0 and the full scale.
pub(super) fn thermometer(frames: &Frames, steps: usize, levels: usize, spikes: &mut Spikes) {
    let full = u64::from(frames.full());
    lines(frames, steps, levels, spikes, |value| {
        let on = value * (levels as u64 + 1) / full;
        0..(on as usize).min(levels)
    });
}

/// Line `floor(x levels / (M + 1))` of a channel is on in every step of the frame.
pub(super) fn one_hot(frames: &Frames, steps: usize, levels: usize, spikes: &mut Spikes) {
    let full = u64::from(frames.full());
    lines(frames, steps, levels, spikes, |value| {
        let line = (value * levels as u64 / (full + 1)) as usize;
        line..line + 1
    });
}

/// Turns the lines that `on` names for a value on, in all steps of its frame.
fn lines(
    frames: &Frames,
    steps: usize,
    levels: usize,
    spikes: &mut Spikes,
    on: impl Fn(u64) -> std::ops::Range<usize>,
) {
    for (number, frame) in frames.iter().enumerate() {
        for (channel, &value) in frame.iter().enumerate() {
            for line in on(u64::from(value)) {
                for step in number * steps..(number + 1) * steps {
                    spikes.set(step, channel * levels + line);
                }
            }
        }
    }
}
