//! What can go wrong between a description and a board.

use ferrospike_rtl::shell::ShellError;
use ferrospike_rtl::top::ConfigurationError;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why there is no bitstream, or none on the board.
#[derive(Debug, Error)]
pub enum BuildError {
    /// No such board.
    #[error("there is no board '{name}'; there are: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// All names.
        known: String,
    },
    /// A description that cannot be read.
    #[error("constraints/{board}.toml: {message}")]
    Description {
        /// The board.
        board: String,
        /// What is wrong.
        message: String,
    },
    /// The shell cannot be made.
    #[error("constraints/{board}.toml: {source}")]
    Shell {
        /// The board.
        board: String,
        /// Why.
        source: ShellError,
    },
    /// The core cannot be emitted.
    #[error("constraints/{board}.toml, [core]: {source}")]
    Core {
        /// The board.
        board: String,
        /// Why.
        source: ConfigurationError,
    },
    /// A program is not installed.
    #[error("{program} was not found; {remedy}")]
    Missing {
        /// The program.
        program: String,
        /// What to do.
        remedy: String,
    },
    /// A program did not do what it should.
    #[error("{program} failed ({status}): {message}{}", log.as_ref().map_or(String::new(), |log| format!("; all of it is in '{}'", log.display())))]
    Failed {
        /// The program.
        program: String,
        /// Its exit status.
        status: String,
        /// The line that says most.
        message: String,
        /// Its log.
        log: Option<PathBuf>,
    },
    /// A file that cannot be read, written or understood.
    #[error("cannot {doing} '{}': {message}", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        message: String,
    },
    /// There is nothing to write to the board.
    #[error("there is no bitstream '{}': {why}", path.display())]
    NoBitstream {
        /// The file.
        path: PathBuf,
        /// Why not, or what makes it.
        why: String,
    },
    /// The board cannot be loaded this way.
    #[error("the board {board} has no way to {what}; try {instead}")]
    NoWay {
        /// The board.
        board: String,
        /// What was asked for.
        what: &'static str,
        /// What it has.
        instead: &'static str,
    },
}

impl BuildError {
    /// A failed access to a file.
    pub(super) fn file(doing: &'static str, path: &Path, error: impl std::fmt::Display) -> Self {
        let (path, message) = (path.to_path_buf(), error.to_string());
        BuildError::File {
            doing,
            path,
            message,
        }
    }
}
