//! From samples to the words that the device takes.

use super::RunError;
use crate::board::bitmap_words;
use crate::data::{Inputs, Values};
use ferrospike_model::image::{Image, Role};

/// Words of each input population, `[step][input][word]`.
pub type Steps = Vec<Vec<Vec<u32>>>;

/// Most steps of a sample.
const MAX_STEPS: usize = 65536;

/// The inputs of sample `index`. Spikes are taken as they are; images go through the image's encoder.
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
    let fits = |what: &str, found: usize| {
        if found == total {
            return Ok(());
        }
        Err(RunError::Invalid(format!(
            "'{}' has {found} {what}, but the network '{}' has {total} inputs; use the data that \
             the network was trained for",
            inputs.name, header.name
        )))
    };
    let count = inputs.count();
    let outside = || {
        RunError::Invalid(format!(
            "sample {index} was asked for, but '{}' has {count} samples",
            inputs.name
        ))
    };
    let rows: Vec<Vec<bool>> = match &inputs.values {
        Values::Spikes {
            steps,
            inputs: width,
            bits,
        } => {
            fits("inputs", *width)?;
            let size = steps * width;
            let sample = bits.get(index * size..(index + 1) * size);
            let rows = sample.ok_or_else(outside)?.chunks(*width);
            rows.map(|row| row.iter().map(|&b| b != 0).collect())
                .collect()
        }
        Values::Images { pixels, bytes } => {
            fits("pixels", *pixels)?;
            let steps = phase_steps(&header.encoder)?;
            let image = bytes.get(index * pixels..(index + 1) * pixels);
            phase(image.ok_or_else(outside)?, steps)
        }
    };
    let words = |row: &Vec<bool>| {
        let mut rest = row.as_slice();
        let part = |&size: &usize| {
            let (part, after) = rest.split_at(size.min(rest.len()));
            rest = after;
            bitmap_words(part, header.lanes)
        };
        sizes.iter().map(part).collect()
    };
    Ok(rows.iter().map(words).collect())
}

/// Steps of the encoder `phase:N`.
fn phase_steps(encoder: &str) -> Result<usize, RunError> {
    let steps = encoder.strip_prefix("phase:").and_then(|n| n.parse().ok());
    steps
        .filter(|n| (1..=MAX_STEPS).contains(n))
        .ok_or_else(|| {
            RunError::Invalid(match encoder {
                "" => "the image names no encoder for images; give spikes instead, or import with \
                       --encoder phase:10"
                    .into(),
                _ => format!(
                    "the image's encoder '{encoder}' is unknown; known is phase:N with N from 1 to \
                     {MAX_STEPS}"
                ),
            })
        })
}

/// A pixel p spikes floor(t p / 255) times in t steps.
fn phase(pixels: &[u8], steps: usize) -> Vec<Vec<bool>> {
    let mut sums = vec![0u32; pixels.len()];
    let mut step = || {
        let fires = |(sum, &pixel): (&mut u32, &u8)| {
            *sum += u32::from(pixel);
            let fires = *sum >= 255;
            *sum -= if fires { 255 } else { 0 };
            fires
        };
        sums.iter_mut().zip(pixels).map(fires).collect()
    };
    (0..steps).map(|_| step()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phase_counts() {
        let pixels: Vec<u8> = (0..=255).collect();
        let rows = phase(&pixels, 10);
        for (p, _) in pixels.iter().enumerate() {
            for t in 1..=10 {
                let spikes = rows[..t].iter().filter(|row| row[p]).count();
                assert_eq!(spikes, t * p / 255);
            }
        }
        assert!(phase_steps("phase:0").is_err() && phase_steps("latency").is_err());
        assert_eq!(phase_steps("phase:10").ok(), Some(10));
    }
}
