#!/usr/bin/env bash
# A robot steered by a spiking network on the simulated board, or on the board behind PORT:
#
#     examples/robot/run.sh [PORT] [OPTIONS OF run.py]
example=robot
source "$(dirname "${BASH_SOURCE[0]}")/../common/example.sh"
