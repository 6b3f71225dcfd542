//! A board's netlist in Icarus, with a host at its pins.
//!
//! The flow of `ferrospike build` makes the netlist; the models of its cells are those of the synthesiser
//! itself. What is simulated is thus what place and route gets, not what the emitter wrote.

mod cells;
mod faults;
mod graph;
mod network;

pub use faults::Fault;
pub use network::{spikes, synaptic};

use anyhow::{Context, Result};
use ferrospike_host::build::{netlist_verilog, synthesise, Board, Tools, NETLIST_FILE};
use ferrospike_host::transport::{Compiled, Core, Entry, Icarus, IcarusOptions, Transport};
use ferrospike_rtl::shell::{MODULE, START_SECONDS};
use graph::Graph;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use tempfile::TempDir;

/// The netlist of a board.
#[derive(Clone, Debug)]
pub struct Netlist {
    board: Board,
    tools: Tools,
    /// As synthesis has left it.
    json: Value,
    /// How many cells of each type there are.
    pub cells: BTreeMap<String, u64>,
}

impl Netlist {
    /// Synthesises a board as `ferrospike build` does.
    ///
    /// # Errors
    ///
    /// A tool that is missing, or fails.
    pub fn synthesise(board: &Board) -> Result<Self> {
        let (tools, folder) = (Tools::find(), TempDir::with_prefix("ferrospike-")?);
        let counted = synthesise(board, folder.path(), &tools, &mut |text| println!("{text}"))?;
        let text = std::fs::read_to_string(folder.path().join(NETLIST_FILE))?;
        Ok(Self {
            board: board.clone(),
            tools,
            json: serde_json::from_str(&text)?,
            cells: counted.cells,
        })
    }

    /// The cells and what connects them.
    pub(crate) fn graph(&self) -> Result<Graph<'_>> {
        let cells = self.json["modules"][MODULE]["cells"].as_object();
        Graph::new(cells.context("the netlist has no cells")?)
    }

    /// The same netlist with a fault in it.
    ///
    /// # Errors
    ///
    /// The cell does not have what the fault changes.
    pub fn with(&self, fault: &Fault) -> Result<Self> {
        let mut faulty = self.clone();
        let cell = &mut faulty.json["modules"][MODULE]["cells"][&fault.cell];
        for (name, value) in &fault.parameters {
            let place = cell["parameters"].get_mut(name);
            *place.with_context(|| format!("'{}' has no {name}", fault.cell))? =
                value.clone().into();
        }
        Ok(faulty)
    }

    /// Compiles the netlist with the models of its cells and the bench of the UART. The seed makes the
    /// values that memories and multipliers wake up with.
    ///
    /// # Errors
    ///
    /// A tool that is missing, or does not accept it.
    pub fn compile(&self, seed: u32) -> Result<Arc<Compiled>> {
        let folder = TempDir::with_prefix("ferrospike-")?;
        let file = std::fs::File::create(folder.path().join(NETLIST_FILE))?;
        serde_json::to_writer(std::io::BufWriter::new(file), &self.json)?;
        let mut verilog = cells::models(self.cells.keys(), &self.tools)?;
        verilog += &netlist_verilog(&self.board, folder.path(), &self.tools)?;
        verilog += &self.around(seed)?;
        let compiled = Compiled::new(Core {
            verilog: &verilog,
            entry: Entry::Uart {
                clocks_per_bit: self.clocks_per_bit()?,
            },
            memory: &[],
        })?;
        anyhow::ensure!(compiled.warnings().is_empty(), "{}", compiled.warnings());
        Ok(Arc::new(compiled))
    }

    /// Starts a simulation of what [`Netlist::compile`] has made, and lets it come as far as a board is when
    /// a host finds it: the core does not hear while the shell holds it. A host that does not wait has to
    /// ask again, and asks after a time that is long in a simulator.
    ///
    /// # Errors
    ///
    /// The simulator does not start, or the board speaks before it is asked.
    pub fn start(&self, compiled: &Arc<Compiled>) -> Result<Icarus> {
        let mut simulation = Icarus::start(compiled, IcarusOptions::default())?;
        let byte_seconds = 10.0 / f64::from(self.board.description.core.baud);
        // The shell counts to whole bits: at most twice its time, and the lock comes before.
        let rest = (3.0 * START_SECONDS / byte_seconds).ceil() as u32;
        let mut early = Vec::new();
        simulation.read(&mut early, rest)?;
        anyhow::ensure!(early.is_empty(), "it spoke before it was asked: {early:?}");
        Ok(simulation)
    }

    fn clocks_per_bit(&self) -> Result<u32> {
        Ok(self.board.clock()?.core_hz / self.board.description.core.baud)
    }

    /// The module that the bench drives, with the board in it. What a memory or a multiplier holds before
    /// the design has put something there is any value, made from `seed`; in the models of the cells it is
    /// unknown. A simulator's unknown value is none that a chip has: from two tables that cancel it, it
    /// comes out as unknown again, and so gets into registers which in no chip depend on it.
    fn around(&self, seed: u32) -> Result<String> {
        let shell = self.board.shell();
        let others = shell.ports().into_iter().filter(|port| !is_wired(port));
        let others: String = others.map(|port| format!(", .{port}()")).collect();
        let mut text = format!(
            "module ferrospike_uart(input wire clock, input wire rx, output wire tx);\n\
             {MODULE} board(.clock(clock), .rx(rx), .tx(tx){others});\n\
             integer seed, word;\n\
             initial begin\nseed = {seed};\n"
        );
        let graph = self.graph()?;
        for (kind, registers) in cells::UNKNOWN_AT_START {
            for cell in graph.of_type(kind) {
                for register in registers {
                    writeln!(text, "board.\\{} .{register} = $random(seed);", cell.name)?;
                }
            }
        }
        for cell in graph.of_type("SB_SPRAM256KA") {
            writeln!(
                text,
                "for (word = 0; word < 16384; word = word + 1) board.\\{} .mem[word] = $random(seed);",
                cell.name
            )?;
        }
        text += "end\nendmodule\n";
        Ok(text)
    }
}

fn is_wired(port: &str) -> bool {
    matches!(port, "clock" | "rx" | "tx")
}
