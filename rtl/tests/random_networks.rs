//! The core against the model on random networks that use all of the contract: every record, every u
//! and v and every counter after every step, all of H at the end (`docs/architecture.md`, evidence).
//!
//! Each shape gets one to three, and other ones than the shapes beside it. `FERROSPIKE_NETWORKS` sets how many, and
//! `FERROSPIKE_SEED` the first seed (`scripts/random_networks.sh`).

#[allow(dead_code, reason = "other tests use the rest")]
mod random {
    pub mod bench;
    pub mod script;
}

use ferrospike_model::device::Shape;
use ferrospike_model::random::RandomCase;
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::lane::Pipeline;
use ferrospike_rtl::primitives::products::Multiplier;
use random::bench::Bench;
use random::script::{self, compare, is_noticed, made_for, network};
use std::ops::Range;

/// Runs the networks that `make` makes from these seeds and the shape, on a bench; a difference is shrunk before it
/// is reported.
fn run(bench: &Bench, name: &str, seeds: Range<u64>, make: impl Fn(u64, &Bench) -> RandomCase) {
    let seeds = script::seeds(seeds);
    for seed in seeds.clone() {
        let case = make(seed, bench);
        let stall = (seed % 4) * 3;
        if let Some(first_difference) = compare(bench, &case, stall) {
            let smaller = case.shrink(|case| compare(bench, case, stall).is_some());
            let difference = compare(bench, &smaller, stall).unwrap_or(first_difference);
            panic!(
                "{name}, seed {seed}: {difference}\noperations: {:#?}\nsteps: {}",
                smaller.operations,
                smaller.steps.len()
            );
        }
    }
    println!("random networks {seeds:?} with {name}: no difference");
}

fn networks(lanes: usize, multiplier: Multiplier, seeds: Range<u64>) {
    let bench = Bench::with(lanes, multiplier, |text| text);
    let name = format!("{lanes} lanes, multiplier {multiplier}");
    run(&bench, &name, seeds, network);
}

#[test]
fn four_lanes() {
    networks(4, Multiplier::Inferred, 1..3);
    networks(4, Multiplier::Serial(3), 3..5);
}

#[test]
fn eight_lanes() {
    networks(8, Multiplier::Inferred, 5..8);
    networks(8, Multiplier::Serial(17), 8..9);
}

#[test]
fn eight_lanes_with_the_multipliers_of_a_up5k() {
    networks(8, Multiplier::Ice40Mac, 9..11);
}

#[test]
fn sixteen_lanes() {
    networks(16, Multiplier::Inferred, 11..13);
}

#[test]
fn a_long_pipeline() {
    let shape = Bench::with(16, Multiplier::Inferred, |text| text).shape;
    let choices = Choices {
        pipeline: Pipeline::Long,
        ..Choices::default()
    };
    let bench = Bench::of(shape, choices, |text| text);
    run(&bench, "16 lanes, long pipeline", 13..14, network);
}

#[test]
fn thirty_two_lanes() {
    networks(32, Multiplier::Inferred, 14..15);
}

/// Lanes and pipelines of the machines that learn, or take neurons by twos, and the networks of each.
const MACHINES: [(usize, Pipeline, Range<u64>); 5] = [
    (4, Pipeline::Long, 1..2),
    (8, Pipeline::Middle, 2..4),
    (8, Pipeline::Short, 4..5),
    (16, Pipeline::Long, 5..6),
    (32, Pipeline::Middle, 6..7),
];

/// A machine that learns.
fn learner(lanes: usize, pipeline: Pipeline, change: impl Fn(String) -> String) -> Bench {
    // Beside what else there is: two neurons in a clock and groups at rest, or no listed rows.
    let choices = Choices {
        pipeline,
        learn: true,
        sweep: if lanes == 16 { 2 } else { 1 },
        rest: lanes == 16,
        lists: pipeline != Pipeline::Short,
        ..Choices::default()
    };
    Bench::of(Bench::shape(lanes), choices, change)
}

