#!/usr/bin/env bash
# Bitstreams:
#
#     scripts/synth.sh BOARD [...]   as `ferrospike build BOARD [...]`
#     scripts/synth.sh --all [...]   all boards, two at a time, into build/BOARD; a summary at the end
#
# More arguments go to `ferrospike build`, for example --seeds 4. Exit status: 0 if all have a bitstream
# that meets timing, and those that are said to be too small have none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if (($# < 1)); then
    echo 'usage: scripts/synth.sh BOARD|--all [arguments of ferrospike build]' >&2
    exit 2
fi
scripts/setup.sh --boards
cargo build --release --locked -p ferrospike-host
ferrospike="${CARGO_TARGET_DIR:-target}/release/ferrospike"
[[ $1 == --all ]] || exec "$ferrospike" build "$@"
shift
for argument in "$@"; do
    if [[ $argument == -o* || $argument == --output* ]]; then
        echo 'scripts/synth.sh: with --all each board has a folder of its own, build/BOARD' >&2
        exit 2
    fi
done

status=0
mapfile -t boards < <("$ferrospike" boards --names)
printf '%s\n' "${boards[@]}" | xargs -P 2 -I '{}' "$ferrospike" build '{}' "$@" || status=1
for board in $("$ferrospike" boards --names --too-small); do
    result=0
    "$ferrospike" build "$board" "$@" || result=$?
    ((result == 1)) || status=1
done
"$ferrospike" boards --reports build
exit "$status"
