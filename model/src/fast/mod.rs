//! The fast path: the same results as `execute.rs`, which stays the statement of what an operation does, in
//! the vector units of the processor. What it does not know it leaves to `execute.rs`; `tests/fast.rs` and
//! `tests/planned.rs` compare the two.

mod gather;
mod listed;
pub(crate) mod lists;
pub(crate) mod neuron;
mod plan;
mod run;
mod scan;
pub(crate) mod spikes;
pub(crate) mod sweep;
mod update;

pub(crate) use plan::Plans;
