//! Convolutions, pools and sparse connections, spike for spike and membrane for membrane against their
//! definition (`truth.rs`), with dense and with listed rows.

use super::bench::{options, run_image, Spikes};
use super::chains::random;
use super::truth::{Chain, Layer, Stage, Window};
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::nir::Kind;
use ferrospike_host::run::Reference;
use ferrospike_model::image::Image;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub fn noise(neurons: usize, steps: usize, rate: f64, seed: u64) -> Spikes {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..steps)
        .map(|_| (0..neurons).map(|_| rng.gen_bool(rate)).collect())
        .collect()
}

/// Compiles and compares with the definition: spikes of the bitmaps and of reports, and membranes as they are
/// read back.
fn check(chain: &Chain, options: &CompileOptions, steps: usize, seed: u64) -> Image {
    let input = noise(chain.inputs(), steps, 0.4, seed);
    let (image, report) = compile(&chain.network(), options).unwrap_or_else(|e| panic!("{e}"));
    assert!(
        report.layers.iter().all(|l| l.exact),
        "{:?}",
        report.lines()
    );
    let image = Image::from_bytes(&image.to_bytes().expect("bytes")).expect("the same");
    let (want, membranes) = chain.run(&input);
    let float = super::bench::run_float(&chain.network(), &input);
    assert!(float == want, "the network in floats: {chain:?}");
    let (got, saturations) = run_image(&image, options.shape, &input);
    assert_eq!(saturations, 0);
    for (layer, (got, want)) in got.iter().zip(&want).enumerate() {
        assert!(
            got == want,
            "{} lanes, layer {layer}: {chain:?}",
            options.shape.lanes
        );
    }
    let h = &image.header;
    let mut words = Vec::new();
    for row in &input {
        words.push(vec![ferrospike_host::board::bitmap_words(row, h.lanes)]);
    }
    let sample = Reference::new(&image)
        .expect("model")
        .run(0, &words)
        .expect("runs");
    for (p, (state, want)) in sample.states[1..].iter().zip(&membranes).enumerate() {
        let got = state.as_ref().expect("state").membranes.iter();
        let unit = h.populations[p + 1].unit;
        let got: Vec<f64> = got.map(|&v| f64::from(v) * unit).collect();
        assert!(got == *want, "membranes of layer {p}");
    }
    image
}

#[test]
fn spikes_are_those_of_the_definition() {
    let (mut listed, mut ordered, mut spikes) = (0, 0, 0);
    for seed in 0..40 {
        let chain = random(seed);
        for lanes in [4, 8, 16, 32] {
            let mut o = options(lanes);
            o.shape.groups = 1024;
            o.shape.history_words = 1 << 13;
            let image = check(&chain, &o, 12, seed);
            listed += (image.header.connections.iter())
                .filter(|c| c.form == "listed")
                .count();
            ordered += (image.header.populations.iter())
                .filter(|p| p.order.is_some())
                .count();
            o.lists = false;
            let dense = check(&chain, &o, 12, seed);
            assert!(dense.header.connections.iter().all(|c| c.form != "listed"));
        }
        let (all, _) = chain.run(&noise(chain.inputs(), 12, 0.4, seed));
        spikes += all[1..].iter().flatten().flatten().filter(|s| **s).count();
    }
    println!(
        "{listed} listed connections, {ordered} populations in another order, {spikes} spikes"
    );
    assert!(listed > 100 && ordered > 50 && spikes > 5000);
}

