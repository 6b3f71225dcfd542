//! Arrays of an `.npz`: one whose first axis counts samples, or time.

use super::options::Options;
use super::samples::{Measured, Samples, Values};
use super::{format, MAX_BYTES, MAX_SAMPLES};
use crate::data::{read_named, DataError};
use crate::encode::Frames;
use std::path::Path;

/// Most numbers of an array.
const MAX_NUMBERS: usize = 1 << 25;

/// Reads the array that is named, or `images`, or `frames`; and `labels`, if they are there. Its axes are (samples,
/// channels), (samples, frames, channels) or, with `series`, (frames, channels); of `images` all axes but the first are
/// pixels. Unsigned arrays of 8 and 16 bits have these as their full scale; others are measured.
pub(super) fn read(path: &Path, options: &Options) -> Result<Samples, DataError> {
    let fail = |reason: String| format(path, reason);
    let names = match &options.array {
        Some(name) => vec![name.as_str()],
        None => vec!["images", "frames"],
    };
    let wanted = |name: &str| names.contains(&name) || name == "labels";
    let arrays = read_named(path, wanted, MAX_BYTES)?;
    let find = |name: &str| arrays.iter().find(|a| a.0 == name).map(|a| &a.1);
    let found = names.iter().find_map(|&name| Some((name, find(name)?)));
    let Some((name, array)) = found else {
        let names = names.join("' and no array '");
        return Err(fail(format!(
            "it has no array '{names}'; name one with --array"
        )));
    };
    let product = |axes: &[usize]| axes.iter().product::<usize>();
    let (samples, channels) = match (&array.shape[..], options.series) {
        (&[_, channels], true) => (1, channels),
        (&[frames], true) if frames > 0 => (1, 1),
        (&[samples, channels], false) => (samples, channels),
        (&[samples, ref pixels @ ..], false) if name == "images" => (samples, product(pixels)),
        (&[samples, _, channels], false) => (samples, channels),
        (shape, _) => {
            return Err(fail(format!(
                "'{name}' has the shape {shape:?}, but must be (samples, channels), (samples, frames, channels) or, with \
                 --series, (frames, channels)"
            )))
        }
    };
    let count = array.len();
    let of = count / samples.max(1);
    if samples > MAX_SAMPLES || count > MAX_NUMBERS || channels == 0 || of == 0 {
        let shape = &array.shape;
        return Err(fail(format!(
            "'{name}' has the shape {shape:?}; it must have 1 to {MAX_NUMBERS} elements and at most {MAX_SAMPLES} samples"
        )));
    }
    let numbers = array.numbers();
    let values = match array.full_scale() {
        Some(full) => {
            let frames = |part: &[f64]| {
                let whole = part.iter().map(|&x| x as u16).collect();
                Frames::new(full, channels, whole).map_err(|e| fail(format!("'{name}': {e}")))
            };
            Values::Whole(numbers.chunks(of).map(frames).collect::<Result<_, _>>()?)
        }
        None => {
            let measured = |part: &[f64]| Measured {
                channels,
                values: part.to_vec(),
                range: None,
            };
            Values::Measured(numbers.chunks(of).map(measured).collect())
        }
    };
    let labels = match find("labels") {
        Some(labels) => Some(labels.bytes(&path.display().to_string(), "labels", 255)?),
        None => None,
    };
    Ok(Samples {
        name: path.display().to_string(),
        values,
        labels,
    })
}
