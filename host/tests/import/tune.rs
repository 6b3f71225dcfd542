//! Scales and thresholds found on samples.

use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions, Network, Population, ResetKind};
use ferrospike_host::quantise::{quantise, QuantiseOptions, Tuning};
use ferrospike_host::run::{default_shape, tune, Calibration, Floats};
use std::path::PathBuf;

fn mnist() -> (Network, Inputs) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/mnist");
    let imported = import_nir(&folder.join("mnist.nir"), &ImportOptions::default());
    let inputs = Inputs::open(&folder.join("mnist_test_1000.npz"));
    (imported.expect("imports").network, inputs.expect("samples"))
}

/// Spikes that only one side has, for each spike in floats, over all layers, and the share of changed answers.
fn differing(c: &Calibration) -> f64 {
    let layers = c.populations.iter();
    let spikes: f64 = layers.map(|p| p.3 as f64 / p.1 as f64).sum();
    spikes + c.changed as f64 / c.samples as f64
}

/// What is found on some samples is worth something on others.
#[test]
fn tuning_helps_on_other_samples_too() {
    let (network, inputs) = mnist();
    // Those of 4 bits are the best of their size as they are.
    for (bits, most) in [(8, 1.0), (4, 1.05), (2, 1.0)] {
        let mut options = CompileOptions::new(default_shape());
        options.quantise.bits = Some(bits);
        let mut heard = Vec::new();
        let tell = |layer: &str| heard.push(layer.to_string());
        let tuned = tune(&network, &options, &inputs, 40, tell).expect("tunes");
        assert_eq!(heard, ["lif1", "lif2"]);
        assert!(
            tuned.tuning.iter().any(|t| *t != Tuning::default()),
            "{bits}"
        );
        assert!(differing(&tuned.after) < differing(&tuned.before), "{bits}");
        let (untuned, _) = compile(&network, &options).expect("compiles");
        let others = Floats::new(&network, &untuned, &inputs, 40..140).expect("runs");
        let before = others.against(&untuned).expect("runs");
        let after = others.against(&tuned.image).expect("runs");
        assert!(
            differing(&after) < most * differing(&before),
            "{bits}: {before:?} {after:?}"
        );
    }
}

/// A threshold that is wrong by a fifth is seen, and no exact layer is touched.
#[test]
fn wrong_factors_are_noticed_and_exact_layers_left_alone() {
    let (network, inputs) = mnist();
    let mut options = CompileOptions::new(default_shape());
    let (image, _) = compile(&network, &options).expect("compiles");
    let floats = Floats::new(&network, &image, &inputs, 0..20).expect("runs");
    let right = differing(&floats.against(&image).expect("runs"));
    options.quantise.tuning = vec![
        Tuning {
            threshold: 1.2,
            ..Tuning::default()
        };
        3
    ];
    let (image, _) = compile(&network, &options).expect("compiles");
    assert!(differing(&floats.against(&image).expect("runs")) > 3.0 * right);
    let mut exact = network;
    for c in &mut exact.connections {
        let whole = |w: &mut f64| *w = (*w * 32.0).round() / 32.0;
        c.weights.values_mut().iter_mut().for_each(whole);
    }
    let tuned = tune(&exact, &options, &inputs, 2, |_| panic!("tried")).expect("compiles");
    assert!(tuned.tuning.iter().all(|t| *t == Tuning::default()));
}

/// Further spikes of a step have the threshold of the first.
#[test]
fn passes_are_tuned_with_their_population() {
    let (mut network, _) = mnist();
    let rule = network.populations[1].neuron.as_mut().expect("neurons");
    rule.reset = ResetKind::Soft;
    let further = Population {
        name: "further".into(),
        pass_of: Some(1),
        ..network.populations[1].clone()
    };
    network.populations.insert(2, further);
    for c in &mut network.connections {
        let moved = |p: usize| if p >= 2 { p + 1 } else { p };
        (c.from, c.to) = (moved(c.from), moved(c.to));
    }
    let factor = Tuning {
        threshold: 0.8,
        ..Tuning::default()
    };
    let options = QuantiseOptions {
        tuning: vec![factor; 4],
        ..QuantiseOptions::default()
    };
    let done = quantise(&network, &options).expect("quantised");
    let untuned = quantise(&network, &QuantiseOptions::default()).expect("quantised");
    assert_eq!(done[0].sub, done[1].sub);
    assert_eq!(
        done[0].parameters[0].threshold,
        done[1].parameters[0].threshold
    );
    assert!(done[0].sub < untuned[0].sub);
}
