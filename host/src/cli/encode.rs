//! `ferrospike encode`.

use super::table::{row, table};
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::encode::{Code, Encoder, Range};
use ferrospike_host::number::thousands;
use ferrospike_host::sources::{
    open_all, write, Encoded, Extent, Options, Polarity, Ranges, Samples,
};
use serde_json::json;
use std::path::PathBuf;

/// Turn pictures, sound, tables, arrays and events into spikes that `run` takes
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ferrospike encode digit.png --size 28x28 --encoder phase:10 -o digit.npz
  ferrospike encode zero.wav one.wav --frames 24 --encoder thermometer:1,levels=6 --labels 0,1 -o words.npz
  ferrospike encode ecg.csv --columns 2 --encoder delta:1,threshold=0.05 --window 360 -o beats.npz
  ferrospike encode shuttle.csv --window 1 --label-column class --encoder population:4,fields=6 -o shuttle.npz
  ferrospike encode recording.aedat4 --step 10000 --size 32x24 --window 100 -o events.npz
  ferrospike encode input.nir --node input -o input.npz

Encoders, as NAME:STEPS,KEY=VALUE with the steps of a frame (their formulas: docs/encoders.md):
  phase:10                   as often as an accumulator passes the full scale
  rate:20,seed=7             random, by the value as probability
  latency:20                 one spike, the earlier the larger the value
  thermometer:1,levels=8     a line for each level up to the value
  onehot:1,levels=8          the one line of the value
  delta:1,threshold=0.05     a line up and a line down, when the value has moved by the threshold
  population:8,fields=6      receptive fields; shape=gaussian|triangular, width=0.5, code=phase|latency|rate

A picture is one frame with a channel for each pixel; a WAV file has a frame for each hop with a channel for each mel
filter; a table has a frame for each row. Events and truth values of NIR data are spikes and take no encoder.")]
pub struct Cmd {
    /// Files of one kind: .png, .wav, .csv, .tsv, .npz, .nir, .h5, .aedat4
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The file of spikes to write (.npz)
    #[arg(long, short)]
    output: PathBuf,
    /// How values become spikes, for example phase:10
    #[arg(long, short)]
    encoder: Option<Encoder>,
    /// The right answers, one for each sample, with commas between them
    #[arg(long, value_delimiter = ',')]
    labels: Vec<u8>,
    /// Measured values that become 0 and the full scale: LOW:HIGH, one for each channel with commas between them, or
    /// auto (the extent of each channel over all files; of a sound its own loudest value)
    #[arg(long, default_value = "auto", allow_hyphen_values = true)]
    range: Ranges,
    /// Cut into samples of so many frames (of events: steps)
    #[arg(long, value_name = "FRAMES")]
    window: Option<usize>,
    /// From the start of one sample to that of the next [default: the window]
    #[arg(long, value_name = "FRAMES", requires = "window")]
    stride: Option<usize>,
    /// Bring each sample to so many frames
    #[arg(long)]
    frames: Option<usize>,
    /// Pictures, events: bring to WIDTHxHEIGHT
    #[arg(long, help_heading = "Pictures and events")]
    size: Option<Extent>,
    /// Events: WIDTHxHEIGHT of the sensor, if the file does not say
    #[arg(long, help_heading = "Pictures and events")]
    sensor: Option<Extent>,
    /// Events: time of a step; AEDAT4: microseconds [default: 10000], NIR: the file's unit
    #[arg(long, help_heading = "Pictures and events")]
    step: Option<f64>,
    /// Events: split (inputs of ON, then of OFF), merge, on or off
    #[arg(long, default_value = "split", help_heading = "Pictures and events")]
    polarity: Polarity,
    /// WAV: samples of a frame
    #[arg(long, default_value_t = 256, help_heading = "Sound")]
    frame: usize,
    /// WAV: samples from one frame to the next
    #[arg(long, default_value_t = 128, help_heading = "Sound")]
    hop: usize,
    /// WAV: mel filters
    #[arg(long, default_value_t = 16, help_heading = "Sound")]
    filters: usize,
    /// WAV: lowest frequency, Hz
    #[arg(long, default_value_t = 100.0, help_heading = "Sound")]
    low: f64,
    /// WAV: highest frequency, Hz [default: half the rate]
    #[arg(long, help_heading = "Sound")]
    high: Option<f64>,
    /// WAV: how far below the loudest value 0 is, dB
    #[arg(long, default_value_t = 60.0, help_heading = "Sound")]
    decibels: f64,
    /// CSV: columns that are channels, by name or by number from 1 [default: all]
    #[arg(
        long,
        value_delimiter = ',',
        help_heading = "Tables, arrays and NIR data"
    )]
    columns: Vec<String>,
    /// CSV: the column of the right answers, one for each row
    #[arg(long, help_heading = "Tables, arrays and NIR data")]
    label_column: Option<String>,
    /// NPZ: the array [default: images or frames]
    #[arg(long, help_heading = "Tables, arrays and NIR data")]
    array: Option<String>,
    /// NPZ: the array's first axis is time, not samples
    #[arg(long, help_heading = "Tables, arrays and NIR data")]
    series: bool,
    /// NIR: the node
    #[arg(long, help_heading = "Tables, arrays and NIR data")]
    node: Option<String>,
    /// NIR: the node's observable
    #[arg(long, help_heading = "Tables, arrays and NIR data")]
    observable: Option<String>,
    /// NIR events: inputs [default: the largest index and 1]
    #[arg(long, help_heading = "Tables, arrays and NIR data")]
    neurons: Option<usize>,
}

