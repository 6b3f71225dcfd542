//! `ferrospike import`.

use super::costs::{costs, measured};
use super::progress::note;
use super::rules::RuleArgs;
use super::shared::{save, ShapeArgs};
use super::table::{row, table};
use super::Report;
use anyhow::Result;
use clap::{Args, ValueEnum};
use ferrospike_host::compile::{compile, CompileOptions, CompileReport, ReportChoice};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::import_file;
use ferrospike_host::learning::Rule;
use ferrospike_host::number::thousands;
use ferrospike_host::run::{calibrate, Calibration};
use serde_json::{json, Value};
use std::path::PathBuf;

/// Whose spikes are sent to the host.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reported {
    Outputs,
    All,
}

/// Read a network from a file, quantise it and compile it to an image
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike import examples/mnist/mnist.nir -o mnist.fsn
  ferrospike import net.nir -o net.fsn --dialect snntorch --reset zero --target ulx3s-25f
  ferrospike import net.json -o net.fsn
  ferrospike import net.nir -o net.fsn --learn rule.json
  ferrospike import examples/mnist/mnist.nir -o mnist.fsn \\
      --calibrate examples/mnist/mnist_test_1000.npz")]
pub struct Cmd {
    /// The network: a NIR file, a description in JSON, or lava-dl's .net (docs/import.md)
    file: PathBuf,
    /// The image to write
    #[arg(long, short)]
    output: PathBuf,
    #[command(flatten)]
    rules: RuleArgs,
    /// Whose spikes are reported in every step
    #[arg(long, value_enum, default_value = "outputs")]
    report: Reported,
    /// Bits of a weight: 16 (two rows), 8, 4, 2 (-1, 0, 1) or 1 (two values); fewer take less memory [default: 8]
    #[arg(long)]
    bits: Option<u8>,
    /// What learns on the board, and how: a rule file in JSON (docs/learning.md)
    #[arg(long, value_name = "FILE")]
    learn: Option<PathBuf>,
    #[command(flatten)]
    shape: ShapeArgs,
    /// Samples on which the image is compared with the network in floats
    #[arg(long, value_name = "FILE")]
    calibrate: Option<PathBuf>,
    /// Most samples of --calibrate
    #[arg(long, default_value_t = 200)]
    count: usize,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        let imported = import_file(&self.file, &self.rules.options()?)?;
        let report = match self.report {
            Reported::Outputs => ReportChoice::Outputs,
            Reported::All => ReportChoice::All,
        };
        let mut options = CompileOptions {
            report,
            lists: self.shape.lists()?,
            ..CompileOptions::new(self.shape.shape()?)
        };
        options.quantise.bits = self.bits;
        options.learning = self.learn.as_deref().map(Rule::open).transpose()?;
        let (image, compiled) = compile(&imported.network, &options)?;
        let bytes = image.to_bytes()?;
        let mut text = format!("{}\n", image.header.source);
        for choice in &imported.choices {
            text += &format!("  {choice}\n");
        }
        text += &layers(&compiled);
        if !compiled.learning.is_empty() {
            text += &format!("Learning\n  {}\n\n", compiled.learning.join("\n  "));
        }
        text += &costs(&compiled);
        let mut calibration = Value::Null;
        if let Some(path) = &self.calibrate {
            let inputs = Inputs::open(path)?;
            note("running the samples in floats and in the model", quiet);
            let result = calibrate(&imported.network, &image, &inputs, self.count)?;
            text += &changes(&result);
            text += &measured(&result);
            calibration = json!(result);
        }
        save(&self.output, &bytes)?;
        text += &format!(
            "{}: {} bytes\n",
            self.output.display(),
            thousands(bytes.len() as u64)
        );
        let used = &compiled.used;
        let json = json!({
            "image": self.output,
            "name": image.header.name,
            "choices": imported.choices,
            "layers": image.header.notes,
            "learning": compiled.learning,
            "weights": compiled.weights,
            "rows": compiled.rows,
            "updates": compiled.updates,
            "clocks_at_most": compiled.clocks(),
            "used": {
                "lanes": used.lanes,
                "synapse_words": used.synapse_words,
                "groups": used.groups,
                "history_words": used.history_words,
            },
            "calibration": calibration,
        });
        Ok(Report::new(text, json))
    }
}

/// The quantisation of each layer.
fn layers(report: &CompileReport) -> String {
    let titles = [
        "layer",
        "weights",
        "scale",
        "largest error",
        "clipped",
        "m",
        "unit",
        "saturates",
    ];
    let mut rows = vec![row(titles)];
    for l in &report.layers {
        let scale = l.scales.iter().copied().fold(0.0, f64::max);
        rows.push(vec![
            l.name.clone(),
            if l.exact {
                "exact".into()
            } else {
                format!("{} bits", l.bits)
            },
            format!("{scale:.3e}"),
            format!("{:.1e}", l.weight_error),
            l.clipped.to_string(),
            l.exponent.to_string(),
            format!("{:.3e}", l.unit),
            if l.proven { "never" } else { "perhaps" }.into(),
        ]);
    }
    let used = report.lines().pop().unwrap_or_default();
    format!("\nQuantisation\n{}  {used}\n\n", table(&rows))
}

/// What quantisation changed on samples.
fn changes(c: &Calibration) -> String {
    let mut rows = vec![row([
        "population",
        "spikes, float",
        "spikes, image",
        "in only one",
    ])];
    for (name, float, image, differ) in &c.populations {
        let numbers = [float, image, differ].map(|n| thousands(*n));
        rows.push([&[name.clone()][..], &numbers].concat());
    }
    let mut text = format!("On {} samples\n{}", c.samples, table(&rows));
    if c.labelled > 0 {
        let percent = |n: usize| 100.0 * n as f64 / c.labelled as f64;
        text += &format!(
            "  accuracy: {:.2} % in floats, {:.2} % quantised; {} answers changed\n",
            percent(c.right_float),
            percent(c.right),
            c.changed
        );
    }
    text + &format!("  saturations: {}\n\n", c.saturations)
}
