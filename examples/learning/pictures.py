"""Pictures for networks that learn: all with as much ink.

A neuron that learns takes the mean of what it answers to. If some pictures had more ink than others, the neurons that learned those
would win everywhere; so the values of a picture are scaled to the same sum first. The encoder `phase` makes spikes of them: a
pixel of 255 spikes in every step.
"""

import numpy as np


def inked(pictures, ink):
    """pictures (n, pixels), numbers from 0 up -> bytes (n, pixels) whose sum is about `ink` x 255, none above 255."""
    pictures = np.asarray(pictures, np.float64)
    scaled = pictures * ink / np.maximum(pictures.sum(1, keepdims=True), 1)
    return np.round(255 * np.minimum(scaled, 1)).astype(np.uint8)
