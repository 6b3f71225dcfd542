#!/usr/bin/env bash
# The model beside snnTorch, Norse and Brian2 on this machine: the same networks, weights and spikes, up to
# two threads each, one after the other. Prints a table and writes it as build/simulators.md and .json:
#
#     scripts/compare_simulators.sh [NETWORKS]
#
# NETWORKS is a list as in mnist,braille,sparse; without it, all three. The first run makes a virtual
# environment of about 5 GB in .tools/simulators, or in $FERROSPIKE_SIMULATORS. Takes minutes; other
# work on the machine meanwhile falsifies it. Not a part of scripts/test.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly networks=${1:-mnist,braille,sparse} threads=2
readonly environment=${FERROSPIKE_SIMULATORS:-.tools/simulators}
readonly sources=scripts/simulators
readonly wanted=$sources/requirements.txt

if ! cmp -s "$wanted" "$environment/requirements.txt"; then
    echo "compare_simulators: installing into $environment" >&2
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet -r "$wanted"
    cp "$wanted" "$environment/requirements.txt"
fi
cargo build --release --locked --quiet -p ferrospike-host
ferrospike="${CARGO_TARGET_DIR:-target}/release/ferrospike"
python="$environment/bin/python"
export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$ferrospike" bench model --network "$networks" --threads "$threads" --seconds 1 --export "$work" --json \
    >"$work/model.result"
for framework in snntorch norse; do
    "$python" $sources/torch_layers.py "$framework" "$work" --networks "$networks" \
        --threads "$threads" >"$work/$framework.result"
done
"$python" $sources/brian2_standalone.py "$work" --networks "$networks" --threads "$threads" \
    >"$work/brian2.result"
mkdir -p build
"$python" $sources/table.py "$work" build/simulators
