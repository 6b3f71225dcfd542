//! Measurements: how fast the model is, on networks that other simulators can be given too, and what boards do.

pub mod board;
mod export;
mod measure;
mod networks;

pub use export::export;
pub use measure::{best, check, measure, Checked, Speed};
pub use networks::{braille, mnist, sparse, Subject, NAMES};

use crate::compile::CompileError;
use crate::data::DataError;
use crate::import::ImportError;
use crate::run::RunError;
use thiserror::Error;

/// Why a measurement could not be made.
#[derive(Debug, Error)]
pub enum BenchError {
    /// The example could not be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Nor its samples.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A network could not be compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The model could not run it.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Something else: what, where, what to try.
    #[error("{0}")]
    Invalid(String),
}
