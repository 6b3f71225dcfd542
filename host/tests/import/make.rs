//! Graphs made by hand.

use ferrospike_host::nir::{Graph, Kind, Node, Tensor};
use std::collections::BTreeMap;

pub fn tensor(shape: &[usize], data: Vec<f64>) -> Tensor {
    Tensor {
        shape: shape.to_vec(),
        data,
    }
}

pub fn node(name: &str, kind: Kind, parameters: &[(&str, Tensor)]) -> Node {
    let parameters: BTreeMap<String, Tensor> = parameters
        .iter()
        .map(|(k, t)| (k.to_string(), t.clone()))
        .collect();
    Node {
        name: name.into(),
        kind,
        parameters,
        texts: BTreeMap::new(),
    }
}

pub fn lif(name: &str, n: usize, threshold: Vec<f64>) -> Node {
    let shape = [threshold.len()];
    let all = |x: f64| tensor(&[n], vec![x; n]);
    let parameters = [
        ("tau", all(8e-4)),
        ("r", all(8.0)),
        ("v_leak", all(0.0)),
        ("v_reset", all(0.0)),
        ("v_threshold", tensor(&shape, threshold)),
    ];
    node(name, Kind::Lif, &parameters)
}

pub fn linear(name: &str, rows: usize, columns: usize, w: impl Fn(usize, usize) -> f64) -> Node {
    let data = (0..rows * columns)
        .map(|i| w(i / columns, i % columns))
        .collect();
    node(
        name,
        Kind::Linear,
        &[("weight", tensor(&[rows, columns], data))],
    )
}

pub fn border(kind: Kind, n: f64) -> Node {
    let name = if kind == Kind::Input {
        "input"
    } else {
        "output"
    };
    node(name, kind, &[("shape", tensor(&[1], vec![n]))])
}

pub fn graph(nodes: Vec<Node>, edges: &[(&str, &str)]) -> Graph {
    let at = |name: &str| nodes.iter().position(|n| n.name == name).expect("node");
    let edges = edges.iter().map(|(a, b)| (at(a), at(b))).collect();
    Graph {
        nodes,
        edges,
        ..Graph::default()
    }
}
