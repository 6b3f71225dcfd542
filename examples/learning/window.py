"""The window of STDP, measured on the board: what one pair of spikes does to a weight, over their distance in time.

    examples/learning/run.sh [PORT] --window

64 sources spike once each, 31 steps after the destinations' spike to 32 steps before it. After each of REPEATS presentations the
board's weights are read back and compared with the model's. Then 400 steps of random spikes, and the
weights beside those of Brian2 (brian2_stdp.npz, recorded by record_brian2.py).
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent

SOURCES, TARGETS = 64, 16
#: Steps of each side of the window.
WIDTH = 32
#: Change of a weight by a pair without distance, in units of the mantissa, and steps until it is 1/e.
BEFORE, AFTER, TAU = 6.0, -4.5, 10.0
START, MOST = 128, 255
STEPS, REPEATS, TRAIN_STEPS = 2 * WIDTH + 5, 8, 400
#: Steps from the spike of source k to that of the destination.
DISTANCE = np.arange(SOURCES) - WIDTH + 1


def pair_spikes():
    """(steps, sources), (steps, destinations)."""
    pre = np.zeros((STEPS, SOURCES), np.uint8)
    post = np.zeros((STEPS, TARGETS), np.uint8)
    now = WIDTH + 1
    pre[now - DISTANCE, np.arange(SOURCES)] = 1
    post[now] = 1
    return pre, post


def train_spikes():
    """The same for trains: 3 of 100 steps have a spike, of the destinations 2."""
    rng = np.random.default_rng(7)
    pre = rng.random((TRAIN_STEPS, SOURCES)) < 0.03
    post = rng.random((TRAIN_STEPS, TARGETS)) < 0.02
    return pre.astype(np.uint8), post.astype(np.uint8)


def changes():
    """The window as a rule has it: for distances 0, 1, .. and for 1, 2, .. steps after; units of the mantissa."""
    before = BEFORE * np.exp(-np.arange(WIDTH + 1) / TAU)
    after = AFTER * np.exp(-np.arange(1, WIDTH) / TAU)
    return before, after


def rule():
    before, after = (side / MOST for side in changes())
    return {
        "seed": 1,
        "connections": [{
            "connection": "sources_to_neurons",
            "minimum": 0.0,
            "maximum": 1.0,
            "window": {"before": before.tolist(), "after": after.tolist()},
        }],
    }


def intended(distance):
    """Change of a weight by one pair, in units of the mantissa."""
    before, after = changes()
    return np.array([before[d] if d >= 0 else after[-d - 1] for d in distance])
