//! The commands `import --learn`, `inspect` and `run --learn`.

use std::process::Command;
use tempfile::TempDir;

/// The command in a folder; its status, standard output and standard error.
fn ferrospike(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrospike"));
    command
        .env_remove("FERROSPIKE_PORT")
        .current_dir(folder.path());
    let output = command.args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

const NETWORK: &str = r#"{
  "format": "ferrospike-network", "version": 1, "name": "two", "dialect": "custom", "decoder": "count",
  "rule": {"comparator": ">=", "reset": "zero"},
  "nodes": [
    {"name": "input", "kind": "Input", "shape": [3]},
    {"name": "fc", "kind": "Linear", "weight": [[0.75, 0.25, 0.5], [0.5, 0.75, 0.25]]},
    {"name": "lif", "kind": "LIF", "threshold": 1.0, "rule": {"beta": 0.5}},
    {"name": "output", "kind": "Output"}
  ]
}"#;
const RULE: &str = r#"{
  "seed": 5,
  "connections": [{"connection": "fc", "minimum": 0.0, "maximum": 1.0,
    "window": {"before": [0.05, 0.02], "after": [-0.03]}, "at_spike": {"add": 0.0, "keep": 0.9375}}],
  "homeostasis": [{"population": "lif", "minimum": -0.5, "maximum": 0.5, "at_spike": -0.02, "each_step": 0.001}]
}"#;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("net.json", NETWORK);
    write("rule.json", RULE);
    let row = |i: usize| {
        format!(
            "{},{},{}\n",
            i % 2,
            u8::from(i.is_multiple_of(3)),
            u8::from(i % 5 < 2)
        )
    };
    write("spikes.csv", &(0..200).map(row).collect::<String>());
    folder
}

#[test]
fn a_network_is_imported_learns_and_is_saved() {
    let folder = folder();
    let run = |arguments: &[&str]| {
        let (status, out, err) = ferrospike(&folder, arguments);
        assert_eq!(status, Some(0), "{arguments:?}\n{out}\n{err}");
        out
    };
    let told = run(&[
        "import",
        "net.json",
        "-o",
        "net.fsn",
        "--learn",
        "rule.json",
    ]);
    assert!(told.contains("fc: learns in steps of"), "{told}");
    let told = run(&["inspect", "net.fsn"]);
    for words in [
        "Learning (run --learn)",
        "0 before +0.0",
        "Program 'learn'",
        "LEARN   'input' that spiked in this step -> 'lif'",
        "learned bias of lif",
        "Beside these, where it learns",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let model = ["--input", "spikes.csv", "--port", "model"];
    let learn = |more: &[&str]| {
        let all = [
            &["run", "net.fsn"],
            &model[..],
            &["--learn", "--json"],
            more,
        ]
        .concat();
        let out: serde_json::Value = serde_json::from_str(&run(&all)).unwrap();
        out
    };
    let first = learn(&["--epochs", "3", "--save", "learned.fsn"]);
    assert_eq!(first["equal"], true);
    assert_eq!(first["summary"]["samples"], 3);
    assert_eq!(first["summary"]["comparison"]["differing"], 0);
    assert!(first["summary"]["comparison"]["weights"].as_u64().unwrap() > 10);
    assert_eq!(first["epochs"].as_array().unwrap().len(), 3);
    assert!(first["changed_bytes"].as_u64().unwrap() > 4);
    // Without the comparison the same is learned.
    let second = learn(&["--epochs", "3", "--save", "again.fsn", "--no-compare"]);
    assert!(second["summary"]["comparison"].is_null());
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(bytes("learned.fsn") == bytes("again.fsn"));
    let told = run(&[&["run", "learned.fsn"], &model[..], &["--compare"]].concat());
    assert!(told.contains("EQUAL"), "{told}");
    let told = run(&[&["run", "learned.fsn"], &model[..], &["--learn"]].concat());
    assert!(
        told.contains("EQUAL") && told.contains("bytes of what learns among them"),
        "{told}"
    );
    let told = run(&["inspect", "learned.fsn"]);
    assert!(
        told.contains("learned over 3 samples of 'spikes.csv'"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_is_said() {
    let folder = folder();
    let refused = |arguments: &[&str], words: &str| {
        let (status, out, err) = ferrospike(&folder, arguments);
        assert_eq!(status, Some(2), "{arguments:?}\n{out}\n{err}");
        assert!(err.contains(words), "{words}: {err}");
    };
    let import = ["import", "net.json", "-o", "net.fsn"];
    refused(
        &[&import[..], &["--learn", "not.json"]].concat(),
        "not.json",
    );
    refused(
        &[&import[..], &["--learn", "net.json"]].concat(),
        "unknown field",
    );
    refused(
        &[&import[..], &["--learn", "rule.json", "--bits", "4"]].concat(),
        "those that learn have 8",
    );
    assert_eq!(ferrospike(&folder, &import).0, Some(0));
    let run = ["run", "net.fsn", "--input", "spikes.csv", "--port", "model"];
    refused(
        &[&run[..], &["--learn"]].concat(),
        "nothing learns in the image 'two'",
    );
    assert_eq!(
        ferrospike(&folder, &[&import[..], &["--learn", "rule.json"]].concat()).0,
        Some(0)
    );
    refused(
        &[&run[..], &["--learn", "--sims", "2"]].concat(),
        "leave --sims away",
    );
    refused(
        &[&run[..], &["--learn", "--keep"]].concat(),
        "without --keep",
    );
    refused(&[&run[..], &["--epochs", "2"]].concat(), "--learn");
    refused(
        &[&run[..], &["--learn", "--compare"]].concat(),
        "cannot be used with",
    );
}
