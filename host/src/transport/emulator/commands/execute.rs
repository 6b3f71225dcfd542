//! What the commands do.

use super::{Command, Commands, OUTSIDE, UNKNOWN_OPERATION, UNVERIFIED};
use ferrospike_model::device::AccessError;
use ferrospike_model::interpreter::{Record, Refusal};
use ferrospike_model::program::{signed24, Bitmap, Operation};
use ferrospike_model::runlength;

/// Longs of the largest operation, and most operations of a program that is looked through.
const LONGS: usize = 7;
const OPERATIONS: usize = 1 << 16;

fn outside(address: u32) -> impl Fn(AccessError) -> Refusal {
    move |_| Refusal {
        code: OUTSIDE,
        detail: address,
    }
}

impl Commands {
    pub(super) fn execute(&mut self) -> Result<(), Refusal> {
        let Some(Command {
            opcode,
            address,
            count,
            body,
            ..
        }) = self.command.take()
        else {
            return Ok(());
        };
        if count == 0 && opcode < 0x50 {
            return Ok(());
        }
        let lanes = self.device.shape().lanes;
        let (at, fail) = (address as usize, outside(address));
        let words = |body: &[u8]| runlength::decode_plain(body, lanes, count).unwrap_or_default();
        match opcode {
            0x10 => {
                self.verified = false;
                return self.device.write_synapses(at, &body).map_err(fail);
            }
            0x11 => {
                return self
                    .device
                    .write_currents(at, &values24(&body))
                    .map_err(fail)
            }
            0x12 => {
                return self
                    .device
                    .write_membranes(at, &values24(&body))
                    .map_err(fail)
            }
            0x13 => return self.device.write_history(at, &words(&body)).map_err(fail),
            0x40 | 0x41 => {
                let b = Bitmap {
                    base: address as u16 & 0x3fff,
                    log2_depth: (at >> 16 & 7) as u8,
                };
                let words = if opcode == 0x40 {
                    words(&body)
                } else {
                    runlength::decode(&body, lanes, count)
                        .map(|d| d.0)
                        .unwrap_or_default()
                };
                return self
                    .device
                    .set_input(b, self.next_step, &words)
                    .map_err(fail);
            }
            0x50 | 0x51 => return self.run(opcode, address),
            _ => {}
        }
        let answer = match opcode {
            0x20 => self.device.read_synapses(at, count).map_err(fail)?.to_vec(),
            0x21 => bytes24(self.device.read_currents(at, count).map_err(fail)?),
            0x22 => bytes24(self.device.read_membranes(at, count).map_err(fail)?),
            0x23 => {
                runlength::encode_plain(self.device.read_history(at, count).map_err(fail)?, lanes)
            }
            _ => {
                let crc = self.device.crc_of_s(at, count).map_err(fail)?;
                let crc = crc.to_le_bytes();
                self.verified = crc[..] == body[..];
                crc.to_vec()
            }
        };
        self.output.push_back(opcode);
        self.output.extend(answer);
        Ok(())
    }

    /// The address of a program's first LEARN.
    fn learning(&self, entry: u32) -> Option<u32> {
        let words = self.device.shape().synapse_words;
        let bytes = self.device.read_synapses(0, words).ok()?;
        let mut at = entry as usize;
        for _ in 0..OPERATIONS {
            let longs = bytes.get(at * 8..)?.chunks_exact(8).take(LONGS);
            let longs: Vec<u64> = longs
                .filter_map(|long| Some(u64::from_le_bytes(*long.first_chunk()?)))
                .collect();
            match Operation::decode(&longs).ok()? {
                (Operation::Learn(_), _) => return Some(at as u32),
                (Operation::End(_), _) => return None,
                (_, longs) => at += longs,
            }
        }
        None
    }

    fn run(&mut self, opcode: u8, entry: u32) -> Result<(), Refusal> {
        if !self.verified {
            let (code, detail) = (UNVERIFIED, entry);
            return Err(Refusal { code, detail });
        }
        if !self.learns {
            let code = UNKNOWN_OPERATION;
            let refused = self.learning(entry).map(|detail| Refusal { code, detail });
            refused.map_or(Ok(()), Err)?;
        }
        let lanes = self.device.shape().lanes;
        let mut records = Vec::new();
        // A step counts whatever its END has made of t.
        self.device.step = self.next_step;
        let result = self.device.run_traced(entry, &mut records, &mut ());
        for record in records {
            match record {
                Record::Spikes {
                    number,
                    plain: true,
                    words,
                } => {
                    self.output.extend([0x61, number]);
                    self.output.extend(runlength::encode_plain(&words, lanes));
                }
                Record::Spikes {
                    number,
                    plain: false,
                    words,
                } => {
                    self.output.extend([0x60, number]);
                    self.output.extend(runlength::encode(&words, lanes));
                }
                Record::State {
                    number,
                    current,
                    values,
                } => {
                    self.output.extend([0x62 + u8::from(current), number]);
                    self.output.extend(bytes24(&values));
                }
                Record::End { step } => {
                    self.output.push_back(0x70);
                    self.output.extend(step.to_le_bytes());
                }
            }
        }
        self.running = !self.output.is_empty();
        let after_step = self.next_step.wrapping_add(1);
        self.next_step = if opcode == 0x50 {
            after_step
        } else {
            self.device.step
        };
        result
    }
}

/// Values of 24 bits from the link.
fn values24(bytes: &[u8]) -> Vec<i32> {
    let value = |b: &[u8]| {
        b.iter()
            .rev()
            .fold(0u64, |x, &byte| x << 8 | u64::from(byte))
    };
    bytes.chunks_exact(3).map(|b| signed24(value(b))).collect()
}

/// Values of 24 bits for the link.
fn bytes24(values: &[i32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|v| v.to_le_bytes().into_iter().take(3))
        .collect()
}
