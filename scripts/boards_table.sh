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
for report in "$folder"/*/report.json; do
    [[ -e $report ]] || continue
    board=$(basename "$(dirname "$report")")
    cp "$report" "docs/boards/$board.json"
done
cargo build --release --locked -p ferrospike-host
exec "${CARGO_TARGET_DIR:-target}/release/ferrospike" boards --reports docs/boards --into README.md
