//! What a board does: cycles from the emitted Verilog, the clock from the report of its build, and what is left of
//! it behind a serial wire.

mod cycles;
mod networks;
mod table;
mod wire;

pub use cycles::{cycles, Cycles};
pub use networks::{load, Network, NAMES};
pub use table::{markdown, BEGIN, END};
pub use wire::{through, Setting, Through};

use super::BenchError;
use crate::build::{Board, Report};
use crate::compile::{compile, CompileError, CompileOptions};
use ferrospike_model::device::Shape;
use ferrospike_model::image::Image;
use serde::Serialize;

/// A board with the report of its build.
#[derive(Debug)]
pub struct Target {
    /// The board.
    pub board: Board,
    /// What its build came to.
    pub report: Report,
}

/// What was measured on a board.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// The board.
    pub board: String,
    /// Its name for people.
    pub title: String,
    /// Lanes.
    pub lanes: usize,
    /// The clock of its bitstream, in Hz.
    pub clock_hz: u32,
    /// What the routed design could have, in Hz.
    pub achieved_hz: f64,
    /// Bytes of its receive buffer.
    pub receive_bytes: usize,
    /// Round trip of the wire, in seconds.
    pub round_trip: f64,
    /// Inferences over the wire.
    pub inferences: usize,
    /// The networks.
    pub networks: Vec<Row>,
}

/// A network on a board.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its name here.
    pub name: &'static str,
    /// What it is, for people.
    pub words: &'static str,
    /// Why it is not on the board.
    pub shortage: Option<String>,
    /// Cycles and what was done in them.
    pub cycles: Option<Cycles>,
    /// Through a wire, at each rate.
    pub through: Vec<Through>,
}

impl Target {
    /// A board with its report, which must be that of this core and of a bitstream.
    pub fn new(board: Board, report: Report) -> Result<Self, BenchError> {
        let (name, core) = (board.name, &board.description.core);
        let differences = report.core.differences(core).join(", ");
        if !differences.is_empty() {
            return Err(BenchError::Invalid(format!(
                "the report of '{name}' is of another core than its description: {differences}; build it again: \
                 ferrospike build {name}"
            )));
        }
        if report.bitstream.is_none() || !report.clock.met || report.clock.achieved_hz.is_none() {
            return Err(BenchError::Invalid(format!(
                "the report of '{name}' says that there is no bitstream ({}), so that it has no clock; choose \
                 another board (`ferrospike boards` lists them)",
                report.failure.as_deref().unwrap_or("the clock is not met")
            )));
        }
        Ok(Self { board, report })
    }

    /// The clock of the bitstream, in Hz.
    pub fn clock_hz(&self) -> u32 {
        self.report.clock.required_hz
    }

    /// The highest rate of the core's UART: a bit needs eight clocks.
    pub fn highest_baud(&self) -> u32 {
        self.clock_hz() / 8
    }

    /// Lanes and memories.
    pub fn shape(&self) -> Shape {
        let core = &self.board.description.core;
        Shape {
            lanes: core.lanes,
            synapse_words: core.synapse_words,
            groups: core.groups,
            history_words: core.history_words,
        }
    }

    /// A network for this board, or what it lacks.
    pub fn compile(&self, network: &Network) -> Result<Result<Image, String>, BenchError> {
        let mut options = CompileOptions {
            lists: self.board.description.core.lists,
            ..CompileOptions::new(self.shape())
        };
        options.quantise.bits = network.bits;
        match compile(&network.network, &options) {
            Ok((image, _)) => Ok(Ok(image)),
            Err(CompileError::DoesNotFit { shortages }) => Ok(Err(shortages.join("; "))),
            Err(e) => Err(e.into()),
        }
    }

    /// Measures a network: cycles of the first `samples`, and the wire at each rate.
    pub fn measure(
        &self,
        network: &Network,
        samples: usize,
        settings: &[Setting],
    ) -> Result<Row, BenchError> {
        let mut row = Row {
            name: network.name,
            words: network.words,
            shortage: None,
            cycles: None,
            through: Vec::new(),
        };
        let image = match self.compile(network)? {
            Ok(image) => image,
            Err(shortage) => {
                row.shortage = Some(shortage);
                return Ok(row);
            }
        };
        let cycles = cycles(self, &image, &network.inputs, samples)?;
        for setting in settings {
            let done = through(self, &image, &network.inputs, &cycles, setting)?;
            row.through.push(done);
        }
        row.cycles = Some(cycles);
        Ok(row)
    }
}
