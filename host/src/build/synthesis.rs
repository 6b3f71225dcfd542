//! The first half of a build: from a board's description to its netlist, which place and route takes from
//! there.

use super::board::Board;
use super::error::BuildError;
use super::flow;
use super::netlist::{self, Netlist};
use super::tools::Tools;
use super::work::{read, Work};
use ferrospike_rtl::top::{verilog, Entry};
use std::path::Path;

/// Emits a board's core and shell into `folder`, which is made if it is not there, and synthesises them.
/// `note` hears what begins. Returns the cells of the netlist, which is in the folder.
///
/// # Errors
///
/// A description that cannot be emitted, a tool that is missing or fails, a file that cannot be written.
pub fn synthesise(
    board: &Board,
    folder: &Path,
    tools: &Tools,
    note: &mut dyn FnMut(&str),
) -> Result<Netlist, BuildError> {
    let step = flow::synthesis(board);
    // Better to know before the core is emitted.
    tools.locate(step.program)?;
    note(&format!("{}: emitting the core and the shell", board.name));
    let configuration = board.configuration()?;
    let core = verilog(&configuration, Entry::Uart).map_err(|source| BuildError::Core {
        board: board.name.into(),
        source,
    })?;
    let shell = board
        .shell()
        .verilog()
        .map_err(|source| BuildError::Shell {
            board: board.name.into(),
            source,
        })?;
    std::fs::create_dir_all(folder).map_err(|e| BuildError::file("make the folder", folder, e))?;
    let work = Work { tools, folder };
    work.write(flow::CORE_FILE, &core)?;
    work.write(flow::SHELL_FILE, &shell)?;
    work.write(board.constraint_file, board.constraints)?;

    note(&format!("{}: synthesis with {}", board.name, step.program));
    work.must(&step, "synthesis.log")?;
    netlist::read(&folder.join(flow::NETLIST_CELLS_FILE))
}

/// The netlist that [`synthesise`] has left in `folder`, as Verilog of the family's cells: for a simulator.
/// It is made from the very file that place and route reads.
///
/// # Errors
///
/// There is no netlist, or the synthesiser is missing or fails.
pub fn netlist_verilog(board: &Board, folder: &Path, tools: &Tools) -> Result<String, BuildError> {
    let work = Work { tools, folder };
    work.must(&flow::netlist_to_verilog(board), "netlist.log")?;
    read(&folder.join(flow::NETLIST_VERILOG_FILE))
}