/// A convolution of a line, and one with a kernel that is not square, by the same definition.
#[test]
fn lines_are_images_of_one_row() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for lanes in [4, 8] {
        let values = (0..5 * 2 * 3).map(|_| f64::from(rng.gen_range(-7..8)) / 8.0);
        let conv = Window {
            kind: Kind::Conv2d,
            size_in: [2, 1, 21],
            channels: 5,
            kernel: [1, 3],
            stride: [1, 2],
            padding: [[0, 0], [1, 1]],
            dilation: [1, 2],
            groups: 1,
            same: false,
            weights: values.collect(),
            bias: vec![0.125, 0.0, -0.25, 0.5, 0.0],
        };
        let n = conv.size_out().iter().product();
        let chain = Chain {
            size: [2, 1, 21],
            layers: vec![Layer {
                stages: vec![Stage::Window(conv)],
                thresholds: vec![0.75; n],
            }],
            subtract: true,
        };
        check(&chain, &options(lanes), 20, 3);
        let mut graph = chain.graph();
        let short = |data: Vec<f64>| super::make::tensor(&[data.len()], data);
        let node = graph.node_mut("w0_0").expect("node");
        node.kind = Kind::Conv1d;
        for key in ["stride", "padding", "dilation"] {
            let last = node.parameters[key].data[1];
            node.parameters
                .insert(key.into(), super::make::tensor(&[], vec![last]));
        }
        let weight = node.parameters["weight"].data.clone();
        let weight = super::make::tensor(&[5, 2, 3], weight);
        node.parameters.insert("weight".into(), weight);
        let input = graph.node_mut("input").expect("node");
        input
            .parameters
            .insert("shape".into(), short(vec![2.0, 21.0]));
        let options = ferrospike_host::import::ImportOptions {
            dialect: Some(ferrospike_host::import::Dialect::Euler),
            reset: Some(ferrospike_host::import::ResetRule::Subtract),
            dt: Some(1.0),
            ..Default::default()
        };
        let line = ferrospike_host::import::import_graph(&graph, "chain.nir", &options);
        let line = line.expect("imports").network;
        assert_eq!(
            line.connections[0].weights,
            chain.network().connections[0].weights
        );
        assert_eq!(line.populations[1].shape, [5, 10]);
    }
}

/// Many channels arrive, and those that leave are a few less than lanes: pixels are padded. Thresholds of their own,
/// or shared ones, and biases.
#[test]
fn padded_pixels_are_those_of_the_definition() {
    for (seed, (channels, lanes)) in [(7, 8), (3, 4), (13, 16), (29, 32)].into_iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(seed as u64);
        let mut conv = |size_in: [usize; 3], channels: usize| {
            let mut value = || f64::from(rng.gen_range(-20..24)) / 16.0;
            Window {
                kind: Kind::Conv2d,
                size_in,
                channels,
                kernel: [3, 3],
                stride: [1, 1],
                padding: [[1, 1]; 2],
                dilation: [1, 1],
                groups: 1,
                same: true,
                weights: (0..channels * size_in[0] * 9).map(|_| value()).collect(),
                bias: (0..channels).map(|_| value() / 4.0).collect(),
            }
        };
        let (first, second) = (conv([40, 6, 5], channels), conv([channels, 6, 5], 4));
        for subtract in [true, false] {
            let threshold = |n: usize| -> Vec<f64> {
                let own = |i: usize| {
                    if subtract {
                        2.0
                    } else {
                        1.0 + (i % 7) as f64 / 8.0
                    }
                };
                (0..n).map(own).collect()
            };
            let layer = |window: &Window, thresholds| Layer {
                stages: vec![Stage::Window(window.clone())],
                thresholds,
            };
            let chain = Chain {
                size: [40, 6, 5],
                layers: vec![
                    layer(&first, threshold(channels * 30)),
                    layer(&second, threshold(120)),
                ],
                subtract,
            };
            let image = check(&chain, &options(lanes), 15, seed as u64);
            let p = &image.header.populations[1];
            assert!(p.places() > p.neurons, "{channels} channels, {lanes} lanes");
            // Padding keeps u = 0, v = 0 and has no spike, as the reports and read-back were compared without it.
            let mut device = image.device(options(lanes).shape).expect("loads");
            for row in noise(chain.inputs(), 6, 0.5, 1) {
                let (step, bits) = (
                    device.step,
                    ferrospike_host::board::bitmap_words(&row, lanes),
                );
                let input = image.header.populations[0].bitmap;
                device.set_input(input, step, &bits).expect("input");
                device.run(image.header.step_entry).expect("runs");
                let words = device
                    .bitmap(p.bitmap, step, p.groups(lanes))
                    .expect("bitmap");
                let first = p.first_group * lanes;
                let v = device.read_membranes(first, p.places()).expect("membranes");
                for (place, &v) in v
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| p.neuron_at(*at).is_none())
                {
                    assert_eq!((v, words[place / lanes] >> (place % lanes) & 1), (0, 0));
                }
            }
        }
    }
}
