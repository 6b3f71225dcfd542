//! Networks with convolutions through the `ferrospike` command: what import and inspect tell.

use std::path::Path;
use std::process::Command;

/// Status, standard output and standard error.
fn ferrospike(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrospike"));
    let output = command.args(arguments).arg("--quiet").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[track_caller]
fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "'{word}' is missing in: {text}");
    }
}

#[test]
fn convolutions_are_told_layer_by_layer() {
    let folder = tempfile::tempdir().unwrap();
    let image = folder.path().join("conv.fsn");
    let image = image.to_str().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/conv_chain.nir");
    let source = data.to_str().unwrap();
    let import = |more: &[&str]| {
        let common = [
            "import",
            source,
            "-o",
            image,
            "--dialect",
            "euler",
            "--dt",
            "1",
        ];
        ferrospike(&[&common, more].concat())
    };
    let (status, told, _) = import(&[]);
    assert_eq!(status, Some(0));
    let words = [
        "Memory and clocks",
        "conv1",
        "listed",
        "pool*conv2",
        "channels last",
        "clocks at most",
    ];
    says(&told, &words);
    let (_, told, _) = ferrospike(&["inspect", image]);
    says(
        &told,
        &[
            "listed",
            "list at long",
            "3 groups groups +3",
            "lists and tables",
            "144 of 144 sources",
        ],
    );
    let (_, told, _) = import(&["--json", "--bits", "4"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["rows"][0]["form"], "listed");
    assert_eq!(told["rows"][0]["bits"], 4);
    assert_eq!(told["updates"][0]["order"], "channels last");
    assert!(told["clocks_at_most"].as_u64() > Some(1000));
    let (_, told, _) = import(&["--no-lists"]);
    assert!(!told.contains("listed"), "{told}");
    let (status, _, told) = import(&["--synapse-words", "576"]);
    assert_eq!(status, Some(2));
    says(
        &told,
        &[
            "words of S",
            "'pool*conv2' ",
            "listed",
            "--target",
            "large enough should be",
        ],
    );
    let (status, _, told) = import(&["--bits", "3"]);
    assert_eq!(
        (status, told.contains("8, 4, 2 or 1")),
        (Some(2), true),
        "{told}"
    );
    // What import and inspect tell is the same.
    let (_, told, _) = import(&["--json"]);
    let imported: serde_json::Value = serde_json::from_str(&told).unwrap();
    let (_, told, _) = ferrospike(&["inspect", image, "--json"]);
    let inspected: serde_json::Value = serde_json::from_str(&told).unwrap();
    let sum = |list: &serde_json::Value| -> u64 {
        let list = list.as_array().unwrap().iter();
        list.map(|pair| pair[1].as_u64().unwrap()).sum()
    };
    let most = imported["clocks_at_most"].as_u64().unwrap();
    assert_eq!(sum(&inspected["clocks_at_most"]), most);
    let mnist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/mnist/mnist.nir");
    let mnist = mnist.to_str().unwrap();
    let (_, _, told) = ferrospike(&["import", mnist, "-o", image, "--synapse-words", "8192"]);
    says(
        &told,
        &[
            "'fc1' 100,352 bytes (dense, 8 bits)",
            "--bits 4",
            "51,416 of 65,536 bytes",
            "--target",
        ],
    );
}
