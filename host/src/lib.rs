//! Importers, compiler, link, transports and reports: what the `ferrospike` command is made of.
//!
//! Nothing here may panic on what a file or a device says: whatever can go wrong is a `Result`. Where bytes from outside are
//! taken apart ([`nir`], [`data`], [`sources`], [`encode`], [`learning`], [`link`], [`board`], [`transport`], and `import`'s
//! readers of JSON and `.net`) even an index that could panic is denied. The passes of [`import`], and [`quantise`],
//! [`compile`] and [`run`], index arrays of their own making, or of sizes that those readers have compared with each other;
//! fuzzed files go through `import`'s passes too.
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

pub mod bench;
pub mod board;
pub mod build;
mod clocks;
pub mod compile;
pub mod data;
pub mod encode;
pub mod import;
pub mod learning;
pub mod link;
pub mod nir;
pub mod number;
pub mod plot;
pub mod quantise;
pub mod report;
pub mod run;
pub mod sources;
pub mod transport;
pub mod watch;
