//! The core of every board, as its description configures it, against the model on random networks: lanes, sizes of
//! all memories, multipliers and pipeline are the board's. Boards with one configuration share a run.
//!
//! `FERROSPIKE_NETWORKS` sets how many networks each configuration gets, `FERROSPIKE_SEED` the first seed.

#[allow(dead_code, reason = "the core's own tests use the rest")]
#[path = "../rtl/tests/random"]
mod random {
    pub mod bench;
    pub mod script;
}

use ferrospike_host::build::{Board, Multiplier};
use ferrospike_model::device::Shape;
use random::bench::Bench;
use random::script;
use std::collections::BTreeMap;
use std::ops::Range;

/// Bytes of S and words of H that a random network needs. The one board with less (the iCEstick, too small for
/// the core anyway) is simulated with so much.
const LEAST: (usize, usize) = (4096, 32);

/// This board's core.
fn bench(board: &Board, change: impl Fn(String) -> String) -> Bench {
    let core = board.configuration().unwrap();
    let shape = Shape {
        lanes: core.lanes,
        synapse_words: core.synapse_words.max(LEAST.0 / core.lanes),
        groups: core.groups,
        history_words: core.history_words.max(LEAST.1),
    };
    Bench::of(shape, core.choices, change)
}

/// The first of these networks on which this board's core differs from the model.
fn difference(board: &Board, mut seeds: Range<u64>) -> Option<String> {
    let bench = bench(board, |text| text);
    if !board.description.core.rest {
        return script::difference(&bench, seeds);
    }
    // Groups rest where nothing comes in for a while.
    seeds.find_map(|seed| {
        let mut case = script::network(seed, &bench);
        case.steps.truncate(2);
        let found = script::compare(&bench, &case.with_silence(7), 0)?;
        Some(format!("seed {seed}, with silence: {found}"))
    })
}

#[test]
fn every_board_equals_the_model() {
    let mut configurations: BTreeMap<String, Vec<Board>> = BTreeMap::new();
    for board in Board::all().unwrap() {
        let core = board.configuration().unwrap();
        let key = format!(
            "{:02} lanes, {} words, {} groups, {} of history, multiplier {}, pipeline {}, sweep {}{}{}",
            core.lanes,
            core.synapse_words,
            core.groups,
            core.history_words,
            core.choices.multiplier,
            core.choices.pipeline,
            core.choices.sweep,
            if core.choices.rest { ", rest" } else { "" },
            if core.choices.learn { ", learn" } else { "" }
        );
        configurations.entry(key).or_default().push(board);
    }
    // Each another network, as long as it is one.
    for (seed, (configuration, boards)) in (1..).zip(&configurations) {
        let seeds = script::seeds(seed..seed + 1);
        let names: Vec<&str> = boards.iter().map(|board| board.name).collect();
        let found = difference(&boards[0], seeds.clone());
        assert_eq!(found, None, "{names:?}");
        println!(
            "{configuration}: networks {seeds:?} equal; {}",
            names.join(", ")
        );
    }
    assert!(configurations.len() >= 5, "{configurations:#?}");
    assert!(configurations.keys().any(|key| key.ends_with("learn")));
}

/// What no board has: a long pipeline whose neurons move in ticks, so that a word of U has to be held.
#[test]
fn a_long_pipeline_with_ticks_equals_the_model() {
    let mut board = Board::find("ulx3s-25f").unwrap();
    board.description.core.multiplier = Multiplier::Serial(3);
    board.description.core.sweep = 1;
    board.description.core.rest = false;
    let found = difference(&board, script::seeds(1..2));
    assert_eq!(found, None);
    is_found(&board, 1, "if (~hold) word <= stored", "word <= stored");
}

/// A fault in a board's Verilog is found by 12 networks; `known` finds it.
fn is_found(board: &Board, known: u64, from: &str, to: &str) {
    let bench = bench(board, |text| {
        assert!(text.contains(from), "the Verilog has no '{from}'");
        text.replace(from, to)
    });
    script::is_noticed(to, &bench, (known, 12), script::network);
}

#[test]
fn a_fault_in_a_board_is_found() {
    let board = |name| Board::find(name).unwrap();
    let (from, to) = ("gap_new = groups_meet_q & ~forwarding", "gap_new = 1'b0");
    is_found(&board("icebreaker"), 1, from, to);
    let (from, to) = ("moves & places_is_last_but_one", "moves & places_is_last");
    is_found(&board("ulx3s-25f"), 1, from, to);
    let (from, to) = ("(~single | finishes_next)", "1'b1");
    is_found(&board("ulx3s-25f"), 1, from, to);
}
