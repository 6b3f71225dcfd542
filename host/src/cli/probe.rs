//! `ferrospike probe`.

use super::progress::note;
use super::shared::PortArgs;
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::link::probe::{probe, Found, RATES};
use ferrospike_host::number::thousands;
use ferrospike_host::run::Port;
use ferrospike_host::transport::Serial;
use serde_json::{json, Value};

/// Find the highest rate at which a serial device works
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike probe --port /dev/ttyUSB0
  ferrospike probe --port /dev/ttyUSB0 --rates 3000000,2000000,1000000

Tries one rate after the other, the highest first, and fills the wire both ways. A core listens at the one rate
that it was built for, so this also finds the rate of a board that is not known.")]
pub struct Cmd {
    /// The serial device
    #[arg(long, short, env = "FERROSPIKE_PORT")]
    port: String,
    /// Rates to try, in bits a second [default: those that adapters have, from 12000000 to 57600]
    #[arg(long, value_delimiter = ',')]
    rates: Vec<u32>,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        let args = PortArgs {
            port: self.port.clone(),
            baud: 0,
        };
        let Port::Serial(name) = args.parse()? else {
            return Err(anyhow!(
                "the port '{}' is simulated and has no rate; give a serial device (see `ferrospike ports`)",
                self.port
            ));
        };
        let mut rates = match self.rates.is_empty() {
            true => RATES.to_vec(),
            false => self.rates.clone(),
        };
        rates.sort_unstable_by(|a, b| b.cmp(a));
        let mut tried: Vec<Value> = Vec::new();
        let mut last = String::new();
        let open = |baud| Serial::open(&name, baud);
        let found = probe(&rates, open, |baud, found| {
            let told = match found {
                Found::Works => "works".into(),
                Found::Damaged(count) => {
                    format!("answers, but {count} frames were damaged or lost")
                }
                Found::Fails(why) => {
                    last.clone_from(why);
                    "does not work".to_string()
                }
            };
            note(
                &format!("{:>12} baud: {told}", thousands(u64::from(baud))),
                quiet,
            );
            tried.push(json!({"baud": baud, "result": told}));
        });
        let Some(baud) = found else {
            return Err(anyhow!(
                "'{name}' works at none of {} rates from {} to {} baud; the last one: {last}",
                rates.len(),
                rates.first().copied().unwrap_or(0),
                rates.last().copied().unwrap_or(0),
            ));
        };
        let text = format!("{baud} baud\n");
        Ok(Report::new(text, json!({"baud": baud, "tried": tried})))
    }
}
