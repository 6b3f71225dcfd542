//! `ferrospike ports`.

use super::table::table;
use super::Report;
use anyhow::Result;
use clap::Args;
use ferrospike_host::transport;
use serde_json::json;

/// List the ports of this computer
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ferrospike ports")]
pub struct Cmd {}

impl Cmd {
    pub fn run(&self) -> Result<Report> {
        let serial = transport::ports()?
            .into_iter()
            .map(|p| (p.name, p.description));
        let always = [
            ("sim", "simulated board (Icarus Verilog), byte by byte"),
            ("sim:uart", "simulated board, through its UART pins"),
            ("model", "the model in Rust"),
        ];
        let always = always.map(|(a, b)| (a.to_string(), b.to_string()));
        let all: Vec<_> = serial.chain(always).collect();
        let rows: Vec<_> = all
            .iter()
            .map(|(a, b)| vec![format!("{a}   {b}")])
            .collect();
        let list: Vec<_> = all
            .iter()
            .map(|(name, description)| json!({"name": name, "description": description}))
            .collect();
        Ok(Report::new(table(&rows), json!({ "ports": list })))
    }
}
