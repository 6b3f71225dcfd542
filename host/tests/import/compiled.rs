//! Compiled images: what fits, what does not, and what quantisation costs.

use super::bench::{differ, options, run, run_float, Spikes};
use super::make::{border, graph, lif, linear};
use ferrospike_host::compile::{compile, CompileError, CompileOptions};
use ferrospike_host::import::{import_graph, Dialect, ImportOptions, Network, ResetRule, Values};
use ferrospike_host::nir::{Kind, Tensor};
use ferrospike_host::quantise::QuantiseError;
use ferrospike_model::device::Shape;
use ferrospike_model::interpreter::Record;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// An input of `sizes[0]`, then layers of `sizes[1..]` with random weights.
fn random(sizes: &[usize], seed: u64, dialect: Dialect, reset: ResetRule) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut nodes = vec![border(Kind::Input, sizes[0] as f64)];
    let mut edges = vec![("input".to_string(), "fc1".to_string())];
    for (i, pair) in sizes.windows(2).enumerate() {
        let w: Vec<f64> = (0..pair[0] * pair[1])
            .map(|_| rng.gen_range(-0.3..0.5))
            .collect();
        nodes.push(linear(&format!("fc{}", i + 1), pair[1], pair[0], |a, b| {
            w[a * pair[0] + b]
        }));
        let thresholds = (0..pair[1]).map(|_| rng.gen_range(0.5..2.0)).collect();
        nodes.push(lif(&format!("lif{}", i + 1), pair[1], thresholds));
        edges.push((format!("fc{}", i + 1), format!("lif{}", i + 1)));
        let last = i + 2 == sizes.len();
        let next = if last {
            "output".into()
        } else {
            format!("fc{}", i + 2)
        };
        edges.push((format!("lif{}", i + 1), next));
    }
    nodes.push(border(Kind::Output, sizes[sizes.len() - 1] as f64));
    let edges: Vec<(&str, &str)> = edges.iter().map(|(a, b)| (&**a, &**b)).collect();
    let o = ImportOptions {
        dialect: Some(dialect),
        reset: Some(reset),
        dt: Some(1e-4),
        ..ImportOptions::default()
    };
    import_graph(&graph(nodes, &edges), "random.nir", &o)
        .expect("imports")
        .network
}

fn noise(neurons: usize, steps: usize, rate: f64, seed: u64) -> Spikes {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..steps)
        .map(|_| (0..neurons).map(|_| rng.gen_bool(rate)).collect())
        .collect()
}

fn total(spikes: &Spikes) -> usize {
    spikes.iter().flatten().filter(|s| **s).count()
}

/// Thresholds and biases of their own, soft and hard resets, widths that fill no group: integers stay
/// close to floats, and nothing saturates where that was proven.
#[test]
fn random_networks_follow_the_floats() {
    for (seed, dialect, reset) in [
        (1, Dialect::SnnTorch, ResetRule::Subtract),
        (2, Dialect::SnnTorch, ResetRule::Zero),
        (3, Dialect::SpikingJelly, ResetRule::Zero),
        (4, Dialect::Euler, ResetRule::Subtract),
    ] {
        let mut network = random(&[19, 37, 11], seed, dialect, reset);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for p in &mut network.populations {
            let n = p.neurons;
            let Some(rule) = p.neuron.as_mut() else {
                continue;
            };
            rule.bias = Values::Each((0..n).map(|_| rng.gen_range(-0.05..0.1)).collect());
            rule.membrane_decay = Values::Each((0..n).map(|_| rng.gen_range(0.8..0.95)).collect());
        }
        let x = noise(19, 300, 0.2, seed);
        let (got, report, saturations) = run(&network, &options(16), &x);
        assert!(
            report.layers.iter().all(|l| l.proven && !l.exact),
            "{:?}",
            report.lines()
        );
        assert_eq!(saturations, 0);
        // The same 8-bit weights in floats: what is left is the rounding of the state.
        let mut rounded = network.clone();
        for (c, scale) in rounded
            .connections
            .iter_mut()
            .zip(report.layers.iter().map(|l| l.scales[0]))
        {
            c.weights
                .values_mut()
                .iter_mut()
                .for_each(|w| *w = (*w / scale).round() * scale);
        }
        let float = run_float(&rounded, &x);
        for (layer, (got, want)) in got.iter().zip(&float).enumerate().skip(1) {
            let (off, all) = (differ(got, want), total(want));
            println!("{dialect:?} {reset:?} layer {layer}: {off} of {all} spikes differ");
            assert!(all > 200 && off * 50 <= all, "{off} of {all}");
        }
        // Every input at once, for long: the bound holds.
        let (_, _, saturations) = run(&network, &options(16), &noise(19, 300, 1.0, seed));
        assert_eq!(saturations, 0);
    }
}

