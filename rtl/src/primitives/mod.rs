//! The few hand-written bodies: memories, arithmetic and wiring that rust-hdl's kernels cannot say.
//! Each is a `Verilog::Custom` body beside a Rust `update`; `tests/primitives.rs` runs both on the
//! same vectors.

pub mod arithmetic;
pub mod byte_ram;
pub mod convert;
pub mod counter;
pub mod delay;
pub mod fixed;
pub mod held_delay;
mod ice40_products;
pub mod learning;
pub mod leaving;
pub mod membrane;
pub mod memory;
pub mod operand;
pub mod products;
mod serial_products;
pub mod state_word;
pub mod status;
pub mod synapse_port;
pub mod wiring;
