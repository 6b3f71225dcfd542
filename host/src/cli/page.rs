//! `ferrospike report`.

use super::figures::{figures, verdict};
use super::progress::{bar, note, Loader};
use super::shared::{open_image, save, PortArgs};
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::data::Inputs;
use ferrospike_host::report::{choose, page, record, regions, work, Page};
use ferrospike_host::run::{ensure_loaded, given, Opened, Port, Summary, Wire};
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;

/// Write a page (HTML) about one sample: spikes, membranes, rates, work, memory, and what differs from the model
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike report mnist.fsn --input examples/mnist/mnist_test_1000.npz -o report.html
  ferrospike report mnist.fsn -i samples.npz --sample 7 --neurons lif1:0,3,8-11 --neurons lif2:0-9 -o report.html

The sample is run step by step; after each step the spikes, currents and membranes of all neurons are read and compared with
the model. The page is one file, without scripts, that shows itself in dark or light as the reader prefers.
Exit status 1: a bit differs (the page is written, and marks it).")]
pub struct Cmd {
    /// The image, made by `ferrospike import`
    image: PathBuf,
    /// Samples, as `ferrospike run` takes them
    #[arg(long, short)]
    input: PathBuf,
    /// Which sample
    #[arg(long, default_value_t = 0)]
    sample: usize,
    /// Neurons whose membranes are drawn, POPULATION:NEURONS [default: those that spike most]
    #[arg(long, value_name = "CHOICE")]
    neurons: Vec<String>,
    /// The page to write
    #[arg(long, short, default_value = "report.html")]
    output: PathBuf,
    #[command(flatten)]
    port: PortArgs,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        let start = Instant::now();
        let image = open_image(&self.image)?;
        let inputs = Inputs::open(&self.input)?;
        let given = given(&inputs, self.sample, &image)?;
        let port = self.port.parse()?;
        let opened = Opened::new(&port, self.port.baud, Some(&image))?;
        let mut board = opened.board(Some(&image))?;
        ensure_loaded(&mut board, &image, &mut Loader::new(quiet))?;
        let label = inputs.labels.as_ref().and_then(|l| l.get(self.sample));
        let bar = bar(given.0.len() as u64, "running steps", quiet);
        let recording = record(
            &mut board,
            &image,
            self.sample,
            &given,
            label.copied(),
            || bar.inc(1),
        );
        bar.finish_and_clear();
        let recording = recording?;
        let chosen = choose(&image, &recording, &self.neurons).map_err(|e| anyhow!("{e}"))?;
        let shape = board.shape();
        let regions = regions(&image, shape.synapse_words * shape.lanes)?;
        let work = work(&image, &recording.sample)?;
        let file = self.input.file_name().unwrap_or(self.input.as_os_str());
        let html = page(&Page {
            image: &image,
            recording: &recording,
            chosen: &chosen,
            regions: &regions,
            work: &work,
            port: &words(&port, &board.info().board),
            shape,
            input: &file.to_string_lossy(),
        });
        save(&self.output, html.as_bytes())?;
        note("the page needs no other file; open it in a browser", quiet);
        let mut summary = Summary::default();
        let c = &recording.comparison;
        summary.add(
            &recording.sample,
            recording.answer,
            recording.label,
            Some(c),
        );
        summary.seconds = start.elapsed().as_secs_f64();
        let text = figures(&summary)
            + &verdict(&summary)
            + &format!("{} written\n", self.output.display());
        let json = json!({"output": self.output, "sample": self.sample, "answer": recording.answer,
            "label": recording.label, "summary": summary, "differences": recording.differences, "equal": summary.equal()});
        Ok(Report {
            text,
            json,
            equal: summary.equal(),
        })
    }
}

/// Where a sample ran.
fn words(port: &Port, board: &str) -> String {
    match port {
        Port::Simulated(Wire::Bytes) => "the simulated board (Verilog in Icarus)".into(),
        Port::Simulated(Wire::Uart) => "the simulated board, through its pins".into(),
        Port::Model => "the device in Rust".into(),
        Port::Serial(_) => format!("{board}, on a serial port"),
    }
}
