#!/usr/bin/env bash
# N steps, a million if nothing is said, through the device in Rust over a wire with faults: each step as in the model,
# counters as counted, memory as at the start:
#
#     scripts/soak.sh [N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number='^[1-9][0-9]*$'
if (($# > 1)) || ! [[ ${1:-1} =~ $number ]]; then
    echo 'usage: scripts/soak.sh [N]' >&2
    exit 2
fi
export FERROSPIKE_SOAK=${1:-1000000}
exec cargo test --locked -p ferrospike-host --test link -- --nocapture a_long_run
