//! What takes time or happens more than once in a step: delays, several spikes, lost steps, and the update orders of the
//! frameworks; against loops that follow the frameworks' own lines. All numbers are dyadic, so that floats are exact.

use super::bench::{differ, options, run, run_float, Spikes};
use super::convolutions::noise;
use super::make::{border, graph, linear, node, tensor};
use ferrospike_host::import::{import_graph, Dialect, ImportOptions, Network};
use ferrospike_host::nir::{Graph, Kind, Node};

const STEPS: usize = 60;

fn import(graph: &Graph, dialect: Dialect) -> Network {
    let options = ImportOptions {
        dialect: Some(dialect),
        dt: Some(1.0),
        ..ImportOptions::default()
    };
    import_graph(graph, "g.nir", &options)
        .unwrap_or_else(|e| panic!("{e}"))
        .network
}

/// Small weights in quarters, positive more often.
fn weight(i: usize, j: usize) -> f64 {
    let n = (i * 7 + j * 13 + i * j * 5) % 11;
    n as f64 / 4.0 - 0.75
}

/// A neuron without time constants, its rule in keys.
fn neuron(name: &str, n: usize, keys: &[(&str, f64)], words: &[(&str, &str)]) -> Node {
    let mut parameters = vec![("v_threshold".to_string(), tensor(&[n], vec![1.0; n]))];
    for (key, value) in keys {
        parameters.push((format!("ferrospike_{key}"), tensor(&[], vec![*value])));
    }
    let borrowed: Vec<_> = parameters
        .iter()
        .map(|(k, t)| (k.as_str(), t.clone()))
        .collect();
    let mut node = node(name, Kind::Lif, &borrowed);
    for (key, word) in words {
        node.texts
            .insert(format!("ferrospike_{key}"), word.to_string());
    }
    node
}

fn chain(nodes: Vec<Node>) -> Graph {
    let names: Vec<String> = nodes.iter().map(|n| n.name.clone()).collect();
    let edges: Vec<(&str, &str)> = names.windows(2).map(|w| (&*w[0], &*w[1])).collect();
    graph(nodes, &edges)
}

/// The sum of each population and its passes, step after step, from an image and in floats; both must agree.
fn counts(network: &Network, input: &Spikes, names: &[&str]) -> Vec<Vec<Vec<i32>>> {
    let o = options(4);
    let (image, _, saturations) = run(network, &o, input);
    assert_eq!(saturations, 0);
    let float = run_float(network, input);
    for (p, (a, b)) in image.iter().zip(&float).enumerate() {
        assert_eq!(differ(a, b), 0, "{}", network.populations[p].name);
    }
    let of = |name: &&str| {
        let main = network.population(name).expect("population");
        let all: Vec<usize> = std::iter::once(main).chain(network.passes(main)).collect();
        let at = |step: usize, i: usize| all.iter().map(|&p| i32::from(image[p][step][i])).sum();
        (0..input.len())
            .map(|step| {
                (0..network.populations[main].neurons)
                    .map(|i| at(step, i))
                    .collect()
            })
            .collect()
    };
    names.iter().map(of).collect()
}

fn product(n: usize, x: &[i32]) -> Vec<f64> {
    (0..n)
        .map(|i| {
            x.iter()
                .enumerate()
                .map(|(j, &s)| weight(i, j) * f64::from(s))
                .sum()
        })
        .collect()
}

fn as_counts(spikes: &Spikes) -> Vec<Vec<i32>> {
    spikes
        .iter()
        .map(|row| row.iter().map(|&s| i32::from(s)).collect())
        .collect()
}

