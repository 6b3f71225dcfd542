//! The `ferrospike` command from outside: exit status, messages, JSON, help.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn ferrospike(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrospike"));
    command.env_remove("FERROSPIKE_PORT").env("COLUMNS", "100");
    command.args(arguments).output().unwrap()
}

fn repository(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join(path).to_string_lossy().into_owned()
}

/// Standard output of a command that ends with this status.
fn ends(status: i32, arguments: &[&str]) -> String {
    let output = ferrospike(arguments);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(
        output.status.code(),
        Some(status),
        "{arguments:?}\n{out}\n{err}"
    );
    out
}

/// The message of a command that cannot run: one line.
fn refused(arguments: &[&str]) -> String {
    let output = ferrospike(&[arguments, &["--quiet"]].concat());
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert!(
        message.starts_with("error: ") && message.lines().count() == 1,
        "{message}"
    );
    message
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with the tiny network as `tiny.fsn`.
fn tiny() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let image = name(&folder, "tiny.fsn");
    let source = repository("examples/tiny/tiny.nir");
    let told = ends(0, &["import", &source, "-o", &image, "--report", "all"]);
    for words in [
        "snntorch, from the file's metadata",
        "Quantisation",
        "lif2",
        "472 weights",
    ] {
        assert!(told.contains(words), "{told}");
    }
    (folder, image)
}

fn name(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_string_lossy().into_owned()
}

#[test]
fn a_network_is_compiled_for_a_board() {
    let (folder, image) = tiny();
    let source = repository("examples/tiny/tiny.nir");
    let lanes = |arguments: &[&str]| {
        ends(0, &[&["import", &source, "-o", &image], arguments].concat());
        let told = ends(0, &["inspect", &image, "--json"]);
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        told["header"]["lanes"].clone()
    };
    assert_eq!(lanes(&[]), 8);
    assert_eq!(lanes(&["--target", "ulx3s-25f"]), 16);
    assert_eq!(lanes(&["--target", "ulx3s-25f", "--lanes", "4"]), 4);
    drop(folder);
}

#[test]
fn equal_is_0_and_json_parses() {
    let (folder, image) = tiny();
    let data = repository("examples/tiny/tiny_test_100.npz");
    let run = [
        "run",
        &image,
        "--input",
        &data,
        "--port",
        "model",
        "--compare",
        "--json",
    ];
    let out: serde_json::Value = serde_json::from_str(&ends(0, &run)).unwrap();
    assert_eq!(out["equal"], true);
    assert_eq!(out["summary"]["samples"], 100);
    assert_eq!(out["summary"]["comparison"]["differing"], 0);
    assert!(out["accuracy"].as_f64().unwrap() > 80.0);
    let verify = [
        "verify", &image, "--input", &data, "--port", "model", "--sims", "3",
    ];
    let told = ends(0, &verify);
    assert!(
        told.contains("EQUAL") && told.contains(" 0 differ"),
        "{told}"
    );
    for file in ["spikes.npz", "spikes.csv"] {
        let file = name(&folder, file);
        let more = ["-n", "3", "-o", &file, "--port", "model"];
        ends(0, &[&["run", &image, "--input", &data][..], &more].concat());
        assert!(std::fs::metadata(&file).unwrap().len() > 100);
    }
    for more in [
        &["inspect", &image][..],
        &["ports"],
        &["info", "--port", "model"],
        &["deploy", &image, "--port", "model"],
        &["completions", "bash"],
    ] {
        let told = ends(0, &[more, &["--json"]].concat());
        assert!(serde_json::from_str::<serde_json::Value>(&told)
            .unwrap()
            .is_object());
        assert!(!ends(0, more).is_empty());
    }
}

#[test]
fn the_model_is_measured_and_right() {
    let examples = repository("examples");
    let some = [
        "--samples",
        "12",
        "--batch",
        "1,20",
        "--seconds",
        "0.01",
        "--check",
        "2",
    ];
    let all = ["bench", "model", "--threads", "2", "--examples", &examples];
    let folder = tempfile::tempdir().unwrap();
    let to = name(&folder, "out");
    let told = ends(0, &[&all[..], &some, &["--json", "--export", &to]].concat());
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["equal"], true);
    for (index, name) in ["mnist", "braille", "sparse"].iter().enumerate() {
        let network = &told["model"][index];
        assert_eq!(network["network"], *name);
        assert_eq!(network["checked"]["samples"], 2);
        assert!(network["checked"]["spikes"].as_u64().unwrap() > 100);
        assert!(network["best"]["samples_per_second"].as_f64().unwrap() > 0.0);
        for extension in ["json", "npz"] {
            let file = Path::new(&to).join(format!("{name}.{extension}"));
            assert!(std::fs::metadata(file).unwrap().len() > 100);
        }
    }
    let one = [&all[..], &some, &["--network", "mnist"]].concat();
    assert!(ends(0, &one).contains("EQUAL"));
    let none = refused(&[&all[..], &["--batch", "0"]].concat());
    assert!(none.contains("from 1 to"), "{none}");
}

