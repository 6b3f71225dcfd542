//! Inputs from files: images or spikes, with or without labels. Every size is checked before it is
//! used, so that no file can take more memory than [`MAX_BYTES`].
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod csv;
mod error;
mod npy;
mod npz;

pub use error::DataError;
pub(crate) use npz::read_named;

use npy::Array;
use std::fs::File;
use std::io::{Error, Read};
use std::path::Path;

/// Most bytes of an input, packed or unpacked.
pub const MAX_BYTES: u64 = 1 << 30;

/// A file's bytes; `None` if it has more than `most`. Its length is not asked: what says that it has no bytes (a pipe, a
/// device) may have any number of them.
///
/// # Errors
///
/// Those of opening and reading.
pub fn bounded(path: &Path, most: u64) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// What a file holds for each sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// Images, to be encoded into spikes.
    Images {
        /// Pixels of an image.
        pixels: usize,
        /// Pixel values, image after image.
        bytes: Vec<u8>,
    },
    /// Signals, to be encoded into spikes: several frames in a row.
    Frames {
        /// Frames of a sample.
        frames: usize,
        /// Values of a frame.
        channels: usize,
        /// Full scale of a value: 255 or 65535.
        full: u16,
        /// Values, sample after sample, frame after frame.
        values: Vec<u16>,
    },
    /// Spikes.
    Spikes {
        /// Steps of a sample.
        steps: usize,
        /// Inputs of a step.
        inputs: usize,
        /// 0 or 1: sample after sample, step after step.
        bits: Vec<u8>,
    },
}

/// Samples to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The file, for messages.
    pub name: String,
    /// Samples.
    pub values: Values,
    /// The right answers, if the file has them.
    pub labels: Option<Vec<u8>>,
}

impl Inputs {
    /// Reads a `.npz` with `images` (n, pixels), `frames` (n, frames, channels; 8 or 16 unsigned bits) or `spikes`
    /// ((n,) steps, inputs) and perhaps `labels` (n), or a `.csv` with a row of 0 and 1 for each step.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let name = path.display().to_string();
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("npz") => Self::from_arrays(name, npz::read(path)?),
            Some("csv") => csv::read(path, name),
            _ => Err(DataError::Kind { path: name }),
        }
    }

    /// Samples in the file.
    pub fn count(&self) -> usize {
        match &self.values {
            Values::Images { pixels, bytes } => bytes.len() / (*pixels).max(1),
            Values::Frames {
                frames,
                channels,
                values,
                ..
            } => values.len() / (frames * channels).max(1),
            Values::Spikes {
                steps,
                inputs,
                bits,
            } => bits.len() / (steps * inputs).max(1),
        }
    }

    fn from_arrays(name: String, arrays: Vec<(String, Array)>) -> Result<Self, DataError> {
        let find = |key: &str| arrays.iter().find(|a| a.0 == key).map(|a| &a.1);
        let shape = |array: &Array, what, wanted| DataError::Shape {
            path: name.clone(),
            what,
            found: array.shape.clone(),
            wanted,
        };
        let values = match (find("images"), find("frames"), find("spikes")) {
            (Some(a), None, None) => {
                // Images may have rows and columns.
                let pixels = a.shape.get(1..).unwrap_or(&[]).iter().product();
                if a.shape.len() < 2 || pixels == 0 {
                    return Err(shape(a, "images", "(images, pixels)"));
                }
                let bytes = a.bytes(&name, "images", 255)?;
                Values::Images { pixels, bytes }
            }
            (None, Some(a), None) => {
                let (frames, channels) = match a.shape[..] {
                    [_, frames, channels] if frames * channels > 0 => (frames, channels),
                    _ => return Err(shape(a, "frames", "(samples, frames, channels)")),
                };
                let full = a.full_scale().ok_or_else(|| DataError::Format {
                    path: name.clone(),
                    reason: "'frames' must be of unsigned numbers of 8 or 16 bits; scale them with `ferrospike encode`"
                        .into(),
                })?;
                Values::Frames {
                    frames,
                    channels,
                    full,
                    values: a.numbers().into_iter().map(|x| x as u16).collect(),
                }
            }
            (None, None, Some(a)) => {
                let (steps, inputs) = match a.shape[..] {
                    [steps, inputs] | [_, steps, inputs] if steps * inputs > 0 => (steps, inputs),
                    _ => return Err(shape(a, "spikes", "(samples, steps, inputs)")),
                };
                let bits = a.bytes(&name, "spikes", 1)?;
                Values::Spikes {
                    steps,
                    inputs,
                    bits,
                }
            }
            (images, frames, _) => {
                let mut found: Vec<_> = arrays.iter().map(|a| a.0.clone()).collect();
                found.sort();
                return Err(DataError::Arrays {
                    path: name,
                    found: found.join(", "),
                    both: images.is_some() || frames.is_some(),
                });
            }
        };
        let labels = match find("labels") {
            Some(a) => Some(a.bytes(&name, "labels", 255)?),
            None => None,
        };
        let inputs = Self {
            name,
            values,
            labels,
        };
        let count = inputs.count();
        match &inputs.labels {
            _ if count == 0 => Err(DataError::Empty { path: inputs.name }),
            Some(labels) if labels.len() != count => Err(DataError::Labels {
                path: inputs.name,
                labels: labels.len(),
                samples: count,
            }),
            _ => Ok(inputs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_may_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("five");
        std::fs::write(&path, [7; 5]).unwrap();
        assert_eq!(bounded(&path, 5).unwrap(), Some(vec![7; 5]));
        assert_eq!(bounded(&path, 4).unwrap(), None);
        assert!(bounded(folder.path(), 5).is_err());
        // It says that it has no bytes, and has no end.
        if cfg!(unix) {
            assert_eq!(bounded(Path::new("/dev/zero"), 1000).unwrap(), None);
        }
    }
}