/// What may change of S is compared after every step, all of it at the end.
#[test]
fn weights_that_change() {
    for (lanes, pipeline, seeds) in MACHINES {
        let bench = learner(lanes, pipeline, |text| text);
        let name = format!("{lanes} lanes, {pipeline} pipeline, weights that change");
        run(&bench, &name, seeds, network);
    }
}

#[test]
fn faults_of_weights_that_change_are_found() {
    let faults = [
        (
            1,
            "padding lanes that learn",
            "bits_now & inside_lanes",
            "bits_now",
        ),
        (
            1,
            "the destination's delay",
            "ring_back = target_q[22:16]",
            "ring_back = 7'd0",
        ),
        (
            1,
            "the source's delay",
            "if (learner_0_look) begin\n            ring_back_new",
            "if (1'b0) begin\n            ring_back_new",
        ),
        (1, "the stride", "row_at_q + {", "row_at_q + 20'd1 + {"),
        (
            2,
            "bits that are turned over",
            "if (target_q[4])",
            "if (1'b0)",
        ),
        (
            1,
            "random numbers that are not kept",
            "{32'h0, lanes_state_now}",
            "64'd0",
        ),
        (
            1,
            "every group the first one",
            "group_row_q + one20",
            "group_row_q",
        ),
        (
            1,
            "a word that is written too late",
            "valid4_d = valid3_q",
            "valid4_d = 1'b0",
        ),
        (
            1,
            "words that are not counted",
            "if (learner_0_counted)",
            "if (1'b0)",
        ),
    ];
    for (known, what, from, to) in faults {
        let bench = learner(8, Pipeline::Middle, |text| {
            assert!(text.contains(from), "{what}: the Verilog has no '{from}'");
            text.replace(from, to)
        });
        is_noticed(what, &bench, (known, 40), network);
    }
}

/// A machine whose neurons enter by twos.
fn by_twos(lanes: usize, pipeline: Pipeline, change: impl Fn(String) -> String) -> Bench {
    let shape = Bench::shape(lanes);
    let choices = Choices {
        pipeline,
        sweep: 2,
        ..Choices::default()
    };
    Bench::of(shape, choices, change)
}

#[test]
fn two_neurons_in_a_clock() {
    for (lanes, pipeline, seeds) in MACHINES {
        let bench = by_twos(lanes, pipeline, |text| text);
        let name = format!("{lanes} lanes, {pipeline} pipeline, two neurons in a clock");
        run(&bench, &name, seeds, network);
    }
}

#[test]
fn faults_of_two_neurons_in_a_clock_are_found() {
    let faults = [
        (
            "the partner's membrane in the first one's place",
            "if (write_odd) odd[",
            "if (write_odd) even[",
        ),
        (
            "a membrane for the partner that is not there",
            "(~single | finishes_next)",
            "1'b1",
        ),
        ("the partner's spike", "finishes & spike", "1'b0"),
        (
            "a current for the partner that is not there",
            "(~single | decays_next)",
            "1'b1",
        ),
        (
            "the partner's lane of the step before",
            "sweep_v_lane | one5",
            "sweep_v_lane",
        ),
        ("the odd one of an odd number", "half + one16", "half"),
        (
            "the partner's saturations",
            "{4'd0, first} + {4'd0, second}",
            "{4'd0, first}",
        ),
    ];
    // All of them with few lanes, the first three with many.
    for (lanes, pipeline, known) in [
        (8, Pipeline::Middle, &[1, 2, 1, 2, 27, 2, 1][..]),
        (16, Pipeline::Long, &[1, 2, 1]),
        (32, Pipeline::Middle, &[1, 2, 1]),
    ] {
        for ((what, from, to), &known) in faults.into_iter().zip(known) {
            let bench = by_twos(lanes, pipeline, |text| {
                assert!(text.contains(from), "{what}: the Verilog has no '{from}'");
                text.replace(from, to)
            });
            is_noticed(
                &format!("{what}, {lanes} lanes"),
                &bench,
                (known, 40),
                network,
            );
        }
    }
}

