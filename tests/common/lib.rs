//! What the end-to-end tests share: where the examples are, and netlists in a simulator.

pub mod netlist;

use std::path::{Path, PathBuf};

/// A file under `examples/`, wherever the test runs.
pub fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(path)
}
