//! Encoded samples as a file that `ferrospike run` takes.

use super::samples::Encoded;
use crate::data::DataError;
use ndarray::{Array1, Array3};
use ndarray_npy::NpzWriter;
use std::fs::File;
use std::path::Path;

/// Writes `spikes` (samples, steps, inputs), bytes of 0 and 1, and `labels` (samples), if they are known.
///
/// # Errors
///
/// What the file system says.
pub fn write(path: &Path, encoded: &Encoded) -> Result<(), DataError> {
    let failed = |e: &dyn std::fmt::Display| {
        DataError::Choice(format!("cannot write '{}': {e}", path.display()))
    };
    if path
        .extension()
        .is_none_or(|e| !e.eq_ignore_ascii_case("npz"))
    {
        return Err(failed(&"its name must end in .npz"));
    }
    npz(path, encoded).map_err(|e| failed(&e))
}

fn npz(path: &Path, encoded: &Encoded) -> Result<(), Box<dyn std::error::Error>> {
    let of = encoded.steps * encoded.inputs;
    let mut bits = vec![0u8; encoded.samples.len() * of];
    for (place, sample) in bits.chunks_mut(of.max(1)).zip(&encoded.samples) {
        for (bit, &value) in place.iter_mut().zip(&sample.bits) {
            *bit = value;
        }
    }
    let shape = (encoded.samples.len(), encoded.steps, encoded.inputs);
    let mut npz = NpzWriter::new_compressed(File::create(path)?);
    npz.add_array("spikes", &Array3::from_shape_vec(shape, bits)?)?;
    if let Some(labels) = &encoded.labels {
        npz.add_array("labels", &Array1::from(labels.clone()))?;
    }
    npz.finish()?;
    Ok(())
}
