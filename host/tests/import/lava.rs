//! Recorded runs of Lava's fixed-point processes (lava-nc 0.10.0, Dense, Sparse, DelayDense into LIF, LIFReset and
//! TernaryLIF): current, membrane and spike of every neuron in every step, against the image in the model.
//!
//! `tests/data/lava_traces/index.json` names the cases. Each becomes a description of whole numbers, which is read by
//! the importer like any other.

use super::bench::{data, options};
use super::recordings_verilog::simulate;
use ferrospike_host::compile::{compile, CompileError, CompileOptions, ReportChoice};
use ferrospike_host::import::{import_file, ImportOptions, Imported};
use ferrospike_host::run::default_shape;
use ferrospike_model::image::Image;
use ferrospike_model::program::Operation;
use ferrospike_model::trace::Recorder;
use ndarray::{Array1, Array2};
use ndarray_npy::NpzReader;
use serde_json::{json, Value};
use std::fs::File;

/// A recorded case.
pub struct Case {
    pub about: Value,
    /// Input spikes, (inputs, steps).
    pub x: Array2<i32>,
    weights: Array2<i32>,
    bias: Array1<i32>,
    delays: Option<Array2<i64>>,
    /// Spikes, currents and membranes, (steps, neurons).
    pub s: Array2<i8>,
    pub u: Array2<i32>,
    pub v: Array2<i32>,
}

/// Names of all cases that are there.
pub fn names() -> Vec<String> {
    let text = std::fs::read_to_string(data("lava_traces/index.json")).expect("index");
    let all: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let name = |c: &Value| c["name"].as_str().expect("name").to_string();
    all.iter().map(name).collect()
}

impl Case {
    pub fn open(name: &str) -> Self {
        let text = std::fs::read_to_string(data("lava_traces/index.json")).expect("index");
        let all: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        let about = all.iter().find(|c| c["name"] == name).expect("known");
        let file = File::open(data(&format!("lava_traces/{name}.npz"))).expect("trace");
        let mut npz = NpzReader::new(file).expect("npz");
        Case {
            about: about.clone(),
            x: npz.by_name("x").expect("x"),
            weights: npz.by_name("w_eff").expect("w_eff"),
            bias: npz.by_name("bias_mant").expect("bias_mant"),
            delays: npz.by_name("delays").ok(),
            s: npz.by_name("s").expect("s"),
            u: npz.by_name("u").expect("u"),
            v: npz.by_name("v").expect("v"),
        }
    }

    fn number(&self, key: &str) -> f64 {
        self.about[key].as_f64().unwrap_or_else(|| panic!("{key}"))
    }

    /// The network as a description: weights as Lava has them, u and v in steps of 2^-6 of a weight.
    pub fn description(&self) -> Value {
        let (neurons, inputs) = self.weights.dim();
        let exponent = self.number("exp");
        let floor = if exponent < 0.0 { -exponent } else { 0.0 };
        let scale = exponent.max(0.0).exp2();
        let mut rule = json!({
            "beta": (4096.0 - self.number("dv")) / 4096.0,
            "alpha": (4095.0 - self.number("du")).max(0.0) / 4096.0,
            "fraction_bits": 6,
            "bias": self.bias.iter().map(|&b| (f64::from(b) * self.number("bias_exp").exp2()).floor() / 64.0)
                .collect::<Vec<f64>>(),
        });
        if self.about["kind"] == "ternary" {
            rule["lower_threshold"] = json!(-self.number("vth"));
        }
        if let Some([interval, offset]) = self.about["reset"].as_array().map(Vec::as_slice) {
            rule["clear_interval"] = interval.clone();
            rule["clear_offset"] = offset.clone();
        }
        let mut nodes = vec![
            json!({"name": "x", "kind": "Input", "shape": [inputs]}),
            json!({"name": "lif", "kind": "CubaLIF", "threshold": self.number("vth"), "rule": rule}),
            json!({"name": "out", "kind": "Output"}),
        ];
        let mut edges = vec![json!(["lif", "out"])];
        let delays: Vec<i64> = match &self.delays {
            Some(delays) => (0..=*delays.iter().max().expect("delays")).collect(),
            None => vec![0],
        };
        for delay in delays {
            let of = |row: usize, column: usize| match &self.delays {
                Some(delays) if delays[(row, column)] != delay => 0.0,
                _ => f64::from(self.weights[(row, column)]) * scale,
            };
            let matrix: Vec<Vec<f64>> = (0..neurons)
                .map(|row| (0..inputs).map(|column| of(row, column)).collect())
                .collect();
            let (dense, late) = (format!("dense{delay}"), format!("delay{delay}"));
            nodes.push(json!({"name": dense, "kind": "Linear", "weight": matrix, "rule": {"floor_shift": floor}}));
            nodes.push(json!({"name": late, "kind": "Delay", "delay": delay as f64 * 1e-3}));
            edges.extend([
                json!(["x", dense]),
                json!([dense, late]),
                json!([late, "lif"]),
            ]);
        }
        json!({
            "format": "ferrospike-network", "version": 1, "name": self.about["name"], "dialect": "lava",
            "dt": 1e-3, "nodes": nodes, "edges": edges
        })
    }

