//! Samples from files of other programs, to be encoded: pictures (PNG), sound (WAV), tables (CSV), arrays (NPZ),
//! observables of NIR graphs, events of cameras (AEDAT4).
//!
//! Each reader gives [`Samples`]: whole numbers, measured numbers that a [`Range`](crate::encode::Range) makes whole, or
//! spikes, where a file has them. Whatever a file says of its size is checked before memory is taken for it.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod aedat;
mod arrays;
mod events;
mod mel;
mod nir_data;
mod options;
mod picture;
mod samples;
mod sound;
mod table;
mod write;

pub use events::Polarity;
pub use options::{Extent, Options, Ranges};
pub use samples::{Encoded, Measured, Samples, Values};
pub use write::write;

use crate::data::{bounded, DataError};
use std::path::Path;

/// Most bytes of a file, and of what becomes of it.
pub const MAX_BYTES: u64 = 1 << 28;
/// Most samples.
pub const MAX_SAMPLES: usize = 1 << 20;

/// Reads a file by the kind that its name says.
///
/// # Errors
///
/// What cannot be read or understood, with the place in the file and what to try.
pub fn open(path: &Path, options: &Options) -> Result<Samples, DataError> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("png") => picture::read(path, options),
        Some("wav") => sound::read(path, options),
        Some("csv" | "tsv") => table::read(path, options),
        Some("npz") => arrays::read(path, options),
        Some("nir" | "h5" | "hdf5") => nir_data::read(path, options),
        Some("aedat4" | "aedat") => aedat::read(path, options),
        _ => Err(DataError::Choice(format!(
            "'{}' is no kind of file that is read, by its name: .png, .wav, .csv, .tsv, .npz, .nir, .h5, .aedat4",
            path.display()
        ))),
    }
}

/// Reads several files of one kind, one behind the other.
///
/// # Errors
///
/// Those of [`open`], and files that do not go together.
pub fn open_all<P: AsRef<Path>>(paths: &[P], options: &Options) -> Result<Samples, DataError> {
    let mut all: Option<Samples> = None;
    for path in paths {
        let next = open(path.as_ref(), options)?;
        match &mut all {
            None => all = Some(next),
            Some(all) => all.append(next)?,
        }
    }
    all.ok_or_else(|| DataError::Choice("no file was given".into()))
}

/// The file's bytes, at most [`MAX_BYTES`].
fn bytes(path: &Path) -> Result<Vec<u8>, DataError> {
    let name = || path.display().to_string();
    let failed = |source| DataError::Read {
        path: name(),
        source,
    };
    bounded(path, MAX_BYTES)
        .map_err(failed)?
        .ok_or_else(|| DataError::TooLarge {
            path: name(),
            what: "the file".into(),
            bytes: MAX_BYTES + 1,
            limit: MAX_BYTES,
        })
}

/// A damaged file, or one of another kind.
fn format(path: &Path, reason: impl Into<String>) -> DataError {
    DataError::Format {
        path: path.display().to_string(),
        reason: reason.into(),
    }
}
