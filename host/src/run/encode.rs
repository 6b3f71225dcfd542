//! From samples to the words that the device takes.

use super::RunError;
use crate::board::bitmap_words;
use crate::data::{Inputs, Values};
use crate::encode::{Code, Encoder, Frames};
use ferrospike_model::image::{Image, Role};

/// Words of each input population, `[step][input][word]`.
pub type Steps = Vec<Vec<Vec<u32>>>;

/// The inputs of sample `index`. Spikes are taken as they are; images and frames go through the image's encoder.
/// Several input populations share a row, in their order.
pub fn encode(inputs: &Inputs, index: usize, image: &Image) -> Result<Steps, RunError> {
    let header = &image.header;
    let sizes: Vec<usize> = header
        .populations
        .iter()
        .filter(|p| p.role == Role::Input)
        .map(|p| p.neurons)
        .collect();
    let total: usize = sizes.iter().sum();
    let fits = |what: String, found: usize| {
        if found == total {
            return Ok(());
        }
        Err(RunError::Invalid(format!(
            "'{}' has {what}, but the network '{}' has {total} inputs; use the data and the encoder that the network was \
             trained for",
            inputs.name, header.name
        )))
    };
    let bits = match &inputs.values {
        Values::Spikes {
            steps,
            inputs: width,
            bits,
        } => {
            fits(format!("{width} inputs"), *width)?;
            sample(bits, steps * width, index, inputs)?.to_vec()
        }
        Values::Images { pixels, bytes } => {
            let values = sample(bytes, *pixels, index, inputs)?;
            let values = values.iter().map(|&v| u16::from(v)).collect();
            let frames = Frames::new(255, *pixels, values);
            let (bits, lines) = encoded(frames, index, image)?;
            fits(told(*pixels, "pixels", lines), pixels * lines)?;
            bits
        }
        Values::Frames {
            frames,
            channels,
            full,
            values,
        } => {
            let values = sample(values, frames * channels, index, inputs)?;
            let frames = Frames::new(*full, *channels, values.to_vec());
            let (bits, lines) = encoded(frames, index, image)?;
            fits(told(*channels, "channels", lines), channels * lines)?;
            bits
        }
    };
    let words = |row: &[u8]| {
        let row: Vec<bool> = row.iter().map(|&bit| bit != 0).collect();
        let mut rest = row.as_slice();
        let part = |&size: &usize| {
            let (part, after) = rest.split_at(size.min(rest.len()));
            rest = after;
            bitmap_words(part, header.lanes)
        };
        sizes.iter().map(part).collect()
    };
    Ok(bits.chunks(total.max(1)).map(words).collect())
}

fn told(channels: usize, what: &str, lines: usize) -> String {
    match lines {
        1 => format!("{channels} {what}"),
        _ => format!("{channels} {what} of {lines} lines each"),
    }
}

/// The values of sample `index`, each of `size` values.
pub(super) fn sample<'a, T>(
    values: &'a [T],
    size: usize,
    index: usize,
    inputs: &Inputs,
) -> Result<&'a [T], RunError> {
    let start = index.checked_mul(size);
    let values = start.and_then(|start| values.get(start..start.checked_add(size)?));
    values.ok_or_else(|| {
        RunError::Invalid(format!(
            "sample {index} was asked for, but '{}' has {} samples",
            inputs.name,
            inputs.count()
        ))
    })
}

/// Spikes by the image's encoder, and its lines for a channel.
fn encoded(
    frames: Result<Frames, crate::encode::EncodeError>,
    index: usize,
    image: &Image,
) -> Result<(Vec<u8>, usize), RunError> {
    let encoder = encoder(&image.header.encoder)?;
    let failed = |e| RunError::Invalid(format!("sample {index}: {e}"));
    let spikes = encoder.encode(&frames.map_err(failed)?, index as u64);
    Ok((spikes.map_err(failed)?.bits, encoder.lines()))
}

/// The encoder that an image names.
fn encoder(text: &str) -> Result<Encoder, RunError> {
    if text.is_empty() {
        let told = "the image names no encoder for images; give spikes instead, or import with --encoder phase:10";
        return Err(RunError::Invalid(told.into()));
    }
    let encoder: Encoder = text
        .parse()
        .map_err(|e| RunError::Invalid(format!("the image's encoder '{text}': {e}")))?;
    match encoder.code {
        Code::Bias => Err(RunError::Invalid(format!(
            "the image's encoder '{text}' is the device's own: samples can be run, verified and reported with it; for anything else import \
             with phase:STEPS, which has the same spikes"
        ))),
        _ => Ok(encoder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_name_their_encoder() {
        for (text, words) in [
            ("", "names no encoder"),
            ("phase:0", "1 to 65536"),
            ("latency", "must give the steps"),
            ("bias:3", "phase:STEPS"),
            ("morse:3", "known are phase"),
        ] {
            let error = encoder(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
        assert_eq!(encoder("phase:10").map(|e| e.steps).ok(), Some(10));
    }
}