    pub fn import(&self) -> Imported {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("net.json");
        std::fs::write(&file, self.description().to_string()).expect("written");
        import_file(&file, &ImportOptions::default()).expect("imports")
    }

    pub fn compile(&self, lanes: usize) -> Result<Image, CompileError> {
        let imported = self.import();
        compile(&imported.network, &options(lanes)).map(|(image, _)| image)
    }

    /// Values of u, v and s that differ from Lava's, of how many.
    pub fn differing(&self, image: &Image, lanes: usize) -> ([usize; 3], usize) {
        let shape = options(lanes).shape;
        let header = &image.header;
        let of = |name: &str| header.populations.iter().find(|p| p.name == name);
        let (lif, negative) = (of("lif").expect("lif"), of("lif (spikes of -1)"));
        let mut device = image.device(shape).expect("loads");
        let mut differ = [0; 3];
        for step in 0..self.s.nrows() {
            let mut words = vec![0u32; self.x.nrows().div_ceil(lanes)];
            for (input, _) in self.x.column(step).iter().enumerate().filter(|x| *x.1 != 0) {
                words[input / lanes] |= 1 << (input % lanes);
            }
            let now = device.step;
            let x = header.populations[0].bitmap;
            device.set_input(x, now, &words).expect("input");
            for entry in header.before(step as u64) {
                device.run(entry).expect("runs");
            }
            let first = lif.first_group * lanes;
            let mut trace = Recorder::new(std::iter::once(first..first + lif.neurons).collect());
            device
                .run_traced(header.step_entry, &mut Vec::new(), &mut trace)
                .expect("runs");
            let samples = trace.samples.iter().filter(|s| s.bitmap == lif.bitmap);
            let currents: Vec<i32> = samples.map(|s| s.current).collect();
            let stored = device.read_membranes(first, lif.neurons).expect("v");
            let bits = |p: &ferrospike_model::image::Population| {
                let words = device.bitmap(p.bitmap, now, p.groups(lanes)).expect("bits");
                let bit = |i: usize| i8::from(p.spiked(&words, i, lanes));
                (0..p.neurons).map(bit).collect::<Vec<i8>>()
            };
            let (up, down) = (bits(lif), negative.map(bits));
            for i in 0..self.s.ncols() {
                let s = up[i] - down.as_ref().map_or(0, |d| d[i]);
                differ[0] += usize::from(currents[i] != self.u[(step, i)]);
                let v = stored[i];
                differ[1] += usize::from(v != self.v[(step, i)]);
                differ[2] += usize::from(s != self.s[(step, i)]);
            }
        }
        (differ, self.s.len())
    }
}

#[test]
fn traces_of_lava_are_equal_bit_for_bit() {
    let (mut equal, mut refused) = (0, Vec::new());
    for name in names() {
        let case = Case::open(&name);
        for lanes in [4, 8] {
            match case.compile(lanes) {
                Ok(image) => {
                    let (differ, of) = case.differing(&image, lanes);
                    assert_eq!(differ, [0; 3], "{name}: of {of} each of u, v, s");
                    equal += 1;
                }
                Err(e) => {
                    assert!(e.to_string().contains("wraps only once"), "{name}: {e}");
                    refused.push(name.clone());
                }
            }
        }
    }
    println!("{} traces of Lava equal in u, v and s", equal / 2);
    refused.dedup();
    assert_eq!(refused, ["u_beyond_wrap", "u_beyond_wrap_neg"]);
    assert_eq!(equal, 2 * 26, "traces, each with 4 and with 8 lanes");
}

/// The comparison fails for a network that is another by little: the decays, the rounding of a sum, a threshold, wrap.
#[test]
fn other_networks_are_not_equal_to_the_traces() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 6] = [
        ("dense_mixed_0", |d| {
            d["nodes"][1]["rule"]["beta"] = json!(1145.0 / 4096.0 + 1.0 / 4096.0)
        }),
        ("dense_mixed_0", |d| {
            d["nodes"][1]["rule"]["rounding"] = json!("floor")
        }),
        ("dense_mixed_expm6", |d| {
            d["nodes"][3]["rule"]["floor_shift"] = json!(5)
        }),
        ("ternary", |d| {
            d["nodes"][1]["rule"]["lower_threshold"] = json!(-151)
        }),
        ("u_wrap_pos", |d| {
            d["nodes"][1]["rule"]["current_overflow"] = json!("saturate")
        }),
        ("reset37", |d| {
            d["nodes"][1]["rule"]["clear_offset"] = json!(4)
        }),
    ];
    for (name, change) in changes {
        let case = Case::open(name);
        let mut description = case.description();
        change(&mut description);
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("net.json");
        std::fs::write(&file, description.to_string()).expect("written");
        let imported = import_file(&file, &ImportOptions::default()).expect("imports");
        let (image, _) = compile(&imported.network, &options(8)).expect("compiles");
        let (differ, _) = case.differing(&image, 8);
        assert!(differ.iter().sum::<usize>() > 0, "{name}: no difference");
    }
}

