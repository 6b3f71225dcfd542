//! Networks described in JSON.

use super::bench::{data, differ, options, run, run_float};
use super::convolutions::noise;
use ferrospike_host::import::{import_file, ImportOptions, Values};
use serde_json::{json, Value};

#[test]
fn a_description_with_arrays() {
    let imported = import_file(&data("net.json"), &ImportOptions::default()).expect("imports");
    let network = &imported.network;
    assert_eq!(
        (&*network.name, &*network.dialect, &*network.decoder),
        ("digits", "custom", "count")
    );
    assert_eq!(network.source, "net.json (description, dialect custom)");
    let sizes: Vec<usize> = network.populations.iter().map(|p| p.neurons).collect();
    assert_eq!(sizes, [32, 48, 5, 2]);
    let rule = |index: usize| network.populations[index].neuron.as_ref().expect("rule");
    assert_eq!(
        rule(2).membrane_decay,
        Values::Each(vec![0.5, 0.75, 0.875, 0.5, 1.0])
    );
    let delays: Vec<usize> = network.connections.iter().map(|c| c.delay).collect();
    assert_eq!(delays, [0, 0, 0, 1, 2]);
    // In the npz this matrix is in Fortran order.
    let into = &network.connections[1].weights;
    assert!(into.values().iter().all(|w| (w * 16.0).fract() == 0.0));
    let input = noise(32, 40, 0.3, 21);
    let (got, _, saturations) = run(network, &options(8), &input);
    assert_eq!(saturations, 0);
    let float = run_float(network, &input);
    for (index, (a, b)) in got.iter().zip(&float).enumerate() {
        assert_eq!(differ(a, b), 0, "{}", network.populations[index].name);
    }
    assert!(got[2].iter().flatten().filter(|&&s| s).count() > 10);
}

/// Each fault is refused with words that name it.
#[test]
fn wrong_descriptions() {
    let good: Value =
        serde_json::from_slice(&std::fs::read(data("net.json")).expect("file")).expect("JSON");
    let folder = tempfile::tempdir().expect("folder");
    std::fs::copy(data("net.npz"), folder.path().join("net.npz")).expect("copied");
    let path = folder.path().join("case.json");
    let refused = |change: &dyn Fn(&mut Value), words: &[&str]| {
        let mut value = good.clone();
        change(&mut value);
        std::fs::write(&path, value.to_string()).expect("written");
        let text = import_file(&path, &ImportOptions::default())
            .expect_err("refused")
            .to_string();
        for word in words {
            assert!(text.contains(word), "'{word}' is missing in: {text}");
        }
    };
    std::fs::write(&path, good.to_string()).expect("written");
    assert!(import_file(&path, &ImportOptions::default()).is_ok());
    refused(&|v| v["format"] = json!("nir"), &["format"]);
    refused(&|v| v["version"] = json!(2), &["version"]);
    refused(&|v| v["colour"] = json!(2), &["unknown key \"colour\""]);
    refused(&|v| v["arrays"] = json!("../net.npz"), &["same folder"]);
    refused(&|v| v["arrays"] = json!("/etc/passwd"), &["same folder"]);
    refused(&|v| v["arrays"] = json!("none.npz"), &["none.npz"]);
    refused(&|v| v["nodes"] = json!([]), &["0 nodes"]);
    refused(
        &|v| v["nodes"][0]["name"] = json!("conv"),
        &["two nodes", "'conv'"],
    );
    refused(
        &|v| v["nodes"][0]["kind"] = json!("Noise"),
        &["'input'", "unknown kind 'Noise'", "CubaLIF"],
    );
    refused(
        &|v| v["nodes"][0]["shape"] = json!([1e9]),
        &["'input'", "'shape'"],
    );
    refused(
        &|v| v["nodes"][1]["weight"] = json!("conv.w"),
        &["'conv'", "conv.w", "not there"],
    );
    refused(
        &|v| v["nodes"][1]["colour"] = json!(1),
        &["'conv'", "unknown key", "dilation"],
    );
    refused(
        &|v| v["nodes"][2]["threshold"] = json!([1, [2]]),
        &["'c1'", "one length"],
    );
    refused(
        &|v| {
            v["nodes"][2]
                .as_object_mut()
                .expect("object")
                .remove("threshold");
        },
        &["'c1'", "no \"v_threshold\""],
    );
    refused(
        &|v| v["nodes"][6]["rule"]["reset"] = json!("later"),
        &["reset", "later"],
    );
    refused(
        &|v| {
            v["nodes"][6]["rule"]
                .as_object_mut()
                .expect("object")
                .remove("beta");
        },
        &["'lif1'", "'beta'", "custom"],
    );
    refused(
        &|v| {
            v["rule"]
                .as_object_mut()
                .expect("object")
                .remove("comparator");
        },
        &["'comparator'", "custom"],
    );
    refused(
        &|v| {
            v["rule"].as_object_mut().expect("object").remove("reset");
        },
        &["'reset'", "custom"],
    );
    refused(
        &|v| {
            v.as_object_mut().expect("object").remove("dialect");
        },
        &["dialect", "not known"],
    );
    refused(&|v| v["dt"] = json!("soon"), &["\"dt\""]);
    refused(
        &|v| v["edges"] = json!([["input", "nowhere"]]),
        &["edge 0", "'nowhere'"],
    );
    refused(
        &|v| v["edges"] = json!([["input"]]),
        &["edge 0", "[\"from\", \"to\"]"],
    );
    for (file, words) in [
        ("deep.json", &["axes"][..]),
        ("wide.json", &["same folder"]),
    ] {
        let result = import_file(&data("hostile").join(file), &ImportOptions::default());
        let text = result.expect_err(file).to_string();
        assert!(words.iter().all(|w| text.contains(w)), "{text}");
    }
}
