//! Why a recording differs from an image: the step, the neuron and the rounding where it begins.
//!
//! The rule itself is right in each of these cases: in 64-bit floats it gives the recorded spikes, all of them. What is
//! left is the fixed point. These tests hold what it costs if it is chosen badly, and so they are also the faults that the
//! comparison of `recordings.rs` must see.

use super::bench::{data, options, run_image, Spikes};
use ferrospike_host::compile::compile;
use ferrospike_host::import::{float::FloatRun, import_file, ImportOptions, Network, Values};
use ferrospike_model::program::Rounding;
use ndarray::Array2;
use ndarray_npy::NpzReader;
use std::fs::File;

/// Both layers of a recording, one after the other: `[step][neuron]`.
fn recorded(framework: &str, case: &str) -> (Spikes, Spikes) {
    let file = File::open(data(&format!("recordings/{framework}.npz"))).expect("recording");
    let mut npz = NpzReader::new(file).expect("npz");
    let mut of = |name: &str| -> Spikes {
        let array: Array2<i8> = npz.by_name(name).expect(name);
        let row = |r: ndarray::ArrayView1<i8>| r.iter().map(|&x| x != 0).collect();
        array.rows().into_iter().map(row).collect()
    };
    let (x, l1, l2) = (
        of("x"),
        of(&format!("{case}/l1")),
        of(&format!("{case}/l2")),
    );
    (
        x,
        l1.into_iter()
            .zip(l2)
            .map(|(a, b)| [a, b].concat())
            .collect(),
    )
}

fn network(file: &str, options: &ImportOptions) -> Network {
    let imported = import_file(&data(&format!("recordings/{file}")), options);
    imported.unwrap_or_else(|e| panic!("{file}: {e}")).network
}

fn layers(network: &Network) -> [usize; 2] {
    ["l1", "l2"].map(|name| network.population(name).expect("a layer"))
}

/// The image's spikes of both layers. None of these recordings has two spikes in a step.
fn in_integers(network: &Network, bits: Option<u8>, input: &Spikes) -> Spikes {
    let mut o = options(8);
    o.quantise.bits = bits;
    let (image, _) = compile(network, &o).expect("compiles");
    let (got, saturations) = run_image(&image, o.shape, input);
    assert_eq!(saturations, 0);
    let [l1, l2] = layers(network);
    let both = |step: usize| [got[l1][step].clone(), got[l2][step].clone()].concat();
    (0..input.len()).map(both).collect()
}

/// Spikes of both layers in floats, and how far each membrane was from its threshold of 1 before the reset, which
/// subtracts 1 at once (`soft`), or leaves the membrane.
fn in_floats(network: &Network, input: &Spikes, soft: bool) -> (Spikes, Vec<Vec<f64>>) {
    let mut run = FloatRun::new(network);
    let (mut spikes, mut margins) = (Spikes::new(), Vec::new());
    for row in input {
        let out = run.step(&[row]);
        let (mut s, mut m) = (Vec::new(), Vec::new());
        for layer in layers(network) {
            s.extend(&out[layer]);
            let before = |(&v, &fired): (&f64, &bool)| v + f64::from(u8::from(fired && soft)) - 1.0;
            m.extend(run.membranes(layer).iter().zip(&out[layer]).map(before));
        }
        spikes.push(s);
        margins.push(m);
    }
    (spikes, margins)
}

/// How many differ, and the first: step, and neuron of both layers together.
fn differing(a: &Spikes, b: &Spikes) -> (usize, Option<[usize; 2]>) {
    let mut all = Vec::new();
    for (step, (a, b)) in a.iter().zip(b).enumerate() {
        all.extend((0..a.len()).filter(|&n| a[n] != b[n]).map(|n| [step, n]));
    }
    (all.len(), all.first().copied())
}

