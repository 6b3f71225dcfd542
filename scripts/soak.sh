#!/usr/bin/env bash
# N steps through the device in Rust, and V through the emitted Verilog, over a wire with faults: each step as in the
# model, counters as counted, memory as at the start:
#
#     scripts/soak.sh [N [V]]
#
# Without numbers: 1,000,000 and 20,000.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number='^[1-9][0-9]*$'
if (($# > 2)) || ! [[ ${1:-1} =~ $number && ${2:-1} =~ $number ]]; then
    echo 'usage: scripts/soak.sh [N [V]]' >&2
    exit 2
fi
scripts/setup.sh
PATH=$(scripts/vvp.sh):$PATH
export FERROSPIKE_SOAK=${1:-1000000} FERROSPIKE_CORE_SOAK=${2:-20000}
exec cargo test --locked -p ferrospike-host --test link -- --nocapture --test-threads 1 a_long_run
