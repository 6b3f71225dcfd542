//! Rule files: what they mean, and what is refused, by name.

use super::make::{compiled, full_rule, network, options, rule};
use ferrospike_host::compile::{compile, CompileError};
use ferrospike_host::import::{Network, Sparse, Weights};
use ferrospike_host::learning::{resolve, Change, LearningError, Rule, Step};
use std::path::Path;

fn parsed(text: &str) -> Result<Rule, LearningError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    Rule::open(file.path())
}

fn simple() -> Network {
    network(3, 2, |_, _| 0.25)
}

#[test]
fn a_file_is_read() {
    let text = r#"{"seed": 3, "connections": [{"connection": "plastic", "minimum": 0.0, "maximum": 1,
        "window": {"before": [0.5, {"add": 0.25, "keep": 0.5}], "after": [-0.125]},
        "at_spike": {"keep": 0.875}}],
        "homeostasis": [{"population": "neurons", "minimum": -1, "maximum": 1, "at_spike": -0.02,
        "each_step": 0.0001}]}"#;
    let learning = resolve(&parsed(text).unwrap(), &simple()).unwrap();
    let plastic = &learning.connections[0];
    assert_eq!(plastic.bounds, [0.0, 1.0]);
    let pairs: Vec<_> = (plastic.pairs.iter())
        .map(|p| (p.source_delay, p.target_delay, p.change))
        .collect();
    let step = |add, decay| Step { add, decay };
    assert_eq!(
        pairs,
        [
            (0, 0, step(0.5, None)),
            (1, 0, step(0.25, Some(7))),
            (0, 1, step(-0.125, None))
        ]
    );
    assert_eq!(plastic.at_spike, Some(step(0.0, Some(5))));
    assert_eq!(learning.homeostasis[0].each_step, Some(step(0.0001, None)));
    assert_eq!(learning.random_state(), 3u32.wrapping_mul(0x9e37_79b1));
    assert_eq!(
        parsed(&serde_json::to_string(&full_rule()).unwrap()).unwrap(),
        full_rule()
    );
}

