//! `ferrospike bench board`.

use super::progress::note;
use super::shared::save;
use super::table::{row, table};
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::bench::board::{self, Measured, Setting, Target};
use ferrospike_host::build;
use ferrospike_host::number::thousands;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a board does: operations, latency, and inferences through its serial wire
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike bench board
  ferrospike bench board --board icebreaker,ulx3s-45f --into docs/performance.md
  ferrospike bench board --network mnist --samples 10 --baud 3000000 --round-trip 1 --json

Cycles are those of the emitted Verilog in Icarus, as the board's bitstream has it, and every bit of these
samples is compared with the model. The clock is that of the bitstream in the report of its build. The wire is
one in virtual time: ten bits a byte, the round trip on top, and the device in Rust with those cycles. Exit
status 1: a bit differs.")]
pub struct Board {
    /// Boards (`ferrospike boards` lists them)
    #[arg(long, value_delimiter = ',', default_value = "icebreaker")]
    board: Vec<String>,
    /// Networks; all of them if not given
    #[arg(long, value_delimiter = ',', value_parser = board::NAMES)]
    network: Vec<String>,
    /// Rates of the wire; max: the highest of the board's core, an eighth of its clock
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "BAUD",
        default_value = "1000000,3000000,max"
    )]
    baud: Vec<String>,
    /// Samples of each network on the emitted Verilog
    #[arg(long, default_value_t = 2)]
    samples: usize,
    /// Inferences through the wire, one behind the other
    #[arg(long, default_value_t = 1000)]
    inferences: usize,
    /// Milliseconds that a byte and its answer take on top of their lengths (adapter, bus, system)
    #[arg(long, value_name = "MS", default_value_t = 2.0)]
    round_trip: f64,
    /// The folder with reports of builds, BOARD.json or BOARD/report.json
    #[arg(long, value_name = "DIR", default_value = "docs/boards")]
    reports: PathBuf,
    /// The folder with the examples
    #[arg(long, default_value = "examples")]
    examples: PathBuf,
    /// Put the tables into this Markdown page, between its two marks
    #[arg(long, value_name = "PAGE")]
    into: Option<PathBuf>,
}

/// Most samples and inferences.
const MOST: usize = 1 << 16;

