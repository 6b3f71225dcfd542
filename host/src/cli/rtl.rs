//! `ferrospike rtl`.

use super::shared::{save, ShapeArgs};
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::number::thousands;
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::lane::Pipeline;
use ferrospike_rtl::primitives::products::Multiplier;
use ferrospike_rtl::top::{verilog, Configuration, Entry};
use serde_json::json;
use std::path::PathBuf;

/// Write the core as plain Verilog-2005
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike rtl -o build
  ferrospike rtl -o build --lanes 16 --synapse-words 32768 --clock 25000000 --baud 3000000

Modules: ferrospike_uart has the pins clock, rx and tx; ferrospike_bytes has a byte stream instead.")]
pub struct Cmd {
    /// The folder to write to; made if it is not there
    #[arg(long, short)]
    output: PathBuf,
    #[command(flatten)]
    shape: ShapeArgs,
    /// Clock in Hz
    #[arg(long, default_value_t = Configuration::default().clock_hz)]
    clock: u32,
    /// Bits a second of the UART, at most an eighth of the clock
    #[arg(long, default_value_t = Configuration::default().baud)]
    baud: u32,
    /// Multipliers: 'inferred' (the operator *), 'ice40' (SB_MAC16 of a UP5K) or 2 to 17 clocks of
    /// shifting and adding
    #[arg(long, default_value_t = Multiplier::Inferred)]
    multiplier: Multiplier,
    /// Registers between synapse memory and lanes: 'short' (smallest; rows of one group follow in every
    /// other clock), 'middle', or 'long' (a register before the memory, for memories that spread over the chip)
    #[arg(long, default_value_t = Pipeline::Middle)]
    pipeline: Pipeline,
    /// Neurons that a sweep takes in a clock: 1, or 2 with the multiplier 'inferred'
    #[arg(long, default_value_t = 1)]
    sweep: usize,
    /// Do not compute groups at rest; multipliers in parallel alone
    #[arg(long)]
    rest: bool,
    /// Give a program up that has worked for 2^BITS clocks; 8 to 31, or 0 for never
    #[arg(long, value_name = "BITS", default_value_t = 26)]
    watchdog: u8,
    /// With LEARN: weights that change
    #[arg(long)]
    learn: bool,
    /// Name that the board tells the host, at most 16 ASCII characters
    #[arg(long, default_value = "ferrospike")]
    board: String,
}

impl Cmd {
    pub fn run(&self) -> Result<Report> {
        let shape = self.shape.shape()?;
        let configuration = Configuration {
            lanes: shape.lanes,
            synapse_words: shape.synapse_words,
            groups: shape.groups,
            history_words: shape.history_words,
            clock_hz: self.clock,
            baud: self.baud,
            choices: Choices {
                multiplier: self.multiplier,
                pipeline: self.pipeline,
                lists: self.shape.lists()?,
                sweep: self.sweep,
                rest: self.rest,
                watchdog: self.watchdog,
                learn: self.learn,
                ..Default::default()
            },
            board: self.board.clone(),
            ..Default::default()
        };
        let folder = self.output.display();
        let mut texts = Vec::new();
        for entry in [Entry::Uart, Entry::Bytes] {
            texts.push((entry.module(), verilog(&configuration, entry)?));
        }
        std::fs::create_dir_all(&self.output)
            .map_err(|e| anyhow!("cannot make the folder '{folder}': {e}"))?;
        let (mut text, mut files) = (String::new(), Vec::new());
        for (module, verilog) in texts {
            let path = self.output.join(format!("{module}.v"));
            save(&path, verilog.as_bytes())?;
            let lines = thousands(verilog.lines().count() as u64);
            text += &format!("{} ({lines} lines, top module {module})\n", path.display());
            files.push(json!({"path": path, "module": module}));
        }
        Ok(Report::new(text, json!({ "files": files })))
    }
}
