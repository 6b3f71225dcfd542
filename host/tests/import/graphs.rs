//! What is read from real files.

use super::bench::data;
use super::make::{border, graph, lif, linear, node};
use ferrospike_host::import::{
    import_graph, import_nir, Dialect, ImportOptions, Imported, ResetKind, ResetRule, Role, Values,
};
use ferrospike_host::nir::{Kind, Tensor};

fn read(file: &str, dialect: Dialect) -> Imported {
    let options = ImportOptions {
        dialect: Some(dialect),
        ..ImportOptions::default()
    };
    import_nir(&data(file), &options).expect(file)
}

#[test]
fn every_exporter() {
    for (file, dialect, sizes) in [
        (
            "snntorch_leaky_vector.nir",
            Dialect::SnnTorch,
            &[16, 32, 10][..],
        ),
        ("snntorch_rleaky.nir", Dialect::SnnTorch, &[16, 32, 10]),
        ("spikingjelly_if.nir", Dialect::SpikingJelly, &[16, 32, 10]),
        (
            "spikingjelly_cuba.nir",
            Dialect::SpikingJelly,
            &[16, 32, 10],
        ),
        ("norse_lif_nocomp.nir", Dialect::Norse, &[16, 32, 10]),
        ("norse_lifbox_nocomp.nir", Dialect::Norse, &[16, 32, 10]),
        ("norse_iaf_nocomp.nir", Dialect::Norse, &[16, 32, 10]),
        ("sinabs_iaf.nir", Dialect::Sinabs, &[16, 32, 10]),
        ("latest.nir", Dialect::SnnTorch, &[4, 3]),
    ] {
        let network = read(file, dialect).network;
        // sinabs' further spikes are passes over the same neurons.
        let own = network.populations.iter().filter(|p| p.pass_of.is_none());
        let found: Vec<usize> = own.map(|p| p.neurons).collect();
        assert_eq!(found, sizes, "{file}");
        let last = network.populations.last().expect("populations");
        assert_eq!(
            (network.populations[0].role, last.role),
            (Role::Input, Role::Output)
        );
    }
}

#[test]
fn metadata_decides() {
    let imported = import_nir(&data("latest.nir"), &ImportOptions::default()).expect("reads");
    let network = &imported.network;
    assert_eq!(network.dialect, "snntorch");
    assert_eq!(
        (&*network.encoder, &*network.decoder),
        ("phase:10", "count")
    );
    let rule = network.populations[1].neuron.as_ref().expect("rule");
    assert_eq!(rule.reset, ResetKind::Hard);
    assert!(
        imported.choices.iter().any(|c| c.contains("metadata")),
        "{:?}",
        imported.choices
    );
    let reset = Some(ResetRule::Subtract);
    let options = ImportOptions {
        reset,
        ..ImportOptions::default()
    };
    let network = import_nir(&data("latest.nir"), &options)
        .expect("reads")
        .network;
    let rule = network.populations[1].neuron.as_ref().expect("rule");
    assert_eq!(rule.reset, ResetKind::Delayed);
}

#[test]
fn nested_and_recurrent() {
    let options = ImportOptions {
        dialect: Some(Dialect::Euler),
        dt: Some(1e-3),
        ..ImportOptions::default()
    };
    let network = import_nir(&data("v108_graph.nir"), &options)
        .expect("reads")
        .network;
    let names: Vec<&str> = network.connections.iter().map(|c| &*c.name).collect();
    assert_eq!(network.populations[1].name, "rec.lif");
    assert_eq!(names, ["fc", "rec.w_rec"]);
    assert_eq!(
        (network.connections[1].from, network.connections[1].delay),
        (1, 1)
    );
    let rule = network.populations[1].neuron.as_ref().expect("rule");
    let near = |v: &Values, x: f64| v.range().0 == v.range().1 && (v.at(0) - x).abs() < 1e-8;
    assert!(
        near(&rule.membrane_decay, 0.9) && near(&rule.gain, 0.1),
        "{rule:?}"
    );
    // snnTorch's recurrent layer has a bias: it arrives in every step.
    let network = read("snntorch_rleaky.nir", Dialect::SnnTorch).network;
    let rule = network.populations[1].neuron.as_ref().expect("rule");
    assert!(matches!(&rule.bias, Values::Each(b) if b.len() == 32));
}

#[test]
fn chains_of_matrices_are_joined() {
    let bias = Tensor {
        shape: vec![2],
        data: vec![1.0, 2.0],
    };
    let mut affine = linear("a", 2, 3, |i, j| (i + j) as f64);
    affine.kind = Kind::Affine;
    affine.parameters.insert("bias".into(), bias);
    let nodes = vec![
        border(Kind::Input, 3.0),
        node("flat", Kind::Pass, &[]),
        affine,
        linear("b", 2, 2, |i, j| if i == j { 2.0 } else { 0.0 }),
        lif("lif", 2, vec![1.0, 4.0]),
        linear("c", 1, 2, |_, j| j as f64),
        border(Kind::Output, 1.0),
    ];
    let edges = [
        ("input", "flat"),
        ("flat", "a"),
        ("a", "b"),
        ("b", "lif"),
        ("lif", "c"),
    ];
    let g = graph(nodes, &[&edges[..], &[("c", "output")]].concat());
    let options = ImportOptions {
        dialect: Some(Dialect::SnnTorch),
        ..ImportOptions::default()
    };
    let imported = import_graph(&g, "chain.nir", &options).expect("reads");
    let network = imported.network;
    // Thresholds of their own with a reset by subtraction: scaled to 1.
    assert_eq!(
        network.connections[0].weights.values(),
        [0.0, 2.0, 4.0, 0.5, 1.0, 1.5]
    );
    assert_eq!(network.connections[0].name, "a*b");
    let rule = network.populations[1].neuron.as_ref().expect("rule");
    assert_eq!(rule.threshold, Some(Values::One(1.0)));
    assert_eq!(rule.bias, Values::Each(vec![2.0, 1.0]));
    let read_out = &network.populations[2];
    assert_eq!((&*read_out.name, read_out.role), ("output", Role::Output));
    assert!(read_out
        .neuron
        .as_ref()
        .is_some_and(|r| r.threshold.is_none()));
}
