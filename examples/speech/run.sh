#!/usr/bin/env bash
# Spoken digits and vowels through spiking networks on the simulated board, or on the board behind PORT:
#
#     examples/speech/run.sh [PORT] [OPTIONS OF run.py]
example=speech
source "$(dirname "${BASH_SOURCE[0]}")/../common/example.sh"
