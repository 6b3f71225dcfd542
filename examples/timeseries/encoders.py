"""From numbers to spikes: send-on-delta and thermometer. numpy alone."""

import numpy as np


def send_on_delta(signal, delta):
    """A spike when the signal has moved by `delta` since the last one: uint8 (samples, 2), up and down.

    At most one spike a sample: a steeper slope is followed over several.
    """
    spikes, level = np.zeros((len(signal), 2), np.uint8), signal[0]
    for t, value in enumerate(signal):
        if value - level >= delta:
            spikes[t, 0], level = 1, level + delta
        elif level - value >= delta:
            spikes[t, 1], level = 1, level - delta
    return spikes


def levels_of(values, count):
    """`count` levels of a feature, in quantiles of its values, so that each parts about as many."""
    return np.quantile(values, (np.arange(count) + 0.5) / count)


def thermometer(values, levels):
    """A line for each level, on if the value is above it: uint8 (..., levels)."""
    return (np.asarray(values)[..., None] > levels).astype(np.uint8)


def repeated(lines, steps):
    """The same lines in each of so many steps: (samples, steps, lines)."""
    return np.repeat(lines[:, None], steps, axis=1)
