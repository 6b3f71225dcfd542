"""SpikingJelly: IFNode, LIFNode, ParametricLIFNode and CUBALIFNode.

Kept beside what SpikingJelly's own NIR export writes: a soft reset (``v_reset=None``), which it refuses, and the
comparison with >=.
"""

from __future__ import annotations

import importlib.metadata

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron
from ..torch_graph import Call, array, build, calls
from ..torch_run import step_through

_KINDS = ("IFNode", "LIFNode", "ParametricLIFNode", "CUBALIFNode")


def is_neuron(module) -> bool:
    from spikingjelly.activation_based import neuron

    return isinstance(module, neuron.BaseNode) or type(module).__module__.startswith("spikingjelly.activation_based.neuron")


def read(network, *, name: str, sample=None, input_shape=None, dt: float = 1e-4, fraction_bits=None, **_) -> Network:
    """``fraction_bits``: of a state that the caller floors between steps."""
    net = Network(name, "spikingjelly", dt, f"spikingjelly {importlib.metadata.version('spikingjelly')}")

    def add(net: Network, call: Call) -> bool:
        if not is_neuron(call.module):
            return False
        made = rule(call.module, call.name)
        made.fraction_bits = fraction_bits
        net.neurons(call.name, made, after=call.sources)
        return True

    return build(net, calls(network, is_neuron, sample), input_shape, add)


def simulate(network, spikes: np.ndarray, *, sample=None, input_shape=None, dtype=None, **_) -> dict:
    """Spikes of every population, (steps, neurons) each."""

    def step(module, x, state):
        if state is None:
            module.reset()
        many = getattr(module, "step_mode", "s") == "m"
        return (module(x[None])[0] if many else module(x)), True

    return step_through(calls(network, is_neuron, sample), spikes, is_neuron, step, input_shape, dtype)


def rule(m, name: str) -> Neuron:
    """The rule of a layer of SpikingJelly."""
    # A subclass that only rounds the state is the same rule.
    kind = next((c.__name__ for c in type(m).__mro__ if c.__name__ in _KINDS), None)
    if kind is None:
        raise ExportError(f"'{name}' is a {type(m).__name__}; {', '.join(_KINDS)} can be exported")
    soft = m.v_reset is None
    start = 0.0 if soft else float(m.v_reset)
    common = dict(
        threshold=float(m.v_threshold),
        comparator=">=",
        reset="subtract" if soft else "zero",
        reset_value=start,
        start=start,
    )
    if kind == "IFNode":
        return Neuron(beta=1.0, **common)
    if kind == "CUBALIFNode":
        return Neuron(beta=float(m.v_decay), alpha=float(m.c_decay), current="new", **common)
    share = 1.0 / float(m.tau) if kind == "LIFNode" else float(array(m.w.sigmoid()))
    return Neuron(beta=1 - share, gain=share if m.decay_input else 1.0, bias=share * start, **common)
