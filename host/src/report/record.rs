//! One sample, step by step, on a board and in the model.

use super::compare::compare_steps;
use crate::board::{Board, PopulationState};
use crate::run::{
    decide, elapsed, finished, Comparison, Difference, Reference, Row, RunError, Sample, Steps,
};
use crate::transport::Transport;
use ferrospike_model::image::{Image, Role};

/// State of each population after a step; none for inputs.
pub type States = Vec<Option<PopulationState>>;

/// A sample with all that can be known of it.
#[derive(Clone, Debug)]
pub struct Recording {
    /// What the board did; the spikes of all populations in all steps.
    pub sample: Sample,
    /// Currents and membranes on the board, `[step][population]`.
    pub states: Vec<States>,
    /// What the model did.
    pub expected: Sample,
    /// Currents and membranes in the model.
    pub expected_states: Vec<States>,
    /// What was compared.
    pub comparison: Comparison,
    /// The places that differ, at most [`Recording::MOST`] of them.
    pub differences: Vec<Difference>,
    /// The board's answer, if the image has a decoder.
    pub answer: Option<usize>,
    /// The right answer, if known.
    pub label: Option<u8>,
}

impl Recording {
    /// Most places that differ that are kept.
    pub const MOST: usize = 1000;
}

/// Runs a sample on a board step by step and reads, after each step, the spikes that no report sends and all currents and
/// membranes; then the same in the model, and compares the two. `done` is told of each step.
///
/// # Errors
///
/// Those of the board and of the model.
pub fn record<T: Transport>(
    board: &mut Board<T>,
    image: &Image,
    index: usize,
    given: &(Steps, Option<Row>),
    label: Option<u8>,
    mut done: impl FnMut(),
) -> Result<Recording, RunError> {
    let (inputs, row) = given;
    let mut model = Reference::new(image)?;
    if let Some(row) = row {
        board.write_values(row.word, &row.bytes)?;
        model.write(row)?;
    }
    board.clear()?;
    let before = board.counters()?;
    let mut outputs = Vec::with_capacity(inputs.len());
    let (mut states, mut bitmaps) = (Vec::new(), Vec::new());
    for (step, words) in inputs.iter().enumerate() {
        outputs.push(board.run_step(words)?);
        bitmaps.push(silent(board, image, step)?);
        states.push(all_states(board, image)?);
        done();
    }
    let after = board.counters()?;
    if let Some(row) = row {
        board.write_values(row.word, &row.empty().bytes)?;
        board.flush()?;
    }
    let mut steps = finished(image, index, outputs, inputs)?;
    for (step, read) in steps.iter_mut().zip(bitmaps) {
        for (activity, words) in step.iter_mut().zip(read) {
            activity.spikes = activity.spikes.take().or(words);
        }
    }
    let sample = Sample {
        index,
        steps,
        states: states.last().cloned().unwrap_or_default(),
        counters: Some(elapsed(&before, &after)),
    };
    let (expected, expected_states) = model.traced(index, inputs)?;
    let answer = decide(image, &sample)?;
    let mut recording = Recording {
        sample,
        states,
        expected,
        expected_states,
        comparison: Comparison::default(),
        differences: Vec::new(),
        answer,
        label,
    };
    compare_steps(image, &mut recording);
    Ok(recording)
}

/// Spikes of this step that no report sends, from the history; none of those that were sent.
fn silent<T: Transport>(
    board: &mut Board<T>,
    image: &Image,
    step: usize,
) -> Result<Vec<Option<Vec<u32>>>, RunError> {
    let header = &image.header;
    let mut all = Vec::with_capacity(header.populations.len());
    for p in &header.populations {
        if p.role == Role::Input || p.spikes_report.is_some() {
            all.push(None);
            continue;
        }
        let (groups, depth) = (p.groups(header.lanes), 1 << p.bitmap.log2_depth);
        let ring = board.read_h(p.bitmap.base.into(), groups * depth)?;
        let words = ring.iter().skip(step % depth).step_by(depth).copied();
        all.push(Some(words.collect()));
    }
    Ok(all)
}

fn all_states<T: Transport>(board: &mut Board<T>, image: &Image) -> Result<States, RunError> {
    let populations = image.header.populations.iter().enumerate();
    let mut all = Vec::with_capacity(populations.len());
    for (number, p) in populations {
        all.push(match p.role {
            Role::Input => None,
            Role::Hidden | Role::Output => Some(board.read_state(number)?),
        });
    }
    Ok(all)
}
