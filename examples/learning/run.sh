#!/usr/bin/env bash
# Digits learned without labels, on the simulated board or on the board behind PORT:
#
#     examples/learning/run.sh [PORT]
example=learning
source "$(dirname "${BASH_SOURCE[0]}")/../common/example.sh"
