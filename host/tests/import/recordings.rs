//! Every recording that `tests/data/golden.json` lists, run as an image and compared with the framework's spikes,
//! and the README's table of support, made of what came out.
//!
//! A case names its recording and either a file (`network`) or a rule for the two-layer network of the recordings,
//! which is then written as a JSON description and read by the importer like any other.

use super::bench::{data, options, run_image, Spikes};
use super::golden_list::{Case, List};
use ferrospike_host::compile::compile;
use ferrospike_host::import::{import_file, ImportOptions, Imported};
use ndarray::Array2;
use ndarray_npy::NpzReader;
use serde_json::{json, Value};
use std::fs::File;
use std::path::{Path, PathBuf};

/// A layer's spikes, or counts of spikes.
fn recorded(npz: &mut NpzReader<File>, name: &str) -> Vec<Vec<i32>> {
    let array: Array2<i8> = npz.by_name(name).unwrap_or_else(|e| panic!("{name}: {e}"));
    let row = |r: ndarray::ArrayView1<i8>| r.iter().map(|&x| i32::from(x)).collect();
    array.rows().into_iter().map(row).collect()
}

impl Case {
    fn name(&self) -> String {
        let all: Vec<&str> = self.spikes.values().map(String::as_str).collect();
        format!("{} {}: {}", self.framework, self.model, all.join(", "))
    }

    /// The network's file, written into `folder` if it is not there yet.
    fn file(&self, folder: &Path, number: usize) -> PathBuf {
        if let Some(file) = &self.network {
            return data(file);
        }
        let weights = folder.join(&self.recording);
        if !weights.exists() {
            std::fs::copy(data(&self.recording), &weights).expect("copied");
        }
        let mut nodes = vec![json!({"name": "input", "kind": "Input", "shape": [16]})];
        let mut edges = Vec::new();
        let mut last = "input".to_string();
        for (layer, name) in self.weights.iter().enumerate() {
            let l = layer + 1;
            let mut neuron = self.neuron.clone();
            neuron.insert("name".into(), json!(format!("l{l}")));
            let mut joined = |from: &str, weight: &str, name: &str, to: &str| {
                let (matrix, factor) = (format!("fc{name}"), format!("scale{name}"));
                let scale = self.scale.unwrap_or(1.0 / 128.0);
                nodes.push(json!({"name": matrix, "kind": "Linear", "weight": weight}));
                nodes.push(json!({"name": factor, "kind": "Scale", "scale": scale}));
                edges.extend([
                    json!([from, matrix]),
                    json!([matrix, factor]),
                    json!([factor, to]),
                ]);
            };
            let own = format!("l{l}");
            joined(&last, name, &l.to_string(), &own);
            if let Some(weight) = self.recurrent.as_ref().filter(|_| layer == 0) {
                joined(&own, weight, "r", &own);
            }
            nodes.push(Value::Object(neuron));
            last = own;
        }
        nodes.push(json!({"name": "output", "kind": "Output"}));
        edges.push(json!([last, "output"]));
        let mut description = json!({
            "format": "ferrospike-network", "version": 1, "name": self.name(),
            "arrays": self.recording, "dialect": self.dialect, "nodes": nodes,
            "edges": edges,
        });
        if let Some(dt) = self.dt {
            description["dt"] = json!(dt);
        }
        let path = folder.join(format!("case{number}.json"));
        std::fs::write(&path, description.to_string()).expect("written");
        path
    }

    /// Bits of the populations' spikes that differ, of how many.
    fn differing(&self, imported: &Imported) -> [usize; 2] {
        let file = File::open(data(&self.recording)).expect("recording");
        let mut npz = NpzReader::new(file).expect("npz");
        let bit = |row: Vec<i32>| row.into_iter().map(|n| n != 0).collect();
        let x: Spikes = recorded(&mut npz, &self.input)
            .into_iter()
            .map(bit)
            .collect();
        let mut o = options(8);
        // The weights have seven fraction bits.
        o.quantise.exponent = self.fraction.map(|bits| bits - 7);
        o.quantise.bits = self.chosen.bits;
        let (image, report) = compile(&imported.network, &o).expect("compiles");
        let (got, saturations) = run_image(&image, o.shape, &x);
        let proven = report.layers.iter().all(|l| l.proven);
        let may = !proven && self.chosen.fraction_bits.is_none();
        assert!(saturations == 0 || may, "{}: saturates", self.name());
        let (mut differ, mut all) = (0, 0);
        for (population, spikes) in &self.spikes {
            let want = recorded(&mut npz, spikes);
            let index = imported.network.population(population);
            let index = index.unwrap_or_else(|| panic!("{}: no '{population}'", self.name()));
            let counts = |step: usize, neuron: usize| -> i32 {
                std::iter::once(index)
                    .chain(imported.network.passes(index))
                    .map(|p| i32::from(got[p][step][neuron]))
                    .sum()
            };
            for (step, row) in want.iter().enumerate() {
                for (neuron, &n) in row.iter().enumerate() {
                    differ += usize::from(counts(step, neuron) != n);
                    all += 1;
                }
            }
        }
        [differ, all]
    }
}

