//! Everything that must be refused, and with which words.

use super::bench::data;
use super::make::{border, graph, lif, linear, tensor};
use ferrospike_host::import::{import_graph, import_nir, Dialect, ImportError, ImportOptions};
use ferrospike_host::nir::{Graph, Kind, Node};
use std::path::Path;

fn given(dialect: Dialect) -> ImportOptions {
    ImportOptions {
        dialect: Some(dialect),
        ..ImportOptions::default()
    }
}

fn error(path: &Path) -> String {
    import_nir(path, &given(Dialect::SnnTorch))
        .expect_err("refused")
        .to_string()
}

#[track_caller]
fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "'{word}' is missing in: {text}");
    }
}

#[test]
fn files() {
    for (file, words) in [
        ("bad_nan.nir", &["'fc'", "'weight'", "element 5", "NaN"][..]),
        ("bad_inf.nir", &["'lif'", "'tau'", "element 1", "inf"]),
        ("bad_edge.nir", &["'lif' -> 'ghost'", "no such node"]),
        ("bad_missing.nir", &["'lif'", "LIF", "no parameter 'tau'"]),
        ("bad_huge.nir", &["'fc'", "'weight'", "1048576", "limit"]),
        ("bad_external.nir", &["'fc'", "another file"]),
        ("bad_nested.nir", &["'lif'", "2 Input"]),
        ("bad_deep.nir", &["levels of nested graphs", "limit is 8"]),
        (
            "bad_conv.nir",
            &["node 'fc'", "(channels, height, width)", "[4] arrive"],
        ),
        ("bad_text.nir", &["'lif'", "'r'"]),
        (
            "bad_noedges.nir",
            &["node 'fc'", "no way leads to it from an Input"],
        ),
        ("v108_Conv2d.nir", &["single Conv2d"]),
        ("v108_CubaLIF.nir", &["single CubaLIF"]),
        ("v108_LIF0d.nir", &["no NIR graph"]),
        ("recorded.npz", &["not a readable NIR file", "no HDF5 file"]),
        ("README.md", &["not a readable NIR file"]),
        ("there_is_none.nir", &["cannot read", "there_is_none.nir"]),
        (".", &["not a file"]),
    ] {
        println!("{file}: {}", error(&data(file)));
        says(&error(&data(file)), words);
    }
    // Its metadata name a dialect; what is refused is another thing.
    let imported = import_nir(&data("meta_bad.nir"), &ImportOptions::default());
    assert_eq!(imported.expect("imports").network.dialect, "lava");
}

#[test]
fn dialects() {
    let none = import_nir(
        &data("snntorch_leaky_vector.nir"),
        &ImportOptions::default(),
    );
    let text = none.unwrap_err().to_string();
    says(
        &text,
        &[
            "--dialect",
            "snntorch, norse, spikingjelly, sinabs, rockpool, spyx, lava, nengo, nengo-loihi, brian2, \
             neuron, euler, custom",
            "time step",
        ],
    );
    says(&text, &["snntorch_leaky_vector.nir", "ferrospike_dialect"]);
    says(
        &"jaxsnn".parse::<Dialect>().unwrap_err().to_string(),
        &["'jaxsnn'", "event-driven"],
    );
    says(
        &"brain".parse::<Dialect>().unwrap_err().to_string(),
        &["'brain'", "unknown"],
    );
    let euler = import_nir(&data("v108_graph.nir"), &given(Dialect::Euler));
    says(&euler.unwrap_err().to_string(), &["dt", "--dt"]);
    let o = ImportOptions {
        dt: Some(-1.0),
        ..given(Dialect::Euler)
    };
    says(
        &import_nir(&data("v108_graph.nir"), &o)
            .unwrap_err()
            .to_string(),
        &["dt = '-1'"],
    );
    let o = ImportOptions {
        dt: Some(1.0),
        ..given(Dialect::Euler)
    };
    let text = import_nir(&data("v108_graph.nir"), &o)
        .unwrap_err()
        .to_string();
    says(&text, &["'rec.lif'", "'tau' = 0.0099", "--dt"]);
    let text = import_nir(&data("spikingjelly_cuba.nir"), &given(Dialect::Sinabs)).unwrap_err();
    says(&text.to_string(), &["'_1'", "sinabs does not export"]);
}

