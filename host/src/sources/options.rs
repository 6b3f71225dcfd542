//! What a file does not say of the samples in it.

use super::events::Polarity;
use crate::data::DataError;
use crate::encode::Range;
use std::str::FromStr;

/// How files become samples. The defaults are those of `ferrospike encode`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Pictures and events: width and height that they are brought to.
    pub size: Option<Extent>,
    /// Events: width and height of the sensor, if the file does not say.
    pub sensor: Option<Extent>,
    /// Tables: the columns that are channels, by name or by number from 1; all others if empty.
    pub columns: Vec<String>,
    /// Tables: the column with the right answer, by name or number.
    pub label_column: Option<String>,
    /// Arrays: the name of the one to take.
    pub array: Option<String>,
    /// Arrays: the first axis is time, all is one sample.
    pub series: bool,
    /// NIR data: the node, if there are several (`a.b` in a nested graph).
    pub node: Option<String>,
    /// NIR data: the observable, if there are several.
    pub observable: Option<String>,
    /// NIR events: inputs; the largest index and 1 if not given.
    pub neurons: Option<usize>,
    /// Events: time of a step, in the file's unit: AEDAT4 microseconds, NIR what `time` counts in.
    pub step: Option<f64>,
    /// Events: what becomes of ON and OFF.
    pub polarity: Polarity,
    /// Sound: samples of a frame, 16 to 65536.
    pub frame: usize,
    /// Sound: samples from one frame to the next.
    pub hop: usize,
    /// Sound: mel filters, 1 to 256.
    pub filters: usize,
    /// Sound: lowest frequency, Hz.
    pub low: f64,
    /// Sound: highest frequency, Hz; half the rate if not given.
    pub high: Option<f64>,
    /// Sound: how far below the loudest value of the file 0 is, dB.
    pub decibels: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            size: None,
            sensor: None,
            columns: Vec::new(),
            label_column: None,
            array: None,
            series: false,
            node: None,
            observable: None,
            neurons: None,
            step: None,
            polarity: Polarity::Split,
            frame: 256,
            hop: 128,
            filters: 16,
            low: 100.0,
            high: None,
            decibels: 60.0,
        }
    }
}

/// Width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Columns, 1 to 16384.
    pub width: usize,
    /// Rows, 1 to 16384.
    pub height: usize,
}

impl Extent {
    /// Most columns or rows.
    pub const MOST: usize = 16384;

    /// Pixels.
    pub fn pixels(self) -> usize {
        self.width * self.height
    }
}

impl FromStr for Extent {
    type Err = DataError;

    fn from_str(text: &str) -> Result<Self, DataError> {
        let sides = text.split_once('x');
        let sides = sides.and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        let extent = sides.map(|(width, height)| Self { width, height });
        extent
            .filter(|e| {
                [e.width, e.height]
                    .iter()
                    .all(|s| (1..=Self::MOST).contains(s))
            })
            .ok_or_else(|| {
                let most = Self::MOST;
                DataError::Choice(format!(
                    "the size '{text}' must be WIDTHxHEIGHT, as in 28x28, each 1 to {most}"
                ))
            })
    }
}

impl std::fmt::Display for Extent {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// Where measured numbers begin and end.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Ranges {
    /// The source's own (sound); else the least and largest value of each channel over all samples.
    #[default]
    Auto,
    /// One for all channels, or one for each.
    Given(Vec<Range>),
}

impl FromStr for Ranges {
    type Err = DataError;

    fn from_str(text: &str) -> Result<Self, DataError> {
        if text == "auto" {
            return Ok(Ranges::Auto);
        }
        let ranges = text.split(',').map(str::parse).collect::<Result<_, _>>();
        let ranges = ranges.map_err(|e: crate::encode::EncodeError| {
            DataError::Choice(format!(
                "{e}; or 'auto'; or one for each channel with commas between them"
            ))
        })?;
        Ok(Ranges::Given(ranges))
    }
}
