//! The operations and their fields.

use super::{Bitmap, Form, Format, Parameters, Reset, Rounding, Sign};

/// SCAN: add the rows of the sources that spiked (`docs/numerics.md`, section 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// How rows are found.
    pub form: Form,
    /// Width of the mantissas.
    pub format: Format,
    /// Sign of the mantissas.
    pub sign: Sign,
    /// Modulo 2^24 instead of saturation.
    pub wrap: bool,
    /// m, 0..=15.
    pub exponent: u8,
    /// Steps back, 0..=127 and less than the ring's depth.
    pub delay: u8,
    /// The source's bitmap.
    pub source: Bitmap,
    /// Groups of the source, 0..=4095.
    pub source_groups: u16,
    /// Real lanes in the row's last group, 1..=lanes; for counting.
    pub last_lanes: u8,
    /// Word of S where row 0 begins, 20 bits.
    pub row_base: u32,
    /// Words from one row to the next.
    pub stride: u16,
    /// First destination group in U, 0..=4095.
    pub first_group: u16,
    /// Groups of a row, 1..=4095.
    pub groups: u16,
}

/// UPDATE: sweep a population (`docs/numerics.md`, section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// i = u' instead of u.
    pub current_after_decay: bool,
    /// Rounding of A*u.
    pub rounding_current: Rounding,
    /// Rounding of the membrane.
    pub rounding_membrane: Rounding,
    /// Kind of reset.
    pub reset: Reset,
    /// s = h < T.
    pub inverted: bool,
    /// No threshold: a read-out.
    pub no_threshold: bool,
    /// R, 0 (none) or 1..=64.
    pub held_steps: u8,
    /// Pairs (bit 0: A, B; 1: G, bias; 2: T, v_reset) that are read for each neuron.
    pub per_neuron: u8,
    /// Where the spikes go.
    pub bitmap: Bitmap,
    /// First group in U and V.
    pub first_group: u16,
    /// Neurons; lanes past them are left alone.
    pub neurons: u16,
    /// Table of pairs, address in longs, 20 bits.
    pub table: u32,
    /// Shared parameters.
    pub parameters: Parameters,
    /// Subtracted by a soft or delayed reset.
    pub sub: i32,
    /// Lower clamp.
    pub v_min: i32,
    /// Upper clamp.
    pub v_max: i32,
}

impl Update {
    /// Longs in the table for each neuron: 0, 1, 2 or 4.
    pub fn pairs_stride(&self) -> usize {
        match (self.per_neuron & 7).count_ones() {
            0 => 0,
            1 => 1,
            2 => 2,
            _ => 4,
        }
    }
}

/// FOLD: add the floored shift of a scratch range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fold {
    /// Modulo 2^24 instead of saturation.
    pub wrap: bool,
    /// m, 0..=15.
    pub exponent: u8,
    /// k, 1..=15.
    pub floor_shift: u8,
    /// First scratch group.
    pub scratch_group: u16,
    /// First destination group.
    pub first_group: u16,
    /// Neurons, counted through the lanes of the groups.
    pub neurons: u16,
}

/// What REPORT sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// This step's bitmap, run-length coded or plain.
    Spikes {
        /// Plain instead of run-length.
        plain: bool,
        /// The bitmap.
        bitmap: Bitmap,
        /// Its groups.
        groups: u16,
    },
    /// The stored membranes (or currents) of `neurons` neurons from `first_group`.
    State {
        /// u instead of v.
        current: bool,
        /// First group.
        first_group: u16,
        /// Neurons.
        neurons: u16,
    },
}

/// REPORT: send to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Number that comes back in the record.
    pub number: u8,
    /// What is sent.
    pub kind: ReportKind,
}

/// CLEAR: start values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clear {
    /// Clear U and set V.
    pub state: bool,
    /// Clear H.
    pub history: bool,
    /// Start value of v.
    pub v0: i32,
    /// First group.
    pub first_group: u16,
    /// Neurons.
    pub neurons: u16,
    /// First word of H.
    pub history_base: u16,
    /// Words of H, 15 bits.
    pub history_words: u16,
}

/// LEARN: change the weights of rows, in the lanes of neurons that spiked (`docs/numerics.md`, section 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Learn {
    /// Every source from the first on, `rows` of them, instead of those that spiked.
    pub every: bool,
    /// Weights are unsigned bytes instead of signed ones.
    pub unsigned: bool,
    /// Steps back in the sources' bitmap, 0..=127.
    pub delay: u8,
    /// The sources' bitmap.
    pub source: Bitmap,
    /// Groups of the sources, 0..=4095.
    pub source_groups: u16,
    /// Real lanes in the row's last group, 1..=lanes; the others never change.
    pub last_lanes: u8,
    /// Word of S where row 0 begins, 20 bits.
    pub row_base: u32,
    /// Words from one row to the next; not 0.
    pub stride: u16,
    /// Groups of a row, 0..=4095.
    pub groups: u16,
    /// Steps back in the destination's bitmap, 0..=127.
    pub target_delay: u8,
    /// The destination's bitmap.
    pub target: Bitmap,
    /// Lanes of neurons that did not spike, instead of those that did.
    pub inverted: bool,
    /// Rows, if every source has one to learn in.
    pub rows: u16,
    /// c, added to a weight, in units of 2^-8; 17 bits, signed.
    pub change: i32,
    /// e, 0..=7: a weight loses 2^(e-8) of itself; none: nothing.
    pub decay: Option<u8>,
    /// Least weight.
    pub minimum: i16,
    /// Largest weight.
    pub maximum: i16,
    /// Word of S whose first 32 bits are the state of the random numbers, 20 bits.
    pub random: u32,
}

/// END: close the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// t := t + 1.
    pub advance: bool,
    /// t := 0.
    pub restart: bool,
    /// Send an END record.
    pub mark: bool,
}

/// One operation of a step program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Close the program.
    End(End),
    /// Add rows of weights.
    Scan(Scan),
    /// Sweep a population.
    Update(Update),
    /// Add a scratch range.
    Fold(Fold),
    /// Send to the host.
    Report(Report),
    /// Start values.
    Clear(Clear),
    /// Change weights.
    Learn(Learn),
}
