#!/usr/bin/env bash
# Bytes of all kinds into what reads them: each target of fuzz/ for S seconds by cargo fuzz (frames, images, importers,
# the device's commands; none may panic), then N streams of spoilt commands and programs into the device in Rust and
# into the emitted Verilog, which must answer the same:
#
#     scripts/fuzz.sh [S [N]]
#     scripts/fuzz.sh --quick
#
# Without numbers: 60 seconds and 500 streams. The quick run is that of the test suite: ten seconds a target, compiled
# with little optimisation, and no streams, of which the suite has its own. First of all a fault that is planted behind a
# comparison of four bytes must be found, in a minute: only a fuzzer that sees which bytes lead further does.
#
# What is found is in fuzz/artifacts, and is tried again first in every run until it is removed. It becomes a case in
# host/tests/link/fuzzed.rs, or a seed in tests/fuzzed_commands.rs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number='^[1-9][0-9]*$'
profile=--release
seconds=${1:-60}
streams=${2:-500}
if (($# == 1)) && [[ $1 == --quick ]]; then
    profile=--dev
    seconds=10
    streams=0
elif (($# > 2)) || ! [[ $seconds =~ $number && $streams =~ $number ]]; then
    echo 'usage: scripts/fuzz.sh [S [N]], or scripts/fuzz.sh --quick' >&2
    exit 2
fi
scripts/setup.sh --fuzz
tools=${FERROSPIKE_TOOLS:-$PWD/.tools}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# There is no unsafe code here for a sanitizer, and without one any compiler will do.
options=("$profile" --sanitizer none)
# A target with the files or folders and, behind --, the options that follow.
fuzz() {
    local target=$1
    shift
    "$tools/bin/cargo-fuzz" run "${options[@]}" "$target" "$@" \
        -max_len=65536 -timeout=30 -verbosity=0 -print_funcs=0 -print_final_stats=1
}

# The versions of fuzz/Cargo.lock, or none: cargo fuzz would change it.
cargo fetch --locked --manifest-path fuzz/Cargo.toml --target "$(rustc -vV | sed -n 's/^host: //p')"
"$tools/bin/cargo-fuzz" build "${options[@]}"
mkdir "$made/planted"
if planted=$(fuzz planted "$made/planted" -- -max_total_time=60 -artifact_prefix="$made/" 2>&1) ||
    [[ $planted != *"panicked at fuzz_targets/planted.rs"* ]]; then
    printf '%s\nfuzz: the planted fault was not found\n' "$planted" >&2
    exit 1
fi

targets=(frames image importers commands)
# Good files, to begin with: the test suite has written them.
written=true
for target in "${targets[@]}"; do
    [[ -e fuzz/corpus/$target/good-0 ]] || written=false
done
if [[ $profile == --release || $written == false ]]; then
    FERROSPIKE_CORPUS=$PWD/fuzz/corpus cargo test -q --locked --workspace --test link fuzzed
fi
status=0
for target in "${targets[@]}"; do
    shopt -s nullglob
    found=(fuzz/artifacts/"$target"/*)
    if ((${#found[@]})); then
        echo "fuzz: $target, what was found before"
        fuzz "$target" "${found[@]}" -- || status=1
    fi
    echo "fuzz: $target, $seconds seconds"
    corpus=(fuzz/corpus/"$target")
    if [[ $profile == --dev ]]; then
        # What this run finds of use is not kept: the next one takes as long.
        mkdir "$made/$target"
        corpus=("$made/$target" "${corpus[@]}")
    fi
    fuzz "$target" "${corpus[@]}" -- -max_total_time="$seconds" || status=1
done
if ((streams > 0)); then
    FERROSPIKE_STREAMS=$streams cargo test --locked --workspace --test fuzzed_commands -- --nocapture || status=1
fi
((status == 0)) || echo 'fuzz: something was found' >&2
exit "$status"
