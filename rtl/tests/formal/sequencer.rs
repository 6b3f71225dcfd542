//! The sequencer comes to rest, whatever the program.

use crate::{emitted, harness, prove, refute};
use ferrospike_rtl::core::sequencer::Sequencer;
use ferrospike_testbench::formal::{Method, Proof};

/// With a reader of this latency, in clocks, that needs one or two words of S for a long; with LEARN or without.
fn sequencer(latency: u64, narrow: u64, lists: u64, learn: bool) -> Proof {
    let define = if learn { "`define LEARN\n" } else { "" };
    let harness = format!("{define}{}", harness!("sequencer"));
    let learning = usize::from(learn);
    Proof::new("sequencer_proof", harness)
        // Groups at rest want to know the operation; the cores that learn have them.
        .module(emitted(Sequencer::new(learning, learning), "sequencer"))
        .parameter("LATENCY", latency)
        .parameter("NARROW", narrow)
        .parameter("LISTS", lists)
        .method(Method::Reachability)
}

#[test]
fn no_operation_locks_it_up() {
    // Words of 64 bits or more, and of 32; S read a clock later than a memory would (a long pipeline).
    prove("sequencer", &sequencer(1, 0, 1, false));
    prove("sequencer, 32-bit words", &sequencer(2, 1, 1, false));
    prove("sequencer, late S, no lists", &sequencer(3, 0, 0, false));
    prove("sequencer with LEARN", &sequencer(3, 0, 1, true));
}

#[test]
fn faults_of_the_sequencer_are_found() {
    let found = |learn, from, to, clocks| {
        let proof = sequencer(1, 0, 1, learn);
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
    found(true, "count_d = five3_0;", "count_d = two3;", 12);
    // The next operation comes a clock too early.
    let next = "state_d = SequencerState_Head;\n                end";
    let early = "request_new = 1'b1; state_d = SequencerState_HeadWait; end";
    found(false, next, early, 12);
    // It waits for what was not asked for, and so for ever.
    found(true, "asked_d = five3_0;", "asked_d = zero3;", 70);
}
