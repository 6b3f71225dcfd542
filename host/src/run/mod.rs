//! Running samples on a board and in the model, and comparing the two bit for bit.

mod answers;
mod calibrate;
mod clocks;
mod compare;
mod decode;
mod decoder;
mod device;
mod encode;
mod engine;
mod learned;
mod learning;
mod model;
mod onchip;
mod packed;
mod ports;
mod stream;
mod summary;
mod tune;
mod watched;
mod waves;
mod workers;
mod write;

pub use answers::{Answer, Answers};
pub use calibrate::{calibrate, Calibration, Floats};
pub(crate) use clocks::scan_clocks;
pub use clocks::{clocks_at_most, learning_clocks_at_most};
pub use compare::{compare, Comparison, Difference};
use decode::output;
pub use decode::{decide, decode, spiked_counts};
pub use decoder::{Decoded, Decoder};
pub(crate) use device::finished;
pub use device::{ensure_loaded, run_sample, Loading};
pub use encode::{encode, Steps};
pub use learned::{Learned, Place};
pub use learning::{learn, learn_on, Lesson, Taught};
pub use model::Reference;
pub use onchip::{given, Row};
pub use packed::Packed;
pub use ports::{default_shape, Opened, Port, Simulator, Wire};
pub use stream::{run_streamed, stream};
pub use summary::Summary;
pub use tune::{tune, TuneError, Tuned};
pub use watched::{run_watched, Seen};
pub use workers::{run_all, Job, Outcome};
pub use write::write_spikes;

use crate::board::{spiked, BoardError, PopulationState};
use crate::data::DataError;
use crate::transport::TransportError;
use ferrospike_model::device::Counters;
use ferrospike_model::image::ImageError;
use ferrospike_model::interpreter::Refusal;
use thiserror::Error;

/// What a population did in one step, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Words of its spikes.
    pub spikes: Option<Vec<u32>>,
    /// Stored membranes, held neurons as `v_reset`.
    pub membranes: Option<Vec<i32>>,
}

/// What came of a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Its index in the input.
    pub index: usize,
    /// `[step][population]`.
    pub steps: Vec<Vec<Activity>>,
    /// State of each population after the last step; none for inputs.
    pub states: Vec<Option<PopulationState>>,
    /// What the counters counted during its steps; none if samples were streamed, and only all together counted.
    pub counters: Option<Counters>,
}

/// Why samples could not be run.
#[derive(Debug, Error)]
pub enum RunError {
    /// The board or the link to it.
    #[error(transparent)]
    Board(#[from] BoardError),
    /// The transport.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The input.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The image.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The model refused the program.
    #[error("the model refused the image's program: {0}; compile the image again")]
    Model(#[from] Refusal),
    /// The core could not be emitted for simulation.
    #[error("the core cannot be simulated: {0}")]
    Core(#[from] ferrospike_rtl::top::ConfigurationError),
    /// Something given does not fit: what, where, the value, what to try.
    #[error("{0}")]
    Invalid(String),
}

/// The difference of two readings of the counters, each modulo 2^32.
pub(crate) fn elapsed(before: &Counters, after: &Counters) -> Counters {
    let (a, b) = (before.values(), after.values());
    Counters::from_values(std::array::from_fn(|i| b[i].wrapping_sub(a[i])))
}
