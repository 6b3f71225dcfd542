//! Every primitive of NIR in both generations of files, 0-d parameters, parameters for each neuron, and the keys of
//! `docs/import.md`: against the formulas of the standard, written out again here.

use super::bench::data;
use ferrospike_host::import::{
    import_nir, Dialect, ImportOptions, Imported, Neuron, ResetKind, Values,
};
use ferrospike_host::nir::{self, Graph, Kind};

fn euler(dt: f64) -> ImportOptions {
    ImportOptions {
        dialect: Some(Dialect::Euler),
        dt: Some(dt),
        ..ImportOptions::default()
    }
}

fn read(file: &str, options: &ImportOptions) -> Imported {
    import_nir(&data(file), options).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn rule<'a>(imported: &'a Imported, name: &str) -> &'a Neuron {
    let network = &imported.network;
    let index = network
        .population(name)
        .unwrap_or_else(|| panic!("no '{name}'"));
    network.populations[index].neuron.as_ref().expect("a rule")
}

fn all(values: &Values, n: usize) -> Vec<f64> {
    (0..n).map(|i| values.at(i)).collect()
}

#[track_caller]
fn near(got: &Values, want: &[f64]) {
    for (i, want) in want.iter().enumerate() {
        let got = got.at(i);
        assert!((got - want).abs() < 1e-6, "{i}: {got}, not {want}");
    }
}

/// What is read of each file of single primitives: `nir.read` of 1.0.8 reads none of them either.
#[test]
fn single_primitives_are_refused_by_name() {
    for kind in [
        "Affine",
        "AvgPool2d",
        "Conv1d",
        "Conv2d",
        "CubaLI",
        "CubaLIF",
        "Delay",
        "Flatten",
        "I",
        "IF",
        "Input",
        "LI",
        "LIF",
        "Linear",
        "Output",
        "Scale",
        "SumPool2d",
        "Threshold",
    ] {
        let file = format!("v108_{kind}.nir");
        let text = import_nir(&data(&file), &euler(1e-3))
            .expect_err(&file)
            .to_string();
        assert!(text.contains(&format!("single {kind},")), "{file}: {text}");
    }
    for (file, word) in [
        ("v108_Conv2d_same.nir", "single Conv2d,"),
        ("v108_Conv2d_noshape.nir", "no NIR graph"),
        ("v108_LIF_reset.nir", "single LIF,"),
        ("v108_LIF0d.nir", "no NIR graph"),
        ("v108_LIF0d_nocomp.nir", "single LIF,"),
    ] {
        let text = import_nir(&data(file), &euler(1e-3))
            .expect_err(file)
            .to_string();
        assert!(text.contains(word), "{file}: {text}");
    }
}

fn numbers(graph: &Graph, node: &str, key: &str) -> Vec<f64> {
    let node = graph.nodes.iter().find(|n| n.name == node).expect("node");
    node.parameters
        .get(key)
        .map_or(Vec::new(), |t| t.data.clone())
}

