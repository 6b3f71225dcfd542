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
    run_sample_seen(board, image, index, inputs, states, &mut |_| ())
}

/// The same; `seen` is told of each step as it comes.
pub(super) fn run_sample_seen<T: Transport>(
    board: &mut Board<T>,
    image: &Image,
    index: usize,
    inputs: &Steps,
    states: bool,
    seen: &mut dyn FnMut(&StepOutput),
) -> Result<Sample, RunError> {
    let header = &image.header;
    board.clear()?;
    let before = board.counters()?;
    let mut outputs = Vec::with_capacity(inputs.len());
    board.run_stream(inputs, |output| {
        seen(&output);
        outputs.push(output);
    })?;
    let after = board.counters()?;
    let steps = finished(image, index, outputs, inputs)?;
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
        counters: Some(elapsed(&before, &after)),
    })
}

/// What the populations did in the steps of a sample.
pub(crate) fn finished(
    image: &Image,
    index: usize,
    outputs: Vec<StepOutput>,
    inputs: &Steps,
) -> Result<Vec<Vec<Activity>>, RunError> {
    let mut steps = Vec::with_capacity(outputs.len());
    for (number, (output, words)) in outputs.into_iter().zip(inputs).enumerate() {
        if usize::from(output.step) != number & 0xffff {
            return Err(RunError::Invalid(format!(
                "sample {index}: the device says that step {number} was step {}; it lost count or \
                 was reset: load the image again",
                output.step
            )));
        }
        steps.push(activities(image, output, words)?);
    }
    Ok(steps)
}

/// What the populations did in a step; of inputs, what they were given. A report that the image has and
/// the device did not send is an error: taken for silence, it would make a comparison skip it.
fn activities(
    image: &Image,
    mut output: StepOutput,
    words: &[Vec<u32>],
) -> Result<Vec<Activity>, RunError> {
    let mut given = words.iter();
    let step = output.step;
    let mut all = Vec::with_capacity(image.header.populations.len());
    for p in &image.header.populations {
        if p.role == Role::Input {
            all.push(Activity {
                spikes: given.next().cloned(),
                membranes: None,
            });
            continue;
        }
        let missing = |what: &str| {
            RunError::Invalid(format!(
                "step {step}: the device sent no report of the {what} of population '{}', which the \
                 image has; it does not run this image: load it again",
                p.name
            ))
        };
        let spikes = match p.spikes_report {
            Some(n) => Some(output.spikes.remove(&n).ok_or_else(|| missing("spikes"))?),
            None => None,
        };
        let stored = match p.membrane_report {
            Some(n) => Some(
                output
                    .states
                    .remove(&n)
                    .ok_or_else(|| missing("membranes"))?,
            ),
            None => None,
        };
        let shown = |v: Vec<i32>| {
            let v = p.in_order(&v);
            v.iter().enumerate().map(|(i, &v)| p.shown(i, v)).collect()
        };
        all.push(Activity {
            spikes,
            membranes: stored.map(shown),
        });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{compile, CompileOptions, ReportChoice};
    use crate::import::{import_nir, ImportOptions};
    use std::path::Path;

    fn tiny() -> Image {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/tiny/tiny.nir");
        let imported = import_nir(&file, &ImportOptions::default()).unwrap();
        let options = CompileOptions {
            report: ReportChoice::All,
            ..CompileOptions::new(crate::run::default_shape())
        };
        compile(&imported.network, &options).unwrap().0
    }

    /// A step that lacks a report which the image promises is no answer: it must not be passed on as
    /// if nothing had been asked for, or a comparison would skip it.
    #[test]
    fn a_missing_report_is_an_error() {
        let image = tiny();
        let all = || StepOutput {
            step: 0,
            spikes: image
                .header
                .populations
                .iter()
                .filter_map(|p| Some((p.spikes_report?, vec![0; p.groups(8)])))
                .collect(),
            ..Default::default()
        };
        assert!(activities(&image, all(), &[vec![0; 7]]).is_ok());
        let numbers: Vec<u8> = all().spikes.keys().copied().collect();
        assert!(!numbers.is_empty());
        for number in numbers {
            let mut less = all();
            less.spikes.remove(&number);
            let error = activities(&image, less, &[vec![0; 7]]).unwrap_err();
            assert!(error.to_string().contains("sent no report"), "{error}");
        }
    }
}