/// A machine that does not compute groups at rest.
fn resting(
    lanes: usize,
    pipeline: Pipeline,
    sweep: usize,
    change: impl Fn(String) -> String,
) -> Bench {
    let choices = Choices {
        pipeline,
        sweep,
        rest: true,
        ..Choices::default()
    };
    Bench::of(Bench::shape(lanes), choices, change)
}

/// Each step is followed by some in which nothing comes in, so that populations come to rest and are woken.
fn with_silence(seed: u64, bench: &Bench) -> RandomCase {
    let mut case = network(seed, bench);
    case.steps.truncate(2);
    case.with_silence(7)
}

#[test]
fn groups_at_rest() {
    for (lanes, pipeline, sweep, seeds) in [
        (4, Pipeline::Middle, 1, 1..2),
        (8, Pipeline::Middle, 1, 2..3),
        (8, Pipeline::Short, 1, 3..4),
        (8, Pipeline::Long, 2, 4..5),
        (4, Pipeline::Long, 2, 5..6),
        (16, Pipeline::Middle, 2, 6..7),
        (32, Pipeline::Long, 2, 7..8),
    ] {
        let bench = resting(lanes, pipeline, sweep, |text| text);
        let name =
            format!("{lanes} lanes, {pipeline} pipeline, {sweep} in a clock, groups at rest");
        run(&bench, &name, seeds, with_silence);
    }
}

#[test]
fn faults_of_groups_at_rest_are_found() {
    let faults = [
        (
            21,
            "a SCAN that wakes no group",
            "written_0 = rows_adding |",
            "written_0 =",
        ),
        (
            4,
            "a group at rest for any operation",
            "(memory_q == operation)",
            "(memory_q != 20'd0)",
        ),
        (
            19,
            "a word of spikes that is not written",
            "write_history_new = 1'b1",
            "write_history_new = 1'b0",
        ),
        (
            23,
            "parameters of a group at rest",
            "pointer_q + skipped_0",
            "pointer_q",
        ),
    ];
    // Those of single neurons are found in `tests/resting.rs`.
    for (known, what, from, to) in faults {
        let bench = resting(8, Pipeline::Long, 2, |text| {
            assert!(text.contains(from), "{what}: the Verilog has no '{from}'");
            text.replace(from, to)
        });
        is_noticed(what, &bench, (known, 40), with_silence);
    }
}

/// A machine whose S has `words` words, no power of two.
fn odd(lanes: usize, words: usize, change: impl Fn(String) -> String) -> Bench {
    odd_of(lanes, words, Pipeline::default(), change)
}

fn odd_of(
    lanes: usize,
    words: usize,
    pipeline: Pipeline,
    change: impl Fn(String) -> String,
) -> Bench {
    let shape = Shape {
        lanes,
        synapse_words: words,
        groups: 64,
        history_words: 1024,
    };
    let choices = Choices {
        pipeline,
        ..Choices::default()
    };
    Bench::of(shape, choices, change)
}

/// S of a size that is no power of two, used up to its last word.
#[test]
fn the_end_of_s() {
    for (lanes, words, seeds) in [
        (4, 1152, 1..3),
        (8, 576, 3..5),
        (16, 320, 5..6),
        (32, 192, 6..7),
    ] {
        let bench = odd(lanes, words, |text| text);
        let name = format!("{lanes} lanes at the end of {words} words of S");
        run(&bench, &name, seeds, |seed, bench| {
            network(seed, bench).at_the_end()
        });
    }
    for (lanes, words, seeds) in [(4, 1152, 7..8), (16, 320, 8..9)] {
        let bench = odd_of(lanes, words, Pipeline::Long, |text| text);
        let name = format!("{lanes} lanes, long pipeline, at the end of {words} words of S");
        run(&bench, &name, seeds, |seed, bench| {
            network(seed, bench).at_the_end()
        });
    }
}

