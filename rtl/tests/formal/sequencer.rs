//! The sequencer comes to rest, whatever the program.

use crate::{emitted, harness, prove, refute};
use ferrospike_rtl::core::sequencer::Sequencer;
use ferrospike_testbench::formal::{Method, Proof};

/// With a reader of this latency, in clocks, that needs one or two words of S for a long.
fn sequencer(latency: u64, narrow: u64, lists: u64) -> Proof {
    let harness = harness!("sequencer");
    Proof::new("sequencer_proof", harness)
        .module(emitted(Sequencer::default(), "sequencer"))
        .parameter("LATENCY", latency)
        .parameter("NARROW", narrow)
        .parameter("LISTS", lists)
        .method(Method::Reachability)
}

#[test]
fn no_operation_locks_it_up() {
    // Words of 64 bits or more, and of 32; S read a clock later than a memory would (a long pipeline).
    prove("sequencer", &sequencer(1, 0, 1));
    prove("sequencer, 32-bit words", &sequencer(2, 1, 1));
    prove("sequencer, late S, no lists", &sequencer(3, 0, 0));
}

#[test]
fn faults_of_the_sequencer_are_found() {
    let proof = sequencer(1, 0, 1);
    let unknown = "unknown = opcode > clear_code";
    refute(
        "sequencer",
        &proof,
        unknown,
        "unknown = opcode < scan_code",
        12,
    );
}
