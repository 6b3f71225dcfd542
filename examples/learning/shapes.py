"""Sizes and rules of the networks of prototypes: pixels -> as many neurons as there are prototypes to learn.

A neuron that spikes takes what all others have gathered (lateral inhibition, a step later), and its weights move a little
towards the spikes of the last steps (`window` adds for each, `at_spike` takes a part of every weight away). A bias falls with each
spike of its neuron and rises in its absence (homeostasis), so that all neurons come to spike alike often. Nothing knows a label.
"""

from dataclasses import dataclass

import numpy as np

#: Weights are multiples of 1/256, from 0 to 255/256: all 8 bits of an unsigned mantissa.
UNIT = 256


@dataclass(frozen=True)
class Shape:
    """A network of prototypes. What a neuron gathers is the sum of the weights of the pixels that spike."""

    pixels: int
    neurons: int
    steps: int
    ink: float          # of a picture: pixels, if all were white
    threshold: float
    window: int         # steps of a source's activity that count
    rate: int           # part of a weight that is lost at a spike: 1 / rate, a power of two from 2 to 256
    equilibrium: float  # weight of a source that spikes in all steps of the window
    bias: float         # lowest bias
    fall: float         # of the bias, at a spike
    wanted: float       # spikes of all neurons together in a picture
    seed: int = 1

    def rule(self):
        """The rule file, as a dictionary."""
        add = self.equilibrium / self.rate / self.window
        return {
            "seed": self.seed,
            "connections": [{
                "connection": "in_to_neurons",
                "minimum": 0.0,
                "maximum": 255 / UNIT,
                "window": {"before": [add] * self.window, "after": []},
                "at_spike": {"keep": 1 - 1 / self.rate},
            }],
            "homeostasis": [{
                "population": "neurons",
                "at_spike": -self.fall,
                "each_step": self.fall * self.wanted / self.neurons / self.steps,
                "minimum": -self.bias,
                "maximum": self.bias,
            }],
        }


DIGITS = Shape(pixels=64, neurons=64, steps=32, ink=16, threshold=32.0, window=8, rate=32, equilibrium=248 / UNIT,
               bias=7.5, fall=1 / 12, wanted=6.0)
MNIST = Shape(pixels=784, neurons=100, steps=32, ink=100, threshold=468.75, window=14, rate=32, equilibrium=248 / UNIT,
              bias=31.0, fall=1.5, wanted=2.0)


def start_weights(shape):
    """Weights before anything is learned: small, all different."""
    rng = np.random.default_rng(shape.seed)
    return (rng.integers(40, 120, (shape.neurons, shape.pixels)) / UNIT).astype(np.float32)
