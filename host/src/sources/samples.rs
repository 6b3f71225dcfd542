//! Samples of files on their way to spikes: put together, cut in windows, brought to one length, scaled, encoded.

use super::options::Ranges;
use super::MAX_SAMPLES;
use crate::data::{DataError, MAX_BYTES};
use crate::encode::{Encoder, Frames, Range, Spikes};

/// Samples of one or several files.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// File, or the first of them, for messages.
    pub name: String,
    /// What the samples hold.
    pub values: Values,
    /// The right answers, if known.
    pub labels: Option<Vec<u8>>,
}

/// What samples hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Whole numbers with a full scale.
    Whole(Vec<Frames>),
    /// Numbers to be scaled.
    Measured(Vec<Measured>),
    /// Spikes: nothing to encode.
    Spikes(Vec<Spikes>),
}

/// A sample of measured numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Values of a frame, at least 1.
    pub channels: usize,
    /// Frame after frame.
    pub values: Vec<f64>,
    /// Where 0 and the full scale are, if the source knows it.
    pub range: Option<Range>,
}

/// Encoded samples, all of one size.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// Steps of each sample; shorter ones end in silence.
    pub steps: usize,
    /// Inputs.
    pub inputs: usize,
    /// The samples.
    pub samples: Vec<Spikes>,
    /// The right answers, if known.
    pub labels: Option<Vec<u8>>,
}

impl Samples {
    /// Number of samples.
    pub fn count(&self) -> usize {
        match &self.values {
            Values::Whole(s) => s.len(),
            Values::Measured(s) => s.len(),
            Values::Spikes(s) => s.len(),
        }
    }

    /// Appends those of another file.
    pub(super) fn append(&mut self, other: Samples) -> Result<(), DataError> {
        let count = self.count();
        let more = other.count();
        match (&mut self.values, other.values) {
            (Values::Whole(a), Values::Whole(b)) => a.extend(b),
            (Values::Measured(a), Values::Measured(b)) => a.extend(b),
            (Values::Spikes(a), Values::Spikes(b)) => a.extend(b),
            _ => {
                let (a, b) = (&self.name, &other.name);
                return Err(DataError::Choice(format!(
                    "'{a}' and '{b}' hold different kinds of values; encode them one by one"
                )));
            }
        }
        self.labels = match (self.labels.take(), other.labels) {
            (Some(a), Some(b)) => Some([a, b].concat()),
            _ => None,
        };
        if count + more > MAX_SAMPLES {
            return Err(self.choice(format!("there are more than {MAX_SAMPLES} samples")));
        }
        Ok(())
    }

    fn choice(&self, what: String) -> DataError {
        DataError::Choice(format!("'{}': {what}", self.name))
    }

    /// Makes measured numbers whole; tells the range of each channel, or the one of all.
    pub fn scaled(&mut self, ranges: &Ranges) -> Result<Vec<Range>, DataError> {
        let Values::Measured(samples) = &self.values else {
            return match ranges {
                Ranges::Auto => Ok(Vec::new()),
                Ranges::Given(_) => Err(self.choice(
                    "its values are whole numbers with a full scale of their own, or spikes; leave --range away".into(),
                )),
            };
        };
        let channels = samples.first().map_or(1, |s| s.channels);
        if let Some(other) = samples.iter().find(|s| s.channels != channels) {
            let other = other.channels;
            return Err(self.choice(format!("samples have {channels} and {other} channels")));
        }
        let told = match ranges {
            Ranges::Given(ranges) if ranges.len() == 1 || ranges.len() == channels => {
                ranges.clone()
            }
            Ranges::Given(ranges) => {
                let given = ranges.len();
                return Err(self.choice(format!(
                    "{given} ranges were given for {channels} channels; give one, or one for each"
                )));
            }
            Ranges::Auto if samples.iter().all(|s| s.range.is_some()) => Vec::new(),
            Ranges::Auto => self.extents(samples, channels)?,
        };
        let mut whole = Vec::with_capacity(samples.len());
        for (number, sample) in samples.iter().enumerate() {
            let of = |channel: usize| match (&told[..], sample.range) {
                ([], Some(own)) => Some(own),
                ([one], _) => Some(*one),
                (each, _) => each.get(channel).copied(),
            };
            let values = sample.values.iter().enumerate().map(|(index, &value)| {
                let range = of(index % channels).unwrap_or(Range {
                    low: 0.0,
                    high: 1.0,
                });
                range.whole(value, index)
            });
            let values = values
                .collect::<Result<Vec<u16>, _>>()
                .and_then(|values| Frames::new(u16::MAX, channels, values));
            whole.push(values.map_err(|e| self.choice(format!("sample {number}: {e}")))?);
        }
        self.values = Values::Whole(whole);
        Ok(told)
    }

    fn extents(&self, samples: &[Measured], channels: usize) -> Result<Vec<Range>, DataError> {
        let of = |channel: usize| {
            let each = samples.iter();
            let values = each.flat_map(|s| s.values.iter().skip(channel).step_by(channels));
            Range::of(values.copied()).ok_or_else(|| {
                self.choice(format!(
                    "channel {channel} has no finite extent; give --range LOW:HIGH"
                ))
            })
        };
        (0..channels).map(of).collect()
    }

