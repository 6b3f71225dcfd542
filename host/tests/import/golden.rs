//! Recorded spikes of the frameworks, bit for bit.

use super::bench::{data, differ, options, run, run_float, Spikes};
use ferrospike_host::import::{import_graph, Dialect, ImportOptions, Network, ResetRule};
use ferrospike_host::nir::{self, Graph, Tensor};
use ferrospike_model::program::Rounding;
use ndarray::Array2;
use ndarray_npy::NpzReader;
use std::fs::File;

struct Recorded(NpzReader<File>);

impl Recorded {
    fn open() -> Self {
        Recorded(NpzReader::new(File::open(data("recorded.npz")).expect("file")).expect("npz"))
    }
    fn spikes(&mut self, name: &str) -> Spikes {
        let array: Array2<i8> = self.0.by_name(name).expect(name);
        array
            .rows()
            .into_iter()
            .map(|r| r.iter().map(|&x| x != 0).collect())
            .collect()
    }
    fn weights(&mut self, name: &str) -> Tensor {
        let array: Array2<i16> = self.0.by_name(name).expect(name);
        let data = array.iter().map(|&w| f64::from(w) / 128.0).collect();
        Tensor {
            shape: array.shape().to_vec(),
            data,
        }
    }
}

/// A file's graph with the recorded weights, and a threshold if it is another one.
fn graph(file: &str, names: [&str; 2], threshold: Option<f64>) -> Graph {
    let mut recorded = Recorded::open();
    let mut graph = nir::read(&data(file)).expect(file);
    for (node, weights) in names.iter().zip(["w1", "w2"]) {
        let node = graph.node_mut(node).expect("node");
        node.parameters
            .insert("weight".into(), recorded.weights(weights));
    }
    if let Some(t) = threshold {
        for node in &mut graph.nodes {
            if let Some(old) = node.parameters.get_mut("v_threshold") {
                old.data.iter_mut().for_each(|x| *x = t);
            }
        }
    }
    graph
}

fn network(graph: &Graph, dialect: Dialect, reset: ResetRule, dt: Option<f64>) -> Network {
    let (dialect, reset) = (Some(dialect), Some(reset));
    let options = ImportOptions {
        dialect,
        reset,
        dt,
        ..ImportOptions::default()
    };
    import_graph(graph, "golden.nir", &options)
        .expect("imports")
        .network
}

fn set(graph: &mut Graph, parameter: &str, value: f64) {
    for node in &mut graph.nodes {
        if let Some(tensor) = node.parameters.get_mut(parameter) {
            tensor.data.iter_mut().for_each(|x| *x = value);
        }
    }
}

/// Bits that differ from the recording: the image's and those of a run in floats. `fraction`: bits
/// of the state, else as many as the compiler proves safe.
fn differing(network: &Network, case: &str, fraction: Option<u8>, layers: usize) -> [usize; 2] {
    let mut recorded = Recorded::open();
    let x = recorded.spikes("x");
    let want: Vec<Spikes> = (1..=layers)
        .map(|l| recorded.spikes(&format!("{case}_l{l}")))
        .collect();
    let count =
        |got: &[Spikes]| -> usize { want.iter().zip(&got[1..]).map(|(w, g)| differ(w, g)).sum() };
    let mut off = Vec::new();
    for lanes in [4, 16, 32] {
        let mut o = options(lanes);
        // The weights have seven fraction bits.
        o.quantise.exponent = fraction.map(|bits| bits - 7);
        let (got, report, saturations) = run(network, &o, &x);
        assert!(
            report.layers.iter().take(layers).all(|l| l.exact),
            "{:?}",
            report.lines()
        );
        assert!(
            saturations == 0 || !report.layers.iter().all(|l| l.proven),
            "{case}"
        );
        off.push(count(&got));
    }
    assert!(
        off.iter().all(|&n| n == off[0]),
        "{case}: {off:?} bits by lanes"
    );
    let float = count(&run_float(network, &x));
    println!("{case}: {} bits differ, {float} in floats", off[0]);
    [off[0], float]
}

fn exact(network: &Network, case: &str) {
    assert_eq!(differing(network, case, None, 2), [0, 0], "{case}");
}

fn exact_state(network: &Network, case: &str, fraction: u8) {
    assert_eq!(differing(network, case, Some(fraction), 2)[0], 0, "{case}");
}

const LEAKY: &str = "snntorch_leaky_vector.nir";
const CUBA: &str = "spikingjelly_cuba.nir";

#[test]
fn snntorch() {
    let leaky = graph(LEAKY, ["0", "2"], None);
    let zero = graph("snntorch_leaky_zero.nir", ["0", "2"], None);
    let subtract = network(&leaky, Dialect::SnnTorch, ResetRule::Subtract, None);
    let zero = network(&zero, Dialect::SnnTorch, ResetRule::Zero, None);
    exact(&subtract, "snn_leaky_subtract_d");
    exact(&zero, "snn_leaky_zero_d");
    exact_state(&subtract, "snnq_leaky_subtract_floor8", 8);
    exact_state(&zero, "snnq_leaky_zero_floor8", 8);
    // Synaptic: the same decays as in this file.
    let cuba = graph(CUBA, ["_0", "_2"], Some(1.0));
    let subtract = network(&cuba, Dialect::SnnTorch, ResetRule::Subtract, Some(1e-3));
    let zero = network(&cuba, Dialect::SnnTorch, ResetRule::Zero, Some(1e-3));
    exact(&zero, "snn_syn_zero_d");
    exact_state(&subtract, "snnq_syn_subtract", 8);
    exact_state(&zero, "snnq_syn_zero", 8);
    exact(&subtract, "snn_syn_subtract_d");
}

