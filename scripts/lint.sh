#!/usr/bin/env bash
# Formatting, Clippy without warnings, and what Icarus, Yosys and Verilator say about the emitted
# Verilog. A part of scripts/test.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
cargo fmt --all --check
cargo clippy --locked --workspace --all-targets -- -D warnings
cargo test --locked -p ferrospike-rtl --test lint
