"""Pictures as spikes for networks that learn: every picture has as many spikes as every other.

A neuron that learns takes the mean of what it answers to. If some pictures had more ink than others, the neurons that learned
those would win everywhere; so a picture's values are scaled to the same sum first. Then a value is a rate: an accumulator
that begins at a half adds it in every step and spikes when it comes to one.
"""

import numpy as np


def spikes(pictures, steps, total):
    """pictures (n, pixels), numbers from 0 up -> spikes (n, steps, pixels), about `total` in each picture."""
    pictures = np.asarray(pictures, np.float64)
    rates = np.minimum(pictures * total / np.maximum(pictures.sum(1, keepdims=True), 1) / steps, 1)
    # The accumulator after t steps has floor(1/2 + t * rate) spikes behind it.
    counts = np.floor(0.5 + np.arange(steps + 1)[:, None, None] * rates)
    return np.diff(counts, axis=0).transpose(1, 0, 2).astype(np.uint8)
