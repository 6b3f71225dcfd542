//! Step programs: the operations of `docs/program.md`, section 2, and their encoding in longs.
//!
//! [`Operation::encode`] and [`Operation::decode`] are inverse on valid operations; `decode` refuses
//! what no device has, naming the long and the field.

use thiserror::Error;

/// A 24-bit quantity's largest value, and the bound of saturation.
pub const LIMIT: i32 = (1 << 23) - 1;
/// The factor that is exactly one.
pub const ONE: u32 = 65536;

/// Where a population's spike bitmaps lie in H: a ring of `2^log2_depth` steps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Bitmap {
    /// First word of H, a multiple of the depth; 0..16384.
    pub base: u16,
    /// Base-2 logarithm of the ring's depth in steps; 0..=7.
    pub log2_depth: u8,
}

impl Bitmap {
    /// Steps that the ring holds.
    pub fn depth(self) -> usize {
        1 << self.log2_depth
    }
    /// The word of H that holds `group` of step `step` (`docs/program.md`, section 1).
    pub fn word(self, group: usize, step: i64) -> usize {
        let slot = step.rem_euclid(1 << self.log2_depth) as usize;
        usize::from(self.base) + (group << self.log2_depth) + slot
    }
}

/// How SCAN finds its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// One row for each source, at `row_base + index * stride`.
    #[default]
    Dense,
    /// Row 0 once, without a bitmap.
    Always,
    /// A table of segment lists; reserved.
    Listed,
}

/// Width of the weight mantissas of a row.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Format {
    /// 8 bits, one group a word.
    #[default]
    Bits8,
    /// 4 bits, two groups a word.
    Bits4,
    /// 2 bits, four groups a word.
    Bits2,
    /// 1 bit, eight groups a word.
    Bits1,
}

impl Format {
    /// Bits of one mantissa.
    pub fn bits(self) -> u32 {
        8 >> self as u32
    }
    /// Groups that one word feeds.
    pub fn groups_per_word(self) -> usize {
        1 << self as usize
    }
    /// Words of a row of `groups` groups.
    pub fn row_words(self, groups: usize) -> usize {
        groups.div_ceil(self.groups_per_word())
    }
}

/// How a mantissa is read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Sign {
    /// Two's complement.
    #[default]
    Signed,
    /// Unsigned, added.
    Added,
    /// Unsigned, subtracted.
    Subtracted,
}

/// Rounding of a decay (`c(x)` in `docs/numerics.md`, section 2).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Rounding {
    /// Toward minus infinity.
    #[default]
    Floor,
    /// To nearest, halves up.
    HalfUp,
    /// Toward zero, by the sign of the stored value.
    TowardZero,
}

/// What happens to the membrane at a spike.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Reset {
    /// `v = v_reset`.
    #[default]
    Hard,
    /// `v = sat(h - sub)`.
    Soft,
    /// `v = h`; `sub` is taken off one step later, after the decay.
    Delayed,
    /// `v = h`.
    None,
}

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

/// The six parameters that may differ from neuron to neuron, in their pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// A, decay of the current, 0..=65536.
    pub current_decay: u32,
    /// B, decay of the membrane, 0..=65536.
    pub membrane_decay: u32,
    /// G, gain of the current into the membrane, 0..=65536.
    pub gain: u32,
    /// Bias into the membrane, 24 bits.
    pub bias: i32,
    /// T, 24 bits: a spike when h >= T.
    pub threshold: i32,
    /// Value after a hard reset, 24 bits.
    pub reset_value: i32,
}

impl Parameters {
    /// The pair `index` (0: A, B; 1: G, bias; 2: T, v_reset) as a long.
    pub fn pair(&self, index: usize) -> u64 {
        match index {
            0 => u64::from(self.current_decay) | u64::from(self.membrane_decay) << 32,
            1 => u64::from(self.gain) | bits24(self.bias) << 32,
            _ => bits24(self.threshold) | bits24(self.reset_value) << 32,
        }
    }
    /// Sets the pair `index` from a long.
    pub fn set_pair(&mut self, index: usize, long: u64) {
        match index {
            0 => {
                self.current_decay = (long & 0x1ffff) as u32;
                self.membrane_decay = (long >> 32 & 0x1ffff) as u32;
            }
            1 => {
                self.gain = (long & 0x1ffff) as u32;
                self.bias = signed24(long >> 32);
            }
            _ => {
                self.threshold = signed24(long);
                self.reset_value = signed24(long >> 32);
            }
        }
    }
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
    /// Groups, 1..=4095.
    pub groups: u16,
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
    /// Groups.
    pub groups: u16,
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
    /// Groups.
    pub groups: u16,
    /// First word of H.
    pub history_base: u16,
    /// Words of H, 15 bits.
    pub history_words: u16,
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
}

