//! Records from the device (`docs/protocol.md`, section 2).

use super::memory::values24;
use super::BoardError;
use ferrospike_model::program::{Operation, ReportKind};
use ferrospike_model::runlength::{self, RunLengthError};
use std::collections::BTreeMap;

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Answer to a read or CRC.
    Answer(Vec<u8>),
    /// Words of a bitmap.
    Spikes { number: u8, words: Vec<u32> },
    /// Values of neurons.
    State { number: u8, values: Vec<i32> },
    /// End of a step.
    End { step: u16 },
}

/// What came of the bytes so far.
#[derive(Debug)]
pub(super) enum Parsed {
    /// A record, and the bytes that it took.
    Record(Record, usize),
    /// At least so many bytes are needed in all.
    Incomplete(usize),
}

/// Sizes of the records that may come.
#[derive(Debug)]
pub(super) struct Expected {
    lanes: usize,
    /// Tag and bytes of the answer that is waited for.
    pub(super) answer: Option<(u8, usize)>,
    /// Groups of bitmaps and neurons of states, by report number.
    groups: BTreeMap<u8, usize>,
    neurons: BTreeMap<u8, usize>,
}

impl Expected {
    pub(super) fn new(lanes: usize) -> Self {
        Self {
            lanes,
            answer: None,
            groups: BTreeMap::new(),
            neurons: BTreeMap::new(),
        }
    }

    /// Learns the reports of a program.
    pub(super) fn learn(&mut self, program: &[(u32, Operation)]) {
        for (_, operation) in program {
            if let Operation::Report(report) = operation {
                match report.kind {
                    ReportKind::Spikes { groups, .. } => {
                        self.groups.insert(report.number, usize::from(groups));
                    }
                    ReportKind::State { neurons, .. } => {
                        self.neurons.insert(report.number, usize::from(neurons));
                    }
                }
            }
        }
    }

    /// The record at the start of `bytes`; a refusal is an error.
    pub(super) fn parse(&self, bytes: &[u8]) -> Result<Parsed, BoardError> {
        let Some(&tag) = bytes.first() else {
            return Ok(Parsed::Incomplete(1));
        };
        match tag {
            0x20..=0x23 | 0x30 => {
                let Some((_, size)) = self.answer.filter(|(expected, _)| *expected == tag) else {
                    let what = format!("an answer with tag {tag:02x} to no question");
                    return Err(BoardError::Record { what });
                };
                Ok(match bytes.get(1..1 + size) {
                    Some(body) => Parsed::Record(Record::Answer(body.to_vec()), 1 + size),
                    None => Parsed::Incomplete(1 + size),
                })
            }
            0x60..=0x63 => match bytes.split_at_checked(2) {
                Some(([_, number], body)) => self.report(tag, *number, body),
                _ => Ok(Parsed::Incomplete(2)),
            },
            0x70 => Ok(match bytes {
                [_, low, high, ..] => Parsed::Record(
                    Record::End {
                        step: u16::from_le_bytes([*low, *high]),
                    },
                    3,
                ),
                _ => Parsed::Incomplete(3),
            }),
            0x7e => match bytes {
                [_, code, d0, d1, d2, ..] => Err(BoardError::Refused {
                    code: *code,
                    detail: u32::from_le_bytes([*d0, *d1, *d2, 0]),
                }),
                _ => Ok(Parsed::Incomplete(5)),
            },
            _ => Err(BoardError::Record {
                what: format!("its tag {tag:02x} has no meaning"),
            }),
        }
    }

    fn report(&self, tag: u8, number: u8, body: &[u8]) -> Result<Parsed, BoardError> {
        let sizes = if tag < 0x62 {
            &self.groups
        } else {
            &self.neurons
        };
        let Some(&count) = sizes.get(&number) else {
            let what =
                format!("a report {number} (tag {tag:02x}) that no program of the image has");
            return Err(BoardError::Record { what });
        };
        let done = |record, used| Ok(Parsed::Record(record, 2 + used));
        if tag == 0x60 {
            return match runlength::decode(body, self.lanes, count) {
                Ok((words, used)) => done(Record::Spikes { number, words }, used),
                Err(RunLengthError::Truncated { .. }) => Ok(Parsed::Incomplete(body.len() + 3)),
                Err(e) => Err(BoardError::Record {
                    what: format!("report {number}: {e}"),
                }),
            };
        }
        let unit = if tag == 0x61 {
            runlength::bytes_per_word(self.lanes)
        } else {
            3
        };
        let size = count * unit;
        let Some(body) = body.get(..size) else {
            return Ok(Parsed::Incomplete(2 + size));
        };
        if tag == 0x61 {
            let words = runlength::decode_plain(body, self.lanes, count).unwrap_or_default();
            return done(Record::Spikes { number, words }, size);
        }
        done(
            Record::State {
                number,
                values: values24(body),
            },
            size,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_are_an_error_or_a_record() {
        let mut expected = Expected::new(8);
        expected.groups.insert(1, 3);
        expected.neurons.insert(1, 2);
        for tag in 0..=255u8 {
            for rest in 0..=255u8 {
                for length in 0..12 {
                    let mut bytes = vec![tag];
                    bytes.resize(1 + length, rest);
                    if let Ok(Parsed::Incomplete(n)) = expected.parse(&bytes) {
                        assert!(n > bytes.len());
                    }
                }
            }
        }
        let parsed = expected.parse(&[0x60, 1, 1, 0x55, 1, 9]);
        let wanted = Record::Spikes {
            number: 1,
            words: vec![0, 0x55, 0],
        };
        assert!(matches!(parsed, Ok(Parsed::Record(r, 5)) if r == wanted));
    }
}