/// The same networks see a memory that is a word too small, one that comes round too early, and an end
/// that is told a word too early.
#[test]
fn faults_at_the_end_of_s_are_found() {
    for (known, from, to) in [
        (1, "column0 [0:575]", "column0 [0:574]"),
        (10, "word = address[9:0]", "word = address[8:0]"),
        (1, ">= 10'd576", ">= 10'd575"),
        // The long behind a program's last END is read ahead.
        (
            1,
            "fault_new = synapses_beyond & ~beyond_ahead",
            "fault_new = synapses_beyond",
        ),
    ] {
        let bench = odd(8, 576, |text| {
            assert!(text.contains(from), "the Verilog has no '{from}'");
            text.replace(from, to)
        });
        is_noticed(to, &bench, (known, 20), |seed, bench| {
            network(seed, bench).at_the_end()
        });
    }
}

/// The comparison sees faults: each of these, planted in the emitted Verilog, must be found.
#[test]
fn planted_faults_are_found() {
    let faults = [
        (
            1,
            "the saturation of a current",
            "to_limit | exact[0] | lowest",
            "exact[0] | lowest",
        ),
        (
            2,
            "a held neuron's count",
            "(held ? left : held_steps[5:0]) - 6'd1",
            "(held ? left : held_steps[5:0])",
        ),
        (
            1,
            "the forwarding between rows",
            "take_last ? last : kept",
            "kept",
        ),
        (
            1,
            "the forwarding over two rows",
            "take_earlier ? last : stored",
            "stored",
        ),
        (
            1,
            "the group after the first",
            ".load(begins2_q)",
            ".load(1'b1)",
        ),
    ];
    for (known, what, from, to) in faults {
        let bench = Bench::new(8, |text| {
            assert!(text.contains(from), "{what}: the Verilog has no '{from}'");
            text.replace(from, to)
        });
        is_noticed(what, &bench, (known, 40), network);
    }
}

/// A network that was made for more groups of U and V than the machine has.
fn beyond_the_groups(seed: u64, bench: &Bench) -> RandomCase {
    made_for(64, seed, bench.shape, bench.size())
}

/// A machine of so few groups that networks go round them.
fn few_groups(
    groups: usize,
    lanes: usize,
    choices: Choices,
    change: impl Fn(String) -> String,
) -> Bench {
    let shape = Shape {
        groups,
        ..Bench::shape(lanes)
    };
    Bench::of(shape, choices, change)
}

/// Machines of 16 neurons, or 32 if two are computed in a clock, do what the model does even where an UPDATE comes to a
/// neuron twice, which is not defined (`docs/program.md`, section 1): the first is written before it is read again.
#[test]
fn groups_are_counted_round_the_memory() {
    for (lanes, pipeline, sweep, groups, seed) in [
        (4, Pipeline::Short, 1, 4, 1),
        (4, Pipeline::Long, 2, 8, 2),
        (8, Pipeline::Middle, 1, 2, 3),
        (16, Pipeline::Middle, 1, 2, 4),
        (16, Pipeline::Long, 2, 2, 5),
        (32, Pipeline::Short, 1, 2, 6),
    ] {
        let choices = Choices {
            pipeline,
            sweep,
            learn: true,
            ..Choices::default()
        };
        let bench = few_groups(groups, lanes, choices, |text| text);
        let name =
            format!("{lanes} lanes, {pipeline} pipeline, {sweep} in a clock, {groups} groups");
        run(&bench, &name, seed..seed + 1, beyond_the_groups);
    }
}

#[test]
fn rows_that_compare_groups_beyond_the_memory_are_found() {
    let (from, to) = ("group_next & highest", "group_next");
    let bench = few_groups(2, 8, Choices::default(), |text| {
        assert!(text.contains(from), "the Verilog has no '{from}'");
        text.replace(from, to)
    });
    is_noticed(to, &bench, (1, 40), beyond_the_groups);
}
