//! Samples on a board.

use super::{elapsed, Activity, RunError, Sample, Steps};
use crate::board::{Board, Progress, StepOutput};
use crate::transport::Transport;
use ferrospike_model::image::{Image, Role};

/// How an image came to be on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loading {
    /// A simulation started with it in its memory.
    Preloaded,
    /// The device's CRC says that it was there.
    WasThere,
    /// It was loaded, and the device's CRC agrees.
    Loaded,
}

/// Loads an image unless the device's CRC says that it is there already.
pub fn ensure_loaded<T: Transport>(
    board: &mut Board<T>,
    image: &Image,
    progress: &mut dyn Progress,
) -> Result<Loading, RunError> {
    if board.is_loaded(image)? {
        return Ok(Loading::WasThere);
    }
    board.load(image, progress)?;
    Ok(Loading::Loaded)
}

/// Runs a sample from the start. With `states`, reads all currents and membranes afterwards; without,
/// only those of outputs.
pub fn run_sample<T: Transport>(
    board: &mut Board<T>,
    image: &Image,
    index: usize,
    inputs: &Steps,
    states: bool,
) -> Result<Sample, RunError> {
    let header = &image.header;
    board.clear()?;
    let before = board.counters()?;
    let mut outputs = Vec::with_capacity(inputs.len());
    board.run_stream(inputs, |output| outputs.push(output))?;
    let after = board.counters()?;
    let mut steps = Vec::with_capacity(outputs.len());
    for (number, (output, words)) in outputs.into_iter().zip(inputs).enumerate() {
        if usize::from(output.step) != number & 0xffff {
            return Err(RunError::Invalid(format!(
                "sample {index}: the device says that step {number} was step {}; it lost count or \
                 was reset: load the image again",
                output.step
            )));
        }
        steps.push(activities(image, output, words));
    }
    let mut read = Vec::with_capacity(header.populations.len());
    for (number, population) in header.populations.iter().enumerate() {
        let wanted = match population.role {
            Role::Input => false,
            Role::Hidden => states,
            Role::Output => true,
        };
        read.push(match wanted {
            true => Some(board.read_state(number)?),
            false => None,
        });
    }
    Ok(Sample {
        index,
        steps,
        states: read,
        counters: elapsed(&before, &after),
    })
}

/// What the populations did in a step; of inputs, what they were given.
fn activities(image: &Image, mut output: StepOutput, words: &[Vec<u32>]) -> Vec<Activity> {
    let mut given = words.iter();
    let mut activity = |p: &ferrospike_model::image::Population| {
        if p.role == Role::Input {
            return Activity {
                spikes: given.next().cloned(),
                membranes: None,
            };
        }
        let stored = p.membrane_report.and_then(|n| output.states.remove(&n));
        let shown = |v: Vec<i32>| v.iter().enumerate().map(|(i, &v)| p.shown(i, v)).collect();
        Activity {
            spikes: p.spikes_report.and_then(|n| output.spikes.remove(&n)),
            membranes: stored.map(shown),
        }
    };
    image.header.populations.iter().map(&mut activity).collect()
}
