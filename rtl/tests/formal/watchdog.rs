//! The watchdog expires when a program has worked for so many clocks, and never else.

use crate::{emitted, harness, prove, unsettle};
use ferrospike_rtl::core::watchdog::Watchdog;
use ferrospike_testbench::formal::Proof;

fn watchdog(bits: u8) -> Proof {
    Proof::new("watchdog_proof", harness!("watchdog"))
        .module(emitted(Watchdog::new(bits), "watchdog"))
        .parameter("BITS", bits.into())
}

#[test]
fn it_expires_after_so_many_clocks_of_work() {
    // The fewest and the most that there may be, and what boards have.
    for bits in [*Watchdog::BITS.start(), 26, *Watchdog::BITS.end()] {
        prove(&format!("watchdog, 2^{bits} clocks"), &watchdog(bits));
    }
}

#[test]
fn faults_of_the_watchdog_are_found() {
    // `rtl/tests/commands.rs` shows the first by a run of the core.
    let found = |from, to| unsettle("watchdog", &watchdog(8), from, to);
    // It counts waiting; it goes on where the last program was; twice as long.
    found("running & ~stalled", "running");
    found("worked_d = none32;", "");
    found("32'h100", "32'h200");
}
