//! `ferrospike quantise`.

use super::progress::note;
use super::rules::RuleArgs;
use super::shared::{save, ShapeArgs};
use super::table::{row, table};
use super::Report;
use anyhow::Result;
use clap::Args;
use ferrospike_host::compile::{CompileError, CompileOptions};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_file, Network};
use ferrospike_host::number::thousands;
use ferrospike_host::quantise::{LayerReport, Tuning};
use ferrospike_host::run::{tune, Calibration, Floats, TuneError, Tuned};
use ferrospike_model::program::LIMIT;
use serde_json::{json, Value};
use std::path::PathBuf;

/// Find scales and thresholds of 8, 4 and 2 bits on samples, and say what they cost
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike quantise examples/mnist/mnist.nir --samples train.npz
  ferrospike quantise examples/mnist/mnist.nir --bits 4 -o mnist_4bit.fsn \\
      --samples examples/mnist/mnist_test_1000.npz --check examples/mnist/mnist_test_1000.npz")]
pub struct Cmd {
    /// The network: a NIR file, a description in JSON, or lava-dl's .net (docs/import.md)
    file: PathBuf,
    /// Samples that scales and thresholds are chosen on
    #[arg(long, value_name = "FILE")]
    samples: PathBuf,
    /// Most samples of --samples
    #[arg(long, default_value_t = 100)]
    count: usize,
    /// Other samples, to see what the choice is worth; of the file of --samples, those behind --count
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// Bits of a weight: 16 (two rows), 8, 4, 2 (-1, 0, 1) or 1 (two values)
    #[arg(long, value_delimiter = ',', default_value = "8,4,2")]
    bits: Vec<u8>,
    /// The image to write, if one number of bits is given
    #[arg(long, short)]
    output: Option<PathBuf>,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    shape: ShapeArgs,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        let imported = import_file(&self.file, &self.rules.options()?)?;
        let network = &imported.network;
        let inputs = Inputs::open(&self.samples)?;
        let check = self
            .check
            .as_ref()
            .map(|path| Inputs::open(path))
            .transpose()?;
        if let (Some(output), true) = (&self.output, self.bits.len() > 1) {
            anyhow::bail!(
                "--output {}: it takes one image; name one number of bits (--bits 4)",
                output.display()
            );
        }
        let mut layers = vec![row([
            "weights",
            "layer",
            "scale",
            "x",
            "clipped",
            "threshold x",
            "bound",
            "spikes",
            "differ, untuned",
            "differ",
        ])];
        let mut answers = vec![row([
            "weights",
            "bytes of S",
            "samples",
            "float",
            "untuned",
            "tuned",
            "changed, untuned",
            "changed",
        ])];
        let whole = |path: &PathBuf| path.canonicalize().ok();
        let samples = whole(&self.samples);
        let same = self.check.as_ref().is_some_and(|c| whole(c) == samples);
        let first = if same { self.count } else { 0 };
        let mut all = Vec::new();
        let mut too_large: Vec<(u8, CompileError)> = Vec::new();
        for &bits in &self.bits {
            let mut options = CompileOptions {
                lists: self.shape.lists()?,
                ..CompileOptions::new(self.shape.shape()?)
            };
            options.quantise.bits = Some(bits);
            let tell = |layer: &str| {
                note(
                    &format!("{bits} bits: trying scales and thresholds of '{layer}'"),
                    quiet,
                )
            };
            let tuned = match tune(network, &options, &inputs, self.count, tell) {
                Ok(tuned) => tuned,
                // Fewer bits may fit.
                Err(TuneError::Compile(e @ CompileError::DoesNotFit { .. })) => {
                    too_large.push((bits, e));
                    continue;
                }
                Err(e) => return Err(e.into()),
            };
            layers.extend(layer_rows(bits, network, &tuned));
            let bytes = tuned.image.synapses.len() as u64;
            answers.push(answer_row(
                bits,
                bytes,
                "chosen on",
                &tuned.before,
                &tuned.after,
            ));
            let mut checked = Value::Null;
            if let Some(check) = &check {
                note(&format!("{bits} bits: running --check"), quiet);
                let (untuned, _) = ferrospike_host::compile::compile(network, &options)?;
                let floats = Floats::new(network, &untuned, check, first..usize::MAX)?;
                let (before, after) = (floats.against(&untuned)?, floats.against(&tuned.image)?);
                answers.push(answer_row(bits, bytes, "others", &before, &after));
                checked = json!({"before": before, "after": after});
            }
            if let Some(path) = &self.output {
                save(path, &tuned.image.to_bytes()?)?;
            }
            all.push(json!({
                "bits": bits,
                "bytes": bytes,
                "layers": layer_json(network, &tuned),
                "before": tuned.before,
                "after": tuned.after,
                "check": checked,
            }));
        }
        let mut text = format!(
            "{}\n\n{}\n{}",
            network.source,
            table(&layers),
            table(&answers)
        );
        text += "\nx: of the step that rounding would take, and of the threshold. Factors of decays have 16 bits.\n\
                 bound: the most that any input can make of u and v, of 24 bits; up to 100 % nothing saturates.\n";
        if all.is_empty() {
            if let Some((_, e)) = too_large.pop() {
                return Err(e.into());
            }
        }
        for (bits, e) in &too_large {
            text += &format!("{bits} bits: {e}\n");
        }
        if let Some(path) = &self.output {
            text += &format!("{} written\n", path.display());
        }
        Ok(Report::new(
            text,
            json!({"network": network.name, "formats": all}),
        ))
    }
}

