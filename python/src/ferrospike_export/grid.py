"""What the hardware can hold, for training with it in the loop. Works on numpy arrays and PyTorch tensors."""

from __future__ import annotations

import math

#: Smallest and largest multiple of the step for each width; 2 bits are ternary.
LIMITS = {8: (-128, 127), 4: (-8, 7), 2: (-1, 1)}


def step_of(weights, bits: int) -> float:
    """The power of two of which ``weights`` are best written as multiples of so many bits.

    With 8 bits the smallest that holds the largest weight; with 4 and 2 the one of least squared error, as clipping
    a few large weights costs less there than a coarse step for all.
    """
    low, high = _limits(bits)
    largest = float(abs(weights).max())
    if largest == 0:
        return 1.0
    top = math.ceil(math.log2(largest / high))
    if bits == 8:
        return 2.0**top
    errors = {}
    for exponent in range(top - 6, top + 1):
        step = 2.0**exponent
        rest = weights - _multiples(weights, step, low, high) * step
        errors[exponent] = float((rest * rest).sum())
    return 2.0 ** min(errors, key=lambda e: (errors[e], e))


def on_grid(weights, bits: int = 8):
    """``weights`` as multiples of one power of two, as the core stores them without rounding again.

    For PyTorch gradients pass as if nothing had been rounded.
    """
    low, high = _limits(bits)
    plain = weights.detach() if hasattr(weights, "detach") else weights
    step = step_of(plain, bits)
    rounded = _multiples(plain, step, low, high) * step
    return weights + (rounded - plain) if hasattr(weights, "detach") else rounded


def put_on_grid(layer, bits: int = 8):
    """From here on ``layer.weight`` of a PyTorch layer is on the grid of so many bits, in training too."""
    import torch

    class OnGrid(torch.nn.Module):
        def forward(self, weight):
            return on_grid(weight, bits)

    torch.nn.utils.parametrize.register_parametrization(layer, "weight", OnGrid())
    return layer


def _limits(bits: int) -> tuple:
    if bits not in LIMITS:
        raise ValueError(f"bits = {bits}: 8, 4 or 2 (-1, 0, 1) are possible")
    return LIMITS[bits]


def _multiples(weights, step: float, low: int, high: int):
    """The nearest multiples, halves to even, within the limits."""
    return (weights / step).round().clip(low, high)


class FloorState:
    """Rounds a state down to ``fraction_bits`` bits after the point, as the integer core does (gradients pass as they are).

    For snnTorch: ``snn.Leaky(beta=0.875, state_quant=FloorState(12))``. With weights and thresholds on this grid or a
    coarser one, and decays of 16 bits, the core's membrane is snnTorch's, bit for bit.
    """

    rounding = "floor"

    def __init__(self, fraction_bits: int):
        if not 0 <= fraction_bits <= 22:
            raise ValueError(f"fraction_bits = {fraction_bits}: 0 to 22 are possible")
        self.fraction_bits = int(fraction_bits)

    def __repr__(self) -> str:
        return f"FloorState({self.fraction_bits})"

    def __call__(self, state):
        scale = 2.0**self.fraction_bits
        rounded = (state * scale).floor() / scale if hasattr(state, "detach") else _floor(state, scale)
        return state + (rounded - state).detach() if hasattr(state, "detach") else rounded


def floored_synaptic(*, fraction_bits: int, **options):
    """A ``snntorch.Synaptic(**options)`` whose current is rounded down before the membrane uses it, as in the core."""
    import snntorch

    floor = FloorState(fraction_bits)

    class FlooredSynaptic(snntorch.Synaptic):
        floors_current = True

        def _base_state_function(self, input_):
            current = floor(self.alpha.clamp(0, 1) * self.syn + input_)
            return current, self.beta.clamp(0, 1) * self.mem + current

        def _base_state_reset_zero(self, input_):
            return 0, self._base_state_function(input_)[1]

    return FlooredSynaptic(state_quant=floor, **options)


def _floor(state, scale: float):
    import numpy as np

    return np.floor(np.asarray(state) * scale) / scale
