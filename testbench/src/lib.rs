//! The Icarus runner and the Verilog benches that the tests of all crates share.
