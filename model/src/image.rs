//! Image files (`.fsn`, `docs/program.md`, section 3): what a device must be loaded with to run a
//! network, and what people and hosts need to know of it.
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod check;
mod delayed;
mod file;
mod fit;
mod learning;
mod lists;
mod order;
mod programs;

pub use file::{Image, ImageError};

use crate::program::Bitmap;
use serde::{Deserialize, Serialize};

/// First bytes of an image file.
pub const MAGIC: &[u8; 8] = b"FSPKIMG1";
/// CRC-32 (ISO-HDLC), of images and of the link.
pub const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

/// The JSON header. Sizes are in the units of `docs/program.md`, section 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Name of the network.
    pub name: String,
    /// Where it came from: file, framework, dialect, exporter (free text for people).
    pub source: String,
    /// Name of the dialect, for example `snntorch`.
    pub dialect: String,
    /// Lanes that the image is laid out for: 4, 8, 16 or 32.
    pub lanes: usize,
    /// Words of S in the file, from word 0.
    pub synapse_words: usize,
    /// Groups of U and V in use.
    pub groups: usize,
    /// Words of H in use.
    pub history_words: usize,
    /// Program that sets all state to its start and t to 0 (address in longs).
    pub clear_entry: u32,
    /// Program of one time step (address in longs).
    pub step_entry: u32,
    /// Program of one time step that learns (address in longs); none: the network does not learn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learn_entry: Option<u32>,
    /// What learns, for people and reports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learning: Vec<Learning>,
    /// Programs that run before some steps: populations whose state goes to its start in an interval.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub periodic: Vec<Periodic>,
    /// Populations, inputs first.
    pub populations: Vec<Population>,
    /// Connections, in program order.
    pub connections: Vec<Connection>,
    /// Input encoder, for example `phase:10`; empty: spikes are given.
    #[serde(default)]
    pub encoder: String,
    /// Decision rule, for example `count`; empty: none.
    #[serde(default)]
    pub decoder: String,
    /// What quantisation did, one line for each layer (free text for people).
    #[serde(default)]
    pub notes: Vec<String>,
}

impl Header {
    /// Entries of all programs.
    pub fn entries(&self) -> impl Iterator<Item = u32> + '_ {
        let learns = self.learn_entry;
        let before = self.periodic.iter().map(|p| p.entry);
        [self.clear_entry, self.step_entry]
            .into_iter()
            .chain(learns)
            .chain(before)
    }

    /// Entries of the programs that run before step `step`, counted from 0 at the last `clear`.
    pub fn before(&self, step: u64) -> impl Iterator<Item = u32> + '_ {
        due(&self.periodic, step)
    }
}

/// Entries of those that run before step `step`, counted from 0 at the last `clear`.
pub fn due(periodic: &[Periodic], step: u64) -> impl Iterator<Item = u32> + '_ {
    let now = move |p: &&Periodic| {
        let interval = u64::from(p.interval.max(1));
        (step + 1) % interval == u64::from(p.offset) % interval
    };
    periodic.iter().filter(now).map(|p| p.entry)
}

/// A connection whose weights change while the learning step runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learning {
    /// Index of the connection.
    pub connection: usize,
    /// Its rule in words.
    pub rule: String,
}

/// A program that runs before every step whose number, counted from 1, leaves the remainder of `offset` when divided
/// by `interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Periodic {
    /// Address in longs.
    pub entry: u32,
    /// Steps, 1 or more.
    pub interval: u32,
    /// Remainder.
    pub offset: u32,
}

/// Role of a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Its bits are set by the host.
    Input,
    /// Neurons that no report sends.
    Hidden,
    /// Neurons whose spikes (or membranes, without a threshold) are reported.
    Output,
}

/// A population of neurons, or an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// Name from the source.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Neurons.
    pub neurons: usize,
    /// Place of each neuron, counted through the lanes from the first group on; none: neuron i has place i.
    /// Places that no neuron has are swept with the others, but receive no weights and never spike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<u32>>,
    /// First group in U and V; 0 for an input, which has no state.
    pub first_group: usize,
    /// Bitmap in H.
    pub bitmap: Bitmap,
    /// Number of the REPORT of its spikes, if one is sent every step.
    #[serde(default)]
    pub spikes_report: Option<u8>,
    /// Number of the REPORT of its membranes, if one is sent every step.
    #[serde(default)]
    pub membrane_report: Option<u8>,
    /// What read-back shows for a held neuron, if R > 0: v_reset of each neuron, or one value.
    #[serde(default)]
    pub held_shows: Option<Vec<i32>>,
    /// The population whose further spikes in a step these are (`docs/numerics.md`, section 2.2): it has the same
    /// neurons and state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass_of: Option<usize>,
    /// Real value of one unit of u and v (2^-F times the layer's scale), for people and reports.
    #[serde(default)]
    pub unit: f64,
    /// Neuron model in words, for example `LIF, subtract (delayed), beta 0.9375`.
    #[serde(default)]
    pub model: String,
}

impl Population {
    /// Groups that the population takes.
    pub fn groups(&self, lanes: usize) -> usize {
        self.places().div_ceil(lanes)
    }

    /// What read-back shows for the stored membrane of neuron `index`: a held neuron's `v_reset`
    /// (`docs/numerics.md`, section 2.1).
    pub fn shown(&self, index: usize, stored: i32) -> i32 {
        let held = stored < crate::numbers::LOWEST + crate::numbers::HELD_VALUES;
        match &self.held_shows {
            Some(values) if held => values
                .get(index)
                .or(values.first())
                .copied()
                .unwrap_or(stored),
            _ => stored,
        }
    }
}

/// A connection, for people and reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Name from the source.
    pub name: String,
    /// Index of the source population; none for a constant row.
    pub from: Option<usize>,
    /// Index of the destination population.
    pub to: usize,
    /// Delay in steps.
    pub delay: usize,
    /// Row form in words: `dense`, `always`, `listed`.
    pub form: String,
    /// Bits of a mantissa.
    pub bits: u32,
    /// Exponent m.
    pub exponent: u32,
    /// First word of S.
    pub first_word: usize,
    /// Words of S.
    pub words: usize,
    /// Real weights.
    pub weights: usize,
    /// First long of its tables and lists, if it is listed.
    #[serde(default)]
    pub first_long: usize,
    /// Longs of its tables and lists.
    #[serde(default)]
    pub longs: usize,
    /// Lanes that are fed if every source spikes once, real weights or not.
    #[serde(default)]
    pub delivered: usize,
}