/// Delays of sources, of destinations, of both, and in a loop.
#[test]
#[allow(clippy::needless_range_loop)]
fn delays() {
    let late = |name: &str, steps: &[f64]| {
        node(
            name,
            Kind::Delay,
            &[("delay", tensor(&[steps.len()], steps.to_vec()))],
        )
    };
    let (before, after) = ([0.0, 2.0, 5.0, 2.0, 1.0, 0.0], [3.0, 0.0, 1.0, 3.0]);
    let fire = |name: &str| {
        neuron(
            name,
            4,
            &[("beta", 0.5)],
            &[("reset", "zero"), ("comparator", ">")],
        )
    };
    let mut g = chain(vec![
        border(Kind::Input, 6.0),
        late("early", &before),
        linear("fc", 4, 6, weight),
        late("late", &after),
        fire("lif"),
        border(Kind::Output, 4.0),
    ]);
    // A loop with a delay of two steps: no further one is added.
    let at = |g: &Graph, name: &str| g.nodes.iter().position(|n| n.name == name).expect("node");
    g.nodes.push(late("again", &[2.0]));
    g.nodes.push(linear("rec", 4, 4, |i, j| weight(j, i) / 2.0));
    let (lif, again, rec) = (at(&g, "lif"), at(&g, "again"), at(&g, "rec"));
    g.edges.extend([(lif, again), (again, rec), (rec, lif)]);
    let network = import(&g, Dialect::Euler);
    let mut delays: Vec<usize> = network.connections.iter().map(|c| c.delay).collect();
    delays.sort_unstable();
    delays.dedup();
    assert_eq!(delays, [0, 1, 2, 3, 4, 5, 6, 8]);
    let input = noise(6, STEPS, 0.4, 11);
    let got = counts(&network, &input, &["lif"]).remove(0);
    let x = as_counts(&input);
    let ago =
        |x: &[Vec<i32>], t: usize, d: usize, i: usize| t.checked_sub(d).map_or(0, |t| x[t][i]);
    let mut v = [0.0; 4];
    let mut s: Vec<Vec<i32>> = Vec::new();
    for t in 0..STEPS {
        let mut now = vec![0; 4];
        for i in 0..4 {
            let mut h = 0.5 * v[i];
            for j in 0..6 {
                h += weight(i, j) * f64::from(ago(&x, t, (before[j] + after[i]) as usize, j));
            }
            for j in 0..4 {
                h += weight(j, i) / 2.0 * f64::from(if t >= 2 { s[t - 2][j] } else { 0 });
            }
            now[i] = i32::from(h > 1.0);
            v[i] = if h > 1.0 { 0.0 } else { h };
        }
        s.push(now);
    }
    assert!(s.iter().flatten().sum::<i32>() > 40);
    assert_eq!(got, s);
    // A delay of another step is seen.
    let mut wrong = g.clone();
    wrong
        .node_mut("late")
        .expect("late")
        .parameters
        .get_mut("delay")
        .expect("delay")
        .data[1] = 1.0;
    assert_ne!(
        counts(&import(&wrong, Dialect::Euler), &input, &["lif"])[0],
        s
    );
}

#[test]
fn delays_that_are_refused() {
    let with = |delay: Vec<f64>, bias: bool| {
        let mut fc = linear("fc", 4, 6, weight);
        if bias {
            fc.kind = Kind::Affine;
            fc.parameters
                .insert("bias".into(), tensor(&[4], vec![0.5; 4]));
        }
        let late = node(
            "late",
            Kind::Delay,
            &[("delay", tensor(&[delay.len()], delay))],
        );
        chain(vec![
            border(Kind::Input, 6.0),
            fc,
            late,
            neuron("lif", 4, &[("beta", 0.5)], &[]),
            border(Kind::Output, 4.0),
        ])
    };
    let refused = |g: &Graph, words: &[&str]| {
        let options = ImportOptions {
            dialect: Some(Dialect::Euler),
            dt: Some(1.0),
            ..ImportOptions::default()
        };
        let text = import_graph(g, "g.nir", &options)
            .expect_err("refused")
            .to_string();
        for word in words {
            assert!(text.contains(word), "'{word}' is missing in: {text}");
        }
    };
    refused(
        &with(vec![1.5], false),
        &["'late'", "1.500 steps", "whole number"],
    );
    refused(
        &with(vec![0.0, 1.0, 127.0, 0.0], false),
        &["element 2", "0 to 126"],
    );
    refused(&with(vec![-1.0], false), &["'late'", "-1"]);
    refused(
        &with(vec![1.0, 2.0], false),
        &["'late'", "2 elements", "4 values"],
    );
    refused(&with(vec![1.0], true), &["'late'", "a bias arrives"]);
}

