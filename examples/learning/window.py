"""What a pair of spikes does to a weight, over their distance in time: pair-based STDP as a rule, as spikes, and as Brian2 has it.

SOURCES inputs, and a line for each destination, whose relay makes it spike in the same step. `pair_spikes`: each source spikes
once, from WIDTH steps before the destinations' spike to WIDTH - 1 steps after it. `train_spikes`: all spike at random. Weights are in units of
the 8-bit mantissa; the destinations' threshold is out of their reach.
"""

from dataclasses import replace

import numpy as np

#: Steps of each side of the window.
WIDTH = 16
SOURCES, TARGETS = 2 * WIDTH, 16
#: Change of a weight by a pair without distance, and steps until it is 1/e of that.
BEFORE, AFTER, TAU = 6.0, -4.5, 5.0
START, MOST = 128, 255
STEPS, REPEATS, TRAIN_STEPS = 2 * WIDTH + 5, 4, 150
#: Steps from the spike of source k to that of the destinations.
DISTANCE = np.arange(SOURCES) - WIDTH + 1


def pair_spikes():
    """(steps, sources), (steps, destinations)."""
    pre = np.zeros((STEPS, SOURCES), np.uint8)
    post = np.zeros((STEPS, TARGETS), np.uint8)
    now = WIDTH + 2
    pre[now - DISTANCE, np.arange(SOURCES)] = 1
    post[now] = 1
    return pre, post


def train_spikes():
    """The same for trains: a source spikes in 6 of 100 steps, a destination in 4."""
    rng = np.random.default_rng(7)
    pre = rng.random((TRAIN_STEPS, SOURCES)) < 0.06
    post = rng.random((TRAIN_STEPS, TARGETS)) < 0.04
    return pre.astype(np.uint8), post.astype(np.uint8)


def changes():
    """The window: for distances 0, 1, .. WIDTH, and for 1, 2, .. steps after."""
    before = BEFORE * np.exp(-np.arange(WIDTH + 1) / TAU)
    after = AFTER * np.exp(-np.arange(1, WIDTH) / TAU)
    return before, after


def intended(distance):
    """Change of a weight by one pair."""
    before, after = changes()
    return np.array([before[d] if d >= 0 else after[-d - 1] for d in distance])


def rule():
    """The rule file, as a dictionary. A weight of 1/256 is a mantissa of 1."""
    before, after = (side / 256 for side in changes())
    return {
        "seed": 1,
        "connections": [{
            "connection": "learning",
            "minimum": 0.0,
            "maximum": MOST / 256,
            "window": {"before": before.tolist(), "after": after.tolist()},
        }],
    }


def network(fx):
    """The network, with the package `ferrospike_export`."""
    net = fx.Network("window")
    net.input((SOURCES + TARGETS,))
    start = np.zeros((TARGETS, SOURCES + TARGETS), np.float32)
    lines = start.copy()
    start[:, :SOURCES] = START / 256
    lines[:, SOURCES:] = np.eye(TARGETS)
    once = fx.Neuron(beta=0.0, threshold=1.0, comparator=">=", reset="zero")
    net.linear("lines", lines)
    net.neurons("relay", once)
    net.linear("drive", 16 * np.eye(TARGETS, dtype=np.float32))
    neurons = net.neurons("neurons", replace(once, threshold=8.0))
    learning = net.linear("learning", start, after="input")
    net.connect(learning, neurons)
    net.output(after=neurons)
    return net
