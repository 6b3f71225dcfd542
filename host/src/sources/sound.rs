//! Sound: WAV files as mel spectra, a frame for each hop, a channel for each filter, in dB.

use super::mel::Bank;
use super::options::Options;
use super::samples::{Measured, Samples, Values};
use super::{bytes, format};
use crate::data::DataError;
use crate::encode::Range;
use hound::{SampleFormat, WavReader};
use std::io::Cursor;
use std::path::Path;

/// Most values of a file's spectra.
const MAX_VALUES: usize = 1 << 24;

/// Reads a file of any rate, of whole samples of 8 to 32 bits or floating ones; channels are averaged. The loudest value
/// becomes the full scale, and `decibels` less become 0.
pub(super) fn read(path: &Path, options: &Options) -> Result<Samples, DataError> {
    let bytes = bytes(path)?;
    let fail = |reason: String| format(path, reason);
    let (rate, sound) = samples(&bytes).map_err(fail)?;
    let (frame, hop, filters) = (options.frame, options.hop, options.filters);
    let high = options.high.unwrap_or(f64::from(rate) / 2.0);
    check(options, rate, high)?;
    if sound.len() < frame {
        let have = sound.len();
        return Err(fail(format!(
            "it has {have} samples, less than a frame of {frame}; take a smaller --frame"
        )));
    }
    let frames = (sound.len() - frame) / hop + 1;
    if frames.saturating_mul(filters) > MAX_VALUES {
        return Err(fail(format!(
            "{frames} frames of {filters} filters are more than {MAX_VALUES} values; take a longer --hop"
        )));
    }
    let bank = Bank::new(rate, frame, filters, options.low, high).map_err(fail)?;
    let values = bank.decibels(&sound, hop);
    let peak = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Silence has no loudest value: nothing in it reaches more than 0.
    let silent = sound.iter().all(|&x| x == 0.0);
    let top = if silent { 0.0 } else { peak };
    Ok(Samples {
        name: path.display().to_string(),
        values: Values::Measured(vec![Measured {
            channels: filters,
            values,
            range: Some(Range {
                low: top - options.decibels,
                high: top,
            }),
        }]),
        labels: None,
    })
}

fn check(options: &Options, rate: u32, high: f64) -> Result<(), DataError> {
    let choice = |what: String| Err(DataError::Choice(what));
    let (frame, hop, filters) = (options.frame, options.hop, options.filters);
    if !(16..=65536).contains(&frame) || !(1..=65536).contains(&hop) {
        return choice(format!(
            "--frame {frame} and --hop {hop} must be 16 to 65536 and 1 to 65536 samples"
        ));
    }
    if !(1..=256).contains(&filters) {
        return choice(format!("--filters {filters} must be 1 to 256"));
    }
    let (low, half) = (options.low, f64::from(rate) / 2.0);
    if !(low >= 0.0 && low < high && high <= half) {
        return choice(format!(
            "--low {low} and --high {high} must be two rising frequencies up to half the rate, {half} Hz"
        ));
    }
    if !(options.decibels > 0.0 && options.decibels <= 300.0) {
        return choice(format!(
            "--decibels {} must be above 0 and at most 300",
            options.decibels
        ));
    }
    Ok(())
}

/// Rate and samples, -1 to 1, the mean of all channels; an error is a reason in words.
fn samples(bytes: &[u8]) -> Result<(u32, Vec<f64>), String> {
    let wav = |e: hound::Error| format!("it is no whole WAV file ({e})");
    let mut reader = WavReader::new(Cursor::new(bytes)).map_err(wav)?;
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    if channels == 0 || spec.sample_rate == 0 || spec.bits_per_sample == 0 {
        return Err("it has no channels, no rate or no bits".into());
    }
    let scale = libm::exp2(f64::from(spec.bits_per_sample) - 1.0);
    let all: Result<Vec<f64>, _> = match spec.sample_format {
        SampleFormat::Int => {
            let samples = reader.samples::<i32>();
            samples.map(|s| s.map(|s| f64::from(s) / scale)).collect()
        }
        SampleFormat::Float => {
            let samples = reader.samples::<f32>();
            samples.map(|s| s.map(f64::from)).collect()
        }
    };
    let all = all.map_err(wav)?;
    if let Some(at) = all.iter().position(|x| !x.is_finite()) {
        return Err(format!("sample {at} is no number"));
    }
    let mean = |frame: &[f64]| frame.iter().sum::<f64>() / channels as f64;
    Ok((
        spec.sample_rate,
        all.chunks_exact(channels).map(mean).collect(),
    ))
}
