//! `ferrospike bench`.

use super::bench_board::Board;
use super::progress::note;
use super::table::{row, table};
use super::Report;
use anyhow::{anyhow, Result};
use clap::{Args, Subcommand};
use ferrospike_host::bench::{self, Checked, Speed, Subject};
use ferrospike_host::number::thousands;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Measure speeds
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike bench model
  ferrospike bench model --network mnist --threads 2 --batch 1,256 --json
  ferrospike bench board")]
pub struct Cmd {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Model(Model),
    Board(Board),
}

/// The model's throughput on this machine, and whether it is right
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike bench model
  ferrospike bench model --network mnist --threads 2 --batch 1,256 --json

For each network some samples are compared with the reference path of the model, the text of the contract.
Exit status 1: an answer, a spike count or a counter differs. scripts/compare_simulators.sh measures other
simulators beside it.")]
struct Model {
    /// Networks: mnist, braille, sparse; all of them if not given
    #[arg(long, value_delimiter = ',', value_parser = bench::NAMES)]
    network: Vec<String>,
    /// Threads; as many as there are cores if not given
    #[arg(long)]
    threads: Option<usize>,
    /// Samples that are given at once; the best is taken
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256,1024")]
    batch: Vec<usize>,
    /// Different samples
    #[arg(long, default_value_t = 1000)]
    samples: usize,
    /// Seconds for each batch size
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Samples that are compared with the reference path
    #[arg(long, default_value_t = 20)]
    check: usize,
    /// The folder with the examples
    #[arg(long, default_value = "examples")]
    examples: PathBuf,
    /// Also write the networks and samples into this folder, for other simulators
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        match &self.what {
            What::Model(model) => model.run(quiet),
            What::Board(board) => board.run(quiet),
        }
    }
}

/// Most threads, and most samples at once.
const MOST: usize = 1 << 16;

impl Model {
    fn run(&self, quiet: bool) -> Result<Report> {
        let threads = match self.threads {
            Some(threads) => threads,
            None => std::thread::available_parallelism().map_or(1, |n| n.get()),
        };
        let allowed = |n: usize| (1..=MOST).contains(&n);
        if !allowed(threads) || !allowed(self.samples) || !self.batch.iter().all(|b| allowed(*b)) {
            return Err(anyhow!(
                "threads, samples and batch sizes must be from 1 to {MOST}"
            ));
        }
        let time = Duration::try_from_secs_f64(self.seconds)
            .map_err(|e| anyhow!("--seconds {}: {e}", self.seconds))?;
        let mut rows = vec![row(HEAD)];
        let (mut list, mut equal) = (Vec::new(), true);
        for name in bench::NAMES {
            if !self.network.is_empty() && !self.network.iter().any(|n| n == name) {
                continue;
            }
            note(&format!("{name}: compiling and comparing"), quiet);
            let subject = self.subject(name)?;
            let checked = bench::check(&subject, threads, self.check)?;
            equal &= checked.different == 0;
            if let Some(folder) = &self.export {
                bench::export(&subject, folder)?;
            }
            let mut speeds = Vec::new();
            for &batch in &self.batch {
                note(&format!("{name}: batch {batch}"), quiet);
                speeds.push(bench::measure(&subject, threads, batch, time)?);
            }
            rows.extend(speeds.iter().map(|s| line(name, s)));
            list.push(
                json!({"network": name, "words": subject.words, "steps": subject.steps,
                "checked": checked, "speeds": speeds, "best": bench::best(&speeds)}),
            );
            note(&verdict(name, &checked), quiet);
        }
        let verdict = match equal {
            true => "EQUAL: all samples that were compared are as on the reference path\n",
            false => "DIFFERENT: samples differ from the reference path\n",
        };
        Ok(Report {
            text: table(&rows) + verdict,
            json: json!({"model": list, "equal": equal, "version": env!("CARGO_PKG_VERSION")}),
            equal,
        })
    }

    fn subject(&self, name: &str) -> Result<Subject> {
        Ok(match name {
            "mnist" => bench::mnist(&self.examples, self.samples)?,
            "braille" => bench::braille(self.samples)?,
            _ => bench::sparse(self.samples)?,
        })
    }
}

const HEAD: [&str; 7] = [
    "network",
    "threads",
    "batch",
    "samples/s",
    "slowest",
    "us a sample",
    "million ops/s",
];

fn line(name: &str, s: &Speed) -> Vec<String> {
    row([
        name,
        &s.threads.to_string(),
        &s.batch.to_string(),
        &thousands(s.samples_per_second as u64),
        &thousands(s.slowest as u64),
        &format!("{:.2}", 1e6 / s.samples_per_second),
        &thousands((s.operations_per_second / 1e6) as u64),
    ])
}

fn verdict(name: &str, c: &Checked) -> String {
    format!(
        "{name}: {} samples compared with the reference path, {} different, {} spikes each",
        c.samples,
        c.different,
        c.spikes / c.samples.max(1) as u64
    )
}
