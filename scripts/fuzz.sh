#!/usr/bin/env bash
# Bytes of all kinds into what reads them: each target of fuzz/ for S seconds by cargo fuzz (frames, images, importers,
# the device's commands; none may panic), then N streams of spoilt commands and programs into the device in Rust and
# into the emitted Verilog, which must answer the same:
#
#     scripts/fuzz.sh [S [N]]
#
# Without numbers: 60 seconds and 500 streams. Needs `cargo install cargo-fuzz`. What is found becomes a case in
# host/tests/link/fuzzed.rs, or a seed in tests/fuzzed_commands.rs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number='^[1-9][0-9]*$'
if (($# > 2)) || ! [[ ${1:-1} =~ $number && ${2:-1} =~ $number ]]; then
    echo 'usage: scripts/fuzz.sh [S [N]]' >&2
    exit 2
fi
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo 'fuzz: cargo-fuzz is missing: cargo install cargo-fuzz' >&2
    exit 2
fi
scripts/setup.sh
# libFuzzer needs flags that only nightly compilers take without this.
export RUSTC_BOOTSTRAP=1
for target in frames image importers commands; do
    cargo fuzz run "$target" -- -max_total_time="${1:-60}" -max_len=20000 -timeout=10
done
unset RUSTC_BOOTSTRAP
FERROSPIKE_STREAMS=${2:-500} exec cargo test --locked --test fuzzed_commands -- --nocapture
