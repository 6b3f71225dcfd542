//! What can be wrong with an input file.

use thiserror::Error;

/// Why a file is no input.
#[derive(Debug, Error)]
pub enum DataError {
    /// The file cannot be read.
    #[error("cannot read '{path}': {source}")]
    Read {
        /// The file.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Neither .npz nor .csv.
    #[error("'{path}' is neither .npz nor .csv by its name; convert it to one of these")]
    Kind {
        /// The file.
        path: String,
    },
    /// More than will be read.
    #[error("{what} in '{path}' has {bytes} bytes, more than the {limit} allowed; split the file")]
    TooLarge {
        /// The file.
        path: String,
        /// What is large.
        what: String,
        /// Its size.
        bytes: u64,
        /// Largest size.
        limit: u64,
    },
    /// The file is damaged or of another kind than its name says.
    #[error("'{path}' cannot be understood: {reason}")]
    Format {
        /// The file.
        path: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// The arrays expected are not there.
    #[error(
        "'{path}' has {} (its arrays: {found}); give it 'images' (images, pixels), 'frames' (samples, frames, channels) \
         or 'spikes' (samples, steps, inputs), and perhaps 'labels'",
        if *.both { "several of 'images', 'frames' and 'spikes'" } else { "neither 'images' nor 'frames' nor 'spikes'" }
    )]
    Arrays {
        /// The file.
        path: String,
        /// Names of its arrays.
        found: String,
        /// Several are there instead of none.
        both: bool,
    },
    /// An array of another shape.
    #[error("'{what}' in '{path}' has the shape {found:?}, but must be {wanted}")]
    Shape {
        /// The file.
        path: String,
        /// The array.
        what: &'static str,
        /// Its shape.
        found: Vec<usize>,
        /// The shape it must have.
        wanted: &'static str,
    },
    /// A value outside its range.
    #[error("element {index} of '{what}' in '{path}' is {value}, but must be a whole number from 0 to {most}")]
    Value {
        /// The file.
        path: String,
        /// The array.
        what: String,
        /// Index of the element.
        index: usize,
        /// Its value.
        value: f64,
        /// Largest value.
        most: u8,
    },
    /// Labels and samples do not go together.
    #[error("'{path}' has {labels} labels for {samples} samples")]
    Labels {
        /// The file.
        path: String,
        /// Labels.
        labels: usize,
        /// Samples.
        samples: usize,
    },
    /// What was asked for does not go with what is there: what, the value, what to try.
    #[error("{0}")]
    Choice(String),
    /// No samples.
    #[error("'{path}' has no samples")]
    Empty {
        /// The file.
        path: String,
    },
}