/// Why longs are no operation. `long` counts from the operation's first long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Opcode without a meaning.
    #[error("opcode {0} is unknown")]
    Opcode(u8),
    /// A field has a value without a meaning.
    #[error("field '{field}' has the value {value}, which no device has")]
    Field {
        /// Name as in `docs/program.md`.
        field: &'static str,
        /// Value found.
        value: u64,
    },
    /// The memory ends inside the operation.
    #[error("the memory ends inside the operation")]
    Truncated,
}

fn bits24(x: i32) -> u64 {
    u64::from(x as u32 & 0xff_ffff)
}

/// Sign-extends the low 24 bits.
pub fn signed24(x: u64) -> i32 {
    ((x as u32) << 8) as i32 >> 8
}

fn field(long: u64, low: u32, bits: u32) -> u64 {
    long >> low & ((1 << bits) - 1)
}

fn bitmap(long: u64) -> Bitmap {
    Bitmap {
        base: field(long, 32, 14) as u16,
        log2_depth: field(long, 23, 3) as u8,
    }
}

fn bitmap_bits(b: Bitmap) -> u64 {
    u64::from(b.base & 0x3fff) << 32 | u64::from(b.log2_depth & 7) << 23
}

fn rounding(value: u64, name: &'static str) -> Result<Rounding, DecodeError> {
    match value {
        0 => Ok(Rounding::Floor),
        1 => Ok(Rounding::HalfUp),
        2 => Ok(Rounding::TowardZero),
        _ => Err(DecodeError::Field { field: name, value }),
    }
}

impl Operation {
    /// Longs of the operation whose first long is `head`; 1 for an unknown opcode.
    pub fn longs(head: u64) -> usize {
        match head & 15 {
            1 | 5 => 2,
            2 => 7,
            _ => 1,
        }
    }

    /// The longs of this operation.
    pub fn encode(&self) -> Vec<u64> {
        match self {
            Operation::End(e) => {
                vec![u64::from(e.advance) << 4 | u64::from(e.restart) << 5 | u64::from(e.mark) << 6]
            }
            Operation::Scan(s) => vec![
                1 | (s.form as u64) << 4
                    | (s.format as u64) << 6
                    | (s.sign as u64) << 8
                    | u64::from(s.wrap) << 10
                    | u64::from(s.exponent & 15) << 12
                    | u64::from(s.delay & 127) << 16
                    | u64::from(s.last_lanes.saturating_sub(1) & 31) << 27
                    | bitmap_bits(s.source)
                    | u64::from(s.source_groups & 0xfff) << 48,
                u64::from(s.row_base & 0xf_ffff)
                    | u64::from(s.stride) << 20
                    | u64::from(s.first_group & 0xfff) << 36
                    | u64::from(s.groups & 0xfff) << 48,
            ],
            Operation::Update(u) => vec![
                2 | u64::from(u.current_after_decay) << 4
                    | (u.rounding_current as u64) << 5
                    | (u.rounding_membrane as u64) << 7
                    | (u.reset as u64) << 9
                    | u64::from(u.inverted) << 11
                    | u64::from(u.no_threshold) << 12
                    | u64::from(u.held_steps & 127) << 13
                    | u64::from(u.per_neuron & 7) << 20
                    | bitmap_bits(u.bitmap)
                    | u64::from(u.groups & 0xfff) << 48,
                u64::from(u.first_group & 0xfff)
                    | u64::from(u.neurons) << 16
                    | u64::from(u.table & 0xf_ffff) << 32,
                u.parameters.pair(0),
                u.parameters.pair(1),
                u.parameters.pair(2),
                bits24(u.sub) | bits24(u.v_min) << 32,
                bits24(u.v_max),
            ],
            Operation::Fold(f) => vec![
                3 | u64::from(f.wrap) << 10
                    | u64::from(f.exponent & 15) << 12
                    | u64::from(f.floor_shift & 15) << 16
                    | u64::from(f.scratch_group & 0xfff) << 20
                    | u64::from(f.first_group & 0xfff) << 32
                    | u64::from(f.groups & 0xfff) << 48,
            ],
            Operation::Report(r) => {
                let head = 4 | u64::from(r.number) << 8;
                vec![match r.kind {
                    ReportKind::Spikes {
                        plain,
                        bitmap,
                        groups,
                    } => {
                        head | u64::from(plain) << 4
                            | bitmap_bits(bitmap)
                            | u64::from(groups & 0xfff) << 48
                    }
                    ReportKind::State {
                        current,
                        first_group,
                        neurons,
                    } => {
                        head | 2 << 4
                            | u64::from(current) << 4
                            | u64::from(neurons) << 16
                            | u64::from(first_group & 0xfff) << 32
                    }
                }]
            }
            Operation::Clear(c) => vec![
                5 | u64::from(c.state) << 4
                    | u64::from(c.history) << 5
                    | bits24(c.v0) << 8
                    | u64::from(c.first_group & 0xfff) << 32
                    | u64::from(c.groups & 0xfff) << 48,
                u64::from(c.history_base & 0x3fff) | u64::from(c.history_words & 0x7fff) << 16,
            ],
        }
    }