/// Decays rounded down lose up to a unit in each step. Where a membrane comes that close to its threshold, a spike is lost, and
/// what the spike would have changed goes on from there.
#[test]
fn decays_rounded_down() {
    for (framework, case, soft, differ, first) in [
        ("snntorch", "synaptic_subtract", false, 4, [320, 20]),
        ("snntorch", "rleaky_subtract", false, 1555, [137, 30]),
        ("snntorch", "rsynaptic_subtract", false, 954, [170, 22]),
        ("sinabs", "lif_current", true, 12, [118, 5]),
    ] {
        let floor = ImportOptions {
            rounding: Some(Rounding::Floor),
            max_spikes: (framework == "sinabs").then_some(1),
            ..ImportOptions::default()
        };
        let network = network(&format!("{framework}_{case}.nir"), &floor);
        let (x, want) = recorded(framework, case);
        let (float, margins) = in_floats(&network, &x, soft);
        assert_eq!(differing(&float, &want), (0, None), "{case} in floats");
        let got = in_integers(&network, None, &x);
        let (many, at) = differing(&got, &want);
        let [step, neuron] = at.expect("a difference");
        let margin = margins[step][neuron];
        println!("{case}: {many} differ, first step {step}, neuron {neuron}, {margin:.1e} from the threshold");
        assert_eq!((many, [step, neuron]), (differ, first), "{case}");
        // Rounding down loses spikes, and no more than 16 units of 2^-16.
        assert!(want[step][neuron] && !got[step][neuron], "{case}");
        assert!((0.0..16.0 / 65536.0).contains(&margin), "{case}: {margin}");
    }
}

/// SpikingJelly's learned decay is a sigmoid of 32 bits: 2^-27.4 below 7/8, where a factor of the core has 16 bits. A
/// membrane that 7/8 brings to the threshold itself stays just below it.
#[test]
fn a_decay_of_more_than_sixteen_bits() {
    let own = network("spikingjelly_plif_zero.nir", &ImportOptions::default());
    let (x, want) = recorded("spikingjelly", "plif_zero");
    let (float, _) = in_floats(&own, &x, false);
    assert_eq!(differing(&float, &want), (0, None), "in floats");
    let mut rounded = own.clone();
    for population in &mut rounded.populations {
        let Some(rule) = &mut population.neuron else {
            continue;
        };
        let decay = rule.membrane_decay.at(0);
        assert!(decay < 0.875 && 0.875 - decay < 2f64.powi(-27), "{decay}");
        rule.membrane_decay = Values::One(0.875);
    }
    let (nearest, margins) = in_floats(&rounded, &x, false);
    let (many, at) = differing(&nearest, &want);
    assert_eq!((many, at), (15, Some([96, 23])));
    // The spike that was one too many cleared the membrane.
    assert!(nearest[96][23] && margins[96][23] == -1.0);
    assert_eq!(
        in_integers(&own, None, &x),
        nearest,
        "nothing but the decay"
    );
}

/// Nengo solves for weights of 64 bits: 8 are too few for them. With 16 what is left is the synapse's decay, exp(-0.1),
/// which misses a multiple of 2^-16 by 6.5e-6; where it is one nothing differs.
#[test]
fn weights_of_no_grid() {
    let own = network("nengo_decoded.json", &ImportOptions::default());
    let (x, want) = recorded("nengo", "decoded");
    let float = in_floats(&own, &x, false).0;
    assert_eq!(differing(&float, &want), (0, None), "in floats");
    let many = |bits| differing(&in_integers(&own, Some(bits), &x), &want).0;
    assert_eq!([many(8), many(16)], [463, 4]);
    let mut rounded = own.clone();
    let l2 = layers(&rounded)[1];
    let rule = rounded.populations[l2].neuron.as_mut().expect("a rule");
    let decay = rule.current_decay.at(0);
    rule.current_decay = Values::One((decay * 65536.0).round() / 65536.0);
    assert!((rule.current_decay.at(0) - decay).abs() < 6.6e-6);
    let nearest = in_floats(&rounded, &x, false).0;
    assert_eq!(differing(&nearest, &want), (4, Some([124, 37])));
    assert_eq!(
        in_integers(&own, Some(16), &x),
        nearest,
        "nothing but the decay"
    );
    let dyadic = network("nengo_decoded_dyadic.json", &ImportOptions::default());
    let (x, want) = recorded("nengo", "decoded_dyadic");
    let many = |bits| differing(&in_integers(&dyadic, Some(bits), &x), &want).0;
    assert!(many(8) > 100 && many(16) == 0);
}
