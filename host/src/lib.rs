//! Importers, compiler, link, transports and reports: what the `ferrospike` command is made of.
pub mod board;
pub mod compile;
pub mod import;
pub mod link;
pub mod nir;
pub mod quantise;
pub mod transport;