/// What the table says of a framework.
struct Row {
    framework: String,
    runs: usize,
    bits: usize,
    equal: Vec<String>,
    different: Vec<String>,
}

impl Row {
    fn new(framework: String) -> Self {
        Row {
            framework,
            runs: 0,
            bits: 0,
            equal: Vec::new(),
            different: Vec::new(),
        }
    }

    fn add(&mut self, case: &Case, imported: &Imported, [differ, all]: [usize; 2]) {
        self.runs += 1;
        self.bits += all;
        let rules = imported.network.populations.iter();
        let said = rules
            .filter_map(|p| p.neuron.as_ref()?.fraction_bits)
            .next();
        let state = match case.fraction.or(said) {
            Some(bits) => format!(" ({bits} fraction bits)"),
            None => String::new(),
        };
        match differ {
            0 => {
                let with = match case.chosen.words() {
                    words if words.is_empty() => case.model.clone(),
                    words => format!("{} ({words})", case.model),
                };
                if !self.equal.contains(&with) {
                    self.equal.push(with);
                }
            }
            n => self
                .different
                .push(format!("{}{state}: {n} of {all}, {}", case.model, case.why)),
        }
    }

    fn text(&self) -> String {
        let bits = ferrospike_host::number::thousands(self.bits as u64);
        let [equal, different] = [&self.equal, &self.different].map(|list| list.join("; "));
        format!(
            "| {} | {} | {bits} | {equal} | {different} |\n",
            self.framework, self.runs
        )
    }
}

#[test]
fn every_listed_recording_and_the_table() {
    let list = List::open();
    let folder = tempfile::tempdir().expect("folder");
    let mut rows: Vec<Row> = Vec::new();
    let mut wrong = Vec::new();
    for (number, case) in list.cases.iter().enumerate() {
        let path = case.file(folder.path(), number);
        let imported = import_file(&path, &case.chosen.import())
            .unwrap_or_else(|e| panic!("{}: {e}", case.name()));
        let [differ, all] = case.differing(&imported);
        println!("{}: {differ} of {all} differ", case.name());
        if differ != case.differ || (differ > 0) == case.why.is_empty() {
            wrong.push(format!(
                "{}: {differ} of {all} bits differ, golden.json says {} ('{}')",
                case.name(),
                case.differ,
                case.why
            ));
        }
        let framework = format!("{} {}", case.framework, case.version);
        let row = match rows.iter_mut().find(|r| r.framework == framework) {
            Some(row) => row,
            None => {
                rows.push(Row::new(framework));
                rows.last_mut().expect("just pushed")
            }
        };
        row.add(case, &imported, [differ, all]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut table = String::from(
        "| framework | runs | bits compared | equal in every bit | with a measured difference |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    rows.iter().for_each(|row| table += &row.text());
    table += "\n| refused | what | why |\n| --- | --- | --- |\n";
    for r in &list.refused {
        table += &format!("| {} | {} | {} |\n", r.framework, r.what, r.why);
    }
    in_readme("support", &table);
}

/// The README's part between two markers is `text`; `FERROSPIKE_BLESS=1` writes it.
fn in_readme(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(&path).expect("README.md");
    let (begin, end) = (
        format!("<!-- {name}: begin -->\n"),
        format!("<!-- {name}: end -->"),
    );
    let from = readme.find(&begin).expect("begin marker") + begin.len();
    let to = readme.find(&end).expect("end marker");
    if readme[from..to] == *text {
        return;
    }
    assert!(
        std::env::var_os("FERROSPIKE_BLESS").is_some(),
        "the README's table is not what the tests give; write it again with FERROSPIKE_BLESS=1 cargo test \
         -p ferrospike-host --test import recordings"
    );
    let written = format!("{}{text}{}", &readme[..from], &readme[to..]);
    std::fs::write(&path, written).expect("written");
}

/// The comparison can fail: another threshold gives other spikes.
#[test]
fn a_wrong_rule_differs() {
    let mut list = List::open();
    let folder = tempfile::tempdir().expect("folder");
    let case = list
        .cases
        .iter_mut()
        .find(|c| c.network.is_none() && c.differ == 0);
    let case = case.expect("a case");
    let good = case.neuron["threshold"].as_f64().expect("threshold");
    case.neuron.insert("threshold".into(), json!(good * 1.25));
    let path = case.file(folder.path(), 0);
    let imported = import_file(&path, &ImportOptions::default()).expect("imports");
    assert!(case.differing(&imported)[0] > 50);
}
