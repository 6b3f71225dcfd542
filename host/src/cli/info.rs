//! `ferrospike info`.

use super::shared::PortArgs;
use super::table::{row, table};
use super::Report;
use anyhow::Result;
use clap::Args;
use ferrospike_host::link::Counters;
use ferrospike_host::number::thousands;
use ferrospike_host::run::Opened;
use serde_json::{json, Map, Value};

/// Ask a board what it is: lanes, memories, clock, features, counters
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike info --port /dev/ttyUSB0
  ferrospike info --port sim")]
pub struct Cmd {
    #[command(flatten)]
    port: PortArgs,
}

impl Cmd {
    pub fn run(&self) -> Result<Report> {
        let opened = Opened::new(&self.port.parse()?, self.port.baud, None)?;
        let mut board = opened.board(None)?;
        let counters = board.counters()?;
        let info = board.info().clone();
        let shape = board.shape();
        let cells = |what: &str, value: String| vec![format!("{what:<20} {value}")];
        let mut rows = vec![
            cells("board", info.board.clone()),
            cells("protocol", info.version.to_string()),
            cells("lanes", info.lanes.to_string()),
            cells(
                "synapse memory",
                format!(
                    "{} words, {} bytes",
                    thousands(shape.synapse_words as u64),
                    thousands(shape.synapse_bytes() as u64)
                ),
            ),
            cells("neurons", thousands(shape.neurons() as u64)),
            cells(
                "spike history",
                format!("{} words", thousands(shape.history_words as u64)),
            ),
            cells(
                "clock",
                format!("{:.3} MHz", f64::from(info.clock_hz) / 1e6),
            ),
            cells("features", info.feature_names().join(", ")),
            cells(
                "buffers",
                format!("{} in, {} out", info.receive_buffer, info.transmit_buffer),
            ),
            cells("error", info.error.to_string()),
            cells(
                "program runs",
                if info.running { "yes" } else { "no" }.into(),
            ),
            row(["since connecting:"]),
        ];
        let mut counted = Map::new();
        for (name, value) in Counters::NAMES.iter().zip(counters.values()) {
            rows.push(cells(name, thousands(u64::from(value))));
            counted.insert(name.replace(' ', "_"), Value::from(value));
        }
        let json = json!({
            "board": info.board,
            "protocol": info.version,
            "lanes": info.lanes,
            "synapse_words": info.synapse_words,
            "groups": info.groups,
            "history_words": info.history_words,
            "clock_hz": info.clock_hz,
            "features": info.feature_names(),
            "receive_buffer": info.receive_buffer,
            "transmit_buffer": info.transmit_buffer,
            "error": info.error,
            "running": info.running,
            "counters": counted,
        });
        Ok(Report::new(table(&rows), json))
    }
}
