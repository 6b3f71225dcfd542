//! Importers, compiler, link, transports and reports: what the `ferrospike` command is made of.
pub mod bench;
pub mod board;
pub mod build;
mod clocks;
pub mod compile;
pub mod data;
pub mod import;
pub mod link;
pub mod nir;
pub mod number;
pub mod plot;
pub mod quantise;
pub mod run;
pub mod transport;
