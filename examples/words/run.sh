#!/usr/bin/env bash
# WAV files into words by a spiking network on the simulated board, or on the board behind PORT:
#
#     examples/words/run.sh [PORT] [FILE.wav ...]
example=words
source "$(dirname "${BASH_SOURCE[0]}")/../common/example.sh"
