//! `ferrospike build`.

use super::progress::note;
use super::table::{row, table};
use super::Report;
use anyhow::Result;
use clap::Args;
use ferrospike_host::build::{self, Board, Options, Tools, REPORT_FILE};
use ferrospike_host::number::thousands;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Make a board's bitstream: emit, synthesise, place, route, pack
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike build icebreaker
  ferrospike build ulx3s-25f -o build/mine --seeds 4

The folder gets the Verilog, the bitstream, the logs of the tools, and report.json.
Exit status: 0 done, 1 the design does not fit or its clock is too slow, 2 could not run.")]
pub struct Cmd {
    /// The board; `ferrospike boards` lists them
    board: String,
    /// The folder to write to; made if it is not there [default: build/BOARD]
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// The first seed of place and route [default: the board's, usually 1]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
    seed: Option<u32>,
    /// How many seeds to try; the one with the highest clock is kept
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    seeds: u32,
}

/// Where a board's build is.
pub fn folder(output: &Option<PathBuf>, board: &str) -> PathBuf {
    let default = || Path::new("build").join(board);
    output.clone().unwrap_or_else(default)
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        let board = Board::find(&self.board)?;
        let folder = folder(&self.output, board.name);
        let options = Options {
            seed: self.seed.unwrap_or(board.description.seed),
            seeds: self.seeds,
        };
        let mut told = |text: &str| note(text, quiet);
        let built = build::build(&board, &folder, options, &Tools::find(), &mut told)?;
        if let Some(failure) = &built.failure {
            note(&format!("error: {}: {failure}", board.name), false);
        }
        let text = text(&built, &folder);
        let mut report = Report::new(text, json!(built));
        report.equal = built.bitstream.is_some();
        Ok(report)
    }
}

fn text(built: &build::Report, folder: &Path) -> String {
    let mut rows = Vec::new();
    for cell in &built.cells {
        let (used, available) = (thousands(cell.used), thousands(cell.available));
        let percent = format!("{:.1} %", cell.utilisation);
        rows.push(row([&cell.name, &used, "of", &available, &percent]));
    }
    let mut text = format!("{} ({} {})\n", built.title, built.family, built.device);
    text += &table(&rows);
    let megahertz = |hz: f64| format!("{:.2} MHz", hz / 1e6);
    let required = megahertz(f64::from(built.clock.required_hz));
    let achieved = built.clock.achieved_hz.map_or("none".into(), megahertz);
    text += &format!("clock: {achieved} achieved, {required} required\n");
    if let Some(path) = &built.critical_path {
        text += &format!(
            "critical path: {:.2} ns in cells, {:.2} ns between them, {} levels\n  from {}\n  to   {}\n",
            path.logic_ns, path.routing_ns, path.levels, path.from, path.to
        );
    }
    match &built.bitstream {
        Some(bitstream) => {
            let (file, bytes) = (folder.join(&bitstream.file), thousands(bitstream.bytes));
            text += &format!("{} ({bytes} bytes)\n", file.display());
        }
        None => text += "no bitstream\n",
    }
    text += &format!("{}\n", folder.join(REPORT_FILE).display());
    text
}