/// On the emitted Verilog one short sample; the tables go into a page, and what does not fit is named.
#[test]
fn boards_are_measured_and_equal_the_model() {
    let (examples, reports) = (repository("examples"), repository("docs/boards"));
    let folder = tempfile::tempdir().unwrap();
    let page = name(&folder, "page.md");
    let marks = ["<!-- board speeds: begin -->", "<!-- board speeds: end -->"];
    std::fs::write(&page, format!("a\n{}\nold\n{}\nb\n", marks[0], marks[1])).unwrap();
    let all = [
        "bench",
        "board",
        "--examples",
        &examples,
        "--reports",
        &reports,
    ];
    let some = ["--network", "sparse-1,mnist-cnn", "--samples", "1"];
    let some = [&all[..], &some, &["--inferences", "20"]].concat();
    let told = ends(0, &[&some[..], &["--into", &page, "--json"]].concat());
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["equal"], true);
    let networks = &told["boards"][0]["networks"];
    let shortage = networks[0]["shortage"].as_str().unwrap();
    assert!(shortage.contains("words of S"), "{shortage}");
    assert!(networks[1]["cycles"]["cycles"].as_u64().unwrap() > 1000);
    assert_eq!(networks[1]["cycles"]["differing"], 0);
    let through = networks[1]["through"].as_array().unwrap();
    assert_eq!(through.len(), 3);
    assert_eq!(through[2]["baud"], 3_750_000);
    let written = std::fs::read_to_string(&page).unwrap();
    for words in [
        "a\n<!--",
        "-->\nb\n",
        "iCEBreaker",
        "does not fit: ",
        "random, 1000-120, 1 %",
    ] {
        assert!(written.contains(words), "{words}\n{written}");
    }
    assert!(!written.contains("old"));
    for (more, words) in [
        (["--board", "nothing"], "'nothing'"),
        (["--board", "icestick"], "no bitstream"),
        (["--baud", "3750001"], "3750000 baud"),
        (["--baud", "fast"], "--baud fast"),
        (["--samples", "0"], "--samples is 0"),
        (["--round-trip", "1001"], "--round-trip 1001"),
        (["--round-trip", "nan"], "--round-trip NaN"),
        (["--reports", "none"], "no icebreaker.json"),
    ] {
        let arguments = match more[0] {
            "--reports" => ["bench", "board"].iter().chain(&more).copied().collect(),
            _ => [&all[..], &more].concat(),
        };
        let message = refused(&arguments);
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn spikes_written_are_an_input_again() {
    let (folder, image) = tiny();
    let file = name(&folder, "in.csv");
    let row = |step: usize| {
        (0..49)
            .map(|i| if i % 5 == step { "1" } else { "0" })
            .collect::<Vec<_>>()
    };
    let rows: Vec<_> = (0..5).map(|step| row(step).join(",")).collect();
    std::fs::write(&file, rows.join("\n")).unwrap();
    let told = ends(0, &["verify", &image, "-i", &file, "--port", "model"]);
    assert!(told.contains("1 samples, 5 steps"), "{told}");
}

#[test]
fn calibration_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (source, data) = (
        repository("examples/tiny/tiny.nir"),
        repository("examples/tiny/tiny_test_100.npz"),
    );
    let image = name(&folder, "a.fsn");
    let told = ends(0, &["import", &source, "-o", &image, "--calibrate", &data]);
    assert!(
        told.contains("accuracy:") && told.contains("saturations: 0"),
        "{told}"
    );
}

