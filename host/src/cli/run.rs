//! `ferrospike run`.

use super::figures::{figures, unreported, verdict};
use super::learn::Learning;
use super::progress::{bar, note, Loader};
use super::shared::{open_image, PortArgs};
use super::table::{row, table};
use super::watch::{Watch, When};
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::data::Inputs;
use ferrospike_host::number::thousands;
use ferrospike_host::run::{
    run_all, run_streamed, run_watched, write_spikes, Decoder, Job, Opened, Outcome, Port, Seen,
    Summary,
};
use ferrospike_model::image::Image;
use serde_json::json;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Run samples on a board, and compare it with the model if asked to
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike run mnist.fsn --input examples/mnist/mnist_test_1000.npz --count 10 --compare
  ferrospike run mnist.fsn --input spikes.csv --port /dev/ttyUSB0 -o out.npz
  ferrospike run mnist.fsn --input samples.npz --port model --watch --pace 50
  ferrospike run mnist.fsn --input samples.npz --count 1 --waves run.fst
  ferrospike run net.fsn --input samples.npz --learn --save learned.fsn

The image is loaded unless the board's CRC says that it is there. On a serial device samples are sent one
behind the other without a pause, and their counters are counted together; with --compare each sample is run
alone. Exit status 1: a bit differs.")]
pub struct Cmd {
    #[command(flatten)]
    pub samples: Samples,
    /// Compare every bit that comes back with the model
    #[arg(long)]
    compare: bool,
    #[command(flatten)]
    learning: Learning,
    /// Write spikes and answers to this file (.npz or .csv)
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Draw the spikes as they come, on standard error: if it is a terminal, or always
    #[arg(long, value_name = "WHEN", num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    watch: Option<When>,
    /// Watching, show each step for so many milliseconds at least
    #[arg(long, value_name = "MS", default_value_t = 0, requires = "watch")]
    pace: u64,
    /// Write the waves of all signals of the simulated board to this file (.vcd or .fst, for GTKWave)
    #[arg(long, value_name = "FILE")]
    waves: Option<PathBuf>,
}

/// What is run where.
#[derive(Debug, Args)]
pub struct Samples {
    /// The image, made by `ferrospike import`
    image: PathBuf,
    /// Samples: .npz with `images`, `frames` or `spikes` (and `labels`), or .csv with a row of 0 and 1 each step
    #[arg(long, short)]
    input: PathBuf,
    /// How many samples; all of them if not given
    #[arg(long, short = 'n')]
    count: Option<usize>,
    /// The first sample
    #[arg(long, default_value_t = 0)]
    first: usize,
    /// Simulated boards at once
    #[arg(long, default_value_t = 1)]
    sims: usize,
    #[command(flatten)]
    port: PortArgs,
    /// How output spikes become an answer, instead of the image's rule: count, first, membrane or vector:LOW:HIGH
    #[arg(long, value_name = "RULE")]
    decode: Option<Decoder>,
    /// Load a simulated board through its link instead of starting with the image in its memory
    #[arg(long)]
    load: bool,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        let looking = Looking {
            watch: self.watch,
            pace: Duration::from_millis(self.pace.min(10_000)),
            waves: self.waves.as_deref(),
            learning: self.learning.learn.then_some(&self.learning),
        };
        let done = self.samples.run_looking(self.compare, &looking, quiet)?;
        if let Some(path) = &self.output {
            write_spikes(path, &done.image, &done.outcomes)?;
        }
        let mut report = done.report();
        if let Some(path) = &self.output {
            report.text += &format!("spikes: {}\n", path.display());
            report.json["output"] = json!(path);
        }
        self.learning.save(&done, &mut report)?;
        if let Some(path) = &self.waves {
            report.text += &format!("waves: {}\n", path.display());
            report.json["waves"] = json!(path);
        }
        Ok(report)
    }
}

/// How a run is looked at.
#[derive(Clone, Copy, Debug, Default)]
struct Looking<'a> {
    watch: Option<When>,
    pace: Duration,
    waves: Option<&'a Path>,
    learning: Option<&'a Learning>,
}

/// Samples that were run.
#[derive(Debug)]
pub struct Done {
    pub image: Image,
    pub outcomes: Vec<Outcome>,
    pub summary: Summary,
    /// The image with what was learned.
    pub learned: Option<Image>,
    /// The image's own rule for answers.
    pub decoder: String,
}

impl Samples {
    /// Runs them.
    pub fn run(&self, compare: bool, quiet: bool) -> Result<Done> {
        self.run_looking(compare, &Looking::default(), quiet)
    }

