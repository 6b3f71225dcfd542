#!/usr/bin/env bash
# Edges of a photograph by a spiking network on the simulated board, or on the board behind PORT:
#
#     examples/edges/run.sh [PORT] [OPTIONS OF run.py]
example=edges
source "$(dirname "${BASH_SOURCE[0]}")/../common/example.sh"
