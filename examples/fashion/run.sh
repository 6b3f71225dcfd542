#!/usr/bin/env bash
# Fashion-MNIST by a spiking network on the simulated board, or on the board behind PORT:
#
#     examples/fashion/run.sh [PORT] [OPTIONS OF run.py]
example=fashion
source "$(dirname "${BASH_SOURCE[0]}")/../common/example.sh"