/// What was found for a layer.
fn tuning_of(layer: &LayerReport, network: &Network, tuned: &Tuned) -> Tuning {
    let of = network.population(&layer.name);
    let found = of.and_then(|p| tuned.tuning.get(p)).copied();
    found.unwrap_or_default()
}

/// The most that any input can make of u and v, of what 24 bits hold.
fn bound(l: &LayerReport) -> String {
    match 100.0 * l.bound / range(l) {
        part if part.is_finite() => format!("{part:.1} %"),
        _ => "none".into(),
    }
}

fn range(l: &LayerReport) -> f64 {
    f64::from(LIMIT) * l.unit
}

/// Rows of the layers.
fn layer_rows(bits: u8, network: &Network, tuned: &Tuned) -> Vec<Vec<String>> {
    let spikes = |c: &Calibration, name: &str| {
        let of = c.populations.iter().find(|p| p.0 == name);
        of.map_or([0, 0], |p| [p.1, p.3])
    };
    let one = |l: &LayerReport| {
        let tuning = tuning_of(l, network, tuned);
        let scale = l.scales.iter().copied().fold(0.0, f64::max);
        let [float, before] = spikes(&tuned.before, &l.name);
        let [_, after] = spikes(&tuned.after, &l.name);
        vec![
            if l.exact {
                "exact".into()
            } else {
                format!("{bits} bits")
            },
            l.name.clone(),
            format!("{scale:.3e}"),
            format!("{:.2}", tuning.scale),
            thousands(l.clipped as u64),
            format!("{:.2}", tuning.threshold),
            bound(l),
            thousands(float),
            thousands(before),
            thousands(after),
        ]
    };
    tuned.report.layers.iter().map(one).collect()
}

fn layer_json(network: &Network, tuned: &Tuned) -> Vec<Value> {
    let one = |l: &LayerReport| {
        let tuning = tuning_of(l, network, tuned);
        json!({
            "name": l.name, "exact": l.exact, "scales": l.scales, "scale_factor": tuning.scale,
            "threshold_factor": tuning.threshold, "clipped": l.clipped, "saturates_never": l.proven,
            "bound": Some(l.bound).filter(|b| b.is_finite()), "range": range(l), "unit": l.unit,
        })
    };
    tuned.report.layers.iter().map(one).collect()
}

fn answer_row(
    bits: u8,
    bytes: u64,
    what: &str,
    before: &Calibration,
    after: &Calibration,
) -> Vec<String> {
    let percent = |right: usize| match before.labelled {
        0 => "-".into(),
        of => format!("{:.2} %", 100.0 * right as f64 / of as f64),
    };
    vec![
        format!("{bits} bits"),
        thousands(bytes),
        format!("{} {what}", thousands(before.samples as u64)),
        percent(before.right_float),
        percent(before.right),
        percent(after.right),
        before.changed.to_string(),
        after.changed.to_string(),
    ]
}
