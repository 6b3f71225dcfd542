//! `tests/data/golden.json`: the recordings with the networks that ran, and what is refused; each refusal is tried.

use super::bench::data;
use ferrospike_host::import::{import_file, ImportOptions};
use ferrospike_model::program::Rounding;
use serde::Deserialize;
use serde_json::{json, Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// `tests/data/golden.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    pub cases: Vec<Case>,
    pub refused: Vec<Refused>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub framework: String,
    pub version: String,
    /// Neuron model and rule, for the table.
    pub model: String,
    /// The npz with inputs, weights and spikes, in `tests/data`.
    pub recording: String,
    /// Name of the recorded input.
    #[serde(default = "input")]
    pub input: String,
    /// Population to the name of its recorded spikes.
    pub spikes: BTreeMap<String, String>,
    /// A file of a network, in `tests/data`.
    #[serde(default)]
    pub network: Option<String>,
    /// Or: the names of the two matrices, in steps of 2^-7,
    #[serde(default)]
    pub weights: Vec<String>,
    /// the scale of their steps if it is another,
    #[serde(default)]
    pub scale: Option<f64>,
    /// the dialect,
    #[serde(default)]
    pub dialect: String,
    /// the time step,
    #[serde(default)]
    pub dt: Option<f64>,
    /// a recurrent matrix of the first layer,
    #[serde(default)]
    pub recurrent: Option<String>,
    /// and what a neuron node of both layers has.
    #[serde(default)]
    pub neuron: Map<String, Value>,
    /// Fraction bits of the recorded state; none: floats.
    #[serde(default)]
    pub fraction: Option<u8>,
    /// What was chosen for it, as the import's options have it: `fraction_bits`, `rounding`, `current_rounding`, `bits`.
    #[serde(default)]
    pub chosen: Chosen,
    /// Bits of the image's spikes that differ from the recording.
    pub differ: usize,
    /// Why they do.
    #[serde(default)]
    pub why: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    pub fraction_bits: Option<u8>,
    pub rounding: Option<String>,
    pub current_rounding: Option<String>,
    pub bits: Option<u8>,
}

impl Chosen {
    /// Of a case of the list.
    pub fn of(case: &Value) -> Self {
        match &case["chosen"] {
            Value::Null => Chosen::default(),
            chosen => serde_json::from_value(chosen.clone()).expect("golden.json: chosen"),
        }
    }

    /// In words, for the table; empty if nothing was.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        words.extend(self.bits.map(|n| format!("--bits {n}")));
        words.extend(self.fraction_bits.map(|n| format!("--fraction-bits {n}")));
        words.extend(
            self.rounding
                .as_ref()
                .map(|how| format!("--rounding {how}")),
        );
        let current = self.current_rounding.as_ref();
        words.extend(current.map(|how| format!("--current-rounding {how}")));
        words.join(" ")
    }

    pub fn import(&self) -> ImportOptions {
        let how = |text: &Option<String>| {
            text.as_deref().map(|text| match text {
                "floor" => Rounding::Floor,
                "half-up" => Rounding::HalfUp,
                "toward-zero" => Rounding::TowardZero,
                _ => panic!("golden.json: rounding {text}"),
            })
        };
        ImportOptions {
            fraction_bits: self.fraction_bits,
            rounding: how(&self.rounding),
            current_rounding: how(&self.current_rounding),
            ..ImportOptions::default()
        }
    }
}

fn input() -> String {
    "x".into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub framework: String,
    pub what: String,
    pub why: String,
    /// Descriptions that the import must refuse.
    #[serde(default)]
    pub tried: Vec<Tried>,
    /// Where else it is held: a file of this repository and what stands in it, as the recorder's programs, which need
    /// the frameworks.
    #[serde(default)]
    pub held: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    pub network: Map<String, Value>,
    /// Words of the error.
    pub says: String,
}

impl List {
    pub fn open() -> Self {
        let text = std::fs::read_to_string(data("golden.json")).expect("golden.json");
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("golden.json: {e}"))
    }
}

/// Every row of the table of refusals: its descriptions are refused by name, or a test of another place says so.
#[test]
fn every_refusal_is_tested() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("refused.json");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    for row in List::open().refused {
        let what = format!("{}: {}", row.framework, row.what);
        assert!(row.tried.len() + row.held.len() > 0, "{what} has no test");
        for tried in row.tried {
            let mut network = tried.network;
            network.insert("format".into(), json!("ferrospike-network"));
            network.insert("version".into(), json!(1));
            std::fs::write(&path, Value::Object(network).to_string()).expect("written");
            let error = import_file(&path, &ImportOptions::default());
            let text = error.expect_err(&what).to_string();
            assert!(text.contains(&tried.says), "{what}: {text}");
        }
        for [file, text] in row.held {
            let there = std::fs::read_to_string(root.join(&file)).expect(&file);
            assert!(there.contains(&text), "{what}: {file} has no {text}");
        }
    }
}
