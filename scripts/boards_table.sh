#!/usr/bin/env bash
# The table of boards in README.md, from reports:
#
#     scripts/boards_table.sh [FOLDER]
#
# FOLDER holds the builds of scripts/synth.sh --all; without it, build. Their reports are copied to
# docs/boards, which is what the table is made from.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=${1:-build}
mkdir -p docs/boards
cargo build --release --locked -p ferrospike-host
ferrospike="${CARGO_TARGET_DIR:-target}/release/ferrospike"
for board in $("$ferrospike" boards --names) $("$ferrospike" boards --names --too-small); do
    report="$folder/$board/report.json"
    [[ ! -e $report ]] || cp "$report" "docs/boards/$board.json"
done
exec "$ferrospike" boards --reports docs/boards --into README.md
