//! Listed rows of compiled images: kernels are stored once, faults are found, networks fit.

use super::bench::{options, run_image, shape};
use super::convolutions::noise;
use super::truth::{Chain, Layer, Size, Stage, Window};
use ferrospike_host::compile::{compile, CompileOptions, CompileReport, RowsReport};
use ferrospike_host::nir::Kind;
use ferrospike_model::device::Shape;
use ferrospike_model::program::{Form, Operation};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A convolution with weights in eighths between these sizes.
fn convolution(size_in: Size, channels: usize, kernel: usize, stride: usize, same: bool) -> Window {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let before = if same { kernel / 2 } else { 0 };
    let count = channels * size_in[0] * kernel * kernel;
    // The whole width of 8 bits, and no weight of 0.
    let mut value = || f64::from(rng.gen_range(1..128) * [1, -1][rng.gen_range(0..2)]) / 128.0;
    Window {
        kind: Kind::Conv2d,
        size_in,
        channels,
        kernel: [kernel; 2],
        stride: [stride; 2],
        padding: [[before; 2]; 2],
        dilation: [1; 2],
        groups: 1,
        same,
        weights: (0..count).map(|_| value()).collect(),
        bias: vec![0.0; channels],
    }
}

pub fn layer(stages: Vec<Stage>, neurons: usize) -> Layer {
    Layer {
        stages,
        thresholds: vec![1.0; neurons],
    }
}

/// Convolutions one after the other, and a full layer of 10 at the end.
pub fn network(size: Size, windows: &[(usize, usize, usize, bool)]) -> Chain {
    let (mut now, mut layers) = (size, Vec::new());
    for &(channels, kernel, stride, same) in windows {
        let conv = convolution(now, channels, kernel, stride, same);
        now = conv.size_out();
        layers.push(layer(vec![Stage::Window(conv)], now.iter().product()));
    }
    let n = now.iter().product::<usize>();
    let full = (0..10 * n).map(|i| (i % 23) as f64 / 8.0 - 1.25).collect();
    layers.push(layer(vec![Stage::Full(full)], 10));
    Chain {
        size,
        layers,
        subtract: true,
    }
}

fn row<'a>(report: &'a CompileReport, name: &str) -> &'a RowsReport {
    let found = report.rows.iter().find(|r| r.name == name);
    found.unwrap_or_else(|| panic!("{name} in {:?}", report.rows))
}

/// 8C5s2-32C5s2-10 on 28 x 28: 1,796 neurons.
#[test]
fn a_convolutional_network_fits_131072_bytes() {
    let chain = network([1, 28, 28], &[(8, 5, 2, false), (32, 5, 2, false)]);
    let device = Shape {
        lanes: 8,
        synapse_words: 16384,
        groups: 256,
        history_words: 1024,
    };
    let (image, report) = compile(&chain.network(), &CompileOptions::new(device)).expect("fits");
    for r in &report.rows {
        println!("{r:?} {:.3}", r.utilisation());
    }
    println!("{:?}", report.used);
    assert!(image.header.groups <= 256 && image.synapses.len() <= 131_072);
    for (name, weights) in [("w0_0", 8 * 25), ("w1_0", 8 * 32 * 25)] {
        let r = row(&report, name);
        assert_eq!((r.form, r.bits), ("listed", 8));
        // Each kernel once, in words without a lane that is lost.
        assert_eq!(r.words * 8, weights, "{r:?}");
        assert!(r.utilisation() > 0.999, "{r:?}");
    }
    let input = noise(784, 6, 0.2, 1);
    let (got, _) = run_image(&image, device, &input);
    assert!(got == chain.run(&input).0);
    // Without lists it would be a matrix.
    let dense = CompileOptions {
        lists: false,
        ..CompileOptions::new(device)
    };
    let error = compile(&chain.network(), &dense).expect_err("too large");
    let text = error.to_string();
    println!("{text}");
    for words in ["'w1_0'", "no listed rows", "dense, 8 bits"] {
        assert!(text.contains(words), "{text}");
    }
}

