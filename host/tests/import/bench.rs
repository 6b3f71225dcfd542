//! Running networks in the tests: in floats and as images in the model.

use ferrospike_host::compile::{compile, CompileOptions, CompileReport, ReportChoice};
use ferrospike_host::import::{float, Network};
use ferrospike_model::device::Shape;
use ferrospike_model::image::Image;
use ferrospike_model::interpreter::Record;
use std::path::PathBuf;

/// `[step][neuron]`.
pub type Spikes = Vec<Vec<bool>>;

pub fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

pub fn shape(lanes: usize) -> Shape {
    Shape {
        lanes,
        synapse_words: 1 << 16,
        groups: 256,
        history_words: 1 << 11,
    }
}

/// Options that report every population.
pub fn options(lanes: usize) -> CompileOptions {
    CompileOptions {
        report: ReportChoice::All,
        ..CompileOptions::new(shape(lanes))
    }
}

/// Spikes of every population, `[population][step][neuron]`; reads the bitmaps, not the reports.
pub fn run_image(image: &Image, shape: Shape, input: &Spikes) -> (Vec<Spikes>, u32) {
    let header = &image.header;
    let mut device = image.device(shape).expect("loads");
    let mut out = vec![Vec::new(); header.populations.len()];
    for row in input {
        let step = device.step;
        let mut words = vec![0u32; row.len().div_ceil(header.lanes)];
        for (i, _) in row.iter().enumerate().filter(|s| *s.1) {
            words[i / header.lanes] |= 1 << (i % header.lanes);
        }
        device
            .set_input(header.populations[0].bitmap, step, &words)
            .expect("input");
        for entry in header.before(u64::from(step)) {
            device.run(entry).expect("runs");
        }
        let records = device.run(header.step_entry).expect("runs");
        assert!(matches!(records.last(), Some(Record::End { .. })));
        for (p, spikes) in header.populations.iter().zip(&mut out) {
            let words = device
                .bitmap(p.bitmap, step, p.groups(header.lanes))
                .expect("bitmap");
            let bit = |i: usize| p.spiked(&words, i, header.lanes);
            spikes.push((0..p.neurons).map(bit).collect());
            let sent = records.iter().any(
                |r| matches!(r, Record::Spikes { number, words: w, .. } if Some(*number) == p.spikes_report && *w == words),
            );
            assert!(
                sent || p.spikes_report.is_none(),
                "{} is not reported",
                p.name
            );
        }
    }
    (out, device.counters.saturations)
}

/// Compiles with these options and runs.
pub fn run(
    network: &Network,
    options: &CompileOptions,
    input: &Spikes,
) -> (Vec<Spikes>, CompileReport, u32) {
    let (image, report) = compile(network, options).expect("compiles");
    let bytes = image.to_bytes().expect("bytes");
    let image = Image::from_bytes(&bytes).expect("the same image");
    let (spikes, saturations) = run_image(&image, options.shape, input);
    (spikes, report, saturations)
}

pub fn run_float(network: &Network, input: &Spikes) -> Vec<Spikes> {
    let input: Vec<Vec<Vec<bool>>> = input.iter().map(|row| vec![row.clone()]).collect();
    let trace = float::run(network, &input);
    (0..network.populations.len())
        .map(|p| trace.spikes.iter().map(|s| s[p].clone()).collect())
        .collect()
}

/// Bits that differ.
pub fn differ(a: &Spikes, b: &Spikes) -> usize {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(a, b)| a.iter().zip(b).filter(|(a, b)| a != b).count())
        .sum()
}
