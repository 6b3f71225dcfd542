#!/usr/bin/env bash
# Three time series through spiking networks on the simulated board, or on the board behind PORT:
#
#     examples/timeseries/run.sh [PORT] [OPTIONS OF run.py]
example=timeseries
source "$(dirname "${BASH_SOURCE[0]}")/../common/example.sh"