/// A kernel of 5 x 5 in steps of 1, as many channels as lanes, on 28 x 28: how much of what is read of S
/// are weights, if every source spikes.
#[test]
fn most_of_what_is_read_are_weights() {
    for lanes in [4, 8, 16, 32] {
        let mut chain = network([1, 28, 28], &[(lanes, 5, 1, true)]);
        chain.layers.truncate(1);
        let mut o = options(lanes);
        o.shape = Shape {
            synapse_words: 1 << 18,
            groups: 2048,
            history_words: 1 << 13,
            ..shape(lanes)
        };
        let (image, report) = compile(&chain.network(), &o).expect("compiles");
        let r = row(&report, "w0_0");
        assert_eq!(r.words, 25, "{r:?}");
        let mut device = image.device(o.shape).expect("loads");
        let words = ferrospike_host::board::bitmap_words(&[true; 784], lanes);
        let input = image.header.populations[0].bitmap;
        device.set_input(input, 0, &words).expect("input");
        let only = image.program(image.header.step_entry).expect("program");
        let Some((_, Operation::Scan(scan))) = only.first() else {
            panic!("{only:?}")
        };
        assert_eq!(scan.form, Form::Listed);
        let before = device.counters;
        device.run(image.header.step_entry).expect("runs");
        let longs = f64::from(device.counters.list_words - before.list_words);
        let weights = (r.delivered / lanes) as f64;
        let share = weights / (weights + longs);
        println!(
            "{lanes} lanes: {weights} words of weights, {longs} longs of table and lists: {share:.3}; \
             list and table {} longs in S",
            r.longs
        );
        assert!(share > 0.84, "{share}");
        assert_eq!(longs as usize, r.clocks - 8 - 784 - weights as usize);
    }
}

/// Random sparse matrices whose rows have too many weights for the count of one SCAN.
#[test]
fn long_rows_take_two_scans() {
    let mut chain = network([600, 3, 3], &[]);
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let conv = Window {
        weights: (0..600 * 600)
            .map(|_| f64::from(rng.gen_range(-3..4)) / 8.0)
            .collect(),
        ..convolution([600, 3, 3], 600, 1, 1, false)
    };
    let spread = Window {
        bias: vec![0.0; 600],
        weights: (0..600 * 2 * 9)
            .map(|_| f64::from(rng.gen_range(1..4)) / 8.0)
            .collect(),
        groups: 300,
        ..convolution([600, 3, 3], 600, 3, 1, true)
    };
    chain.layers = vec![layer(vec![Stage::Window(conv)], 5400)];
    let mut o = options(32);
    o.shape.groups = 512;
    let (image, report) = compile(&chain.network(), &o).expect("compiles");
    assert_eq!(row(&report, "w0_0").form, "listed");
    let input = noise(5400, 3, 0.05, 3);
    assert!(run_image(&image, o.shape, &input).0 == chain.run(&input).0);
    chain.layers = vec![layer(vec![Stage::Window(spread)], 5400)];
    let (image, _) = compile(&chain.network(), &o).expect("compiles");
    assert!(run_image(&image, o.shape, &input).0 == chain.run(&input).0);
    // 5,000 destinations of one source.
    let wide = Window {
        weights: (0..5000 * 2)
            .map(|_| 0.125 * f64::from(rng.gen_range(1..9)))
            .collect(),
        bias: vec![0.0; 10_000],
        groups: 2,
        ..convolution([4, 1, 1], 10_000, 1, 1, false)
    };
    chain.size = [4, 1, 1];
    chain.layers = vec![layer(
        vec![Stage::Window(Window {
            weights: wide.weights.iter().chain(&wide.weights).copied().collect(),
            ..wide
        })],
        10_000,
    )];
    let (image, report) = compile(&chain.network(), &o).expect("compiles");
    assert_eq!(
        (report.rows.len(), report.scans),
        (1, 2),
        "{:?}",
        report.rows
    );
    let input = noise(4, 20, 0.4, 3);
    assert!(run_image(&image, o.shape, &input).0 == chain.run(&input).0);
}

/// A population without spikes at start values that would make padding spike keeps the plain order.
#[test]
fn padding_never_spikes() {
    let chain = network([16, 9, 9], &[(7, 3, 1, true)]);
    for (threshold, padded) in [(1.0, true), (-1.0, false)] {
        let mut network = chain.network();
        let rule = network.populations[1].neuron.as_mut().expect("rule");
        rule.threshold = Some(ferrospike_host::import::Values::One(threshold));
        rule.reset = ferrospike_host::import::ResetKind::Hard;
        let (image, _) = compile(&network, &options(8)).expect("compiles");
        let p = &image.header.populations[1];
        assert_eq!(p.places() > p.neurons, padded, "{threshold}");
        let mut device = image.device(options(8).shape).expect("loads");
        for _ in 0..3 {
            let step = device.step;
            device.run(image.header.step_entry).expect("runs");
            let words = device.bitmap(p.bitmap, step, p.groups(8)).expect("bitmap");
            let all: u32 = words.iter().map(|w| w.count_ones()).sum();
            assert_eq!(all as usize, if padded { 0 } else { p.neurons });
        }
    }
}
