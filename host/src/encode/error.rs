//! What can be wrong with an encoder or what it is given.

use super::{MAX_BITS, MAX_LINES, MAX_STEPS};
use thiserror::Error;

/// Why nothing was encoded.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EncodeError {
    /// No encoder has this name.
    #[error(
        "the encoder '{name}' is unknown; known are phase, rate, latency, thermometer, onehot, delta, population and \
         bias, as in phase:10 (docs/encoders.md)"
    )]
    Unknown {
        /// The name.
        name: String,
    },
    /// The steps of a frame are missing or no number.
    #[error("the encoder '{encoder}' must give the steps of a frame, 1 to {MAX_STEPS}, behind its name, as in phase:10")]
    Steps {
        /// What was given.
        encoder: String,
    },
    /// A setting that the encoder does not have.
    #[error("the encoder '{encoder}' has no setting '{key}'; it has {known}")]
    Key {
        /// The encoder's name.
        encoder: String,
        /// The setting.
        key: String,
        /// Settings that it has.
        known: &'static str,
    },
    /// A setting that the encoder needs.
    #[error("the encoder '{encoder}' needs {key}=, {range}")]
    Missing {
        /// The encoder's name.
        encoder: String,
        /// The setting.
        key: &'static str,
        /// Its range.
        range: String,
    },
    /// A setting outside its range.
    #[error("the encoder's {key} is '{value}', but must be {range}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What was given.
        value: String,
        /// Its range.
        range: String,
    },
    /// Frames that are none.
    #[error("{values} values are no whole number of frames of {channels} channels")]
    Ragged {
        /// Values.
        values: usize,
        /// Channels.
        channels: usize,
    },
    /// A value beyond the full scale.
    #[error("value {index} is {value}, beyond the full scale of {full}")]
    Beyond {
        /// Which value.
        index: usize,
        /// The value.
        value: u16,
        /// The full scale.
        full: u16,
    },
    /// A range without an extent.
    #[error("the range {text} must be LOW:HIGH, two numbers, the first below the second")]
    Range {
        /// What was given.
        text: String,
    },
    /// A value that is no number.
    #[error("value {index} is {value}, no number; fill gaps before encoding")]
    NoNumber {
        /// Which value.
        index: usize,
        /// The value.
        value: f64,
    },
    /// More spikes than memory should be given for.
    #[error(
        "a sample would have {steps} steps of {inputs} inputs; {MAX_STEPS} steps and {MAX_BITS} bits are the most: \
         take fewer frames, steps or lines (at most {MAX_LINES} a channel)"
    )]
    TooLarge {
        /// Steps.
        steps: usize,
        /// Inputs.
        inputs: usize,
    },
}
