//! The number contract of ferrospike (`docs/numerics.md`, `docs/program.md`): step programs, image
//! files and the bit-exact interpreter. Knows numbers and images, nothing else.
//!
//! Nothing here may panic on what an image says: whatever can go wrong is a `Result`. Where an image is taken apart
//! ([`image`], [`program`], [`runlength`]) even an index that could panic is denied. The interpreter and its fast paths index
//! the memories of a [`device`] that every operation's addresses were compared with; fuzzed images and programs run in it.
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