impl Board {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        for (name, value) in [
            ("--samples", self.samples),
            ("--inferences", self.inferences),
        ] {
            if !(1..=MOST).contains(&value) {
                return Err(anyhow!("{name} is {value}, but must be from 1 to {MOST}"));
            }
        }
        let round_trip = Duration::try_from_secs_f64(self.round_trip / 1e3).ok();
        let round_trip = round_trip.filter(|r| r.as_secs_f64() <= 1.0);
        let round_trip = round_trip.ok_or_else(|| {
            let given = self.round_trip;
            anyhow!("--round-trip {given}: 0 to 1000 milliseconds are possible")
        })?;
        let mut measured = Vec::new();
        for name in &self.board {
            measured.push(self.one(name, round_trip, quiet)?);
        }
        let differing: u64 = cycles(&measured).map(|c| c.differing).sum();
        let bits: u64 = cycles(&measured).map(|c| c.bits).sum();
        let json = json!({"boards": measured, "equal": differing == 0, "bits": bits});
        let verdict = match differing {
            0 => format!("EQUAL: {} bits are as in the model\n", thousands(bits)),
            n => format!("DIFFERENT: {} of {} bits\n", thousands(n), thousands(bits)),
        };
        let text = match &self.into {
            Some(page) if differing == 0 => self.write(page, &measured)?,
            _ => measured.iter().map(shown).collect(),
        };
        Ok(Report {
            text: text + &verdict,
            json,
            equal: differing == 0,
        })
    }

    fn one(&self, name: &str, round_trip: Duration, quiet: bool) -> Result<Measured> {
        let target = self.target(name)?;
        let settings = self.settings(&target, round_trip)?;
        let mut networks = Vec::new();
        for network in board::NAMES {
            if !self.network.is_empty() && !self.network.iter().any(|n| n == network) {
                continue;
            }
            note(&format!("{name}: {network}"), quiet);
            let network = board::load(network, &self.examples)?;
            networks.push(target.measure(&network, self.samples, &settings)?);
        }
        let report = &target.report;
        Ok(Measured {
            board: name.into(),
            title: report.title.clone(),
            lanes: report.core.lanes,
            clock_hz: target.clock_hz(),
            achieved_hz: report.clock.achieved_hz.unwrap_or_default(),
            receive_bytes: target.board.description.core.receive_bytes,
            round_trip: round_trip.as_secs_f64(),
            inferences: self.inferences,
            networks,
        })
    }

    fn target(&self, name: &str) -> Result<Target> {
        let board = build::Board::find(name)?;
        let report = build::Report::find(&self.reports, name)?.ok_or_else(|| {
            anyhow!(
                "there is no {name}.json and no {name}/report.json in '{}'; build it (ferrospike build {name}) \
                 or name the folder with --reports",
                self.reports.display()
            )
        })?;
        Ok(Target::new(board, report)?)
    }

    fn settings(&self, target: &Target, round_trip: Duration) -> Result<Vec<Setting>> {
        let highest = target.highest_baud();
        let rate = |text: &String| -> Result<u32> {
            if text == "max" {
                return Ok(highest);
            }
            let baud = text.parse().ok().filter(|b| (300..=highest).contains(b));
            baud.ok_or_else(|| {
                anyhow!(
                    "--baud {text}: '{}' can have 300 to {highest} baud (an eighth of its clock), or max",
                    target.board.name
                )
            })
        };
        let mut settings: Vec<Setting> = Vec::new();
        for text in &self.baud {
            let baud = rate(text)?;
            if settings.iter().all(|s| s.baud != baud) {
                settings.push(Setting {
                    baud,
                    round_trip,
                    inferences: self.inferences,
                });
            }
        }
        Ok(settings)
    }

    fn write(&self, page: &Path, measured: &[Measured]) -> Result<String> {
        let name = page.display();
        let text =
            std::fs::read_to_string(page).map_err(|e| anyhow!("cannot read '{name}': {e}"))?;
        let tables = board::markdown(measured, &self.command());
        let marks = (board::BEGIN, board::END);
        let new = build::replace_marked(&text, marks, &tables).ok_or_else(|| {
            anyhow!(
                "'{name}' has no line '{}' with a line '{}' after it",
                marks.0,
                marks.1
            )
        })?;
        save(page, new.as_bytes())?;
        Ok(format!("{name}: {} boards\n", measured.len()))
    }

    /// The command that makes these tables.
    fn command(&self) -> String {
        let mut text = format!("ferrospike bench board --board {}", self.board.join(","));
        if !self.network.is_empty() {
            text += &format!(" --network {}", self.network.join(","));
        }
        text += &format!(
            " --baud {} --samples {} --inferences {} --round-trip {}",
            self.baud.join(","),
            self.samples,
            self.inferences,
            self.round_trip
        );
        if let Some(page) = &self.into {
            text += &format!(" --into {}", page.display());
        }
        text
    }
}

fn cycles(measured: &[Measured]) -> impl Iterator<Item = &board::Cycles> {
    let networks = measured.iter().flat_map(|m| &m.networks);
    networks.filter_map(|n| n.cycles.as_ref())
}

/// A board for people at a terminal.
fn shown(m: &Measured) -> String {
    let clock = f64::from(m.clock_hz);
    let head = format!("{}: {} lanes at {:.1} MHz\n", m.title, m.lanes, clock / 1e6);
    let mut rows = vec![row([
        "network",
        "cycles",
        "SOP/cycle",
        "MSOP/s",
        "latency",
        "baud",
        "inferences/s",
        "latency",
        "line busy",
    ])];
    let mut missing = String::new();
    for n in &m.networks {
        let Some(c) = &n.cycles else {
            let why = n.shortage.as_deref().unwrap_or("not measured");
            missing += &format!("{} does not fit: {why}\n", n.name);
            continue;
        };
        for t in &n.through {
            rows.push(row([
                n.name,
                &thousands(c.inference().round() as u64),
                &format!("{:.2}", c.operations_per_cycle()),
                &format!("{:.1}", c.operations_per_cycle() * clock / 1e6),
                &format!("{:.2} ms", 1e3 * c.inference() / clock),
                &thousands(u64::from(t.baud)),
                &format!("{:.1}", t.per_second),
                &format!("{:.2} ms", 1e3 * t.latency),
                &format!("{:.1} %", 100.0 * t.busy),
            ]));
        }
    }
    head + &table(&rows) + &missing
}
