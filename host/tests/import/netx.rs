//! Real networks of lava-dl (`.net`), from the tests of its 0.6.0 package, with the spikes that slayer gave.

use super::bench::{data, run_image, Spikes};
use ferrospike_host::compile::{compile, CompileOptions, ReportChoice};
use ferrospike_host::import::{import_file, ImportOptions, Network};
use ferrospike_model::device::Shape;
use ndarray::Array2;
use ndarray_npy::NpzReader;
use std::fs::File;

const LARGE: Shape = Shape {
    lanes: 16,
    synapse_words: 1 << 17,
    groups: 512,
    history_words: 1 << 13,
};

fn recorded(file: &str, name: &str) -> Spikes {
    let file = File::open(data(&format!("lava_dl/{file}"))).expect("recording");
    let array: Array2<i8> = NpzReader::new(file)
        .expect("npz")
        .by_name(name)
        .expect(name);
    let row = |r: ndarray::ArrayView1<i8>| r.iter().map(|&x| x != 0).collect();
    array.rows().into_iter().map(row).collect()
}

/// The network as slayer runs it in training: without Lava's step in every connection.
fn at_once(file: &str) -> Network {
    let path = data(&format!("lava_dl/{file}"));
    let imported = import_file(&path, &ImportOptions::default()).expect("imports");
    let mut network = imported.network;
    network.connections.iter_mut().for_each(|c| c.delay -= 1);
    network
}

/// Spikes of a population.
fn run(network: &Network, population: &str, input: &Spikes) -> Spikes {
    let options = CompileOptions {
        report: ReportChoice::All,
        ..CompileOptions::new(LARGE)
    };
    let (image, _) = compile(network, &options).expect("compiles");
    let (mut spikes, _) = run_image(&image, LARGE, input);
    spikes.remove(network.population(population).expect(population))
}

/// Spikes that differ if the second list comes `late` steps later, and spikes in all.
fn differing(got: &Spikes, want: &Spikes, late: usize) -> [usize; 2] {
    let pairs = got.iter().zip(want.iter().skip(late));
    let steps: Vec<_> = pairs
        .map(|(a, b)| a.iter().zip(b).filter(|(a, b)| a != b).count())
        .collect();
    [
        steps.iter().sum(),
        got.iter().flatten().filter(|s| **s).count(),
    ]
}

/// A network with axonal delays up to 62 steps: three layers of slayer, whose output comes 4 steps later.
#[test]
fn axonal_delays_are_those_of_slayer() {
    let input = recorded("ntidigits.npz", "x")[..800].to_vec();
    let want = recorded("ntidigits.npz", "s");
    let network = at_once("ntidigits.net");
    let got = run(&network, "layer4", &input);
    let [differ, spikes] = differing(&got, &want, 4);
    assert!(
        differ == 0 && spikes > 5000,
        "{differ} differ, {spikes} spikes"
    );
    // One of 63 delays a step longer is noticed.
    let mut other = network;
    other.connections[20].delay += 1;
    let got = run(&other, "layer4", &input);
    assert!(differing(&got, &want, 4)[0] > 0);
}

/// Two convolutions with biases; slayer's first step is before the first input.
#[test]
fn convolutions_are_those_of_slayer() {
    let input = recorded("tiny.npz", "x")[1..].to_vec();
    let network = at_once("tiny.net");
    for (population, name, least) in [("layer1", "l1", 1000), ("layer2", "s", 50)] {
        let want = recorded("tiny.npz", name);
        let got = run(&network, population, &input);
        let [differ, spikes] = differing(&got, &want, 1);
        assert!(
            differ == 0 && spikes > least,
            "{population}: {differ} differ, {spikes} spikes"
        );
        // Inputs one step later are others.
        let late = recorded("tiny.npz", "x")[2..].to_vec();
        assert!(differing(&run(&network, population, &late), &want, 1)[0] > 50);
    }
}

#[test]
fn choices_and_rules_are_told() {
    let path = data("lava_dl/ntidigits.net");
    let imported = import_file(&path, &ImportOptions::default()).expect("imports");
    let told = imported.choices.join("\n");
    assert!(told.contains("layer5: averages of spikes"), "{told}");
    assert!(
        told.contains("dialect lava, from the file's metadata"),
        "{told}"
    );
    let delays: Vec<usize> = imported
        .network
        .connections
        .iter()
        .map(|c| c.delay)
        .collect();
    assert_eq!(delays.iter().max(), Some(&63), "Lava's step and 62");
    let rule = imported.network.populations[1]
        .neuron
        .as_ref()
        .expect("neurons");
    assert!(rule.current_wraps && rule.fraction_bits == Some(6));
}

/// A file that is no network of lava-dl, and damaged ones: errors, not panics.
#[test]
fn damaged_files_are_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let good = std::fs::read(data("lava_dl/tiny.net")).expect("read");
    let file = folder.path().join("damaged.net");
    let (mut refused, mut read) = (0, 0);
    for number in 0..60usize {
        let mut bytes = good.clone();
        match number % 3 {
            0 => bytes.truncate(good.len() * number / 60),
            _ => {
                let begin = number * 1999 % (good.len() - 64);
                let damage = |b: &mut u8| *b = b.wrapping_mul(167).wrapping_add(number as u8);
                bytes[begin..begin + 48].iter_mut().for_each(damage);
            }
        }
        std::fs::write(&file, bytes).expect("written");
        match import_file(&file, &ImportOptions::default()) {
            Ok(_) => read += 1,
            Err(e) => {
                assert!(!e.to_string().is_empty());
                refused += 1;
            }
        }
    }
    assert!(refused >= 20, "{refused} refused, {read} read");
    let other = folder.path().join("other.net");
    std::fs::copy(data("v108_Linear.nir"), &other).expect("copied");
    let told = import_file(&other, &ImportOptions::default()).expect_err("refused");
    assert!(told.to_string().contains("no file of lava-dl"), "{told}");
}
