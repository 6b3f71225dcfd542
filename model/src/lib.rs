//! The number contract of ferrospike (`docs/numerics.md`, `docs/program.md`): step programs, image
//! files and the bit-exact interpreter. Knows numbers and images, nothing else.
//!
//! Nothing here may panic on what an image says: whatever can go wrong is a `Result`.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented
    )
)]

pub mod batch;
pub mod device;
mod execute;
mod fast;
pub mod image;
pub mod interpreter;
mod learn;
mod listed;
mod memory;
pub mod numbers;
pub mod program;
#[cfg(feature = "random")]
pub mod random;
pub mod runlength;
pub mod trace;