    /// Cuts samples in windows of `length` frames (of spikes: steps), `stride` apart; a window has the label of its
    /// sample, or of its last frame if there is one for each.
    pub fn cut(&mut self, length: usize, stride: usize) -> Result<(), DataError> {
        let (mut owners, mut frames) = (Vec::new(), Vec::new());
        let mut note = |index: usize, length_of: usize, windows: usize| {
            owners.extend((0..windows).map(|w| (index, w * stride.max(1) + length.max(1) - 1)));
            frames.push(length_of);
        };
        self.values = match &self.values {
            Values::Whole(samples) => Values::Whole(
                samples
                    .iter()
                    .enumerate()
                    .flat_map(|(index, s)| {
                        let windows = s.windows(length, stride);
                        note(index, s.count(), windows.len());
                        windows
                    })
                    .collect(),
            ),
            Values::Spikes(samples) => Values::Spikes(
                samples
                    .iter()
                    .enumerate()
                    .flat_map(|(index, s)| {
                        let windows = s.windows(length, stride);
                        note(index, s.steps, windows.len());
                        windows
                    })
                    .collect(),
            ),
            Values::Measured(_) => {
                return Err(self.choice("its values must be scaled before they are cut".into()))
            }
        };
        if self.count() == 0 || self.count() > MAX_SAMPLES {
            let count = self.count();
            let longest = frames.iter().max().copied().unwrap_or(0);
            return Err(self.choice(format!(
                "windows of {length} make {count} samples of at most {longest} frames; 1 to {MAX_SAMPLES} are allowed"
            )));
        }
        if let Some(labels) = self.labels.take() {
            let total: usize = frames.iter().sum();
            let starts: Vec<usize> = frames
                .iter()
                .scan(0, |sum, n| {
                    let start = *sum;
                    *sum += n;
                    Some(start)
                })
                .collect();
            let by_frame = labels.len() == total && labels.len() != frames.len();
            let label = |&(index, last): &(usize, usize)| {
                let at = if by_frame {
                    starts.get(index)? + last
                } else {
                    index
                };
                labels.get(at).copied()
            };
            self.labels = owners.iter().map(label).collect();
        }
        Ok(())
    }

    /// Brings every sample to so many frames.
    pub fn resampled(&mut self, count: usize) -> Result<(), DataError> {
        match &mut self.values {
            Values::Whole(samples) => {
                for sample in samples {
                    *sample = sample.resampled(count);
                }
                Ok(())
            }
            _ => Err(self.choice("it has spikes, which cannot be resampled".into())),
        }
    }

    /// Spikes of all samples. Without an encoder only samples that are spikes have some.
    pub fn encode(self, encoder: Option<&Encoder>) -> Result<Encoded, DataError> {
        let choice = |what: String| DataError::Choice(format!("'{}': {what}", self.name));
        let samples = match (self.values, encoder) {
            (Values::Spikes(samples), None) => samples,
            (Values::Spikes(_), Some(e)) => {
                return Err(choice(format!(
                    "it has spikes already; leave --encoder {e} away"
                )))
            }
            (Values::Whole(samples), Some(encoder)) => {
                let (mut all, mut bits) = (Vec::with_capacity(samples.len()), 0u64);
                for (number, frames) in samples.iter().enumerate() {
                    let spikes = encoder.encode(frames, number as u64);
                    let spikes = spikes.map_err(|e| choice(format!("sample {number}: {e}")))?;
                    bits += spikes.bits.len() as u64;
                    if bits > MAX_BYTES {
                        let what = format!("more than {MAX_BYTES} bits of spikes");
                        return Err(choice(format!("{what}; encode fewer samples at once")));
                    }
                    all.push(spikes);
                }
                all
            }
            _ => return Err(choice("its values must be scaled and encoded".into())),
        };
        let steps = samples.iter().map(|s| s.steps).max().unwrap_or(0);
        let inputs = samples.first().map_or(0, |s| s.inputs);
        if let Some(other) = samples.iter().find(|s| s.inputs != inputs) {
            let other = other.inputs;
            return Err(choice(format!(
                "samples have {inputs} and {other} inputs; bring pictures to one --size"
            )));
        }
        if (steps * inputs) as u64 * samples.len() as u64 > MAX_BYTES || steps * inputs == 0 {
            let count = samples.len();
            return Err(choice(format!(
                "{count} samples of {steps} steps and {inputs} inputs are not between 1 and {MAX_BYTES} bits"
            )));
        }
        if let Some(labels) = &self.labels {
            if labels.len() != samples.len() {
                let (labels, samples) = (labels.len(), samples.len());
                return Err(choice(format!("{labels} labels for {samples} samples")));
            }
        }
        Ok(Encoded {
            steps,
            inputs,
            samples,
            labels: self.labels,
        })
    }
}
