//! Samples on one board with every step in sight, for people who watch.

use super::device::run_sample_seen;
use super::workers::{check, leave, outcome, ready};
use super::{compare, given, Comparison, Job, Opened, Outcome, Reference, Row, RunError, Sample};
use crate::board::{Board, Progress, StepOutput};
use crate::data::Inputs;
use crate::transport::Transport;
use ferrospike_model::image::Image;

/// A step that a board has run.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The sample's index.
    pub sample: usize,
    /// Its step, from 0.
    pub step: usize,
    /// Words of each input population in this step.
    pub inputs: &'a [Vec<u32>],
    /// What the device sent.
    pub output: &'a StepOutput,
}

/// Runs all samples of a job on one board, one after the other, as [`run_all`](super::run_all) does; `seen` is told of
/// each step as it comes, `done` of each sample.
///
/// # Errors
///
/// Several boards; whatever goes wrong on the board.
pub fn run_watched(
    job: &Job,
    port: &Opened,
    progress: &mut dyn Progress,
    seen: &mut dyn FnMut(Seen),
    done: &mut dyn FnMut(&Outcome),
) -> Result<Vec<Outcome>, RunError> {
    check(job, port)?;
    if job.boards != 1 {
        return Err(RunError::Invalid(format!(
            "one board can be watched, not {}; leave --sims away",
            job.boards
        )));
    }
    let (mut board, loading) = ready(job, port, progress)?;
    let mut reference = match job.compare {
        true => Some(Reference::new(job.image)?),
        false => None,
    };
    let mut outcomes = Vec::with_capacity(job.count);
    let mut last = None;
    for index in job.first..job.first + job.count {
        let (sample, comparison, row) = beside(
            &mut board,
            reference.as_mut(),
            job.image,
            job.inputs,
            index,
            seen,
        )?;
        last = row.or(last);
        let outcome = outcome(job, sample, comparison, loading)?;
        done(&outcome);
        outcomes.push(outcome);
    }
    leave(&mut board, last)?;
    Ok(outcomes)
}

/// Runs a sample on a board, and beside it in the model, if there is one: then all states are read and compared. Gives
/// the row of S that was written for it, emptied, if it has one.
pub(super) fn beside<T: Transport>(
    board: &mut Board<T>,
    mut reference: Option<&mut Reference>,
    image: &Image,
    inputs: &Inputs,
    index: usize,
    seen: &mut dyn FnMut(Seen),
) -> Result<(Sample, Option<Comparison>, Option<Row>), RunError> {
    let (steps, row) = given(inputs, index, image)?;
    if let Some(row) = &row {
        board.write_values(row.word, &row.bytes)?;
        if let Some(model) = &mut reference {
            model.write(row)?;
        }
    }
    let mut number = 0;
    let mut see = |output: &StepOutput| {
        let inputs = steps.get(number).map_or(&[][..], Vec::as_slice);
        seen(Seen {
            sample: index,
            step: number,
            inputs,
            output,
        });
        number += 1;
    };
    let states = reference.is_some();
    let sample = run_sample_seen(board, image, index, &steps, states, &mut see)?;
    let comparison = match reference {
        Some(model) => Some(compare(image, &model.run(index, &steps)?, &sample)?),
        None => None,
    };
    Ok((sample, comparison, row.map(|row| row.empty())))
}
