//! NumPy's `.npz`: a zip archive of arrays.

use super::npy::Array;
use super::{DataError, MAX_BYTES};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// Most arrays of a file.
const MAX_ARRAYS: usize = 256;

/// Most arrays of a network's file.
const MAX_OF_NETWORK: usize = 1 << 14;

/// Reads the arrays named `images`, `frames`, `spikes` and `labels`; of others only their names matter.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Array)>, DataError> {
    let inputs = |name: &str| ["images", "frames", "spikes", "labels"].contains(&name);
    read_some(path, inputs, MAX_ARRAYS, MAX_BYTES)
}

/// Reads the arrays that a network's description names; together they may have `limit` bytes.
pub(crate) fn read_named(
    path: &Path,
    wanted: impl Fn(&str) -> bool,
    limit: u64,
) -> Result<Vec<(String, Array)>, DataError> {
    read_some(path, wanted, MAX_OF_NETWORK, limit)
}

fn read_some(
    path: &Path,
    wanted: impl Fn(&str) -> bool,
    most: usize,
    limit: u64,
) -> Result<Vec<(String, Array)>, DataError> {
    let name = path.display().to_string();
    let format = |reason: String| DataError::Format {
        path: name.clone(),
        reason,
    };
    let file = File::open(path).map_err(|source| DataError::Read {
        path: name.clone(),
        source,
    })?;
    let zip = |e: zip::result::ZipError| format(format!("it is no whole .npz archive ({e})"));
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(zip)?;
    if archive.len() > most {
        let count = archive.len();
        return Err(format(format!("it has {count} arrays, {most} is the most")));
    }
    let mut arrays = Vec::new();
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(zip)?;
        let array = entry.name().trim_end_matches(".npy").to_string();
        if !wanted(&array) {
            continue;
        }
        let mut bytes = Vec::new();
        // The sizes in the archive may lie; what is read does not.
        let left = limit - total;
        let result = entry.take(left + 1).read_to_end(&mut bytes);
        result.map_err(|e| format(format!("'{array}' is damaged ({e})")))?;
        if bytes.len() as u64 > left {
            return Err(DataError::TooLarge {
                path: name.clone(),
                what: format!("'{array}'"),
                bytes: bytes.len() as u64,
                limit,
            });
        }
        total += bytes.len() as u64;
        let parsed = Array::parse(&bytes).map_err(|e| format(format!("'{array}': {e}")))?;
        arrays.push((array, parsed));
    }
    Ok(arrays)
}
