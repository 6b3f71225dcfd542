#!/usr/bin/env bash
# From nothing to a running network: installs what is missing, builds, and runs the demo on the
# simulated board. Arguments go to `ferrospike demo`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
cargo build --release --locked -p ferrospike-host
exec "${CARGO_TARGET_DIR:-target}/release/ferrospike" demo "$@"