    fn run_looking(&self, compare: bool, looking: &Looking, quiet: bool) -> Result<Done> {
        let mut image = open_image(&self.image)?;
        let own = image.header.decoder.clone();
        if let Some(decoder) = &self.decode {
            image.header.decoder = decoder.to_string();
        }
        let inputs = Inputs::open(&self.input)?;
        let port = self.port.parse()?;
        let count = match self.count {
            Some(count) => count,
            None => inputs.count().saturating_sub(self.first),
        };
        let learning = looking.learning;
        let mut opened = Opened::with(&port, self.port.baud, Some(&image), learning.is_some())?;
        if opened.preload(!self.load) {
            let text = "note: a simulated board forgets everything when this command ends; it \
                        starts with the image in its memory, checked by its CRC";
            note(
                if self.load {
                    text.split(';').next().unwrap_or(text)
                } else {
                    text
                },
                quiet,
            );
        }
        if let Some(path) = looking.waves {
            opened.waves(path)?;
        }
        let job = Job {
            image: &image,
            inputs: &inputs,
            first: self.first,
            count,
            boards: self.sims,
            compare: match learning {
                Some(learning) => !learning.no_compare,
                None => compare,
            },
            trust: false,
        };
        let watch = looking
            .watch
            .map(|when| Watch::new(&image, when, looking.pace));
        if matches!(watch, Some(None)) {
            let told = "note: standard error is no terminal; --watch=always draws nonetheless";
            note(told, quiet);
        }
        let watch = watch.flatten();
        let mut learned = None;
        let (outcomes, summary) = match (learning, watch) {
            (Some(learning), watch) => {
                let (taught, summary) = learning.run(&job, &opened, watch, quiet)?;
                learned = Some(taught.image);
                (taught.outcomes, summary)
            }
            (None, Some(watch)) => watched(&job, &opened, watch, quiet)?,
            (None, None) => execute(&job, &opened, "running samples", quiet)?,
        };
        if matches!(port, Port::Serial(_)) && summary.output_stalls > 0 {
            note(
                "note: programs waited for the link; a higher --baud would be faster",
                quiet,
            );
        }
        Ok(Done {
            image,
            outcomes,
            summary,
            learned,
            decoder: own,
        })
    }
}

/// Runs a job and draws its spikes, and sums up.
fn watched(
    job: &Job,
    opened: &Opened,
    watch: Watch,
    quiet: bool,
) -> Result<(Vec<Outcome>, Summary)> {
    let start = Instant::now();
    let watch = RefCell::new(watch);
    let mut step = |seen: Seen| {
        let mut watch = watch.borrow_mut();
        watch.raster.step(job.image, &seen);
        watch.draw();
    };
    let mut sample = |outcome: &Outcome| {
        let mut watch = watch.borrow_mut();
        watch.raster.sample(outcome);
        watch.draw_now();
    };
    let outcomes = run_watched(job, opened, &mut Loader::new(quiet), &mut step, &mut sample)?;
    let mut summary = Summary::default();
    for o in &outcomes {
        summary.add(&o.sample, o.answer, o.label, o.comparison.as_ref());
    }
    summary.seconds = start.elapsed().as_secs_f64();
    Ok((outcomes, summary))
}

/// Whether samples are written into S, each for itself.
fn on_chip(image: &Image) -> bool {
    image.header.encoder.starts_with("bias:")
}

/// Runs a job with a progress bar, and sums up.
pub fn execute(
    job: &Job,
    opened: &Opened,
    what: &str,
    quiet: bool,
) -> Result<(Vec<Outcome>, Summary)> {
    let start = Instant::now();
    let bar = bar(job.count as u64, what, quiet);
    let mut loader = Loader::new(quiet);
    // On a real wire each sample alone would mostly wait; a comparison needs the counters of each.
    let result = match opened {
        Opened::Serial(..) if !job.compare && !on_chip(job.image) => {
            run_streamed(job, opened, &mut loader, &|_| bar.inc(1))
        }
        _ => run_all(job, opened, &mut loader, &|_| bar.inc(1)).map(|o| (o, [0; 10])),
    };
    bar.finish_and_clear();
    let (outcomes, counted) = result.map_err(|e| anyhow!("{e}"))?;
    let mut summary = Summary::default();
    summary.count(&counted);
    for o in &outcomes {
        summary.add(&o.sample, o.answer, o.label, o.comparison.as_ref());
    }
    summary.seconds = start.elapsed().as_secs_f64();
    Ok((outcomes, summary))
}

impl Done {
    /// Answers, figures and the comparison.
    pub fn report(&self) -> Report {
        let s = &self.summary;
        let mut rows = vec![row([
            "sample",
            "answer",
            "label",
            "spikes",
            "synaptic ops",
            "cycles",
        ])];
        let mut samples = Vec::new();
        for o in &self.outcomes {
            let c = o.sample.counters.as_ref();
            let text = |x: Option<String>| x.unwrap_or("-".into());
            rows.push(vec![
                o.sample.index.to_string(),
                text(
                    o.answer
                        .map(|a| a.to_string())
                        .or(o.value.map(|v| format!("{v:.4}"))),
                ),
                text(o.label.map(|l| l.to_string())),
                text(c.map(|c| c.spikes.to_string())),
                text(c.map(|c| thousands(u64::from(c.synaptic_operations)))),
                text(c.map(|c| thousands(u64::from(c.cycles)))),
            ]);
            samples.push(json!({
                "sample": o.sample.index,
                "answer": o.answer,
                "value": o.value,
                "label": o.label,
                "spikes": c.map(|c| c.spikes),
                "synaptic_operations": c.map(|c| c.synaptic_operations),
                "cycles": c.map(|c| c.cycles),
                "differing_bits": o.comparison.as_ref().map(|c| c.differing),
            }));
        }
        // Long runs are summed up only.
        let mut text = match self.outcomes.len() {
            0..=20 => table(&rows),
            _ => String::new(),
        };
        text += &figures(s);
        text += &verdict(s);
        if s.comparison.is_some() {
            text += &unreported(&self.image);
        }
        let json = json!({"image": self.image.header.name, "samples": samples, "summary": s,
            "equal": s.equal(), "accuracy": s.accuracy()});
        Report {
            text,
            json,
            equal: s.equal(),
        }
    }
}
