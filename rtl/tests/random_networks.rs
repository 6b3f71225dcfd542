//! The core against the model on random networks that use all of the contract: every record, every u
//! and v and every counter after every step, all of H at the end (`docs/architecture.md`, evidence).
//!
//! `FERROSPIKE_NETWORKS` sets how many networks each shape gets, `FERROSPIKE_SEED` the first seed.

mod random {
    pub mod bench;
    pub mod script;
}

use ferrospike_model::random::{random_network, Size};
use random::bench::Bench;
use random::script::{compare, Script};

fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => otherwise,
    }
}

/// Runs `count` networks on a bench; a difference is shrunk before it is reported.
fn networks(lanes: usize, count: u64) {
    let bench = Bench::new(lanes, |text| text);
    let first = number("FERROSPIKE_SEED", 1);
    let count = number("FERROSPIKE_NETWORKS", count);
    for seed in first..first + count {
        let case = random_network(seed, bench.shape, Size::default()).unwrap();
        let stall = (seed % 4) * 3;
        if let Some(first_difference) = compare(&bench, &case, stall) {
            let smaller = case.shrink(|case| compare(&bench, case, stall).is_some());
            let difference = compare(&bench, &smaller, stall).unwrap_or(first_difference);
            panic!(
                "lanes {lanes}, seed {seed}: {difference}\noperations: {:#?}\nsteps: {}",
                smaller.operations,
                smaller.steps.len()
            );
        }
    }
    println!("{count} random networks with {lanes} lanes: no difference");
}

#[test]
fn four_lanes() {
    networks(4, 60);
}

#[test]
fn eight_lanes() {
    networks(8, 110);
}

#[test]
fn sixteen_lanes() {
    networks(16, 30);
}

#[test]
fn thirty_two_lanes() {
    networks(32, 10);
}

/// The comparison sees faults: each of these, planted in the emitted Verilog, must be found.
#[test]
fn planted_faults_are_found() {
    let faults = [
        (
            "the saturation of a current",
            "{22{~exact[24]}}, 1'b1}",
            "{22{~exact[24]}}, 1'b0}",
        ),
        (
            "a held neuron's count",
            "held_low = left9_q - one6",
            "held_low = left9_q",
        ),
        (
            "the forwarding between rows",
            "forward = valid4_q & (group4_q == group3_q)",
            "forward = 1'b0",
        ),
        (
            "the group after the first",
            "group_d = group_q + one12",
            "group_d = group_q",
        ),
    ];
    for (what, from, to) in faults {
        let bench = Bench::new(8, |text| {
            assert!(text.contains(from), "{what}: the Verilog has no '{from}'");
            text.replace(from, to)
        });
        let found = (1..40).any(|seed| {
            let case = random_network(seed, bench.shape, Size::default()).unwrap();
            Script::new(&case).differs(&bench, 0)
        });
        assert!(found, "{what} was not noticed");
    }
}