#[test]
fn files_that_are_no_rules_are_refused() {
    for (text, words) in [
        ("", "EOF"),
        ("[]", "it is no JSON object"),
        (r#"{"seeds": 1}"#, "unknown field `seeds`"),
        (
            r#"{"connections": [{"connection": "a", "minimum": 0}]}"#,
            "missing field `maximum`",
        ),
        (
            r#"{"connections": [{"connection": "a", "minimum": 0, "maximum": 1, "at_spike": "x"}]}"#,
            "\"x\" is no change",
        ),
        (
            r#"{"connections": [{"connection": "a", "minimum": 0, "maximum": 1, "at_spike": {"kep": 1}}]}"#,
            "is no change",
        ),
        (r#"{"seed": -1}"#, "-1"),
    ] {
        let error = parsed(text).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
    let error = Rule::open(Path::new("not/there.json")).unwrap_err();
    assert!(error.to_string().contains("not/there.json"), "{error}");
}

/// What the compiler says of a rule for a network.
fn refusal(network: &Network, rule: &Rule) -> String {
    let error = compile(network, &options(8, Some(rule))).unwrap_err();
    error.to_string()
}

#[test]
fn what_cannot_learn_is_refused_by_name() {
    let good = || rule(0.0, 0.5, &[0.01], &[-0.01]);
    let changed = |change: &dyn Fn(&mut Rule)| {
        let mut rule = full_rule();
        change(&mut rule);
        refusal(&simple(), &rule)
    };
    let told = [
        (changed(&|r| r.seed = 0), "\"seed\" is 0"),
        (
            changed(&|r| r.connections[0].connection = "fc9".into()),
            "names the connection 'fc9', which the network does not have; it has 'plastic', 'teach'",
        ),
        (
            changed(&|r| r.homeostasis[0].population = "lif9".into()),
            "the population 'lif9', which the network does not have; it has 'neurons'",
        ),
        (changed(&|r| r.homeostasis[0].population = "inputs".into()), "'inputs': it is an input"),
        (
            changed(&|r| r.connections.push(r.connections[0].clone())),
            "'plastic': it is there twice",
        ),
        (
            changed(&|r| r.homeostasis.push(r.homeostasis[0].clone())),
            "'neurons': it is there twice",
        ),
        (
            changed(&|r| *r = Rule::default()),
            "neither \"connections\" nor \"homeostasis\"",
        ),
        (
            changed(&|r| r.connections[0].at_spike = Some(Change { add: 0.0, keep: 0.9 })),
            "\"keep\" is 0.9; it must be 1, or 1 less a power of two from 1/256 to 1/2: 0.875 is the nearest",
        ),
        (
            changed(&|r| r.connections[0].maximum = -1.0),
            "'plastic': minimum 0 must be less than maximum -1",
        ),
        (
            changed(&|r| r.connections[0].maximum = 0.2),
            "weight from neuron 0 to neuron 0 is 0.25, which is not within minimum 0 and maximum 0.2",
        ),
        (
            changed(&|r| r.connections[0].window.before = vec![0.1.into(); 128]),
            "'inputs' 127 steps ago (with the connection's own delay of 0), 126 is the most",
        ),
        (
            changed(&|r| r.connections[0].window.after = vec![0.1.into(); 128]),
            "'neurons' 128 steps ago",
        ),
        (
            changed(&|r| r.connections[0].window.after[1] = (-1.1).into()),
            "'plastic': the change -1.1 (2 after) is too large",
        ),
        (
            changed(&|r| {
                r.connections[0].window = Default::default();
                r.connections[0].at_spike = None;
            }),
            "neither \"window\" nor \"at_spike\"",
        ),
        (changed(&|r| r.homeostasis[0].minimum = 0.1), "begins with 0"),
    ];
    for (error, words) in told {
        assert!(error.contains(words), "{words}: {error}");
    }
    let mut silent = simple();
    silent.populations[2].neuron.as_mut().unwrap().threshold = None;
    assert!(refusal(&silent, &good()).contains("'neurons' never spikes"));
    let mut sparse = simple();
    let entries = vec![(0, 0, 0.25), (1, 1, 0.25)];
    sparse.connections[0].weights = Weights::Sparse(Sparse::new(entries));
    assert!(refusal(&sparse, &good()).contains("rule for 'plastic': it is a convolution"));
    let mut floor = simple();
    floor.connections[0].floor_shift = 2;
    assert!(refusal(&floor, &good()).contains("floor_shift"));
    let mut late = simple();
    late.connections[0].delay = 126;
    assert!(refusal(&late, &rule(0.0, 0.5, &[0.1, 0.1], &[])).contains("127 steps ago"));
    compiled(&late, 8, &good());
    let mut several = simple();
    let mut pass = several.populations[2].clone();
    pass.pass_of = Some(2);
    several.populations.push(pass);
    let error = resolve(&good(), &several).unwrap_err().to_string();
    assert!(
        error.contains("'neurons' can spike several times"),
        "{error}"
    );
    let mut grouped = simple();
    let mut other = grouped.connections[0].clone();
    other.delay = 2;
    grouped.connections.push(other);
    assert!(refusal(&grouped, &good()).contains("several delays, so that it is 2 connections"));
    let close = rule(0.25, 0.250001, &[0.1], &[]);
    assert!(refusal(&simple(), &close).contains("closer than a step"));
    let mut narrow = options(8, Some(&good()));
    narrow.quantise.bits = Some(4);
    let error = compile(&simple(), &narrow).unwrap_err();
    assert!(
        error.to_string().contains("those that learn have 8"),
        "{error}"
    );
    assert!(matches!(error, CompileError::Quantise(_)));
}
