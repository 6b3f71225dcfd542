//! The report that each build leaves.

use super::board::Board;
use super::description::Core;
use super::error::BuildError;
use super::netlist::Netlist;
use super::place::CriticalPath;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the report in the folder of a build.
pub const REPORT_FILE: &str = "report.json";

/// What a build came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Name of the board.
    pub board: String,
    /// Its name for people.
    pub title: String,
    /// Rough class of its price.
    pub price: String,
    /// `ice40`, `ecp5` or `gowin`.
    pub family: String,
    /// Device, package and speed grade.
    pub device: String,
    /// The core, as the board's description had it.
    pub core: Core,
    /// What it has room for.
    pub holds: Holds,
    /// Programs and their versions.
    pub tools: BTreeMap<String, String>,
    /// All seeds that were tried.
    pub seeds: Vec<Seed>,
    /// The seed of the bitstream.
    pub seed: Option<u32>,
    /// Cells after synthesis.
    pub netlist: Netlist,
    /// Cells after placement, those that are used.
    pub cells: Vec<Cell>,
    /// The clock.
    pub clock: Timing,
    /// The path that limits the clock.
    pub critical_path: Option<CriticalPath>,
    /// The bitstream, if there is one.
    pub bitstream: Option<Bitstream>,
    /// Why there is none.
    pub failure: Option<String>,
}

/// What a core has room for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Holds {
    /// Neurons.
    pub neurons: usize,
    /// Weights of 8 bits in the synapse memory, if it held nothing else.
    pub synapses_8_bits: usize,
    /// The same with 4 bits.
    pub synapses_4_bits: usize,
}

impl From<&Core> for Holds {
    fn from(core: &Core) -> Self {
        Self {
            neurons: core.neurons(),
            synapses_8_bits: core.synapse_bytes(),
            synapses_4_bits: 2 * core.synapse_bytes(),
        }
    }
}

/// A seed of place and route.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seed {
    /// The seed.
    pub seed: u32,
    /// Highest clock in Hz; none if it could not be placed and routed.
    pub achieved_hz: Option<f64>,
}

/// Cells of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Name in the family.
    pub name: String,
    /// Cells that the design needs.
    pub used: u64,
    /// Cells that the device has.
    pub available: u64,
    /// Used of available, in percent.
    pub utilisation: f64,
}

impl Cell {
    /// Cells of a kind.
    pub fn new(name: &str, used: u64, available: u64) -> Self {
        Self {
            name: name.into(),
            used,
            available,
            utilisation: (used as f64 / available.max(1) as f64 * 1000.0).round() / 10.0,
        }
    }
}

/// Clock that the bitstream runs at, and clock that it could.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Timing {
    /// At the board's pin, in Hz.
    pub input_hz: u32,
    /// Of the core, in Hz: what the timing has to meet.
    pub required_hz: u32,
    /// Highest that was achieved, in Hz.
    pub achieved_hz: Option<f64>,
    /// It is enough.
    pub met: bool,
}

/// A bitstream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bitstream {
    /// Its file, beside the report.
    pub file: String,
    /// Its size.
    pub bytes: u64,
}

impl Report {
    /// A report before anything was tried.
    pub(super) fn new(board: &Board, core_hz: u32) -> Self {
        let description = &board.description;
        Self {
            board: board.name.into(),
            title: description.title.clone(),
            price: description.price.clone(),
            family: description.fpga.family().into(),
            device: description.fpga.device(),
            core: description.core.clone(),
            holds: Holds::from(&description.core),
            tools: BTreeMap::new(),
            seeds: Vec::new(),
            seed: None,
            netlist: Netlist::default(),
            cells: Vec::new(),
            clock: Timing {
                input_hz: description.clock.input_hz,
                required_hz: core_hz,
                achieved_hz: None,
                met: false,
            },
            critical_path: None,
            bitstream: None,
            failure: None,
        }
    }

    /// Reads a report.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is none.
    pub fn read(path: &Path) -> Result<Self, BuildError> {
        let text = std::fs::read_to_string(path).map_err(|e| BuildError::file("read", path, e))?;
        serde_json::from_str(&text).map_err(|e| BuildError::file("understand", path, e))
    }

    /// The report of a board in a folder with BOARD.json or BOARD/report.json; none if there is neither.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is none.
    pub fn find(folder: &Path, board: &str) -> Result<Option<Self>, BuildError> {
        let kept = folder.join(format!("{board}.json"));
        let fresh = folder.join(board).join(REPORT_FILE);
        let found = [kept, fresh].into_iter().find(|path| path.exists());
        found.map(|path| Self::read(&path)).transpose()
    }

    /// Writes the report.
    pub(super) fn write(&self, folder: &Path) -> Result<(), BuildError> {
        let path = folder.join(REPORT_FILE);
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|e| BuildError::file("write", &path, e))?;
        std::fs::write(&path, text + "\n").map_err(|e| BuildError::file("write", &path, e))
    }

    /// The cells of logic: what "fits" is mostly about. An adder's bit of a Gowin takes the place of a
    /// lookup table, and a RAM of 16 words the places of four.
    pub fn logic(&self) -> Option<Cell> {
        let logic = ["ICESTORM_LC", "TRELLIS_COMB", "LUT4"];
        let found = |name: &str| self.cells.iter().find(|cell| cell.name == name);
        let used = |name: &str| found(name).map_or(0, |cell| cell.used);
        let cell = logic.iter().find_map(|name| found(name))?;
        let in_their_place = match self.family.as_str() {
            "gowin" => used("ALU") + 4 * used("RAM16SDP4"),
            _ => 0,
        };
        Some(Cell::new(
            &cell.name,
            cell.used + in_their_place,
            cell.available,
        ))
    }

    /// Synaptic operations a second, in millions, while rows stream: one for each lane in a clock.
    pub fn peak_operations(&self) -> f64 {
        self.core.lanes as f64 * f64::from(self.clock.required_hz) / 1e6
    }
}