/// sinabs' MultiSpike: n = floor(h / threshold) spikes, each of which is subtracted, then the lower limit.
#[test]
fn several_spikes_in_a_step() {
    let fire = |name: &str, n| {
        let keys = [
            ("beta", 0.5),
            ("max_spikes", 16.0),
            ("v_min", -0.5),
            ("gain", 1.0),
        ];
        neuron(name, n, &keys, &[])
    };
    let g = chain(vec![
        border(Kind::Input, 6.0),
        linear("fc", 4, 6, weight),
        fire("a", 4),
        linear("fc2", 3, 4, weight),
        fire("b", 3),
        border(Kind::Output, 3.0),
    ]);
    let network = import(&g, Dialect::Sinabs);
    let input = noise(6, STEPS, 0.4, 12);
    let got = counts(&network, &input, &["a", "b"]);
    let mut layers = [vec![0.0; 4], vec![0.0; 3]];
    let mut want = [Vec::new(), Vec::new()];
    let mut most = 0;
    for row in as_counts(&input) {
        let mut x = row;
        for (v, want) in layers.iter_mut().zip(&mut want) {
            let mut now = Vec::new();
            let arriving = product(v.len(), &x);
            for (v, a) in v.iter_mut().zip(arriving) {
                let h: f64 = (0.5 * *v + a).max(-0.5);
                let n = if h >= 1.0 { h.floor() } else { 0.0 };
                *v = h - n;
                now.push(n as i32);
                most = most.max(n as i32);
            }
            want.push(now.clone());
            x = now;
        }
    }
    assert!((3..=16).contains(&most), "{most}");
    assert_eq!(got, want);
    // With one spike at most the network is another one.
    let mut wrong = g.clone();
    for name in ["a", "b"] {
        let keys = wrong.node_mut(name).expect("node");
        keys.parameters
            .insert("ferrospike_max_spikes".into(), tensor(&[], vec![1.0]));
    }
    assert_ne!(
        counts(&import(&wrong, Dialect::Sinabs), &input, &["a", "b"]),
        want
    );
}

/// Two layers of the framework's own lines; `step` takes state, arriving sums and spikes of the step before, and gives
/// the spikes that leave in this step.
fn framework(
    input: &Spikes,
    mut step: impl FnMut(&mut State, &[f64]) -> Vec<i32>,
    late: bool,
) -> [Vec<Vec<i32>>; 2] {
    let mut layers = [State::new(4), State::new(3)];
    let mut all = [Vec::new(), Vec::new()];
    for row in as_counts(input) {
        let mut x = row;
        for (state, all) in layers.iter_mut().zip(&mut all) {
            let arriving = product(state.v.len(), &x);
            let before = state.sent.clone();
            let now = step(state, &arriving);
            state.sent.clone_from(&now);
            all.push(now.clone());
            // Brian2, NEURON and Lava: the next layer hears of it a step later.
            x = if late { before } else { now };
        }
    }
    all
}

struct State {
    v: Vec<f64>,
    i: Vec<f64>,
    /// What arrives after the test.
    pending: Vec<f64>,
    sent: Vec<i32>,
}

impl State {
    fn new(n: usize) -> Self {
        State {
            v: vec![0.0; n],
            i: vec![0.0; n],
            pending: vec![0.0; n],
            sent: vec![0; n],
        }
    }
}

fn two_layers(keys: &[(&str, f64)], words: &[(&str, &str)]) -> Graph {
    chain(vec![
        border(Kind::Input, 6.0),
        linear("fc", 4, 6, weight),
        neuron("a", 4, keys, words),
        linear("fc2", 3, 4, weight),
        neuron("b", 3, keys, words),
        border(Kind::Output, 3.0),
    ])
}

/// Spyx: the spike of a step is the old membrane's, and the threshold goes with the same update.
#[test]
fn spyx() {
    let network = import(&two_layers(&[("beta", 0.5)], &[]), Dialect::Spyx);
    let input = noise(6, STEPS, 0.4, 13);
    let want = framework(
        &input,
        |state, arriving| {
            let spikes: Vec<i32> = state.v.iter().map(|&v| i32::from(v > 1.0)).collect();
            for ((v, a), s) in state.v.iter_mut().zip(arriving).zip(&spikes) {
                *v = 0.5 * *v + a - f64::from(*s);
            }
            spikes
        },
        false,
    );
    let got = counts(&network, &input, &["a", "b"]);
    // Ours are those of Spyx one step earlier, layer by layer.
    for (got, want) in got.iter().zip(&want) {
        assert!(want.iter().flatten().sum::<i32>() > 20);
        assert_eq!(got[..STEPS - 1], want[1..]);
        assert!(want[0].iter().all(|&s| s == 0));
    }
}

