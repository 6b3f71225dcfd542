//! `ferrospike flash`.

use super::build::folder;
use super::Report;
use anyhow::Result;
use clap::Args;
use ferrospike_host::build::{self, Board, Target, Tools};
use serde_json::json;
use std::path::PathBuf;

/// Write a board's bitstream to the board
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike flash icebreaker
  ferrospike flash ulx3s-25f --temporary

Needs the programmer of the board (docs/boards.md): iceprog, openFPGALoader, tinyprog or dfu-util.")]
pub struct Cmd {
    /// The board; `ferrospike boards` lists them
    board: String,
    /// The folder that `ferrospike build` wrote to [default: build/BOARD]
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Load the FPGA until power is off, and leave the flash memory as it is
    #[arg(long)]
    temporary: bool,
}

impl Cmd {
    pub fn run(&self) -> Result<Report> {
        let board = Board::find(&self.board)?;
        let target = if self.temporary {
            Target::Fpga
        } else {
            Target::Flash
        };
        let folder = folder(&self.output, board.name);
        let command = build::flash(&board, &folder, target, &Tools::find())?;
        let text = format!("{}: done with {command}\n", board.name);
        Ok(Report::new(
            text,
            json!({ "board": board.name, "command": command }),
        ))
    }
}
