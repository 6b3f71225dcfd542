//! From a board's description to a bitstream, with open tools: emit, synthesise, place and route, pack,
//! and write it to the board.
//!
//! [`Board`] is a description, [`build()`] makes a bitstream and a [`Report`] of it in a folder, [`flash()`]
//! writes it to the board. Nothing here knows a board by its name, and only `flow.rs` and the shell
//! (`ferrospike_rtl::shell`) know families.

mod board;
mod constraints;
mod description;
mod error;
mod flash;
mod flow;
mod netlist;
mod place;
mod report;
mod run;
mod synthesis;
mod table;
mod tools;
mod work;

pub use board::{names, Board};
pub use constraints::sites;
pub use description::{ClockPlan, Core, Description, Fpga, Level, Multiplier, Pins, Program};
pub use error::BuildError;
pub use flash::{flash, Target};
pub use flow::NETLIST_FILE;
pub use netlist::Netlist;
pub use place::{CriticalPath, Placement};
pub use report::{Bitstream, Cell, Holds, Report, Seed, Timing, REPORT_FILE};
pub use run::{build, Options};
pub use synthesis::{netlist_verilog, synthesise};
pub use table::{markdown, replace_between, replace_marked, BEGIN, END};
pub use tools::Tools;
