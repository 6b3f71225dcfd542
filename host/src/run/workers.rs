//! Many samples on one board or on several at once.

use super::{
    compare, decode, ensure_loaded, given, run_sample, Comparison, Loading, Opened, Reference, Row,
    RunError, Sample,
};
use crate::board::{Board, Progress};
use crate::data::Inputs;
use crate::transport::Transport;
use ferrospike_model::image::Image;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Mutex;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The image.
    pub image: &'a Image,
    /// The samples.
    pub inputs: &'a Inputs,
    /// Index of the first one.
    pub first: usize,
    /// How many.
    pub count: usize,
    /// Boards to use at once.
    pub boards: usize,
    /// Compare with the model.
    pub compare: bool,
    /// Do without the CRC of simulations that started with the image in their memory, which takes as
    /// long as some samples.
    pub trust: bool,
}

/// What came of a sample.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the board did.
    pub sample: Sample,
    /// Its answer, if the image has a decoder.
    pub answer: Option<usize>,
    /// The value that its spikes stand for, if the image's decoder gives one.
    pub value: Option<f64>,
    /// The right answer, if known.
    pub label: Option<u8>,
    /// The comparison, if asked for.
    pub comparison: Option<Comparison>,
    /// How the image came to be on the board.
    pub loading: Loading,
}

/// Runs all samples and returns their outcomes in order. `progress` is told of the loading of the
/// first board, `done` of each sample.
pub fn run_all(
    job: &Job,
    port: &Opened,
    progress: &mut (dyn Progress + Send),
    done: &(dyn Fn(&Outcome) + Sync),
) -> Result<Vec<Outcome>, RunError> {
    check(job, port)?;
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let outcomes = Mutex::new(Vec::with_capacity(job.count));
    let work = |progress: &mut dyn Progress| -> Result<(), RunError> {
        let (mut board, loading) = ready(job, port, progress)?;
        let mut reference = match job.compare {
            true => Some(Reference::new(job.image)?),
            false => None,
        };
        let mut last = None;
        loop {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            if turn >= job.count || failed.load(Ordering::Relaxed) {
                return leave(&mut board, last);
            }
            let index = job.first + turn;
            let (steps, row) = given(job.inputs, index, job.image)?;
            if let Some(row) = &row {
                board.write_values(row.word, &row.bytes)?;
                if let Some(model) = &mut reference {
                    model.write(row)?;
                }
                last = Some(row.empty());
            }
            let sample = run_sample(&mut board, job.image, index, &steps, job.compare)?;
            let comparison = match &mut reference {
                Some(model) => Some(compare(job.image, &model.run(index, &steps)?, &sample)?),
                None => None,
            };
            let outcome = outcome(job, sample, comparison, loading)?;
            done(&outcome);
            if let Ok(mut outcomes) = outcomes.lock() {
                outcomes.push(outcome);
            }
        }
    };
    let guarded = |progress: &mut dyn Progress| {
        let result = work(progress);
        failed.fetch_or(result.is_err(), Ordering::Relaxed);
        result
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..job.boards.min(job.count))
            .map(|_| scope.spawn(|| guarded(&mut ())))
            .collect();
        let mut result = guarded(progress);
        for other in others {
            let broken = || RunError::Invalid("a thread that ran samples broke off".into());
            result = result.and(other.join().unwrap_or_else(|_| Err(broken())));
        }
        result
    })?;
    let mut outcomes = outcomes.into_inner().unwrap_or_default();
    outcomes.sort_by_key(|o| o.sample.index);
    Ok(outcomes)
}

/// Whether the job makes sense on this port.
pub(super) fn check(job: &Job, port: &Opened) -> Result<(), RunError> {
    let available = job.inputs.count();
    if job.first.saturating_add(job.count) > available || job.count == 0 {
        return Err(RunError::Invalid(format!(
            "{} samples from {} were asked for, but '{}' has {available}",
            job.count, job.first, job.inputs.name
        )));
    }
    if job.boards == 0 || job.boards > port.most() {
        return Err(RunError::Invalid(format!(
            "{} boards at once were asked for, but this port has 1 to {}",
            job.boards,
            port.most()
        )));
    }
    // Of the wrong size all samples are: better to know before a board is loaded.
    given(job.inputs, job.first, job.image).map(drop)
}

/// Leaves the board with the image as it is in its file, so that it is recognised.
pub(super) fn leave<T: Transport>(board: &mut Board<T>, row: Option<Row>) -> Result<(), RunError> {
    if let Some(row) = row {
        board.write_values(row.word, &row.bytes)?;
        board.flush()?;
    }
    Ok(())
}

/// A board with the image.
pub(super) fn ready(
    job: &Job,
    port: &Opened,
    progress: &mut dyn Progress,
) -> Result<(Board<Box<dyn Transport>>, Loading), RunError> {
    let mut board = port.board(Some(job.image))?;
    let loading = match (job.trust, port) {
        (true, Opened::Simulated(_, true)) => {
            board.assume_loaded(job.image)?;
            Loading::Preloaded
        }
        _ => ensure_loaded(&mut board, job.image, progress)?,
    };
    Ok((board, loading))
}

/// A sample with its answer and its label.
pub(super) fn outcome(
    job: &Job,
    sample: Sample,
    comparison: Option<Comparison>,
    loading: Loading,
) -> Result<Outcome, RunError> {
    let labels = job.inputs.labels.as_ref();
    let decoded = decode(job.image, &sample)?;
    Ok(Outcome {
        answer: decoded.class,
        value: decoded.value,
        label: labels.and_then(|l| l.get(sample.index)).copied(),
        sample,
        comparison,
        loading,
    })
}