impl Cmd {
    pub fn run(&self) -> Result<Report> {
        if matches!(
            self.encoder,
            Some(Encoder {
                code: Code::Bias,
                ..
            })
        ) {
            return Err(anyhow!(
                "bias is encoded by the device itself; give `ferrospike import --encoder bias:STEPS` instead"
            ));
        }
        let mut samples = open_all(&self.files, &self.options())?;
        let ranges = samples.scaled(&self.range)?;
        if let Some(window) = self.window {
            samples.cut(window, self.stride.unwrap_or(window))?;
        }
        if let Some(frames) = self.frames {
            if !(1..=65536).contains(&frames) {
                return Err(anyhow!("--frames {frames} must be 1 to 65536"));
            }
            samples.resampled(frames)?;
        }
        if !self.labels.is_empty() {
            samples.labels = Some(self.labels.clone());
        }
        self.encoder_needed(&samples)?;
        let encoded = samples.encode(self.encoder.as_ref())?;
        write(&self.output, &encoded)?;
        Ok(self.report(&encoded, &ranges))
    }

    fn options(&self) -> Options {
        Options {
            size: self.size,
            sensor: self.sensor,
            columns: self.columns.clone(),
            label_column: self.label_column.clone(),
            array: self.array.clone(),
            series: self.series,
            node: self.node.clone(),
            observable: self.observable.clone(),
            neurons: self.neurons,
            step: self.step,
            polarity: self.polarity,
            frame: self.frame,
            hop: self.hop,
            filters: self.filters,
            low: self.low,
            high: self.high,
            decibels: self.decibels,
        }
    }

    fn encoder_needed(&self, samples: &Samples) -> Result<()> {
        use ferrospike_host::sources::Values;
        match (&samples.values, self.encoder) {
            (Values::Spikes(_), _) | (_, Some(_)) => Ok(()),
            _ => Err(anyhow!(
                "'{}' has values; say with --encoder how they become spikes, for example --encoder phase:10",
                samples.name
            )),
        }
    }

    fn report(&self, encoded: &Encoded, ranges: &[Range]) -> Report {
        let count = encoded.samples.len();
        let spikes: usize = encoded.samples.iter().map(|s| s.count()).sum();
        let bits = count * encoded.steps * encoded.inputs;
        let each = spikes as f64 / count.max(1) as f64;
        let part = 100.0 * spikes as f64 / bits.max(1) as f64;
        let encoder = self.encoder.map(|e| e.to_string());
        let ranges: Vec<String> = ranges.iter().map(Range::to_string).collect();
        let mut rows = vec![
            row(["samples", &thousands(count as u64)]),
            row(["steps", &thousands(encoded.steps as u64)]),
            row(["inputs", &thousands(encoded.inputs as u64)]),
            row(["spikes a sample", &format!("{each:.1}")]),
            row(["of all bits", &format!("{part:.2} %")]),
            row(["encoder", encoder.as_deref().unwrap_or("none: spikes")]),
        ];
        if !ranges.is_empty() && ranges.len() <= 16 {
            rows.push(row(["--range", &ranges.join(",")]));
        }
        let text = table(&rows) + &format!("{} written\n", self.output.display());
        let json = json!({"samples": count, "steps": encoded.steps, "inputs": encoded.inputs, "spikes": spikes,
            "encoder": encoder, "ranges": ranges, "labels": encoded.labels.is_some(), "output": self.output});
        Report::new(text, json)
    }
}
