//! Clocks of operations with parallel multipliers, when nothing waits for the link: the formulas of
//! `docs/architecture.md`, section 9, which `rtl/tests/costs.rs` asserts. Compiler and runs count with these.

/// Clocks of a SCAN besides those of its rows.
pub const SCAN: u64 = 8;

/// Clocks of a SCAN without a spike besides the groups of its source.
pub const SCAN_WITHOUT_SPIKE: u64 = 5;

/// Clocks of a LEARN of so many groups of the destination, in all of which a lane learns, from so many sources that
/// spiked (more than none), or from every one of them.
pub fn learn(groups: u64, rows: u64, every: bool) -> u64 {
    let found = if every { 12 } else { 14 };
    15 + groups * (3 + found + 2 * rows)
}

/// Clocks of an UPDATE of `neurons` neurons (padding included), with `pairs` longs of parameters for each of them,
/// and with `current_after_decay` if the membrane takes the current after its decay.
pub fn update(neurons: u64, pairs: u64, current_after_decay: bool) -> u64 {
    let after = if current_after_decay { 4 } else { 0 };
    match pairs {
        0 => 26 + neurons + after,
        _ => 16 + (17 + pairs + after) * neurons,
    }
}
