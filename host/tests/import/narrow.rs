//! Weights of 4, 2 and 1 bits: networks that have such weights are kept as they are, others lose what is said.

use super::bench::{data, differ, options, run, run_float, run_image};
use super::chains::window;
use super::convolutions::noise;
use super::truth::{Chain, Layer, Stage};
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions};
use ferrospike_host::nir::Kind;
use ferrospike_host::quantise::QuantiseError;
use ferrospike_host::run::{calibrate, default_shape};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Two convolutions and a full layer with weights of this alphabet.
fn chain(seed: u64, weights: &[f64]) -> Chain {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut now, mut layers) = ([2, 7, 8], Vec::new());
    for _ in 0..2 {
        let mut conv = window(&mut rng, Kind::Conv2d, now, 1);
        let mut pick = || weights[rng.gen_range(0..weights.len())];
        conv.weights.iter_mut().for_each(|w| *w = pick());
        now = conv.size_out();
        let n = now.iter().product();
        layers.push(Layer {
            stages: vec![Stage::Window(conv)],
            thresholds: vec![0.75; n],
        });
    }
    let n = 10 * now.iter().product::<usize>();
    let full = (0..n)
        .map(|_| weights[rng.gen_range(0..weights.len())])
        .collect();
    layers.push(Layer {
        stages: vec![Stage::Full(full)],
        thresholds: vec![0.75; 10],
    });
    Chain {
        size: [2, 7, 8],
        layers,
        subtract: true,
    }
}

/// Each alphabet of so many bits is kept, and takes no more bits, dense or listed.
#[test]
fn narrow_networks_are_kept() {
    let fine: Vec<f64> = (-8..8).map(|i| f64::from(i) / 8.0).collect();
    for (bits, alphabet, widest) in [
        (4, &fine[..], 4),
        (2, &[-0.5, 0.0, 0.5], 2),
        (1, &[0.0, 0.25], 1),
        (1, &[-0.5, 0.5], 1),
    ] {
        let mut kept = 0;
        for seed in 0..4 {
            let chain = chain(seed, alphabet);
            let input = noise(chain.inputs(), 15, 0.4, seed);
            let want = chain.run(&input).0;
            for (lanes, lists) in [(4, true), (8, true), (16, true), (8, false)] {
                let mut o = options(lanes);
                o.lists = lists;
                o.shape.groups = 1024;
                o.quantise.bits = Some(bits);
                let (image, report) = compile(&chain.network(), &o).expect("compiles");
                // Rows of one group take a word in any width, and stay wide.
                let narrow = report.rows.iter().filter(|r| r.bits <= widest).count();
                kept += narrow;
                let got = run_image(&image, o.shape, &input).0;
                assert!(got == want, "{bits} bits, {lanes} lanes, seed {seed}");
            }
        }
        println!("{bits} bits: {kept} narrow rows");
        assert!(kept >= 16, "{kept}");
    }
}

/// What 4 bits cost on the example: half the memory, and this accuracy.
#[test]
fn mnist_with_four_bits() {
    let path = data("../../../examples/mnist/mnist.nir");
    let network = import_nir(&path, &ImportOptions::default())
        .expect("imports")
        .network;
    let inputs = Inputs::open(&path.with_file_name("mnist_test_1000.npz")).expect("images");
    let mut bytes = Vec::new();
    for bits in [8, 4] {
        let mut o = CompileOptions::new(default_shape());
        o.quantise.bits = Some(bits);
        let (image, report) = compile(&network, &o).expect("fits");
        bytes.push(report.rows.iter().map(|r| r.bytes).sum::<usize>());
        let c = calibrate(&network, &image, &inputs, 400).expect("runs");
        println!(
            "{bits} bits: {} of 400 right, {} in floats",
            c.right, c.right_float
        );
        assert!(
            c.right >= 390 && c.saturations == 0,
            "{bits} bits: {}",
            c.right
        );
        // The clocks of the rows are those that the model counts, and those between them.
        assert_eq!(c.clocks.len(), report.scans);
        assert!(c
            .clocks
            .iter()
            .all(|(_, mean, most)| *mean > 8.0 && *most as f64 >= *mean));
    }
    assert_eq!(bytes[0], 2 * bytes[1]);
}

/// Rounded to the scale that the report names, the network in floats has the same spikes.
#[test]
fn rounding_is_what_the_report_says() {
    for bits in [4, 2, 1] {
        let mut network = chain(7, &[-0.71, -0.33, 0.11, 0.45, 0.62, 0.9]).network();
        let mut o = options(8);
        o.quantise.bits = Some(bits);
        let input = noise(112, 20, 0.4, 2);
        let (got, report, _) = run(&network, &o, &input);
        let layers = report.layers.iter();
        let limit = [0.0, 1.0, 1.0, 0.0, 8.0][bits as usize];
        for (c, layer) in network.connections.iter_mut().zip(layers) {
            assert_eq!((layer.exact, layer.bits), (false, bits));
            let scale = layer.scales[0];
            for w in c.weights.values_mut() {
                *w = match bits {
                    1 if *w < 0.0 => -scale,
                    1 => scale,
                    _ => (*w / scale).round().clamp(-limit, limit.min(7.0)) * scale,
                };
            }
        }
        let float = run_float(&network, &input);
        for (got, want) in got.iter().zip(&float).skip(1) {
            let (off, all) = (differ(got, want), want.iter().flatten().count());
            println!("{bits} bits: {off} of {all} bits differ");
            assert!(off * 100 <= all, "{off} of {all}");
        }
    }
    let mut o = options(8);
    o.quantise.bits = Some(3);
    let error = compile(&chain(1, &[0.5]).network(), &o).expect_err("no such width");
    assert_eq!(error.to_string(), QuantiseError::Bits(3).to_string());
}
