//! The sequencer comes to rest, whatever the program.

use crate::{emitted, harness, prove, refute};
use ferrospike_rtl::core::sequencer::Sequencer;
use ferrospike_testbench::formal::{Method, Proof};

/// With a reader of this latency, in clocks, that needs one or two words of S for a long; with groups at rest, which want
/// to know the operation, and LEARN, or without.
fn sequencer(latency: u64, narrow: u64, lists: u64, resting: bool, learning: bool) -> Proof {
    let define = if learning { "`define LEARN\n" } else { "" };
    let harness = format!("{define}{}", harness!("sequencer"));
    let block = Sequencer::new(resting.into(), learning.into());
    Proof::new("sequencer_proof", harness)
        .module(emitted(block, "sequencer"))
        .parameter("LATENCY", latency)
        .parameter("NARROW", narrow)
        .parameter("LISTS", lists)
        .method(Method::Reachability)
}

#[test]
fn no_operation_locks_it_up() {
    // Words of 64 bits or more, and of 32; S read a clock later than a memory would (a long pipeline).
    for (latency, narrow) in [(1, 0), (2, 1), (3, 0), (4, 1)] {
        for (lists, resting, learning) in [(0, 0, 0), (1, 1, 0), (1, 0, 1), (1, 1, 1)] {
            let what = format!(
                "sequencer, a long in {latency} clocks{}{}{}",
                ["", ", lists"][lists],
                ["", ", groups at rest"][resting],
                ["", ", LEARN"][learning]
            );
            let proof = sequencer(latency, narrow, lists as u64, resting == 1, learning == 1);
            prove(&what, &proof);
        }
    }
}

#[test]
fn faults_of_the_sequencer_are_found() {
    let found = |learning, from, to, clocks| {
        let proof = sequencer(1, 0, 1, false, learning);
        refute("sequencer", &proof, from, to, clocks);
    };
    let unknown = "unknown = opcode > clear_code;";
    found(false, unknown, "unknown = opcode < scan_code;", 12);
    found(
        true,
        "unknown_new = 1'b0;",
        "unknown_new = unknown_new;",
        12,
    );
    // Not refused; another code; after stop it looks for spikes; an engine that is started for ever.
    found(false, "refused_new = 1'b1;", "refused_new = 1'b0;", 12);
    found(false, "refused_code_new = error_operand;", "", 12);
    found(false, "            looks_d = 1'b0;\n", "", 12);
    let work = "state_d = SequencerState_Work;\n                if (is_scan)";
    found(false, work, "if (is_scan)", 12);
    // Numbers of parameters.
    found(true, "count_d = five3_0;", "count_d = two3;", 12);
    found(false, "count_d = two3;", "count_d = 3'd3;", 16);
    // The next operation comes a clock too early.
    let next = "state_d = SequencerState_Head;\n                end";
    let early = "request_new = 1'b1; state_d = SequencerState_HeadWait; end";
    found(false, next, early, 12);
    // It waits for what was not asked for, and so for ever.
    found(true, "asked_d = five3_0;", "asked_d = zero3;", 70);
}