#[test]
fn quantisation_is_told_for_each_number_of_bits() {
    let folder = tempfile::tempdir().unwrap();
    let source = repository("examples/tiny/tiny.nir");
    let data = repository("examples/tiny/tiny_test_100.npz");
    let on = ["--samples", &data, "--check", &data, "--count", "20"];
    let told = ends(0, &[&["quantise", &source][..], &on].concat());
    for part in ["8 bits", "4 bits", "2 bits", "20 chosen on", "80 others"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let image = name(&folder, "a.fsn");
    let one = [&["quantise", &source, "--bits", "4", "-o", &image][..], &on].concat();
    assert!(ends(0, &one).contains("a.fsn written"));
    assert!(ends(0, &["inspect", &image]).contains("4"));
    // What is too large with 8 bits is told, and the others are tuned.
    let words = ["--lanes", "4", "--synapse-words", "128", "--bits", "8,2"];
    let told = ends(0, &[&["quantise", &source][..], &on, &words].concat());
    assert!(
        told.contains("8 bits: the network does not fit") && told.contains("2 bits"),
        "{told}"
    );
    let several = [&["quantise", &source, "-o", &image][..], &on].concat();
    assert!(refused(&several).contains("name one number of bits"));
}

#[test]
fn bad_inputs_are_refused_in_one_line() {
    let (folder, image) = tiny();
    let data = repository("examples/tiny/tiny_test_100.npz");
    let digits = repository("examples/mnist/mnist_test_1000.npz");
    let mnist = repository("examples/mnist/mnist.nir");
    let out = name(&folder, "out.fsn");
    let write = |file: &str, bytes: &[u8]| {
        let path = name(&folder, file);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let whole = std::fs::read(&image).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let damaged = write("damaged.fsn", &flipped);
    let cut = write("cut.fsn", &whole[..whole.len() / 2]);
    let nan = write("nan.csv", b"0,nan,1\n");
    let zip = write("zip.npz", &std::fs::read(&data).unwrap()[..500]);
    let missing = name(&folder, "missing.fsn");
    let port = name(&folder, "ttyUSB9");
    let bad_nir = write("bad.nir", b"no HDF5 at all");
    for (arguments, words) in [
        (&["inspect", &missing][..], "cannot read"),
        (&["inspect", &damaged], "damaged"),
        (&["inspect", &cut], "truncated"),
        (&["inspect", &data], "not a ferrospike image"),
        (
            &["import", &mnist, "-o", &out, "--dialect", "spice"],
            "the dialect 'spice' is unknown",
        ),
        (
            &["import", &mnist, "-o", &out, "--reset", "sideways"],
            "must be 'subtract', 'zero' or 'none'",
        ),
        (
            &["import", &mnist, "-o", &out, "--synapse-words", "4096"],
            "words of S (weights, programs, parameters) needed, 4096 there",
        ),
        (&["import", &mnist, "-o", &out, "--lanes", "7"], "7"),
        (
            &["import", &mnist, "-o", &out, "--target", "nothing"],
            "there is no board 'nothing'",
        ),
        (&["import", &bad_nir, "-o", &out], "bad.nir"),
        (
            &["import", &mnist, "-o", &name(&folder, "no/such.fsn")],
            "cannot write",
        ),
        (&["info", "--port", &port], "there is no port"),
        (&["info", "--port", "sim:spi"], "simulated ports are"),
        (
            &["probe", "--port", "model"],
            "is simulated and has no rate",
        ),
        (&["probe", "--port", &port], "works at none of 14 rates"),
        (&["run", &image, "-i", &missing], "neither .npz nor .csv"),
        (
            &["run", &image, "-i", &name(&folder, "no.npz")],
            "cannot read",
        ),
        (
            &["run", &image, "-i", &nan, "--port", "model"],
            "line 1, column 2 is 'nan'",
        ),
        (
            &["run", &image, "-i", &zip, "--port", "model"],
            "no whole .npz",
        ),
        (
            &["run", &image, "-i", &digits, "--port", "model"],
            "784 pixels",
        ),
        (
            &["run", &image, "-i", &data, "-n", "101", "--port", "model"],
            "has 100",
        ),
        (
            &["run", &image, "-i", &data, "--sims", "0", "--port", "model"],
            "0 boards",
        ),
        (&["rtl", "-o", &out, "--lanes", "5"], "lanes is 5"),
        (&["demo", "--examples", &out], "mnist.nir was not found"),
    ] {
        let message = refused(arguments);
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
    assert!(!Path::new(&out).exists());
    let usage = ferrospike(&["verify"]);
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn the_core_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = name(&folder, "build");
    ends(
        0,
        &[
            "rtl",
            "-o",
            &path,
            "--lanes",
            "4",
            "--synapse-words",
            "256",
            "--groups",
            "16",
        ],
    );
    for module in ["ferrospike_uart", "ferrospike_bytes"] {
        let file = Path::new(&path).join(format!("{module}.v"));
        let verilog = std::fs::read_to_string(file).unwrap();
        assert!(verilog.contains(&format!("module {module} (")));
    }
}

/// After a wanted change: `FERROSPIKE_BLESS=1 cargo test -p ferrospike-host --test cli help`.
#[test]
fn help_is_as_recorded() {
    let mut all = ends(0, &["--help"]);
    for command in [
        "import",
        "inspect",
        "ports",
        "probe",
        "info",
        "encode",
        "deploy",
        "run",
        "verify",
        "report",
        "rtl",
        "boards",
        "build",
        "flash",
        "demo",
        "bench",
        "bench model",
        "bench board",
        "completions",
    ] {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        all += &format!("\n==== {command}\n{}", ends(0, &words));
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/help.txt");
    if std::env::var_os("FERROSPIKE_BLESS").is_some() {
        std::fs::write(&path, &all).unwrap();
    }
    let recorded = std::fs::read_to_string(&path).unwrap();
    assert!(all == recorded, "the help has changed:\n{all}");
    for command in all.split("\n==== ").skip(1) {
        assert!(command.contains("Example"), "{command}");
    }
}
