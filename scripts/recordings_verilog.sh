#!/usr/bin/env bash
# Every recorded network of a framework and every trace of Lava (host/tests/data) through the emitted Verilog in Icarus, all steps: each
# bit compared with the model, and the spikes with the framework's. Prints a line for each; takes some ten minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export FERROSPIKE_ALL_RECORDINGS=1
exec cargo test --locked -p ferrospike-host --test import -- --nocapture \
    recordings_through_the_verilog traces_of_lava_through_the_verilog