const CHAIN: [(&str, &str); 3] = [("input", "fc"), ("fc", "lif"), ("lif", "output")];

fn chain(input: f64, fc: Node, lif: Node) -> Graph {
    graph(
        vec![
            border(Kind::Input, input),
            fc,
            lif,
            border(Kind::Output, 3.0),
        ],
        &CHAIN,
    )
}

#[track_caller]
fn refused(graph: &Graph, words: &[&str]) -> ImportError {
    let e = import_graph(graph, "g.nir", &given(Dialect::SnnTorch)).expect_err("refused");
    says(&e.to_string(), words);
    e
}

#[test]
fn shapes() {
    let fc = || linear("fc", 3, 4, |_, _| 0.5);
    let one = || lif("lif", 3, vec![1.0; 3]);
    assert!(import_graph(&chain(4.0, fc(), one()), "g", &given(Dialect::SnnTorch)).is_ok());
    refused(
        &chain(5.0, fc(), one()),
        &["'lif'", "'fc' has 3 rows and 4 columns", "5 sources"],
    );
    refused(
        &chain(4.0, fc(), lif("lif", 3, vec![1.0; 2])),
        &["'v_threshold' has 2", "3 neurons"],
    );
    refused(
        &chain(4.0, fc(), lif("lif", 2, vec![1.0; 2])),
        &["'lif'", "3 rows", "2 neurons"],
    );
    refused(
        &chain(4.0, fc(), lif("lif", 3, vec![1.0, -1.0, 1.0])),
        &["'lif'", "-1", "positive"],
    );
    refused(&chain(0.0, fc(), one()), &["'input'", "'shape'"]);
    refused(&chain(1e300, fc(), one()), &["'input'", "'shape'"]);
    refused(&chain(2.5, fc(), one()), &["'input'", "'shape'"]);
    let mut flat = fc();
    flat.parameters
        .insert("weight".into(), tensor(&[12], vec![0.5; 12]));
    refused(&chain(4.0, flat, one()), &["'fc'", "[12]", "(out, in)"]);
    let mut empty = fc();
    empty
        .parameters
        .insert("weight".into(), tensor(&[0, 4], vec![]));
    refused(&chain(4.0, empty, one()), &["'fc'", "[0, 4]"]);
    let mut slow = one();
    slow.parameters.insert("tau".into(), tensor(&[], vec![0.0]));
    refused(&chain(4.0, fc(), slow), &["'lif'", "'tau' is 0"]);
}

#[test]
fn topology() {
    let parts = || {
        let mut all = vec![border(Kind::Input, 3.0), border(Kind::Output, 3.0)];
        all.push(lif("lif", 3, vec![1.0; 3]));
        all.extend(["a", "b"].map(|n| linear(n, 3, 3, |_, _| 0.25)));
        all
    };
    let base = [("input", "a"), ("a", "lif"), ("lif", "output")];
    let with = |more: &[(&str, &str)]| graph(parts(), &[&base[..], more].concat());
    refused(&with(&[]), &["'b'", "no way leads to it"]);
    refused(&with(&[("a", "b")]), &["'b'", "no way leads from it"]);
    let e = refused(
        &with(&[("a", "b"), ("b", "a")]),
        &["loop without a neuron", "'a'", "'b'"],
    );
    assert!(matches!(e, ImportError::Loop { .. }));
    let ok = import_graph(
        &with(&[("lif", "b"), ("b", "lif")]),
        "g",
        &given(Dialect::SnnTorch),
    );
    let ok = ok.expect("a loop with a neuron");
    assert!(ok
        .choices
        .iter()
        .any(|c| c.contains("one step later") && c.contains("'lif'")));
    let delays: Vec<usize> = ok.network.connections.iter().map(|c| c.delay).collect();
    assert_eq!(delays, [0, 1]);
    let straight = vec![border(Kind::Input, 3.0), border(Kind::Output, 3.0)];
    refused(
        &graph(straight, &[("input", "output")]),
        &["'output'", "straight"],
    );
    refused(&Graph::default(), &["no Input"]);
}
