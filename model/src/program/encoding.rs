//! Operations as longs, and back.

use super::operations::*;
use super::{bits24, signed24, Bitmap, Form, Format, Parameters, Reset, Rounding, Sign};
use thiserror::Error;

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
            6 => 4,
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
                    | bitmap_bits(u.bitmap),
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
                    | u64::from(f.floor_shift & 15) << 44
                    | u64::from(f.neurons) << 16
                    | u64::from(f.first_group & 0xfff) << 32
                    | u64::from(f.scratch_group & 0xfff) << 48,
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
                            | u64::from(first_group & 0xfff) << 32
                            | u64::from(neurons) << 48
                    }
                }]
            }
            Operation::Clear(c) => vec![
                5 | u64::from(c.state) << 4
                    | u64::from(c.history) << 5
                    | u64::from(c.history_base & 0x3fff) << 32
                    | u64::from(c.history_words & 0x7fff) << 48,
                u64::from(c.first_group & 0xfff) | u64::from(c.neurons) << 16 | bits24(c.v0) << 32,
            ],
            Operation::Learn(l) => vec![
                6 | u64::from(l.every) << 4
                    | u64::from(l.unsigned) << 8
                    | u64::from(l.delay & 127) << 16
                    | u64::from(l.last_lanes.saturating_sub(1) & 31) << 27
                    | bitmap_bits(l.source)
                    | u64::from(l.source_groups & 0xfff) << 48,
                u64::from(l.row_base & 0xf_ffff)
                    | u64::from(l.stride) << 20
                    | u64::from(l.groups & 0xfff) << 48,
                u64::from(l.inverted) << 4
                    | u64::from(l.target_delay & 127) << 16
                    | bitmap_bits(l.target)
                    | u64::from(l.rows) << 48,
                u64::from(l.change as u32 & 0x1_ffff)
                    | u64::from(l.decay.unwrap_or(0) & 7) << 17
                    | u64::from(l.decay.is_some()) << 20
                    | u64::from(l.minimum as u8) << 24
                    | u64::from(l.maximum as u8) << 32
                    | u64::from(l.random & 0xf_ffff) << 40,
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
                floor_shift: field(head, 44, 4) as u8,
                scratch_group: field(head, 48, 12) as u16,
                first_group: field(head, 32, 12) as u16,
                neurons: field(head, 16, 16) as u16,
            }),
            4 => Operation::Report(Report {
                number: field(head, 8, 8) as u8,
                kind: if flag(5) {
                    ReportKind::State {
                        current: flag(4),
                        first_group: field(head, 32, 12) as u16,
                        neurons: field(head, 48, 16) as u16,
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
                    v0: signed24(second >> 32),
                    first_group: field(second, 0, 12) as u16,
                    neurons: field(second, 16, 16) as u16,
                    history_base: field(head, 32, 14) as u16,
                    history_words: field(head, 48, 15) as u16,
                })
            }
            6 => {
                let (second, third, fourth) = (long(1)?, long(2)?, long(3)?);
                let unsigned = flag(8);
                let weight = |low: u32| match (field(fourth, low, 8) as u8, unsigned) {
                    (byte, true) => i16::from(byte),
                    (byte, false) => i16::from(byte as i8),
                };
                let change = field(fourth, 0, 17) as i32;
                Operation::Learn(Learn {
                    every: flag(4),
                    unsigned,
                    delay: field(head, 16, 7) as u8,
                    source: bitmap(head),
                    source_groups: field(head, 48, 12) as u16,
                    last_lanes: field(head, 27, 5) as u8 + 1,
                    row_base: field(second, 0, 20) as u32,
                    stride: field(second, 20, 16) as u16,
                    groups: field(second, 48, 12) as u16,
                    target_delay: field(third, 16, 7) as u8,
                    target: bitmap(third),
                    inverted: field(third, 4, 1) == 1,
                    rows: field(third, 48, 16) as u16,
                    change: (change << 15) >> 15,
                    decay: (field(fourth, 20, 1) == 1).then_some(field(fourth, 17, 3) as u8),
                    minimum: weight(24),
                    maximum: weight(32),
                    random: field(fourth, 40, 20) as u32,
                })
            }
            opcode => return Err(DecodeError::Opcode(opcode as u8)),
        };
        Ok((op, count))
    }
}
