#!/usr/bin/env bash
# Installs what ferrospike needs and does not find: Icarus Verilog, Yosys and Verilator, on Debian and
# its relatives. Checks that there is a Rust new enough. Changes nothing if everything is there.
set -euo pipefail

readonly rust_wanted=1.89

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# Programs and the Debian packages that hold them.
missing=()
for pair in iverilog:iverilog vvp:iverilog yosys:yosys verilator:verilator cc:gcc; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done

if ((${#missing[@]})); then
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
    command -v apt-get >/dev/null || fail "this script installs with apt-get, which is not here.
Please install these yourself: Icarus Verilog (iverilog, vvp) 11 or newer, Yosys 0.23 or newer,
Verilator 5 or newer, a C compiler as linker (cc). Not found: ${missing[*]}"
    as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || fail "not root and no sudo; as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing ${missing[*]} with apt-get${as_root[0]:+ (through sudo)}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

command -v cargo >/dev/null || fail "cargo was not found: Rust $rust_wanted or newer is needed (https://rustup.rs)"
rust=$(cargo --version | cut -d' ' -f2)
lowest=$(printf '%s\n%s\n' "$rust_wanted" "${rust%%-*}" | sort -V | head -n 1)
[[ $lowest == "$rust_wanted" ]] || fail "cargo is $rust; Rust $rust_wanted or newer is needed (rustup update)"

# Plain reads instead of pipes into head: pipefail would see the closed pipe as a failure.
icarus=$(iverilog -V 2>/dev/null || true)
say "Rust $rust; ${icarus%%$'\n'*}; $(yosys -V); $(verilator --version)"