#[test]
fn snntorch_recurrent() {
    let mut graph = graph("snntorch_rleaky.nir", ["0", "2"], None);
    let weights = Recorded::open().weights("wr");
    let node = graph.node_mut("1.w_rec").expect("recurrent");
    node.parameters.insert("weight".into(), weights);
    set(&mut graph, "bias", 0.0);
    for (reset, case) in [
        (ResetRule::Subtract, "snn_rleaky_subtract"),
        (ResetRule::Zero, "snn_rleaky_zero"),
    ] {
        let network = network(&graph, Dialect::SnnTorch, reset, None);
        assert_eq!(differing(&network, case, None, 1), [0, 0], "{case}");
    }
}

#[test]
fn spikingjelly() {
    let jelly = |graph: &Graph, reset| network(graph, Dialect::SpikingJelly, reset, Some(1e-3));
    let lif = graph("spikingjelly_lif_decay.nir", ["_0", "_2"], Some(0.25));
    exact(&jelly(&lif, ResetRule::Zero), "sj_lif_decay_zero");
    exact(&jelly(&lif, ResetRule::Subtract), "sj_lif_decay_sub");
    exact_state(&jelly(&lif, ResetRule::Zero), "sjq_lif_decay_zero", 10);
    exact_state(&jelly(&lif, ResetRule::Subtract), "sjq_lif_decay_sub", 10);
    let cuba = graph(CUBA, ["_0", "_2"], Some(1.0));
    // The file fixes the time step by itself.
    let zero = network(&cuba, Dialect::SpikingJelly, ResetRule::Zero, None);
    let subtract = network(&cuba, Dialect::SpikingJelly, ResetRule::Subtract, None);
    exact(&zero, "sj_cuba_zero");
    exact(&subtract, "sj_cuba_sub");
    exact_state(&zero, "sjq_cuba_zero", 10);
    exact_state(&subtract, "sjq_cuba_sub", 10);
    let fire = graph("spikingjelly_if.nir", ["_0", "_2"], None);
    exact(
        &network(&fire, Dialect::SpikingJelly, ResetRule::Zero, None),
        "sj_if_zero",
    );
    exact(
        &network(&fire, Dialect::SpikingJelly, ResetRule::Subtract, None),
        "sj_if_sub",
    );
    // decay_input=False is written as r = tau.
    let mut plain = graph("spikingjelly_lif_decay.nir", ["_0", "_2"], Some(1.0));
    set(&mut plain, "r", 8.0);
    let zero = network(&plain, Dialect::SpikingJelly, ResetRule::Zero, None);
    exact(&zero, "sj_lif_nodecay_zero");
    exact(
        &network(&plain, Dialect::SpikingJelly, ResetRule::Subtract, None),
        "sj_lif_nodecay_sub",
    );
    set(&mut plain, "v_leak", 0.25);
    set(&mut plain, "v_reset", 0.25);
    let shifted = network(&plain, Dialect::SpikingJelly, ResetRule::Zero, None);
    exact_state(&shifted, "sjq_lif_nodecay_vr25", 10);
}

#[test]
fn norse() {
    let norse = |graph: &Graph, reset| network(graph, Dialect::Norse, reset, None);
    // The exporter writes dt times the time constant.
    let tau = |k: f64| 1e-3 * 1e-3 / k;
    let mut cell = graph("norse_lifbox_nocomp.nir", ["0", "2"], Some(0.25));
    set(&mut cell, "tau", tau(0.125));
    exact(&norse(&cell, ResetRule::Zero), "norse_lifbox_value");
    exact(&norse(&cell, ResetRule::Subtract), "norse_lifbox_subtract");
    exact_state(&norse(&cell, ResetRule::Zero), "norseq_lifbox_value", 10);
    exact_state(
        &norse(&cell, ResetRule::Subtract),
        "norseq_lifbox_subtract",
        10,
    );
    let mut cuba = graph("norse_lif_nocomp.nir", ["0", "2"], Some(0.25));
    set(&mut cuba, "tau_mem", tau(0.125));
    set(&mut cuba, "tau_syn", tau(0.5));
    exact(&norse(&cuba, ResetRule::Zero), "norse_lifcell");
    exact_state(&norse(&cuba, ResetRule::Zero), "norseq_lifcell", 10);
    let fire = graph("norse_iaf_nocomp.nir", ["0", "2"], None);
    exact(&norse(&fire, ResetRule::Zero), "norse_iaf");
}

#[test]
fn half_up_is_the_recorded_half_up() {
    let leaky = graph(LEAKY, ["0", "2"], None);
    let network = network(&leaky, Dialect::SnnTorch, ResetRule::Subtract, None);
    let mut recorded = Recorded::open();
    let mut o = options(8);
    o.quantise.exponent = Some(1);
    o.quantise.rounding = Some(Rounding::HalfUp);
    let (got, _, _) = run(&network, &o, &recorded.spikes("x"));
    for (layer, spikes) in got.iter().enumerate().skip(1).take(2) {
        let want = recorded.spikes(&format!("snnq_leaky_subtract_rhu8_l{layer}"));
        assert_eq!(differ(spikes, &want), 0);
    }
}
