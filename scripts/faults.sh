#!/usr/bin/env bash
# Faults between host and device, the same every time: N through the device in Rust, L through the link in Verilog,
# C through the whole core in Verilog at its UART's pins. No run may give a wrong result or fail to end:
#
#     scripts/faults.sh [N [L [C]]]
#
# Without numbers: 10,000,000, 100,000 and 2,000, which takes an hour or so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number='^[1-9][0-9]*$'
if (($# > 3)) || ! [[ ${1:-1} =~ $number && ${2:-1} =~ $number && ${3:-1} =~ $number ]]; then
    echo 'usage: scripts/faults.sh [N [L [C]]]' >&2
    exit 2
fi
scripts/setup.sh
PATH=$(scripts/vvp.sh):$PATH
export FERROSPIKE_FAULTS=${1:-10000000} FERROSPIKE_LINK_FAULTS=${2:-100000} FERROSPIKE_CORE_FAULTS=${3:-2000}
exec cargo test --locked -p ferrospike-host --test link -- --nocapture --test-threads 1 --include-ignored \
    every_run_is_right the_link_in_verilog the_core_at_its_pins
