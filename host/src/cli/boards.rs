//! `ferrospike boards`.

use super::table::{row, table};
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::build::{self, Board};
use ferrospike_host::number::thousands;
use serde_json::json;
use std::path::{Path, PathBuf};

/// List the boards that bitstreams can be built for
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike boards
  ferrospike boards --json
  ferrospike boards --reports docs/boards --into README.md

The last one writes the table of what the builds came to, from their reports, into a page.")]
pub struct Cmd {
    /// Only the names, one in a line, of the boards that the core fits on
    #[arg(long, conflicts_with = "reports")]
    names: bool,
    /// With --names: of the boards that it does not fit on
    #[arg(long, requires = "names")]
    too_small: bool,
    /// Show what builds came to instead: the folder with BOARD.json or BOARD/report.json
    #[arg(long, value_name = "DIR")]
    reports: Option<PathBuf>,
    /// Put that table into this Markdown page, between its two marks
    #[arg(long, value_name = "PAGE", requires = "reports")]
    into: Option<PathBuf>,
}

impl Cmd {
    pub fn run(&self) -> Result<Report> {
        match &self.reports {
            Some(folder) => self.built(folder),
            None if self.names => names(self.too_small),
            None => listed(),
        }
    }

    fn built(&self, folder: &Path) -> Result<Report> {
        let mut reports = Vec::new();
        for name in build::names() {
            reports.extend(build::Report::find(folder, name)?);
        }
        if reports.is_empty() {
            return Err(anyhow!(
                "there is no BOARD.json and no BOARD/report.json in '{}'",
                folder.display()
            ));
        }
        let table = build::markdown(&reports);
        let Some(page) = &self.into else {
            return Ok(Report::new(table, json!({ "reports": reports })));
        };
        let name = page.display();
        let text =
            std::fs::read_to_string(page).map_err(|e| anyhow!("cannot read '{name}': {e}"))?;
        let new = build::replace_between(&text, &table).ok_or_else(|| {
            let (begin, end) = (build::BEGIN, build::END);
            anyhow!("'{name}' has no line '{begin}' with a line '{end}' after it")
        })?;
        super::shared::save(page, new.as_bytes())?;
        let boards = reports.len();
        let text = format!("{name}: {boards} boards\n");
        Ok(Report::new(text, json!({ "page": page, "boards": boards })))
    }
}

fn names(too_small: bool) -> Result<Report> {
    let boards = Board::all()?;
    let these = boards
        .iter()
        .filter(|board| board.description.too_small.is_some() == too_small);
    let names: Vec<_> = these.map(|board| board.name).collect();
    Ok(Report::new(
        names.join("\n") + "\n",
        json!({ "names": names }),
    ))
}

fn listed() -> Result<Report> {
    let head = [
        "board", "name", "FPGA", "price", "lanes", "weights", "neurons", "clock",
    ];
    let (mut rows, mut list) = (vec![row(head)], Vec::new());
    for board in Board::all()? {
        let (description, clock) = (&board.description, board.clock()?);
        let core = &description.core;
        rows.push(row([
            board.name,
            &description.title,
            &format!(
                "{} {}",
                description.fpga.family(),
                description.fpga.device()
            ),
            &description.price,
            &core.lanes.to_string(),
            &thousands(core.synapse_bytes() as u64),
            &thousands(core.neurons() as u64),
            &match description.too_small {
                Some(_) => "does not fit".into(),
                None => format!("{:.2} MHz", f64::from(clock.core_hz) / 1e6),
            },
        ]));
        list.push(json!({
            "board": board.name,
            "title": description.title,
            "price": description.price,
            "family": description.fpga.family(),
            "device": description.fpga.device(),
            "core": core,
            "neurons": core.neurons(),
            "clock_hz": clock.core_hz,
            "notes": description.notes,
            "too_small": description.too_small,
        }));
    }
    Ok(Report::new(table(&rows), json!({ "boards": list })))
}
