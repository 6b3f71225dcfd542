"""The rule of a population: what one time step does to its neurons.

The fields are the rule keys of ``docs/import.md``, section 1, in real numbers::

    u = alpha * u + input_gain * (sum of weights)        order: see ``current``
    h = beta * v + gain * i + bias
    s = h > threshold  or  h >= threshold
    v = reset_value, or h - threshold, or h
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Optional, Union

import numpy as np

from .errors import ExportError

#: One number for the population, or one for each neuron, shape (neurons,).
Each = Union[float, np.ndarray]

_WORDS = {
    "current": ("new", "before-decay", "after-decay"),
    "comparator": (">", ">="),
    "reset": ("zero", "subtract", "none"),
    "rounding": ("floor", "half-up", "toward-zero"),
    "current_rounding": ("floor", "half-up", "toward-zero"),
    "events": ("inhibition-first",),
    "current_overflow": ("saturate", "wrap"),
}
_WHOLE = {"reset_delay": (0, 1), "refractory": (0, 64), "max_spikes": (1, 16), "delay": (0, 126),
          "input_delay": (0, 126), "fraction_bits": (0, 23), "clear_interval": (1, 1 << 30), "clear_offset": (0, 1 << 30)}
_EACH = ("beta", "alpha", "gain", "input_gain", "bias", "reset_value", "threshold", "lower_threshold")


@dataclass
class Neuron:
    """A population's rule. ``Each`` fields take a number or an array (neurons,)."""

    #: Factor of the membrane in a step, 0 .. 1 (1: integrate and fire).
    beta: Each
    #: Membrane at which a neuron spikes; ``None``: a read-out, whose membrane is the answer.
    threshold: Optional[Each] = None
    #: ``">"`` or ``">="``.
    comparator: str = ">"
    #: ``"zero"`` (to ``reset_value``), ``"subtract"`` (the threshold) or ``"none"``.
    reset: str = "zero"
    #: 1: what is subtracted goes one step later, after the decay (snnTorch's default).
    reset_delay: int = 0
    #: Membrane after a reset to a value.
    reset_value: Each = 0.0
    #: Factor of the synaptic current in a step, 0 .. 1; 0: there is none.
    alpha: Each = 0.0
    #: Which current the membrane sees: ``"new"`` (decay, add, use), ``"before-decay"`` (add, use, decay) or
    #: ``"after-decay"`` (add, decay, use).
    current: str = "new"
    #: Factor of the current into the membrane, 0 .. 1.
    gain: Each = 1.0
    #: Factor of the weights' sum.
    input_gain: Each = 1.0
    #: Added to the membrane in every step.
    bias: Each = 0.0
    #: Membrane before the first step.
    start: float = 0.0
    #: Steps that are lost after a spike.
    refractory: int = 0
    #: Most spikes of a neuron in one step.
    max_spikes: int = 1
    #: Lowest and highest membrane.
    v_min: Optional[float] = None
    v_max: Optional[float] = None
    #: Steps that spikes take to this population; from an input ``input_delay`` (as ``delay`` if None).
    delay: int = 0
    input_delay: Optional[int] = None
    #: Rounding of the decays in the integer core; ``None``: the quantiser chooses.
    rounding: Optional[str] = None
    #: Rounding of the current's decay, where it is another.
    current_rounding: Optional[str] = None
    #: Bits after the point of u and v in the integer core, for networks that were run with a rounded state;
    #: ``None``: the quantiser takes as many as are safe.
    fraction_bits: Optional[int] = None

    #: NEURON: ``"inhibition-first"``, inhibition arrives before excitation in each step.
    events: Optional[str] = None
    #: ``"saturate"``, or ``"wrap"``: the current comes back at the other end of its 24 bits (Lava).
    current_overflow: Optional[str] = None
    #: A membrane below it is a spike of -1 (Lava's TernaryLIF).
    lower_threshold: Optional[Each] = None
    #: u and v go to their start before each step whose number, counted from 1, leaves the remainder of ``clear_offset``
    #: when divided by ``clear_interval`` (Lava's LIFReset).
    clear_interval: Optional[int] = None
    clear_offset: Optional[int] = None

    def __post_init__(self) -> None:
        for name in _EACH:
            value = getattr(self, name)
            if value is None:
                continue
            array = np.asarray(value, dtype=np.float64).reshape(-1)
            if array.size == 0 or not np.all(np.isfinite(array)):
                raise ExportError(f"{name} = {value!r}: it must be finite numbers")
            setattr(self, name, float(array[0]) if np.all(array == array[0]) else array)
        for name in ("beta", "alpha"):
            low, high = np.min(getattr(self, name)), np.max(getattr(self, name))
            if low < 0 or high > 1:
                raise ExportError(f"{name} is {low} to {high}: a decay must be between 0 and 1")
        if np.min(self.gain) < 0:
            raise ExportError(f"gain is {np.min(self.gain)}: it must not be negative")
        for name, words in _WORDS.items():
            value = getattr(self, name)
            if value not in words and not (value is None and name in ("rounding", "current_rounding", "events", "current_overflow")):
                raise ExportError(f"{name} = {value!r}: it must be one of {', '.join(map(repr, words))}")
        for name, (low, high) in _WHOLE.items():
            value = getattr(self, name)
            if value is None:
                continue
            if int(value) != value or not low <= value <= high:
                raise ExportError(f"{name} = {value!r}: it must be a whole number, {low} to {high}")
            setattr(self, name, int(value))
        if self.max_spikes > 1 and (self.reset != "subtract" or self.reset_delay):
            raise ExportError("several spikes in a step need reset='subtract' without a delay")
        if self.refractory and self.reset != "zero":
            raise ExportError("steps lost after a spike need reset='zero'")

    @property
    def has_current(self) -> bool:
        """There is a synaptic current."""
        return bool(np.any(np.asarray(self.alpha) != 0))

    def rule(self) -> dict:
        """The rule keys, each written down, also where the dialect has the same default."""
        rule: dict = {}
        for field in fields(self):
            value = getattr(self, field.name)
            # The threshold is one of NIR's own parameters.
            if value is None or field.name == "threshold":
                continue
            if self.threshold is None and field.name in _SPIKING:
                continue
            rule[field.name] = value
        if not self.has_current:
            rule.pop("current", None)
        return rule


#: Keys that mean nothing to a read-out.
_SPIKING = ("comparator", "reset", "reset_delay", "reset_value", "refractory", "max_spikes", "lower_threshold")
