//! NumPy's `.npz`: a zip archive of arrays.

use super::npy::Array;
use super::{DataError, MAX_BYTES};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// Most arrays of a file.
const MAX_ARRAYS: usize = 256;

/// Reads the arrays named `images`, `spikes` and `labels`; of others only their names matter.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Array)>, DataError> {
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
    if archive.len() > MAX_ARRAYS {
        let count = archive.len();
        return Err(format(format!(
            "it has {count} arrays, {MAX_ARRAYS} is the most"
        )));
    }
    let mut arrays = Vec::new();
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(zip)?;
        let array = entry.name().trim_end_matches(".npy").to_string();
        if !["images", "spikes", "labels"].contains(&array.as_str()) {
            continue;
        }
        let mut bytes = Vec::new();
        // The sizes in the archive may lie; what is read does not.
        let left = MAX_BYTES - total;
        let result = entry.take(left + 1).read_to_end(&mut bytes);
        result.map_err(|e| format(format!("'{array}' is damaged ({e})")))?;
        if bytes.len() as u64 > left {
            return Err(DataError::TooLarge {
                path: name.clone(),
                what: format!("'{array}'"),
                bytes: bytes.len() as u64,
                limit: MAX_BYTES,
            });
        }
        total += bytes.len() as u64;
        let parsed = Array::parse(&bytes).map_err(|e| format(format!("'{array}': {e}")))?;
        arrays.push((array, parsed));
    }
    Ok(arrays)
}