/// Rockpool: i = beta_s (i + a); h = beta v + i; n = floor(h / threshold).
#[test]
fn rockpool() {
    let keys = [("beta", 0.5), ("alpha", 0.5), ("max_spikes", 16.0)];
    let network = import(&two_layers(&keys, &[]), Dialect::Rockpool);
    let input = noise(6, STEPS, 0.4, 14);
    let want = framework(
        &input,
        |state, arriving| {
            let mut spikes = Vec::new();
            for ((v, i), a) in state.v.iter_mut().zip(&mut state.i).zip(arriving) {
                *i = 0.5 * (*i + a);
                let h = 0.5 * *v + *i;
                let n = if h >= 1.0 { h.floor() } else { 0.0 };
                *v = h - n;
                spikes.push(n as i32);
            }
            spikes
        },
        false,
    );
    let got = counts(&network, &input, &["a", "b"]);
    assert!(want.iter().flatten().flatten().any(|&n| n > 1));
    assert_eq!(got, want);
}

/// Brian2: groups, thresholds, synapses, resets.
#[test]
fn brian2() {
    for (reset, words) in [
        ("zero", [("reset", "zero")]),
        ("subtract", [("reset", "subtract")]),
    ] {
        let network = import(&two_layers(&[("beta", 0.5)], &words), Dialect::Brian2);
        let input = noise(6, STEPS, 0.4, 15);
        let mut layers = [State::new(4), State::new(3)];
        let mut want = [Vec::new(), Vec::new()];
        for row in as_counts(&input) {
            let mut x = row;
            for (state, want) in layers.iter_mut().zip(&mut want) {
                state.v.iter_mut().for_each(|v| *v *= 0.5);
                let spikes: Vec<i32> = state.v.iter().map(|&v| i32::from(v > 1.0)).collect();
                state.pending = product(state.v.len(), &x);
                for ((v, a), s) in state.v.iter_mut().zip(&state.pending).zip(&spikes) {
                    *v += a;
                    *v = match (s, reset) {
                        (0, _) => *v,
                        (_, "zero") => 0.0,
                        _ => *v - 1.0,
                    };
                }
                want.push(spikes.clone());
                x = spikes;
            }
        }
        assert!(want[0].iter().flatten().sum::<i32>() > 10, "{reset}");
        assert_eq!(counts(&network, &input, &["a", "b"]), want, "{reset}");
    }
}

/// A step from layer to layer, on inputs too (Lava), or not on inputs (NEURON).
#[test]
fn steps_between_layers() {
    let input = noise(6, STEPS, 0.4, 16);
    let hard = |state: &mut State, arriving: &[f64]| {
        let mut spikes = Vec::new();
        for (v, a) in state.v.iter_mut().zip(arriving) {
            let h = 0.5 * *v + a;
            spikes.push(i32::from(h > 1.0));
            *v = if h > 1.0 { 0.0 } else { h };
        }
        spikes
    };
    let mut shifted = input.clone();
    shifted.rotate_right(1);
    shifted[0].fill(false);
    for (dialect, words, given) in [
        (Dialect::Lava, vec![], &shifted),
        (
            Dialect::Neuron,
            vec![("events", "inhibition-first")],
            &input,
        ),
    ] {
        let network = import(&two_layers(&[("beta", 0.5)], &words), dialect);
        let want = framework(given, hard, true);
        assert_eq!(counts(&network, &input, &["a", "b"]), want, "{dialect:?}");
        assert_ne!(framework(given, hard, false), want);
    }
    let options = ImportOptions {
        dialect: Some(Dialect::Neuron),
        ..ImportOptions::default()
    };
    let mixed = two_layers(&[("beta", 0.5)], &[]);
    let text = import_graph(&mixed, "g.nir", &options)
        .expect_err("refused")
        .to_string();
    assert!(
        text.contains("'a'") && text.contains("inhibition-first"),
        "{text}"
    );
}
