"""The network of prototypes in floats: the same steps and the same rule, but weights and biases that are not rounded.

What the board does in integers (docs/numerics.md, section 7), for comparison with how well that learns.
"""

import numpy as np


def spikes(picture, steps):
    """The encoder `phase`: bytes (pixels) -> spikes (steps, pixels)."""
    total = np.arange(steps + 1)[:, None] * picture.astype(np.int64)
    return np.diff(total // 255, axis=0).astype(bool)


class Prototypes:
    def __init__(self, shape, weights):
        self.shape = shape
        self.weights = weights.astype(np.float64)      # (pixels, neurons)
        self.bias = np.zeros(shape.neurons)

    def sample(self, picture, learn):
        """Spikes of each neuron for a picture."""
        s, pixels = self.shape, spikes(picture, self.shape.steps)
        v, spiked, counts = np.zeros(s.neurons), np.zeros(s.neurons, bool), np.zeros(s.neurons, int)
        for t in range(s.steps):
            inhibition = s.threshold * (spiked.sum() - spiked)
            v = np.maximum(v + self.weights[pixels[t]].sum(0) - inhibition + self.bias, 0)
            spiked = v >= s.threshold
            v[spiked] = 0
            counts += spiked
            if learn:
                self.step(pixels[max(0, t - s.window + 1):t + 1], spiked)
        return counts

    def step(self, window, spiked):
        s = self.shape
        if spiked.any():
            add = s.equilibrium / s.rate / s.window * window.sum(0)
            w = self.weights[:, spiked]
            self.weights[:, spiked] = np.clip(w + add[:, None] - w / s.rate, 0, 255 / 256)
        rise = s.fall * s.wanted / s.neurons / s.steps
        self.bias = np.clip(self.bias + np.where(spiked, -s.fall, rise), -s.bias, s.bias)
