"""The grid of the hardware."""

import numpy as np
import pytest

from ferrospike_export.grid import LIMITS, FloorState, on_grid, step_of


def test_floor():
    state = np.array([0.3, -0.3, 0.25, -1e-9, 5.0])
    assert np.array_equal(FloorState(2)(state), [0.25, -0.5, 0.25, -0.25, 5.0])


def test_bounds():
    with pytest.raises(ValueError, match="fraction_bits"):
        FloorState(23)


@pytest.mark.parametrize("bits", [8, 4, 2])
@pytest.mark.parametrize("scale", [0.01, 0.7, 12.0])
def test_weights_are_multiples_of_a_power_of_two(bits, scale):
    weights = np.random.default_rng(bits).normal(0, scale, (20, 30))
    step, rounded = step_of(weights, bits), on_grid(weights, bits)
    assert np.log2(step) == round(np.log2(step))
    multiples = rounded / step
    low, high = LIMITS[bits]
    assert np.array_equal(multiples, np.round(multiples)) and multiples.min() >= low and multiples.max() <= high
    # No other power of two is better, as far as the largest weight must fit with 8 bits.
    error = lambda s: ((weights - np.clip(np.round(weights / s), low, high) * s) ** 2).sum()  # noqa: E731
    others = [2.0**e for e in range(-14, 6) if bits < 8 or np.abs(weights).max() <= high * 2.0**e]
    assert error(step) <= min(map(error, others)) * (1 + 1e-12)
    # What is on the grid stays there.
    assert np.array_equal(on_grid(rounded, bits), rounded)


def test_no_other_widths():
    with pytest.raises(ValueError, match="bits = 3"):
        on_grid(np.ones(3), 3)
    assert step_of(np.zeros(4), 4) == 1.0
