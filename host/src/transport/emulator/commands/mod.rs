//! The command stream (`docs/protocol.md`, section 2) on the model's device.

mod execute;

use ferrospike_model::device::Device;
use ferrospike_model::interpreter::Refusal;
use ferrospike_model::runlength;
use std::collections::VecDeque;

/// Unknown command.
const UNKNOWN_COMMAND: u8 = 1;
/// Unknown operation.
const UNKNOWN_OPERATION: u8 = 2;
/// Address or length outside a memory.
const OUTSIDE: u8 = 4;
/// A program was to be run, but S is not verified.
const UNVERIFIED: u8 = 6;

/// Bytes of a command's head.
const HEAD: usize = 6;
/// Bytes of a CRC.
const CRC_BYTES: usize = 4;

/// What the command unit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transport) enum Did {
    /// Nothing: there is no byte, or the command must wait.
    Nothing,
    /// It took a byte or carried out a command that takes no time of its own.
    Byte,
    /// It took the last byte of a command's head.
    Head,
    /// It ran a program, by `call` or by `step`.
    Program {
        /// By `call`, which waits for its end.
        call: bool,
        /// The program.
        entry: u32,
    },
}

/// A command whose bytes are arriving.
#[derive(Debug)]
struct Command {
    opcode: u8,
    address: u32,
    count: usize,
    body: Vec<u8>,
    /// Run-length input: words of the bitmap that the body covers, and missing bytes of a word.
    covered: usize,
    word_bytes: usize,
}

/// Executes commands.
#[derive(Debug)]
pub(super) struct Commands {
    pub(super) device: Device,
    /// Records on their way to the transmit buffer.
    pub(super) output: VecDeque<u8>,
    /// A program waits until its records are sent.
    pub(super) running: bool,
    /// A program has not come to its end yet (where programs take time).
    pub(super) held: bool,
    /// Error code of the refusal, 0 for none.
    pub(super) error: u8,
    /// It has LEARN.
    learns: bool,
    /// The last CRC of words of S was what the host expected, and none was written since.
    verified: bool,
    next_step: u32,
    head: Vec<u8>,
    command: Option<Command>,
}

impl Commands {
    pub(super) fn new(device: Device, learns: bool) -> Self {
        Self {
            device,
            learns,
            verified: false,
            output: VecDeque::new(),
            running: false,
            held: false,
            error: 0,
            next_step: 0,
            head: Vec::new(),
            command: None,
        }
    }

    /// What CONNECT does.
    pub(super) fn reset(&mut self) {
        self.output.clear();
        self.running = false;
        self.held = false;
        self.error = 0;
        self.next_step = 0;
        self.verified = false;
        self.device.step = 0;
        self.device.counters = Default::default();
        self.head.clear();
        self.command = None;
    }

    /// Takes bytes until they end or a command must wait; true if it took any.
    pub(super) fn work(&mut self, input: &mut VecDeque<u8>) -> bool {
        let mut progress = false;
        while self.advance(input) != Did::Nothing {
            progress = true;
        }
        progress
    }

    /// Takes one byte, or carries out one command.
    pub(super) fn advance(&mut self, input: &mut VecDeque<u8>) -> Did {
        self.running = self.held || (self.running && !self.output.is_empty());
        if self.error != 0 {
            let any = !input.is_empty();
            input.clear();
            return if any { Did::Byte } else { Did::Nothing };
        }
        let mut did = Did::Byte;
        let result = match &self.command {
            None => {
                let Some(byte) = input.pop_front() else {
                    return Did::Nothing;
                };
                if self.head.len() + 1 == HEAD {
                    did = Did::Head;
                }
                self.begin(byte)
            }
            Some(command) => {
                let waits = !matches!(command.opcode, 0x40 | 0x41) || !self.running;
                if waits && (self.held || !self.output.is_empty()) {
                    return Did::Nothing;
                }
                if self.is_complete() {
                    let (opcode, entry) = (command.opcode, command.address);
                    if matches!(opcode, 0x50 | 0x51) {
                        let call = opcode == 0x51;
                        did = Did::Program { call, entry };
                    }
                    self.execute()
                } else {
                    let Some(byte) = input.pop_front() else {
                        return Did::Nothing;
                    };
                    self.collect(byte)
                }
            }
        };
        if let Err(Refusal { code, detail }) = result {
            did = Did::Byte;
            self.error = code;
            self.command = None;
            self.output.extend([0x7e, code]);
            self.output.extend(detail.to_le_bytes().into_iter().take(3));
        }
        did
    }

    /// A byte of a command's head.
    fn begin(&mut self, byte: u8) -> Result<(), Refusal> {
        self.head.push(byte);
        let [opcode, a0, a1, a2, c0, c1] = self.head[..] else {
            return Ok(());
        };
        self.head.clear();
        if !matches!(opcode, 0x10..=0x13 | 0x20..=0x23 | 0x30 | 0x40 | 0x41 | 0x50 | 0x51) {
            return Err(Refusal {
                code: UNKNOWN_COMMAND,
                detail: u32::from(opcode),
            });
        }
        let address = u32::from_le_bytes([a0, a1, a2, 0]);
        let count = usize::from(u16::from_le_bytes([c0, c1]));
        self.command = Some(Command {
            opcode,
            address,
            count,
            body: Vec::new(),
            covered: 0,
            word_bytes: 0,
        });
        self.check(opcode, address, count)
    }

    /// Refuses what leaves a memory before its bytes come.
    fn check(&self, opcode: u8, address: u32, count: usize) -> Result<(), Refusal> {
        let shape = self.device.shape();
        let (at, size) = (
            address as usize,
            match opcode & 15 {
                _ if matches!(opcode, 0x40 | 0x41) => shape.history_words,
                _ if matches!(opcode, 0x50 | 0x51) => shape.synapse_bytes() / 8,
                1 | 2 => shape.neurons(),
                3 => shape.history_words,
                _ => shape.synapse_words,
            },
        );
        let (at, count) = match opcode {
            0x40 | 0x41 => (at & 0x3fff, count << (at >> 16 & 7)),
            0x50 | 0x51 => (at, 1),
            _ => (at, count),
        };
        if at + count > size {
            return Err(Refusal {
                code: OUTSIDE,
                detail: address,
            });
        }
        Ok(())
    }

    fn is_complete(&self) -> bool {
        let Some(c) = &self.command else { return false };
        let lanes = self.device.shape().lanes;
        match c.opcode {
            0x10 => c.body.len() == c.count * lanes,
            0x30 => c.body.len() == CRC_BYTES.min(c.count * CRC_BYTES),
            0x11 | 0x12 => c.body.len() == c.count * 3,
            0x13 | 0x40 => c.body.len() == c.count * runlength::bytes_per_word(lanes),
            0x41 => c.covered == c.count && c.word_bytes == 0,
            _ => true,
        }
    }

    /// A byte of a command's body.
    fn collect(&mut self, byte: u8) -> Result<(), Refusal> {
        let bytes = runlength::bytes_per_word(self.device.shape().lanes);
        let Some(c) = &mut self.command else {
            return Ok(());
        };
        c.body.push(byte);
        if c.opcode == 0x41 {
            if c.word_bytes > 0 {
                c.word_bytes -= 1;
            } else {
                c.covered += usize::from(byte);
                if c.covered > c.count {
                    return Err(Refusal {
                        code: OUTSIDE,
                        detail: c.address,
                    });
                }
                if byte < 255 && c.covered < c.count {
                    c.covered += 1;
                    c.word_bytes = bytes;
                }
            }
        }
        Ok(())
    }
}
