#!/usr/bin/env bash
# The core in Icarus against the model, on N random networks for each number of lanes:
#
#     scripts/random_networks.sh N [SEED]
#
# SEED is the first seed; without it, 1. A difference is shrunk, printed and fails the script; the
# seed in its message repeats it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number='^[0-9]+$'
if (($# < 1 || $# > 2)) || ! [[ $1 =~ $number && ${2:-1} =~ $number ]]; then
    echo 'usage: scripts/random_networks.sh N [SEED]' >&2
    exit 2
fi
scripts/setup.sh
PATH=$(scripts/vvp.sh):$PATH
export FERROSPIKE_NETWORKS=$1 FERROSPIKE_SEED=${2:-1}
exec cargo test --locked -p ferrospike-rtl --test random_networks -- --nocapture
