#!/usr/bin/env bash
# Everything that must hold: formatting, no warnings, all tests, those of the Python package too, and some seconds of
# fuzzing. The last line has the counts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh --boards --fuzz
PATH=$(scripts/vvp.sh):$PATH
cargo fmt --all --check
cargo clippy --locked --workspace --all-targets -- -D warnings

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# All test files are run, also after one that fails: the counts are to be complete.
export FERROSPIKE_CORPUS=$PWD/fuzz/corpus
scripts/rust_tests.py 2>&1 | tee "$log" || status=$?

# The Python package: numpy and h5py alone, no framework.
scripts/python_test.sh 2>&1 | tee -a "$log" || status=$?

# Any bytes into what reads them, from the corpus that those tests have written: none may panic.
scripts/fuzz.sh --quick 2>&1 | tee -a "$log" || {
    echo 'test: fuzzing failed' >&2
    status=1
}

# "test result: ok. 12 passed; 0 failed; ..." once for each test file.
read -r passed failed < <(awk '/^test result:/ {
    for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^failed/) f += $(i - 1) }
}
# pytest: "1 failed, 161 passed in 20.81s".
/^([0-9]+ [a-z]+, )*[0-9]+ (passed|failed|error)s?.* in [0-9.]+s/ {
    for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^(failed|error)/) f += $(i - 1) }
} END { print p + 0, f + 0 }' "$log")
# Not counted: cargo's note that a dependency of rust-hdl needs changes for a later edition of Rust.
if grep '^warning:' "$log" | grep -v 'the following packages contain code that will be rejected' >&2; then
    echo 'test: the build had warnings' >&2
    status=1
fi
((failed == 0 && passed > 0)) || status=1
echo "$passed passed, $failed failed"
exit "$status"