/// Traces of the short run through the Verilog: wraps, a rounded sum, spikes of -1, clears.
const FEW: [&str; 4] = ["u_wrap_mixed", "dense_mixed_expm6", "ternary", "reset37"];

/// Lava's traces through the emitted Verilog: u and v after the last step, v and spikes in every step.
/// `scripts/recordings_verilog.sh` runs all of them, all steps.
#[test]
fn traces_of_lava_through_the_verilog() {
    let all = std::env::var_os("FERROSPIKE_ALL_RECORDINGS").is_some();
    let mut done = 0;
    for name in names() {
        if !all && !FEW.contains(&name.as_str()) {
            continue;
        }
        let case = Case::open(&name);
        let imported = case.import();
        let options = CompileOptions {
            membranes: true,
            report: ReportChoice::All,
            ..CompileOptions::new(default_shape())
        };
        let Ok((image, _)) = compile(&imported.network, &options) else {
            assert!(name.starts_with("u_beyond_wrap"), "{name} is refused");
            continue;
        };
        let steps = if all { case.s.nrows() } else { 60 };
        let x: Vec<Vec<bool>> = (0..steps)
            .map(|step| case.x.column(step).iter().map(|&x| x != 0).collect())
            .collect();
        let sample = simulate(&image, &x).unwrap_or_else(|| panic!("{name}: not the model"));
        let find = |name: &str| image.header.populations.iter().position(|p| p.name == name);
        let (lif, negative) = (find("lif").expect("lif"), find("lif (spikes of -1)"));
        let mut differ = 0;
        for (step, now) in sample.steps.iter().enumerate() {
            let v = now[lif].membranes.as_ref().expect("reported");
            for (i, &v) in v.iter().enumerate() {
                let bit = |p: usize| {
                    let words = now[p].spikes.as_ref().expect("reported");
                    i8::from(image.header.populations[p].spiked(words, i, image.header.lanes))
                };
                let s = bit(lif) - negative.map_or(0, bit);
                differ += usize::from(s != case.s[(step, i)] || v != case.v[(step, i)]);
            }
        }
        let last = sample.states[lif].as_ref().expect("read");
        let u: Vec<i32> = case.u.row(steps - 1).to_vec();
        assert_eq!(differ, 0, "{name}");
        // What is read is u after its decay: it is the trace's once the host has decayed that.
        let decay = image_decay(&image, lif);
        let decayed =
            |u: i32| ((i64::from(u) * decay + if u < 0 { 65535 } else { 0 }) >> 16) as i32;
        let want: Vec<i32> = u.into_iter().map(decayed).collect();
        assert_eq!(last.currents, want, "{name}: u");
        done += 1;
    }
    assert!(done >= FEW.len(), "{done} of {FEW:?}");
}

/// A of a population's UPDATE.
fn image_decay(image: &Image, population: usize) -> i64 {
    let bitmap = image.header.populations[population].bitmap;
    let program = image.program(image.header.step_entry).expect("program");
    let of = program.iter().find_map(|(_, o)| match o {
        Operation::Update(u) if u.bitmap == bitmap => Some(i64::from(u.parameters.current_decay)),
        _ => None,
    });
    of.expect("an UPDATE")
}

/// A sum that spikes of one source can bring beyond 24 bits in a step is refused, several spikes counted.
#[test]
fn rounded_sums_have_24_bits() {
    let net = |spikes: u8| {
        json!({
            "format": "ferrospike-network", "version": 1, "dialect": "custom", "nodes": [
                {"name": "x", "kind": "Input", "shape": [200]},
                {"name": "a", "kind": "LIF", "threshold": 1.0, "rule": {"beta": 0.5, "comparator": ">=",
                    "reset": "subtract", "reset_delay": 0, "max_spikes": spikes}},
                {"name": "w", "kind": "Linear", "weight": vec![vec![10001.0; 200]; 4],
                    "rule": {"floor_shift": 3}},
                {"name": "b", "kind": "LIF", "threshold": 100.0, "rule": {"beta": 0.5, "comparator": ">",
                    "reset": "zero", "fraction_bits": 6}},
                {"name": "out", "kind": "Output"}]
        })
    };
    let folder = tempfile::tempdir().expect("folder");
    for (spikes, fits) in [(1, true), (16, false)] {
        let file = folder.path().join("net.json");
        std::fs::write(&file, net(spikes).to_string()).expect("written");
        let imported = import_file(&file, &ImportOptions::default()).expect("imports");
        match compile(&imported.network, &options(8)) {
            Ok(_) => assert!(fits, "{spikes} spikes"),
            Err(e) => assert!(!fits && e.to_string().contains("24 bits"), "{spikes}: {e}"),
        }
    }
}
