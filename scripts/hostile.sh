#!/usr/bin/env bash
# Damaged and hostile files (NIR, JSON, npz, lava-dl's .net, images): N of them, 1,000 if nothing is said, the same every time. None may
# end in a panic, take longer than 10 s, or more than 2 GB of address space:
#
#     scripts/hostile.sh [N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number='^[0-9]+$'
if (($# > 1)) || ! [[ ${1:-1000} =~ $number ]]; then
    echo 'usage: scripts/hostile.sh [N]' >&2
    exit 2
fi
cargo test --locked -p ferrospike-host --test import --no-run
export FERROSPIKE_HOSTILE=${1:-1000}
ulimit -v 2000000
exec cargo test --locked -p ferrospike-host --test import -- hostile::damaged --nocapture --test-threads 1
