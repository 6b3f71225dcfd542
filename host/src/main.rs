//! The `ferrospike` command.
fn main() {}
