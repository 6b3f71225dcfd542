//! The only place that knows the HDF5 crate: a small trait, and its implementation.

use super::{NirError, Tensor, MAX_ELEMENTS};
use rust_hdf5::{DatatypeMessage, H5Dataset, H5File};
use std::path::Path;

/// Largest file that is opened.
const MAX_FILE: u64 = 512 << 20;
/// Most bytes of one stored chunk.
const MAX_CHUNK: usize = 256 << 20;
/// Most datasets of a file.
const MAX_DATASETS: usize = 65536;
/// Most strings of one dataset.
const MAX_STRINGS: usize = 1 << 17;

/// Strings of a dataset, row-major.
pub(crate) struct Strings {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// The strings.
    pub data: Vec<String>,
}

/// A tree of named arrays. Errors are sentences without the file's name.
pub(crate) trait Store {
    /// Paths of all arrays, `a/b/c`.
    fn paths(&self) -> Result<Vec<String>, String>;
    /// The array as numbers.
    fn numbers(&self, path: &str) -> Result<Tensor, String>;
    /// The array as strings.
    fn strings(&self, path: &str) -> Result<Strings, String>;
}

/// A file read with `rust-hdf5`.
pub(crate) struct Hdf5 {
    file: H5File,
}

impl Hdf5 {
    /// Opens a file for reading.
    pub fn open(path: &Path) -> Result<Self, NirError> {
        let name = path.display().to_string();
        let meta = std::fs::metadata(path).map_err(|e| NirError::File {
            path: name.clone(),
            reason: e.to_string(),
        })?;
        if !meta.is_file() {
            return Err(NirError::File {
                path: name,
                reason: "it is not a file".into(),
            });
        }
        if meta.len() > MAX_FILE {
            let reason = format!("it has {} bytes, the limit is {MAX_FILE}", meta.len());
            return Err(NirError::File { path: name, reason });
        }
        match H5File::open(path) {
            Ok(file) => Ok(Self { file }),
            Err(e) => Err(NirError::Damaged {
                path: name,
                reason: format!("{e}"),
            }),
        }
    }

    /// Whether an array has truth values, as h5py writes them.
    pub fn is_truth(&self, path: &str) -> Result<bool, String> {
        let set = self.dataset(path, MAX_ELEMENTS)?;
        let kind = set.datatype().map_err(|e| format!("'{path}': {e}"))?;
        Ok(matches!(kind, DatatypeMessage::Enum { .. }) && set.element_size() == 1)
    }

    fn dataset(&self, path: &str, limit: usize) -> Result<H5Dataset, String> {
        let set = self
            .file
            .dataset(path)
            .map_err(|e| format!("'{path}': {e}"))?;
        let count = set
            .shape()
            .iter()
            .try_fold(1usize, |n, &d| n.checked_mul(d));
        if set.is_null() || count.is_none_or(|n| n > limit) {
            let shape = set.shape();
            return Err(format!(
                "'{path}' has the shape {shape:?}, the limit is {limit} elements"
            ));
        }
        let chunk = set.chunk_dims().unwrap_or_default();
        let bytes = chunk
            .iter()
            .try_fold(set.element_size(), |n, &d| n.checked_mul(d));
        if bytes.is_none_or(|n| n > MAX_CHUNK) {
            return Err(format!(
                "'{path}' is stored in chunks of {chunk:?} elements, too large"
            ));
        }
        if !set
            .external_files()
            .map_err(|e| format!("'{path}': {e}"))?
            .is_empty()
            || !set.virtual_mappings().map_or(true, |v| v.is_empty())
        {
            return Err(format!("'{path}' keeps its data in another file"));
        }
        Ok(set)
    }
}

impl Store for Hdf5 {
    fn paths(&self) -> Result<Vec<String>, String> {
        let names = self.file.dataset_names();
        if names.len() > MAX_DATASETS {
            return Err(format!(
                "it has {} arrays, the limit is {MAX_DATASETS}",
                names.len()
            ));
        }
        Ok(names)
    }

    fn numbers(&self, path: &str) -> Result<Tensor, String> {
        let set = self.dataset(path, MAX_ELEMENTS)?;
        let fail = |e: rust_hdf5::Hdf5Error| format!("'{path}': {e}");
        let data = match set.datatype().map_err(fail)? {
            DatatypeMessage::FloatingPoint { .. } => set.read_numeric_as::<f64>().map_err(fail)?,
            // h5py's bool.
            DatatypeMessage::Enum { .. } if set.element_size() == 1 => {
                let bytes = set.read_raw_bytes().map_err(fail)?;
                bytes.into_iter().map(f64::from).collect()
            }
            _ => {
                let integers = set.read_numeric_as::<i64>().map_err(fail)?;
                integers.into_iter().map(|x| x as f64).collect()
            }
        };
        let shape = set.shape();
        if data.len() != shape.iter().product::<usize>() {
            return Err(format!(
                "'{path}' has {} elements for the shape {shape:?}",
                data.len()
            ));
        }
        Ok(Tensor { shape, data })
    }

    fn strings(&self, path: &str) -> Result<Strings, String> {
        let set = self.dataset(path, MAX_STRINGS)?;
        let data = set.read_strings().map_err(|e| format!("'{path}': {e}"))?;
        let shape = set.shape();
        if data.len() != shape.iter().product::<usize>() {
            return Err(format!(
                "'{path}' has {} strings for the shape {shape:?}",
                data.len()
            ));
        }
        Ok(Strings { shape, data })
    }
}
