//! Recorded networks through the emitted Verilog in Icarus: every bit is the model's, and the spikes are the
//! framework's.
//!
//! A few cases and steps in each test run; `scripts/recordings_verilog.sh` runs all of them, all steps.

use super::bench::{data, Spikes};
use super::golden_list::Chosen;
use ferrospike_host::compile::{compile, CompileOptions, ReportChoice};
use ferrospike_host::data::{Inputs, Values};
use ferrospike_host::import::{import_file, Network};
use ferrospike_host::run::{default_shape, run_all, Job, Opened, Port, Sample, Summary};
use ferrospike_model::image::Image;
use ndarray::Array2;
use ndarray_npy::NpzReader;
use serde_json::Value;
use std::fs::File;

/// Networks of the short run: a delayed reset; several passes; held steps and delays; clamps, toward zero.
const FEW: [&str; 4] = [
    "recordings/snntorch_leaky_subtract.nir",
    "recordings/sinabs_lif_max2.nir",
    "recordings/brian2_zero_refractory3.json",
    "recordings/loihi_lif_current.json",
];
const STEPS: usize = 40;

fn words<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

fn counts(recording: &str, name: &str) -> Array2<i8> {
    let file = File::open(data(recording)).expect("recording");
    let mut npz = NpzReader::new(file).expect("npz");
    npz.by_name(name).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Values of the recorded populations that differ from what was run, of how many.
fn differing(case: &Value, network: &Network, image: &Image, sample: &Sample) -> [usize; 2] {
    let (mut differ, mut all) = (0, 0);
    for (name, array) in case["spikes"].as_object().expect("spikes") {
        let want = counts(words(case, "recording"), array.as_str().expect("a name"));
        let index = network.population(name).expect("population");
        let bit = |p: usize, step: usize, neuron: usize| {
            let population = &image.header.populations[p];
            let spikes = sample.steps[step][p].spikes.as_ref().expect("reported");
            i8::from(population.spiked(spikes, neuron, image.header.lanes))
        };
        for step in 0..sample.steps.len() {
            for neuron in 0..want.ncols() {
                let passes = std::iter::once(index).chain(network.passes(index));
                let got: i8 = passes.map(|p| bit(p, step, neuron)).sum();
                differ += usize::from(got != want[(step, neuron)]);
                all += 1;
            }
        }
    }
    [differ, all]
}

/// An image on the simulated board; none if a spike, a membrane or a counter is not the model's.
pub fn simulate(image: &Image, x: &[Vec<bool>]) -> Option<Sample> {
    let inputs = Inputs {
        name: image.header.name.clone(),
        values: Values::Spikes {
            steps: x.len(),
            inputs: x[0].len(),
            bits: x.iter().flatten().map(|&s| u8::from(s)).collect(),
        },
        labels: None,
    };
    let mut opened =
        Opened::new(&Port::parse("sim").expect("port"), 0, Some(image)).expect("opens");
    opened.preload(true);
    let job = Job {
        image,
        inputs: &inputs,
        first: 0,
        count: 1,
        boards: 1,
        compare: true,
        trust: true,
    };
    let mut outcomes = run_all(&job, &opened, &mut (), &|_| ()).expect("runs");
    let mut summary = Summary::default();
    for o in &outcomes {
        summary.add(&o.sample, o.answer, o.label, o.comparison.as_ref());
    }
    summary.equal().then(|| outcomes.remove(0).sample)
}

/// A recorded network on the simulated board: the bits that differ from the recording.
fn run(case: &Value, steps: usize) -> [usize; 2] {
    let path = data(words(case, "network"));
    let chosen = Chosen::of(case);
    let imported = import_file(&path, &chosen.import()).expect("imports");
    let mut options = CompileOptions {
        report: ReportChoice::All,
        ..CompileOptions::new(default_shape())
    };
    options.quantise.bits = chosen.bits;
    let (image, _) = compile(&imported.network, &options).expect("compiles");
    let x = counts(words(case, "recording"), "x");
    let x: Spikes = x
        .rows()
        .into_iter()
        .map(|r| r.iter().map(|&s| s != 0).collect())
        .collect();
    let sample = simulate(&image, &x[..steps.min(x.len())]);
    let sample =
        sample.unwrap_or_else(|| panic!("{}: the Verilog is not the model", path.display()));
    differing(case, &imported.network, &image, &sample)
}

#[test]
fn recordings_through_the_verilog() {
    let text = std::fs::read_to_string(data("golden.json")).expect("golden.json");
    let list: Value = serde_json::from_str(&text).expect("JSON");
    let all = std::env::var_os("FERROSPIKE_ALL_RECORDINGS").is_some();
    let mut done = 0;
    for case in list["cases"].as_array().expect("cases") {
        let network = words(case, "network");
        let wanted = FEW.contains(&network) || all && network.starts_with("recordings/");
        if !wanted {
            continue;
        }
        let [differ, of] = run(case, if all { usize::MAX } else { STEPS });
        println!("{network}: {differ} of {of} spikes differ in the Verilog");
        let most = case["differ"].as_u64().expect("differ") as usize;
        assert!(
            of > 0 && differ <= most,
            "{network}: {differ} of {of} differ"
        );
        done += 1;
    }
    assert!(done >= FEW.len(), "{done} of {FEW:?}");
}

/// The comparison with the recording can fail: another input gives other spikes.
#[test]
fn another_recording_differs_in_the_verilog() {
    let text = std::fs::read_to_string(data("golden.json")).expect("golden.json");
    let list: Value = serde_json::from_str(&text).expect("JSON");
    let cases = list["cases"].as_array().expect("cases");
    let mut case = cases
        .iter()
        .find(|c| words(c, "network") == FEW[0])
        .expect("a case")
        .clone();
    for (population, array) in case["spikes"].as_object_mut().expect("spikes") {
        *array = format!("leaky_zero/{population}").into();
    }
    assert!(run(&case, STEPS)[0] > 20);
}
