//! NIR files with convolutions, as nir 1.0.8 writes them.

use super::bench::{data, options, run_image};
use super::convolutions::noise;
use super::truth::{Chain, Layer, Stage, Window};
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::import::{import_graph, Dialect, ImportOptions};
use ferrospike_host::nir::{self, Kind};

/// Files as nir 1.0.8 writes them: padding in words, pairs and single numbers, an input shape, flattening.
#[test]
fn files_with_convolutions() {
    let options = ImportOptions {
        dialect: Some(Dialect::Euler),
        dt: Some(1.0),
        ..Default::default()
    };
    let read = |name: &str| {
        let graph = nir::read(&data(name)).expect("reads");
        let imported = import_graph(&graph, name, &options);
        (graph, imported.expect("imports").network)
    };
    let (graph, network) = read("conv_chain.nir");
    let numbers = |node: &str, key: &str| {
        let node = graph.nodes.iter().find(|n| n.name == node).expect("node");
        node.parameters.get(key).map_or(vec![], |t| t.data.clone())
    };
    let window = |name: &str, kind, size_in, channels, kernel, stride, padding, groups| {
        Stage::Window(Window {
            kind,
            size_in,
            channels,
            kernel,
            stride,
            padding,
            dilation: [1, 1],
            groups,
            same: false,
            weights: numbers(name, "weight"),
            bias: numbers(name, "bias"),
        })
    };
    let layer = |stages, name: &str| Layer {
        stages,
        thresholds: numbers(name, "v_threshold"),
    };
    let chain = Chain {
        size: [2, 9, 8],
        layers: vec![
            layer(
                vec![window(
                    "conv1",
                    Kind::Conv2d,
                    [2, 9, 8],
                    6,
                    [3, 3],
                    [1, 1],
                    [[1, 1]; 2],
                    1,
                )],
                "if1",
            ),
            layer(
                vec![
                    window(
                        "pool",
                        Kind::SumPool2d,
                        [6, 9, 8],
                        6,
                        [2, 2],
                        [2, 2],
                        [[0, 0]; 2],
                        1,
                    ),
                    window(
                        "conv2",
                        Kind::Conv2d,
                        [6, 4, 4],
                        8,
                        [3, 3],
                        [2, 1],
                        [[1, 1], [0, 0]],
                        2,
                    ),
                ],
                "if2",
            ),
            layer(
                vec![
                    window(
                        "avg",
                        Kind::AvgPool2d,
                        [8, 2, 2],
                        8,
                        [2, 2],
                        [2, 2],
                        [[0, 0]; 2],
                        1,
                    ),
                    Stage::Full(numbers("fc", "weight")),
                ],
                "if3",
            ),
        ],
        subtract: false,
    };
    let weights: Vec<_> = network.connections.iter().map(|c| &c.weights).collect();
    let want = chain.network();
    let want: Vec<_> = want.connections.iter().map(|c| &c.weights).collect();
    assert!(weights == want);
    let input = noise(144, 30, 0.3, 8);
    let (image, _) = compile(&network, &options8()).expect("compiles");
    assert!(run_image(&image, options8().shape, &input).0 == chain.run(&input).0);
    let (_, line) = read("conv_line.nir");
    let shapes: Vec<_> = line.populations.iter().map(|p| &p.shape[..]).collect();
    assert_eq!(shapes, [&[2, 19][..], &[4, 8], &[4, 8]]);
    assert_eq!(line.connections[1].weights.len(), 32);
}

fn options8() -> CompileOptions {
    options(8)
}