#[test]
fn both_generations_have_every_primitive() {
    for (file, version, kinds) in [
        ("primitives_108.nir", "1.0.8", 16),
        ("primitives_104.nir", "1.0.4", 15),
    ] {
        let graph = nir::read(&data(file)).expect(file);
        assert_eq!(graph.version, version);
        let mut found: Vec<String> = graph
            .nodes
            .iter()
            .map(|n| format!("{:?}", n.kind))
            .collect();
        found.sort();
        found.dedup();
        // All but Conv1d and AvgPool2d, which files.rs has, and nested graphs; 1.0.4 has no CubaLI.
        assert_eq!(found.len(), kinds, "{file}: {found:?}");
        let imported = read(file, &euler(1e-3));
        let network = &imported.network;
        let expected = ["input", "if", "lif", "cuba", "threshold"];
        let names: Vec<&str> = network.populations.iter().map(|p| &*p.name).collect();
        assert_eq!(names[..5], expected, "{file}");
        let reset = |node: &str, n: usize| {
            let own = numbers(&graph, node, "v_reset");
            if own.is_empty() {
                vec![0.0; n]
            } else {
                own
            }
        };
        // IF: dv/dt = r I.
        let fire = rule(&imported, "if");
        near(&fire.membrane_decay, &[1.0; 72]);
        near(&fire.gain, &[1.0; 72]);
        near(&fire.reset_value, &reset("if", 72));
        // LIF: tau dv/dt = v_leak - v + r I.
        let lif = rule(&imported, "lif");
        let (tau, r) = ([0.008, 0.016, 0.008, 0.004], [1.0, 2.0, 8.0, 1.0]);
        let leak = [0.0, 0.5, 0.0, -0.5];
        near(&lif.membrane_decay, &tau.map(|t| 1.0 - 1e-3 / t));
        let each = |f: &dyn Fn(usize) -> f64| (0..4).map(f).collect::<Vec<_>>();
        near(&lif.gain, &each(&|i| 1e-3 / tau[i] * r[i]));
        // An Affine before it pushes through the gain.
        let pushed = numbers(&graph, "affine", "bias");
        near(
            &lif.bias,
            &each(&|i| 1e-3 / tau[i] * (leak[i] + r[i] * pushed[i])),
        );
        near(
            lif.threshold.as_ref().expect("threshold"),
            &[1.0, 0.5, 1.0, 0.25],
        );
        near(&lif.reset_value, &reset("lif", 4));
        assert!(lif.strict && lif.reset == ResetKind::Hard);
        // CubaLIF: tau_syn dI/dt = -I + w_in S.
        let cuba = rule(&imported, "cuba");
        near(&cuba.current_decay, &[0.5, 0.75, 0.5]);
        near(&cuba.membrane_decay, &[0.875, 0.875, 0.75]);
        near(&cuba.gain, &[0.125, 0.125, 0.5]);
        // w_in dt/tau_syn is one for all: the weights stay.
        let into: Vec<_> = network
            .incoming(network.population("cuba").expect("cuba"))
            .collect();
        let delays: Vec<usize> = into.iter().map(|(_, c)| c.delay).collect();
        assert_eq!(delays, [0, 1, 3], "{file}");
        let matrix = numbers(&graph, "linear", "weight");
        for (part, columns) in [(0, vec![3]), (1, vec![0, 2]), (2, vec![1])] {
            let weights = &into[part].1.weights;
            for (index, &w) in weights.values().iter().enumerate() {
                let (from, to) = weights.place(index, 4);
                assert!(columns.contains(&from) || w == 0.0, "{file}: {from}");
                assert!(!columns.contains(&from) || w == matrix[to * 4 + from]);
            }
            assert_eq!(weights.values().len(), 3 * columns.len());
        }
        // Threshold: 1 if x > threshold, at once, and nothing is kept.
        let threshold = rule(&imported, "threshold");
        near(
            threshold.threshold.as_ref().expect("threshold"),
            &[0.5, -0.5, 0.25],
        );
        assert!(threshold.membrane_decay.all(0.0) && threshold.reset == ResetKind::None);
        assert!(threshold.strict && threshold.gain.all(1.0));
        // I and LI are read-outs.
        let (i, li) = (rule(&imported, "i"), rule(&imported, "li"));
        assert!(i.threshold.is_none() && li.threshold.is_none());
        near(&i.membrane_decay, &[1.0, 1.0]);
        near(&i.gain, &[0.5, 0.25]);
        near(&li.membrane_decay, &[0.875, 0.75]);
        if version == "1.0.8" {
            let cuba = rule(&imported, "cubali");
            near(&cuba.current_decay, &[0.5, 0.75]);
            near(&cuba.bias, &[0.0, 0.0625]);
        }
    }
}

#[test]
fn parameters_without_axes() {
    let imported = read("primitives_0d.nir", &euler(1e-3));
    let sizes: Vec<usize> = imported
        .network
        .populations
        .iter()
        .map(|p| p.neurons)
        .collect();
    assert_eq!(sizes, [4, 3, 3]);
    assert_eq!(rule(&imported, "lif").membrane_decay, Values::One(0.875));
    // An integrator and its Threshold: a neuron without a reset.
    let li = rule(&imported, "li");
    assert_eq!(
        (li.reset, li.threshold.clone()),
        (ResetKind::None, Some(Values::One(0.5)))
    );
    assert!(li.gain.all(1.0) && li.strict);
}

#[test]
fn rule_keys_of_a_file() {
    let imported = read("keys.nir", &ImportOptions::default());
    let lif = rule(&imported, "lif");
    assert_eq!(all(&lif.membrane_decay, 3), [0.5, 0.75, 0.875]);
    assert_eq!(lif.current_decay, Values::One(0.25));
    assert_eq!(lif.gain, Values::One(0.5));
    assert_eq!(lif.bias, Values::One(0.125));
    assert!(lif.current_after_decay && !lif.strict);
    assert_eq!((lif.reset, lif.max_spikes), (ResetKind::Soft, 3));
    assert_eq!((lif.v_min, lif.v_max), (Some(-1.0), Some(8.0)));
    let network = &imported.network;
    assert_eq!(network.dialect, "sinabs");
    assert_eq!(network.connections[0].delay, 1);
    let graph = nir::read(&data("keys.nir")).expect("reads");
    let weights: Vec<f64> = numbers(&graph, "fc", "weight")
        .iter()
        .map(|w| 2.0 * w)
        .collect();
    assert_eq!(network.connections[0].weights.values(), weights);
    // Each further spike is another pass over the same neurons.
    let names: Vec<&str> = network.populations.iter().map(|p| &*p.name).collect();
    assert_eq!(names, ["input", "lif", "lif (spike 2)", "lif (spike 3)"]);
    assert_eq!(network.passes(1).collect::<Vec<_>>(), [2, 3]);
    // What the user says wins.
    let options = ImportOptions {
        max_spikes: Some(1),
        ..ImportOptions::default()
    };
    assert_eq!(read("keys.nir", &options).network.populations.len(), 2);
}

