//! Samples one behind the other on a board, for people who want answers: the line is never idle, and counters
//! are those of the whole. [`run_all`](super::run_all) runs each sample alone, with counters of its own.

use super::device::finished;
use super::workers::{check, outcome, ready};
use super::{encode, Job, Opened, Outcome, RunError, Sample, Steps};
use crate::board::{Board, Progress};
use crate::transport::Transport;
use ferrospike_model::image::{Image, Role};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Runs samples as `next` gives them, with their indices, and hands them to `done`: with the spikes and membranes
/// that the image reports, and with the state of outputs. Returns what the counters counted, in their order.
///
/// # Errors
///
/// Of the board, of `next` and of `done`.
pub fn stream<T: Transport>(
    board: &mut Board<T>,
    image: &Image,
    mut next: impl FnMut() -> Result<Option<(usize, Steps)>, RunError>,
    mut done: impl FnMut(Sample) -> Result<(), RunError>,
) -> Result<[u64; 10], RunError> {
    let populations = &image.header.populations;
    let outputs: Vec<usize> = (0..populations.len())
        .filter(|&p| populations.get(p).is_some_and(|p| p.role == Role::Output))
        .collect();
    // What was sent and is not answered.
    let sent = RefCell::new(VecDeque::new());
    let send = || {
        let Some((index, steps)) = next()? else {
            return Ok(None);
        };
        sent.borrow_mut().push_back((index, steps.clone()));
        Ok(Some(steps))
    };
    let answered = |output: crate::board::SampleOutput| {
        let first = sent.borrow_mut().pop_front();
        let Some((index, steps)) = first else {
            let told = "an answer came to no sample; the board lost count: load the image again";
            return Err(RunError::Invalid(told.into()));
        };
        let mut states = vec![None; populations.len()];
        for (&p, state) in outputs.iter().zip(output.states) {
            if let Some(place) = states.get_mut(p) {
                *place = Some(state);
            }
        }
        done(Sample {
            index,
            steps: finished(image, index, output.steps, &steps)?,
            states,
            counters: None,
        })
    };
    board.run_samples(&outputs, send, answered)
}

/// Runs all samples of a job on one board and returns their outcomes in order, and what the counters counted.
/// `progress` is told of the loading, `done` of each sample.
///
/// # Errors
///
/// A job that cannot be streamed (several boards, a comparison), and whatever goes wrong on the board.
pub fn run_streamed(
    job: &Job,
    port: &Opened,
    progress: &mut dyn Progress,
    done: &dyn Fn(&Outcome),
) -> Result<(Vec<Outcome>, [u64; 10]), RunError> {
    check(job, port)?;
    if job.boards != 1 || job.compare {
        return Err(RunError::Invalid(format!(
            "samples are streamed to one board and without a comparison, not to {}{}; run each alone",
            job.boards,
            if job.compare { " with one" } else { "" }
        )));
    }
    let (mut board, loading) = ready(job, port, progress)?;
    let mut indices = job.first..job.first + job.count;
    let mut outcomes = Vec::with_capacity(job.count);
    let next = || match indices.next() {
        Some(index) => Ok(Some((index, encode(job.inputs, index, job.image)?))),
        None => Ok(None),
    };
    let counted = stream(&mut board, job.image, next, |sample| {
        let outcome = outcome(job, sample, None, loading)?;
        done(&outcome);
        outcomes.push(outcome);
        Ok(())
    })?;
    Ok((outcomes, counted))
}