    /// The operation at the start of `longs`, and how many longs it took.
    pub fn decode(longs: &[u64]) -> Result<(Operation, usize), DecodeError> {
        let head = *longs.first().ok_or(DecodeError::Truncated)?;
        let count = Self::longs(head);
        let long = |i: usize| longs.get(i).copied().ok_or(DecodeError::Truncated);
        let flag = |bit: u32| field(head, bit, 1) == 1;
        let op = match head & 15 {
            0 => Operation::End(End {
                advance: flag(4),
                restart: flag(5),
                mark: flag(6),
            }),
            1 => {
                let second = long(1)?;
                Operation::Scan(Scan {
                    form: match field(head, 4, 2) {
                        0 => Form::Dense,
                        1 => Form::Always,
                        2 => Form::Listed,
                        value => {
                            return Err(DecodeError::Field {
                                field: "form",
                                value,
                            })
                        }
                    },
                    format: match field(head, 6, 2) {
                        0 => Format::Bits8,
                        1 => Format::Bits4,
                        2 => Format::Bits2,
                        _ => Format::Bits1,
                    },
                    sign: match field(head, 8, 2) {
                        0 => Sign::Signed,
                        1 => Sign::Added,
                        2 => Sign::Subtracted,
                        value => {
                            return Err(DecodeError::Field {
                                field: "sign",
                                value,
                            })
                        }
                    },
                    wrap: flag(10),
                    exponent: field(head, 12, 4) as u8,
                    delay: field(head, 16, 7) as u8,
                    source: bitmap(head),
                    source_groups: field(head, 48, 12) as u16,
                    last_lanes: field(head, 27, 5) as u8 + 1,
                    row_base: field(second, 0, 20) as u32,
                    stride: field(second, 20, 16) as u16,
                    first_group: field(second, 36, 12) as u16,
                    groups: field(second, 48, 12) as u16,
                })
            }
            2 => {
                let second = long(1)?;
                let mut parameters = Parameters::default();
                for pair in 0..3 {
                    parameters.set_pair(pair, long(2 + pair)?);
                }
                Operation::Update(Update {
                    current_after_decay: flag(4),
                    rounding_current: rounding(field(head, 5, 2), "rounding of u")?,
                    rounding_membrane: rounding(field(head, 7, 2), "rounding of v")?,
                    reset: match field(head, 9, 2) {
                        0 => Reset::Hard,
                        1 => Reset::Soft,
                        2 => Reset::Delayed,
                        _ => Reset::None,
                    },
                    inverted: flag(11),
                    no_threshold: flag(12),
                    held_steps: field(head, 13, 7) as u8,
                    per_neuron: field(head, 20, 3) as u8,
                    bitmap: bitmap(head),
                    groups: field(head, 48, 12) as u16,
                    first_group: field(second, 0, 12) as u16,
                    neurons: field(second, 16, 16) as u16,
                    table: field(second, 32, 20) as u32,
                    parameters,
                    sub: signed24(long(5)?),
                    v_min: signed24(long(5)? >> 32),
                    v_max: signed24(long(6)?),
                })
            }
            3 => Operation::Fold(Fold {
                wrap: flag(10),
                exponent: field(head, 12, 4) as u8,
                floor_shift: field(head, 16, 4) as u8,
                scratch_group: field(head, 20, 12) as u16,
                first_group: field(head, 32, 12) as u16,
                groups: field(head, 48, 12) as u16,
            }),
            4 => Operation::Report(Report {
                number: field(head, 8, 8) as u8,
                kind: if flag(5) {
                    ReportKind::State {
                        current: flag(4),
                        first_group: field(head, 32, 12) as u16,
                        neurons: field(head, 16, 16) as u16,
                    }
                } else {
                    ReportKind::Spikes {
                        plain: flag(4),
                        bitmap: bitmap(head),
                        groups: field(head, 48, 12) as u16,
                    }
                },
            }),
            5 => {
                let second = long(1)?;
                Operation::Clear(Clear {
                    state: flag(4),
                    history: flag(5),
                    v0: signed24(head >> 8),
                    first_group: field(head, 32, 12) as u16,
                    groups: field(head, 48, 12) as u16,
                    history_base: field(second, 0, 14) as u16,
                    history_words: field(second, 16, 15) as u16,
                })
            }
            opcode => return Err(DecodeError::Opcode(opcode as u8)),
        };
        Ok((op, count))
    }
}
