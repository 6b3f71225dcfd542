"""The network of prototypes in floats: the same steps and the same rule, but weights and biases that are not rounded.

What the board does in integers (docs/numerics.md, section 7), for comparison with how well that learns.

    python floats.py        # the digits with a window of pairs, with traces, and without the decay: a minute
"""

import numpy as np


def spikes(picture, steps):
    """The encoder `phase`: bytes (pixels) -> spikes (steps, pixels)."""
    total = np.arange(steps + 1)[:, None] * picture.astype(np.int64)
    return np.diff(total // 255, axis=0).astype(bool)


class Prototypes:
    """`kind`: what a source's spikes of the past count at a spike of the destination. "window": each of the last steps as much as
    the others; "traces": a trace that decays with every step, with the same mean; "additive": the window, and in place of the
    decay of each weight the same loss for all."""

    def __init__(self, shape, weights, kind="window"):
        self.shape, self.kind = shape, kind
        self.weights = weights.astype(np.float64)      # (pixels, neurons)
        self.bias = np.zeros(shape.neurons)

    def sample(self, picture, learn):
        """Spikes of each neuron for a picture."""
        s, pixels = self.shape, spikes(picture, self.shape.steps)
        v, spiked, counts = np.zeros(s.neurons), np.zeros(s.neurons, bool), np.zeros(s.neurons, int)
        trace = np.zeros(s.pixels)
        for t in range(s.steps):
            inhibition = s.threshold * (spiked.sum() - spiked)
            v = np.maximum(v + self.weights[pixels[t]].sum(0) - inhibition + self.bias, 0)
            spiked = v >= s.threshold
            v[spiked] = 0
            counts += spiked
            trace = trace * (1 - 1 / s.window) + pixels[t]
            if learn:
                recent = trace if self.kind == "traces" else pixels[max(0, t - s.window + 1):t + 1].sum(0)
                self.step(recent, spiked)
        return counts

    def step(self, recent, spiked):
        s = self.shape
        if spiked.any():
            add = s.equilibrium / s.rate / s.window * recent
            w = self.weights[:, spiked]
            lost = add.mean() if self.kind == "additive" else w / s.rate
            self.weights[:, spiked] = np.clip(w + add[:, None] - lost, 0, 255 / 256)
        rise = s.fall * s.wanted / s.neurons / s.steps
        self.bias = np.clip(self.bias + np.where(spiked, -s.fall, rise), -s.bias, s.bias)


def main():
    from run import HERE, TRAINED, accuracy, inked, in_floats, presented
    from shapes import DIGITS

    with np.load(HERE / "digits.npz") as file:
        pictures, labels = inked(file["pictures"], DIGITS.ink), file["labels"]
    for kind in ("window", "traces", "additive"):
        right = accuracy(in_floats(pictures, presented(), kind), labels, TRAINED)[0]
        print(f"{kind:9} {100 * right:.1f} % of the digits not seen")


if __name__ == "__main__":
    main()
