//! Sparse connections without a pattern, with delays and loops, against sums over their entries.

use super::bench::{options, run_image, Spikes};
use super::convolutions::noise;
use ferrospike_host::compile::compile;
use ferrospike_host::import::{
    Connection, Network, Neuron, Population, ResetKind, Role, Sparse, Values, Weights,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn population(name: &str, neurons: usize, role: Role) -> Population {
    let rule = Neuron {
        membrane_decay: Values::One(1.0),
        threshold: Some(Values::One(1.5)),
        reset: ResetKind::Soft,
        ..Neuron::default()
    };
    Population {
        neuron: (role != Role::Input).then_some(rule),
        ..Population::new(name, neurons, role)
    }
}

type Entries = Vec<(u32, u32, f64)>;

/// Input, hidden neurons with a loop, outputs; the entries of each connection.
fn random(seed: u64) -> (Network, Vec<Entries>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let sizes = [
        rng.gen_range(20..120),
        rng.gen_range(40..300),
        rng.gen_range(5..60),
    ];
    let [input, hidden, output] = sizes;
    let populations = vec![
        population("in", input, Role::Input),
        population("hidden", hidden, Role::Hidden),
        population("out", output, Role::Output),
    ];
    let density = [0.01, 0.05, 0.2, 0.6][rng.gen_range(0..4)];
    let (mut connections, mut all) = (Vec::new(), Vec::new());
    for (from, to, delays) in [(0, 1, 0..4), (1, 1, 1..5), (1, 2, 0..3), (0, 2, 0..8)] {
        let mut entries: Entries = Vec::new();
        for source in 0..sizes[from] as u32 {
            for target in 0..sizes[to] as u32 {
                if rng.gen_bool(density) {
                    entries.push((source, target, f64::from(rng.gen_range(-40..50)) / 32.0));
                }
            }
        }
        connections.push(Connection {
            floor_shift: 0,
            name: format!("{from} to {to}"),
            from,
            to,
            delay: rng.gen_range(delays),
            weights: Weights::Sparse(Sparse::new(entries.iter().rev().copied().collect())),
        });
        all.push(entries);
    }
    let network = Network {
        populations,
        connections,
        ..Network::default()
    };
    (network, all)
}

fn truth(network: &Network, entries: &[Entries], input: &Spikes) -> Vec<Spikes> {
    let mut spikes: Vec<Spikes> = vec![input.clone(), Vec::new(), Vec::new()];
    let mut v: Vec<Vec<f64>> = (network.populations.iter())
        .map(|p| vec![0.0; p.neurons])
        .collect();
    for step in 0..input.len() {
        for to in 1..3 {
            for (c, entries) in network
                .connections
                .iter()
                .zip(entries)
                .filter(|c| c.0.to == to)
            {
                let Some(then) = step.checked_sub(c.delay) else {
                    continue;
                };
                for &(source, target, w) in entries {
                    if spikes[c.from][then][source as usize] {
                        v[to][target as usize] += w;
                    }
                }
            }
            let mut fired = Vec::new();
            for v in &mut v[to] {
                let fires = *v >= 1.5;
                *v -= if fires { 1.5 } else { 0.0 };
                fired.push(fires);
            }
            spikes[to].push(fired);
        }
    }
    spikes
}

#[test]
fn sparse_networks_are_sums_over_their_entries() {
    let (mut listed, mut spikes) = (0, 0);
    for seed in 0..30 {
        let (network, entries) = random(seed);
        let input = noise(network.populations[0].neurons, 20, 0.3, seed);
        let want = truth(&network, &entries, &input);
        spikes += want[1..].iter().flatten().flatten().filter(|s| **s).count();
        for lanes in [4, 8, 16, 32] {
            for lists in [true, false] {
                let mut o = options(lanes);
                o.lists = lists;
                let (image, report) = compile(&network, &o).expect("compiles");
                assert!(report.layers.iter().all(|l| l.exact));
                let rows = &image.header.connections;
                listed += rows.iter().filter(|c| c.form == "listed").count();
                let (got, saturations) = run_image(&image, o.shape, &input);
                assert_eq!(saturations, 0);
                assert!(got == want, "seed {seed}, {lanes} lanes, lists {lists}");
            }
        }
    }
    println!("{listed} listed connections, {spikes} spikes");
    assert!(listed > 50 && spikes > 10_000);
}
