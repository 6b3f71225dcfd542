#!/usr/bin/env bash
# Prints a folder with a vvp that takes two thirds of the time, to be put in front of PATH by scripts that simulate for
# long:
#
#     PATH=$(scripts/vvp.sh):$PATH
#
# (time FERROSPIKE_CORE_SOAK=60 cargo test --workspace --test link a_long_run_of_the_core, with and without.)
#
# It is the vvp of PATH with testbench/vvp/dynamic_cast.c in front of its C++ library. Where that does not work, the folder
# of the vvp of PATH is printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=$PWD/.tools/vvp
PATH=${PATH//"$folder:"/}
vvp=$(command -v vvp)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

simulation() { "$@" -N "$made/sim" 2>&1; }
cat >"$made/sim.v" <<'V'
module sim;
    reg [7:0] count;
    wire [7:0] twice = count + count;
    initial for (count = 0; count < 5; count = count + 1) #1 $display("%0d %0d", count, twice);
endmodule
V
iverilog -o "$made/sim" "$made/sim.v"
plain=$(simulation "$vvp")
# LD_PRELOAD has no way to write a space or a colon.
if [[ $folder == *[[:space:]:]* ]] || ! cc -O2 -Wall -shared -fPIC -o "$made/dynamic_cast.so" testbench/vvp/dynamic_cast.c ||
    [[ $(simulation env LD_PRELOAD="$made/dynamic_cast.so" "$vvp") != "$plain" ]]; then
    echo 'vvp: no faster one here' >&2
    dirname "$vvp"
    exit
fi
printf '#!/bin/sh\nLD_PRELOAD=%q exec %q "$@"\n' "$folder/dynamic_cast.so" "$vvp" >"$made/vvp"
chmod +x "$made/vvp"
mkdir -p "$folder"
mv "$made/dynamic_cast.so" "$made/vvp" "$folder"
echo "$folder"
