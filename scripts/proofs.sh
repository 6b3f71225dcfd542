#!/usr/bin/env bash
# Every proof of docs/proofs.md, the long ones too, and every planted fault:
#
#     scripts/proofs.sh [NAME]
#
# NAME takes those whose test has it in its name. Prints a line for each proof, with its time, and for
# each fault that was found. A proof that fails prints the run that shows it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if (($# > 1)); then
    echo 'usage: scripts/proofs.sh [NAME]' >&2
    exit 2
fi
scripts/setup.sh
exec cargo test --locked -p ferrospike-rtl --test formal -- --include-ignored --nocapture --test-threads 1 ${1:+"$1"}