/// Keys that are wrong are refused, never passed over.
#[test]
fn wrong_rule_keys() {
    let good = nir::read(&data("keys.nir")).expect("reads");
    let refused = |change: &dyn Fn(&mut Graph), words: &[&str]| {
        let mut graph = good.clone();
        change(&mut graph);
        let result =
            ferrospike_host::import::import_graph(&graph, "keys.nir", &ImportOptions::default());
        let text = result.expect_err("refused").to_string();
        for word in words {
            assert!(text.contains(word), "'{word}' is missing in: {text}");
        }
    };
    let number = |key: &'static str, data: Vec<f64>| {
        move |graph: &mut Graph| {
            let lif = graph.node_mut("lif").expect("lif");
            let tensor = ferrospike_host::nir::Tensor {
                shape: vec![data.len()],
                data: data.clone(),
            };
            lif.parameters.insert(format!("ferrospike_{key}"), tensor);
        }
    };
    let word = |key: &'static str, text: &'static str| {
        move |graph: &mut Graph| {
            let lif = graph.node_mut("lif").expect("lif");
            lif.parameters.remove(&format!("ferrospike_{key}"));
            lif.texts.insert(format!("ferrospike_{key}"), text.into());
        }
    };
    refused(
        &number("beta", vec![1.5]),
        &["ferrospike_beta", "1.5", "between 0 and 1"],
    );
    refused(
        &number("beta", vec![0.5, 0.75]),
        &["'lif'", "2 values", "3 neurons"],
    );
    refused(
        &number("gain", vec![-1.0]),
        &["ferrospike_gain", "negative"],
    );
    refused(
        &number("max_spikes", vec![17.0]),
        &["ferrospike_max_spikes", "1 to 16"],
    );
    refused(
        &number("refractory", vec![65.0]),
        &["ferrospike_refractory", "0 to 64"],
    );
    refused(
        &number("refractory", vec![2.0]),
        &["'lif'", "2 lost steps", "reset to a value"],
    );
    refused(
        &number("delay", vec![1.5]),
        &["ferrospike_delay", "whole number"],
    );
    refused(
        &number("leak", vec![1.0]),
        &["ferrospike_leak", "does not know"],
    );
    refused(
        &number("start", vec![1.0, 2.0, 3.0]),
        &["ferrospike_start", "one value"],
    );
    refused(
        &number("interpolated", vec![1.0]),
        &["'lif'", "tau_ref", "nengo-loihi"],
    );
    refused(
        &word("comparator", "=>"),
        &["ferrospike_comparator", "'=>'", "'>' or '>='"],
    );
    refused(&word("reset", "zero"), &["'lif'", "several spikes"]);
    refused(
        &word("current", "late"),
        &["ferrospike_current", "after-decay"],
    );
    refused(
        &word("rounding", "even"),
        &["ferrospike_rounding", "toward-zero"],
    );
    let network = |key: &'static str, text: &'static str| {
        move |graph: &mut Graph| {
            graph
                .metadata
                .insert(format!("ferrospike_{key}"), text.into());
        }
    };
    refused(&network("format", "2"), &["ferrospike_format", "newer"]);
    refused(&network("dialect", "jaxsnn"), &["'jaxsnn'", "event-driven"]);
    refused(&network("dt", "soon"), &["ferrospike_dt", "finite number"]);
    refused(&network("colour", "red"), &["ferrospike_colour"]);
    // A number where Spikes need a threshold.
    let mut analog = nir::read(&data("primitives_0d.nir")).expect("reads");
    let li = analog
        .nodes
        .iter()
        .position(|n| n.kind == Kind::Threshold)
        .expect("threshold");
    analog.nodes[li].kind = Kind::Scale;
    let scale = analog.nodes[li]
        .parameters
        .remove("threshold")
        .expect("threshold");
    analog.nodes[li].parameters.insert("scale".into(), scale);
    let text = ferrospike_host::import::import_graph(&analog, "a.nir", &euler(1e-3))
        .expect_err("refused")
        .to_string();
    assert!(
        text.contains("'li'") && text.contains("not a spike"),
        "{text}"
    );
}
