//! The real networks of the NIR paper: they import, fit or are refused with the exact shortage, and run.

use super::bench::{data, differ, options, run, run_float, run_image, Spikes};
use super::convolutions::noise;
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::import::{import_nir, Dialect, ImportOptions, Imported, ResetRule};
use ferrospike_model::device::Shape;

fn read(file: &str, dialect: Dialect, reset: Option<ResetRule>, dt: Option<f64>) -> Imported {
    let options = ImportOptions {
        dialect: Some(dialect),
        reset,
        dt,
        ..ImportOptions::default()
    };
    import_nir(&data(&format!("nir_paper/{file}")), &options)
        .unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn spikes(all: &Spikes) -> usize {
    all.iter().flatten().filter(|&&s| s).count()
}

/// The Braille networks on the default device: a recurrent layer with synaptic currents, then seven letters. The
/// paper's time step is 0.1 ms.
#[test]
fn braille() {
    for (file, reset, hidden) in [
        ("braille_noDelay_bias_zero.nir", ResetRule::Zero, 38),
        (
            "braille_noDelay_noBias_subtract.nir",
            ResetRule::Subtract,
            40,
        ),
    ] {
        let network = read(file, Dialect::Euler, Some(reset), Some(1e-4)).network;
        let sizes: Vec<usize> = network.populations.iter().map(|p| p.neurons).collect();
        assert_eq!(sizes, [12, hidden, 7], "{file}");
        let own = network
            .connections
            .iter()
            .find(|c| c.from == c.to)
            .expect("a loop");
        assert_eq!(
            (own.from, own.delay, own.weights.len()),
            (1, 1, hidden * hidden)
        );
        let input = noise(12, 256, 0.25, 3);
        let float = run_float(&network, &input);
        let mut all = Vec::new();
        for lanes in [4, 8, 16] {
            let (got, report, saturations) = run(&network, &options(lanes), &input);
            assert_eq!(saturations, 0, "{file}");
            assert!(
                report.used.synapse_words * lanes < 20_000,
                "{:?}",
                report.used
            );
            all.push(got);
        }
        assert!(all.windows(2).all(|w| w[0] == w[1]), "{file}: lanes");
        let (hidden_spikes, letters) = (spikes(&all[0][1]), spikes(&all[0][2]));
        let off = differ(&float[1], &all[0][1]) + differ(&float[2], &all[0][2]);
        println!("{file}: {hidden_spikes} and {letters} spikes, {off} bits not as in floats");
        assert!(hidden_spikes > 20 && letters > 100, "{file}");
        // Weights rounded to 8 bits, in a loop: not equal.
        assert!(off < hidden_spikes + letters, "{file}: {off}");
    }
    for file in [
        "braille_noDelay_bias_zero_subgraph.nir",
        "braille_noDelay_noBias_subtract_subgraph.nir",
    ] {
        let options = ImportOptions {
            dialect: Some(Dialect::SnnTorch),
            ..ImportOptions::default()
        };
        let path = data(&format!("nir_paper/{file}"));
        let text = import_nir(&path, &options)
            .expect_err("an edge too far")
            .to_string();
        assert!(
            text.contains("edge '") && text.contains("no such node"),
            "{text}"
        );
    }
}

/// The N-MNIST network has more neurons than any board here; a larger device runs it.
#[test]
fn n_mnist() {
    let network = read("cnn_sinabs.nir", Dialect::Sinabs, None, None).network;
    let own = |p: &&ferrospike_host::import::Population| p.pass_of.is_none();
    let sizes: Vec<usize> = network
        .populations
        .iter()
        .filter(own)
        .map(|p| p.neurons)
        .collect();
    assert_eq!(sizes, [2312, 4096, 4096, 512, 256, 10]);
    let mut small = CompileOptions::new(ferrospike_host::run::default_shape());
    // Narrower weights are not tried then.
    small.quantise.bits = Some(2);
    let text = compile(&network, &small)
        .expect_err("too large")
        .to_string();
    println!("{text}");
    assert!(
        text.contains("groups of U and V (neurons) needed") && text.contains("256 there"),
        "{text}"
    );
    let large = CompileOptions {
        shape: Shape {
            lanes: 16,
            synapse_words: 1 << 15,
            groups: 1024,
            history_words: 1 << 13,
        },
        ..options(16)
    };
    let (image, report) = compile(&network, &large).expect("compiles");
    println!(
        "{:?}, {} neurons",
        report.used,
        sizes[1..].iter().sum::<usize>()
    );
    let input = noise(2312, 4, 0.03, 5);
    let (got, saturations) = run_image(&image, large.shape, &input);
    assert_eq!(saturations, 0);
    let float = run_float(&network, &input);
    let (mut all, mut off) = (0, 0);
    for (a, b) in got.iter().zip(&float).skip(1) {
        all += spikes(b);
        off += differ(a, b);
    }
    println!("{all} spikes, {off} bits not as in floats");
    assert!(all > 100 && off < all, "{off} of {all}");
}

/// Single neurons, against the closed form.
#[test]
fn single_neurons() {
    let beta = |imported: &Imported| {
        let last = imported
            .network
            .populations
            .iter()
            .rfind(|p| p.pass_of.is_none());
        last.and_then(|p| p.neuron.as_ref())
            .expect("rule")
            .membrane_decay
            .at(0)
    };
    // The paper's Norse file has the true time constant (its exporter changed later): NIR's equations as they stand.
    let norse = read("lif_norse.nir", Dialect::Euler, None, Some(1e-4));
    assert!((beta(&norse) - 0.96).abs() < 1e-6);
    // r = (tau/dt) exp(-dt/tau) = 24.02 gives dt = 0.1 ms.
    let rockpool = read("lif_rockpool.nir", Dialect::Rockpool, None, None);
    assert!((beta(&rockpool) - (-0.04f64).exp()).abs() < 1e-5);
    let two = read("two_lif_neurons.nir", Dialect::Euler, None, Some(1e-4));
    let rule = two.network.populations[1].neuron.as_ref().expect("rule");
    assert!((rule.bias.at(0) - 0.012).abs() < 1e-9);
}