#[test]
fn too_large_for_the_device() {
    let network = random(&[200, 300, 300], 1, Dialect::SnnTorch, ResetRule::Subtract);
    let shape = Shape {
        lanes: 4,
        synapse_words: 1024,
        groups: 64,
        history_words: 128,
    };
    let error = compile(&network, &CompileOptions::new(shape)).expect_err("too large");
    let CompileError::DoesNotFit { shortages } = &error else {
        panic!("{error}")
    };
    assert_eq!(shortages.len(), 3, "{shortages:?}");
    for words in ["1024 there", "64 there", "128 there", "more synapse memory"] {
        assert!(error.to_string().contains(words), "{error}");
    }
    let network = random(&[1, 16381], 1, Dialect::SnnTorch, ResetRule::Subtract);
    let error = compile(&network, &CompileOptions::new(shape)).expect_err("too large");
    assert!(
        error.to_string().contains("'lif1': it takes 4096 groups"),
        "{error}"
    );
    let bad = Shape { lanes: 5, ..shape };
    assert!(matches!(
        compile(&network, &CompileOptions::new(bad)),
        Err(CompileError::Shape(_))
    ));
}

#[test]
fn out_of_range() {
    let network = || random(&[4, 6], 1, Dialect::SnnTorch, ResetRule::Subtract);
    let refuse = |n: &Network, o: &CompileOptions| compile(n, o).expect_err("refused").to_string();
    let o = options(4);
    let mut far = network();
    far.populations[1].neuron.as_mut().expect("rule").threshold = Some(Values::One(1e9));
    let text = refuse(&far, &o);
    assert!(
        text.contains("'lif1', neuron 0") && text.contains("threshold"),
        "{text}"
    );
    let mut weak = network();
    weak.connections[0].weights.values_mut()[3] = 1e300;
    assert!(
        compile(&weak, &o).is_ok(),
        "a large weight makes the others vanish, but is one scale"
    );
    weak.connections[0].weights.values_mut()[3] = f64::NAN;
    assert!(refuse(&weak, &o).contains("weight 3 is NaN"));
    let mut decay = network();
    decay.populations[1]
        .neuron
        .as_mut()
        .expect("rule")
        .membrane_decay = Values::One(1.5);
    assert!(refuse(&decay, &o).contains("decay of the membrane 1.5"));
    let mut after = network();
    after.populations[1]
        .neuron
        .as_mut()
        .expect("rule")
        .current_after_decay = true;
    assert!(refuse(&after, &o).contains("decay is 0"));
    let mut early = network();
    early.connections[0].from = 1;
    early.connections[0].weights = vec![0.1; 36].into();
    assert!(refuse(&early, &o).contains("no delay"));
    early.connections[0].delay = 200;
    assert!(refuse(&early, &o).contains("127 is the most"));
    let mut o = options(4);
    o.quantise.exponent = Some(16);
    assert!(matches!(
        compile(&network(), &o),
        Err(CompileError::Quantise(QuantiseError::Exponent {
            most: 15,
            ..
        }))
    ));
}

/// A synaptic current with a constant part, and a read-out whose membranes are reported.
#[test]
fn constant_currents_and_read_outs() {
    let all = |x: f64| Tensor {
        shape: vec![],
        data: vec![x],
    };
    let mut cuba = lif("lif", 3, vec![1.0]);
    cuba.kind = Kind::CubaLif;
    for (key, value) in [("tau_syn", 2e-4), ("tau_mem", 8e-4), ("w_in", 2.0)] {
        cuba.parameters.insert(key.into(), all(value));
    }
    let mut fc = linear("fc", 3, 2, |i, j| [0.5, -0.25, 0.125][i] * (j + 1) as f64);
    fc.kind = Kind::Affine;
    let bias = Tensor {
        shape: vec![3],
        data: vec![0.0, 0.111, 0.3],
    };
    fc.parameters.insert("bias".into(), bias);
    let mut li = lif("li", 2, vec![1.0]);
    li.kind = Kind::Li;
    let nodes = vec![
        border(Kind::Input, 2.0),
        fc,
        cuba,
        linear(
            "out",
            2,
            3,
            |i, j| if i == 0 { 0.5 } else { j as f64 - 1.0 },
        ),
        li,
        border(Kind::Output, 2.0),
    ];
    let edges = [
        ("input", "fc"),
        ("fc", "lif"),
        ("lif", "out"),
        ("out", "li"),
        ("li", "output"),
    ];
    let o = ImportOptions {
        dialect: Some(Dialect::SnnTorch),
        ..ImportOptions::default()
    };
    let network = import_graph(&graph(nodes, &edges), "cuba.nir", &o)
        .expect("imports")
        .network;
    let x = noise(2, 100, 0.3, 3);
    let (got, report, saturations) = run(&network, &options(4), &x);
    assert_eq!(saturations, 0);
    assert!(report.layers[0].value_error < 1e-5, "{:?}", report.lines());
    assert_eq!(differ(&got[1], &run_float(&network, &x)[1]), 0);
    assert!(total(&got[1]) > 20);
    let (image, _) = compile(&network, &options(4)).expect("compiles");
    assert!(image
        .header
        .connections
        .iter()
        .any(|c| c.form == "always" && c.from.is_none()));
    let mut device = image.device(options(4).shape).expect("loads");
    let records = device.run(image.header.step_entry).expect("runs");
    let number = image.header.populations[2].membrane_report;
    let sent = records.iter().any(
        |r| matches!(r, Record::State { number: n, values, .. } if Some(*n) == number && values.len() == 2),
    );
    assert!(sent, "{records:?}");
}
