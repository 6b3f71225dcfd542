//! The ferrospike core in rust-hdl, its primitives, and the emitter of plain Verilog-2005.
