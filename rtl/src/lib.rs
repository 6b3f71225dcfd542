//! The ferrospike core in rust-hdl, its primitives, and the emitter of plain Verilog-2005.
//!
//! Knows hardware, and nothing of files, networks or people. `docs/architecture.md` explains the
//! machine, `docs/numerics.md` the numbers, `docs/program.md` the operations.

// Kernels have no guards.
#![allow(clippy::collapsible_match)]

/// A comment in a kernel: nothing in simulation, a comment line in the emitted Verilog.
#[macro_export]
macro_rules! comment {
    ($text:literal) => {};
}

pub mod core;
pub mod emit;
pub mod lane;
pub mod link;
pub mod neuron;
pub mod primitives;
pub mod scan;
pub mod shell;
pub mod top;
