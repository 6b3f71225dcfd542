//! From measured numbers to whole ones: where 0 and the full scale are.

use super::EncodeError;
use std::str::FromStr;

/// Full scale of measured numbers.
pub(crate) const FULL: u16 = u16::MAX;

/// The values that become 0 and the full scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Becomes 0, and so does all below.
    pub low: f64,
    /// Becomes the full scale, and so does all above.
    pub high: f64,
}

impl Range {
    /// The least and the largest of these values; none if there is none, or all are equal (then 0.5 to either side).
    pub fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let all = values.filter(|v| v.is_finite()).fold(None, |range, v| {
            let (low, high) = range.unwrap_or((v, v));
            Some((v.min(low), v.max(high)))
        });
        let (low, high) = all?;
        let range = match high > low && (high - low).is_finite() {
            true => Self { low, high },
            false => Self {
                low: low - 0.5,
                high: low + 0.5,
            },
        };
        (range.high > range.low).then_some(range)
    }

    /// `floor(65535 clamp((x - low) / (high - low), 0, 1) + 1/2)`; `index` is for the message.
    ///
    /// # Errors
    ///
    /// A value that is no number. An infinite one is at its end of the range.
    pub fn whole(&self, value: f64, index: usize) -> Result<u16, EncodeError> {
        if value.is_nan() {
            return Err(EncodeError::NoNumber { index, value });
        }
        let part = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        Ok((f64::from(FULL) * part + 0.5).floor() as u16)
    }
}

impl FromStr for Range {
    type Err = EncodeError;

    fn from_str(text: &str) -> Result<Self, EncodeError> {
        let ends = text.split_once(':');
        let ends = ends.and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
        let range = ends.map(|(low, high): (f64, f64)| Self { low, high });
        range
            .filter(|r| r.low < r.high && (r.high - r.low).is_finite())
            .ok_or_else(|| EncodeError::Range { text: text.into() })
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}:{}", self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_what_is_between() {
        let range: Range = "-1:3".parse().unwrap();
        let whole = |x| range.whole(x, 0).unwrap();
        assert_eq!([whole(-1.0), whole(1.0), whole(3.0)], [0, 32768, 65535]);
        assert_eq!([whole(-9.0), whole(f64::INFINITY)], [0, 65535]);
        assert!(range.whole(f64::NAN, 7).is_err());
        for text in ["", "1", "2:1", "1:1", "nan:1", "0:inf", "-1e308:1e308"] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
        let of = |v: &[f64]| Range::of(v.iter().copied()).map(|r| (r.low, r.high));
        assert_eq!(of(&[2.0, -1.0, f64::NAN]), Some((-1.0, 2.0)));
        assert_eq!((of(&[3.0]), of(&[])), (Some((2.5, 3.5)), None));
        assert_eq!(of(&[-1e308, 1.7e308]), None);
    }
}
