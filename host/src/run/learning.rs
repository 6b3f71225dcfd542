//! Samples on a board that learns, one after the other, beside the model that learns the same.

use super::watched::beside;
use super::workers::{check, leave, outcome};
use super::{ensure_loaded, Job, Learned, Loading, Opened, Outcome, Reference, RunError, Seen};
use crate::board::{Board, BoardError, Progress};
use crate::transport::Transport;
use ferrospike_model::image::Image;

/// Most samples of a run, epochs multiplied.
const MOST_SAMPLES: usize = 1 << 24;

/// How a board learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// How often all samples are run, one time after the other.
    pub epochs: usize,
    /// Goes on with what the board has learned, instead of loading the image.
    pub keep: bool,
}

impl Default for Lesson {
    fn default() -> Self {
        Lesson {
            epochs: 1,
            keep: false,
        }
    }
}

/// What came of learning.
#[derive(Clone, Debug)]
pub struct Taught {
    /// What the board did, in order.
    pub outcomes: Vec<Outcome>,
    /// The image with the weights and random numbers that the board has now.
    pub image: Image,
}

/// Runs the samples of a job in their order on one board that learns. `seen` is told of each step as it comes, `done`
/// of each sample.
///
/// # Errors
///
/// Several boards; a board or an image that does not learn; whatever goes wrong on the board.
pub fn learn(
    job: &Job,
    lesson: &Lesson,
    port: &Opened,
    progress: &mut dyn Progress,
    seen: &mut dyn FnMut(Seen),
    done: &mut dyn FnMut(&Outcome),
) -> Result<Taught, RunError> {
    check(job, port)?;
    if job.boards != 1 {
        return Err(RunError::Invalid(format!(
            "samples are learned in their order on one board, not on {}; leave --sims away",
            job.boards
        )));
    }
    let mut board = port.board(Some(job.image))?;
    learn_on(&mut board, job, lesson, progress, seen, done)
}

/// The same on a board that is open.
///
/// # Errors
///
/// As [`learn`].
pub fn learn_on<T: Transport>(
    board: &mut Board<T>,
    job: &Job,
    lesson: &Lesson,
    progress: &mut dyn Progress,
    seen: &mut dyn FnMut(Seen),
    done: &mut dyn FnMut(&Outcome),
) -> Result<Taught, RunError> {
    if lesson.epochs == 0 {
        return Err(RunError::Invalid(
            "0 epochs were asked for; 1 is the least".into(),
        ));
    }
    if lesson.epochs.saturating_mul(job.count) > MOST_SAMPLES {
        return Err(RunError::Invalid(format!(
            "{} epochs of {} samples were asked for; {MOST_SAMPLES} samples are the most in a run: save what was learned, and \
             learn on from it",
            lesson.epochs, job.count
        )));
    }
    let learned = Learned::of(job.image)?;
    if !board.info().has_learning() {
        // Before anything is loaded.
        let (name, board) = (job.image.header.name.clone(), board.info().board.clone());
        return Err(BoardError::NoLearning { name, board }.into());
    }
    let (start, loading) = match lesson.keep {
        true => (kept(board, job.image, &learned)?, Loading::WasThere),
        false => (
            job.image.clone(),
            ensure_loaded(board, job.image, progress)?,
        ),
    };
    board.set_learning(true)?;
    let mut reference = match job.compare {
        true => Some(Reference::new(&start)?.learning()?),
        false => None,
    };
    let mut outcomes = Vec::with_capacity(job.count);
    let (mut last, mut differs) = (None, false);
    let samples = || job.first..job.first + job.count;
    for index in (0..lesson.epochs).flat_map(|_| samples()) {
        let (sample, mut comparison, row) =
            beside(board, reference.as_mut(), &start, job.inputs, index, seen)?;
        last = row.or(last);
        if let (Some(comparison), Some(model)) = (&mut comparison, &reference) {
            let (expected, got) = (model.learned(&learned)?, learned.read(board)?);
            learned.compare(&start.header, index, &expected, &got, comparison);
            // Samples come several times; only the first difference of all is told.
            if differs {
                comparison.first = None;
            }
            differs |= comparison.first.is_some();
        }
        let outcome = outcome(job, sample, comparison, loading)?;
        done(&outcome);
        outcomes.push(outcome);
    }
    leave(board, last)?;
    let contents = learned.read(board)?;
    board.set_learning(false)?;
    let mut image = learned.put(&start, &contents)?;
    image.header.notes.push(format!(
        "learned over {} samples of '{}'",
        outcomes.len(),
        std::path::Path::new(&job.inputs.name)
            .file_name()
            .map_or_else(
                || job.inputs.name.clone(),
                |name| name.to_string_lossy().into()
            )
    ));
    image.check()?;
    Ok(Taught { outcomes, image })
}

/// The image with what a board has learned of it.
fn kept<T: Transport>(
    board: &mut Board<T>,
    image: &Image,
    learned: &Learned,
) -> Result<Image, RunError> {
    image.check_fit(board.shape())?;
    let contents = learned.read(board)?;
    let held = learned.put(image, &contents)?;
    match board.is_loaded(&held)? {
        true => Ok(held),
        false => Err(RunError::Invalid(format!(
            "the board does not hold the image '{}', apart from what learns in it, so that it cannot go on; run it \
             without --keep",
            image.header.name
        ))),
    }
}
