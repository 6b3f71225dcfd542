//! What is encoded: one still frame (a picture) or several in a row (a signal), of whole numbers.

use super::EncodeError;

/// A sample: frames of `channels` values each, from 0 to the full scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frames {
    full: u16,
    channels: usize,
    values: Vec<u16>,
}

impl Frames {
    /// Values frame after frame, each from 0 to `full` (1 to 65535; 0 is taken as 1).
    ///
    /// # Errors
    ///
    /// No channels, no values, a part of a frame, a value beyond the full scale.
    pub fn new(full: u16, channels: usize, values: Vec<u16>) -> Result<Self, EncodeError> {
        if channels == 0 || values.is_empty() || !values.len().is_multiple_of(channels) {
            let values = values.len();
            return Err(EncodeError::Ragged { values, channels });
        }
        let full = full.max(1);
        if let Some(index) = values.iter().position(|&v| v > full) {
            let value = values.get(index).copied().unwrap_or(0);
            return Err(EncodeError::Beyond { index, value, full });
        }
        Ok(Self {
            full,
            channels,
            values,
        })
    }

    /// Frames as many as these, of other channels and another full scale; no value may be beyond it.
    pub(super) fn with_channels(&self, full: u16, channels: usize, values: Vec<u16>) -> Self {
        Self {
            full,
            channels,
            values,
        }
    }

    /// The full scale M.
    pub fn full(&self) -> u16 {
        self.full
    }

    /// Values of a frame.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Frames.
    pub fn count(&self) -> usize {
        self.values.len() / self.channels
    }

    /// All values, frame after frame.
    pub fn values(&self) -> &[u16] {
        &self.values
    }

    /// Frame after frame.
    pub fn iter(&self) -> impl Iterator<Item = &[u16]> {
        self.values.chunks(self.channels)
    }

    /// The same in `count` frames: frame j lies at `j (F - 1) / (count - 1)` between the F frames there were, rounded
    /// to the nearest (a half up); a single one is the middle.
    pub fn resampled(&self, count: usize) -> Self {
        let (have, count) = (self.count(), count.max(1));
        let (step, offset, den) = match count {
            1 => (0, have - 1, 2),
            _ => (have - 1, 0, count - 1),
        };
        let mut values = Vec::with_capacity(count * self.channels);
        for j in 0..count {
            let at = j * step + offset;
            let (low, part) = (at / den, at % den);
            let high = (low + 1).min(have - 1);
            for channel in 0..self.channels {
                let of = |frame: usize| {
                    let value = self.values.get(frame * self.channels + channel);
                    value.map_or(0, |&v| usize::from(v))
                };
                let sum = of(low) * (den - part) + of(high) * part;
                values.push(((2 * sum + den) / (2 * den)) as u16);
            }
        }
        Self {
            values,
            full: self.full,
            channels: self.channels,
        }
    }

    /// Samples of `length` frames, each `stride` frames behind the one before; what is left at the end is no sample.
    pub fn windows(&self, length: usize, stride: usize) -> Vec<Self> {
        let (length, stride) = (length.max(1), stride.max(1));
        let last = (self.count() + 1).saturating_sub(length);
        let window = |start: usize| {
            let range = start * self.channels..(start + length) * self.channels;
            Self {
                values: self.values.get(range).unwrap_or(&[]).to_vec(),
                full: self.full,
                channels: self.channels,
            }
        };
        (0..last).step_by(stride).map(window).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_resampled_and_cut() {
        let frames = Frames::new(100, 2, vec![0, 100, 10, 50, 20, 0]).unwrap();
        assert_eq!(frames.resampled(3), frames);
        assert_eq!(
            frames.resampled(5).values(),
            [0, 100, 5, 75, 10, 50, 15, 25, 20, 0]
        );
        assert_eq!(frames.resampled(1).values(), [10, 50]);
        assert_eq!(frames.resampled(2).values(), [0, 100, 20, 0]);
        let cut: Vec<_> = frames.windows(2, 1);
        assert_eq!((cut.len(), cut[1].values()), (2, &[10, 50, 20, 0][..]));
        assert!(frames.windows(4, 1).is_empty());
    }

    #[test]
    fn frames_that_are_none() {
        assert!(Frames::new(255, 0, vec![1]).is_err());
        assert!(Frames::new(255, 2, vec![1]).is_err());
        assert!(Frames::new(255, 2, Vec::new()).is_err());
        let beyond = Frames::new(10, 1, vec![3, 11]).unwrap_err();
        assert!(beyond.to_string().contains("value 1 is 11"), "{beyond}");
    }
}
