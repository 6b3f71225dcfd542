//! `ferrospike demo`.

use super::demo_table::{rows, Part};
use super::figures::verdict;
use super::progress::note;
use super::run::execute;
use super::table::table;
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::compile::{compile, CompileOptions, ReportChoice};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions};
use ferrospike_host::plot;
use ferrospike_host::run::{default_shape, Job, Loading, Opened, Port};
use ferrospike_model::image::Image;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// From a trained network to a simulated board and back, compared bit for bit
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike demo
  ferrospike demo --count 10 --plot digit.svg

Three runs, each compared with the model: MNIST images on two simulated boards, one MNIST image
through the board's UART pins, and a tiny network that is loaded and run through the pins.
Exit status 1 if any bit differs.")]
pub struct Cmd {
    /// MNIST images of the first run
    #[arg(long, short = 'n', default_value_t = 50)]
    count: usize,
    /// Simulated boards at once in the first run
    #[arg(long, default_value_t = 2)]
    sims: usize,
    /// Tiny images through the pins
    #[arg(long, default_value_t = 3)]
    tiny: usize,
    /// The folder of the examples
    #[arg(long)]
    examples: Option<PathBuf>,
    /// The picture to write
    #[arg(long, default_value = "ferrospike-demo.svg")]
    plot: PathBuf,
    /// Instead of simulating, use the model in Rust (to try the command)
    #[arg(long, hide = true)]
    model: bool,
}

/// What a part runs.
#[derive(Clone, Copy)]
struct Plan<'a> {
    title: &'static str,
    wire: &'static str,
    image: &'a Image,
    inputs: &'a Inputs,
    count: usize,
    boards: usize,
    /// The simulated memory starts with the image.
    preload: bool,
    /// Without the CRC of it.
    trust: bool,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        let start = Instant::now();
        let examples = self.folder()?;
        let mnist = network(&examples.join("mnist/mnist.nir"))?;
        let digits = Inputs::open(&examples.join("mnist/mnist_test_1000.npz"))?;
        let tiny = network(&examples.join("tiny/tiny.nir"))?;
        let small = Inputs::open(&examples.join("tiny/tiny_test_100.npz"))?;
        let wide = Plan {
            title: "MNIST, byte entry",
            wire: "sim",
            image: &mnist,
            inputs: &digits,
            count: self.count,
            boards: self.sims,
            preload: true,
            trust: true,
        };
        let pins = Plan {
            title: "MNIST, UART pins",
            wire: "sim:uart",
            count: 1,
            boards: 1,
            trust: false,
            ..wide
        };
        let little = Plan {
            title: "tiny, UART pins",
            image: &tiny,
            inputs: &small,
            count: self.tiny,
            preload: false,
            ..pins
        };
        let mut parts = vec![self.part(&wide, quiet)?];
        // Two simulators at once, as before.
        let (second, third) = std::thread::scope(|scope| {
            let third = scope.spawn(|| self.part(&little, true));
            (self.part(&pins, quiet), third.join())
        });
        parts.push(second?);
        let third = third.map_err(|_| anyhow!("{}: its thread broke off", little.title))??;
        note(
            &format!("{}: {}", little.title, verdict(&third.summary).trim_end()),
            quiet,
        );
        parts.push(third);
        self.report(&mnist, &parts, start)
    }

    /// Runs a part.
    fn part(&self, plan: &Plan, quiet: bool) -> Result<Part> {
        let title = plan.title;
        note(&format!("{title}: {} images", plan.count), quiet);
        let port = Port::parse(if self.model { "model" } else { plan.wire })?;
        let mut opened = Opened::new(&port, 0, Some(plan.image))?;
        opened.preload(plan.preload);
        let job = Job {
            image: plan.image,
            inputs: plan.inputs,
            first: 0,
            count: plan.count,
            boards: plan.boards,
            compare: true,
            trust: plan.trust,
        };
        let (outcomes, summary) =
            execute(&job, &opened, title, quiet).map_err(|e| anyhow!("{title}: {e}"))?;
        let loading = match outcomes.first().map(|o| o.loading) {
            Some(Loading::Preloaded) => "preloaded",
            Some(Loading::WasThere) => "preloaded, CRC agrees",
            _ => "through the link, CRC agrees",
        };
        note(&format!("{title}: {}", verdict(&summary).trim_end()), quiet);
        Ok(Part {
            title,
            loading,
            outcomes,
            summary,
        })
    }

    /// The folder of the examples: given, here, or where the source is.
    fn folder(&self) -> Result<PathBuf> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
        let places = match &self.examples {
            Some(given) => vec![given.clone()],
            None => vec![PathBuf::from("examples"), source],
        };
        let found = places.iter().find(|p| p.join("mnist/mnist.nir").exists());
        found.cloned().ok_or_else(|| {
            let looked: Vec<_> = places
                .iter()
                .map(|p| format!("'{}'", p.display()))
                .collect();
            anyhow!(
                "mnist/mnist.nir was not found in {}; give the repository's folder 'examples' with \
                 --examples",
                looked.join(" or ")
            )
        })
    }

    fn report(&self, mnist: &Image, parts: &[Part], start: Instant) -> Result<Report> {
        let mut plotted = None;
        if let Some(o) = parts.first().and_then(|p| p.outcomes.first()) {
            let label = o.label.map_or("unknown".into(), |l| l.to_string());
            let answer = o.answer.map_or("none".into(), |a| a.to_string());
            let title = format!(
                "MNIST test image {}: digit {label}, answer {answer}",
                o.sample.index
            );
            plot::raster(&self.plot, mnist, &o.sample, &title).map_err(|e| anyhow!(e))?;
            plotted = Some(&self.plot);
        }
        let rows = rows(parts);
        let equal = parts.iter().all(|p| p.summary.equal());
        let seconds = start.elapsed().as_secs_f64();
        let verdict = match parts
            .iter()
            .find_map(|p| p.summary.comparison.clone()?.first)
        {
            None => "EQUAL: every bit is as in the model".to_string(),
            Some(first) => format!("DIFFERENT: first: {first}"),
        };
        let mut text = format!("{}\n{verdict} ({seconds:.0} s in all)\n", table(&rows));
        if let Some(path) = plotted {
            text += &format!("spikes of the first image: {}\n", path.display());
        }
        let list: Vec<_> = parts
            .iter()
            .map(|p| json!({"part": p.title, "weights": p.loading, "summary": p.summary}))
            .collect();
        let json = json!({"equal": equal, "parts": list, "plot": plotted, "seconds": seconds});
        Ok(Report { text, json, equal })
    }
}

/// An example, compiled for the default device with the spikes of all populations reported.
fn network(path: &Path) -> Result<Image> {
    let imported = import_nir(path, &ImportOptions::default())?;
    let options = CompileOptions {
        report: ReportChoice::All,
        ..CompileOptions::new(default_shape())
    };
    Ok(compile(&imported.network, &options)?.0)
}
