//! A device as the rest of the host sees it: memories, images, steps.
//!
//! ```no_run
//! use ferrospike_host::board::Board;
//! use ferrospike_host::link::Options;
//! use ferrospike_host::transport::Serial;
//! # fn run(image: &ferrospike_model::image::Image) -> Result<(), Box<dyn std::error::Error>> {
//! let mut board = Board::connect(Serial::open("/dev/ttyUSB0", 1_000_000)?, Options::default())?;
//! board.load(image, &mut ())?;
//! board.clear()?;
//! let output = board.run_step(&[vec![0b101, 0]])?;
//! println!("step {}: {:?}", output.step, output.spikes);
//! # Ok(())
//! # }
//! ```
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod error;
mod load;
mod memory;
mod records;
mod run;
mod stream;

pub use error::BoardError;
pub use load::Progress;
pub use run::{bitmap_words, spiked, PopulationState, StepOutput};
pub use stream::SampleOutput;

use crate::link::{Counters, Info, Link, Options};
use crate::transport::Transport;
use ferrospike_model::device::{AccessError, Shape};
use ferrospike_model::runlength;
use records::{Expected, Record};
use run::Program;

/// Most words or neurons of one command.
const CHUNK: usize = 1 << 14;

/// A connected device.
#[derive(Debug)]
pub struct Board<T> {
    link: Link<T>,
    expected: Expected,
    /// The image that the device is known to hold.
    program: Option<Program>,
}

/// The memories as commands address them.
#[derive(Clone, Copy)]
enum Memory {
    S,
    U,
    V,
    H,
}

impl<T: Transport> Board<T> {
    /// Connects. Whatever the device was doing ends; its memories keep their contents.
    pub fn connect(transport: T, options: Options) -> Result<Self, BoardError> {
        Self::new(Link::connect(transport, options)?)
    }

    fn new(link: Link<T>) -> Result<Self, BoardError> {
        let lanes = link.info().lanes;
        if ![4, 8, 16, 32].contains(&lanes) {
            let (what, allowed) = ("the device's lanes", "4, 8, 16 or 32");
            return Err(AccessError::Shape {
                what,
                value: lanes,
                allowed,
            }
            .into());
        }
        Ok(Self {
            link,
            expected: Expected::new(lanes),
            program: None,
        })
    }

    /// Connects anew after an error. The image must be loaded or recognised again.
    pub fn reconnect(self) -> Result<Self, BoardError> {
        Self::new(self.link.reconnect()?)
    }

    /// What the device said of itself when it was last asked.
    pub fn info(&self) -> &Info {
        self.link.info()
    }

    /// Lanes and sizes of the device's memories.
    pub fn shape(&self) -> Shape {
        let info = self.info();
        Shape {
            lanes: info.lanes,
            synapse_words: info.synapse_words,
            groups: info.groups,
            history_words: info.history_words,
        }
    }

    /// Asks for the counters, which are 0 after `connect`.
    pub fn counters(&mut self) -> Result<Counters, BoardError> {
        Ok(self.link.status()?.counters)
    }

    /// The link below.
    pub fn link(&self) -> &Link<T> {
        &self.link
    }

    fn command(&mut self, opcode: u8, address: usize, count: usize) -> Result<(), BoardError> {
        let [a0, a1, a2, ..] = (address as u32).to_le_bytes();
        let [c0, c1] = (count as u16).to_le_bytes();
        Ok(self.link.send(&[opcode, a0, a1, a2, c0, c1])?)
    }

    /// Checks that an access stays inside the device's memory.
    fn check(&self, memory: Memory, address: usize, count: usize) -> Result<(), BoardError> {
        let shape = self.shape();
        let (memory, unit, size) = match memory {
            Memory::S => ('S', "words", shape.synapse_words),
            Memory::U => ('U', "neurons", shape.neurons()),
            Memory::V => ('V', "neurons", shape.neurons()),
            Memory::H => ('H', "words", shape.history_words),
        };
        match address.checked_add(count) {
            Some(end) if end <= size => Ok(()),
            _ => Err(AccessError::Outside {
                memory,
                unit,
                address,
                count,
                size,
            }
            .into()),
        }
    }

    /// Bytes of a word (S, H) or value (U, V) on the link, and the low digit of its opcodes.
    fn unit(&self, memory: Memory) -> (usize, u8) {
        let lanes = self.shape().lanes;
        match memory {
            Memory::S => (lanes, 0),
            Memory::U => (3, 1),
            Memory::V => (3, 2),
            Memory::H => (runlength::bytes_per_word(lanes), 3),
        }
    }

    fn write(&mut self, memory: Memory, address: usize, bytes: &[u8]) -> Result<(), BoardError> {
        let (unit, digit) = self.unit(memory);
        self.check(memory, address, bytes.len() / unit)?;
        for (i, part) in bytes.chunks(CHUNK * unit).enumerate() {
            self.command(0x10 + digit, address + i * CHUNK, part.len() / unit)?;
            self.link.send(part)?;
        }
        Ok(())
    }

    fn read(
        &mut self,
        memory: Memory,
        address: usize,
        count: usize,
    ) -> Result<Vec<u8>, BoardError> {
        let (unit, digit) = self.unit(memory);
        self.check(memory, address, count)?;
        let mut bytes = Vec::with_capacity(count * unit);
        for start in (0..count).step_by(CHUNK) {
            let part = (count - start).min(CHUNK);
            self.command(0x20 + digit, address + start, part)?;
            bytes.extend(self.answer(0x20 + digit, part * unit)?);
        }
        Ok(bytes)
    }

    /// Waits for the answer to a read; records of programs before it are dropped.
    fn answer(&mut self, tag: u8, bytes: usize) -> Result<Vec<u8>, BoardError> {
        self.expected.answer = Some((tag, bytes));
        loop {
            if let Record::Answer(bytes) = self.record()? {
                self.expected.answer = None;
                return Ok(bytes);
            }
        }
    }

    /// Waits for a record; a refusal is an error.
    fn record(&mut self) -> Result<Record, BoardError> {
        let mut need = 1;
        loop {
            self.link.wait_for(need)?;
            match self.expected.parse(self.link.arrived())? {
                records::Parsed::Record(record, used) => {
                    self.link.consume(used);
                    return Ok(record);
                }
                records::Parsed::Incomplete(total) => need = total,
            }
        }
    }

    /// Waits until the device has taken everything that was written.
    pub fn flush(&mut self) -> Result<(), BoardError> {
        Ok(self.link.flush()?)
    }
}
