"""Plain PyTorch: layers of your own with a state, whose rule you state.

``rules`` maps a layer's class (or its name in the network) to a :class:`ferrospike_export.Neuron`, or to a function that
makes one from the layer::

    fx.export(net, "net.json", rules={MyLif: lambda m: fx.Neuron(beta=m.beta.item(), threshold=1.0)})
"""

from __future__ import annotations

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron
from ..torch_graph import Call, build, calls
from ..torch_run import step_through


def _has_rule(rules):
    if not rules:
        raise ExportError("a plain PyTorch network needs rules={LayerClass: Neuron(...)} for its layers with a state")
    return lambda module: any(isinstance(module, k) for k in rules if isinstance(k, type)) or type(module).__name__ in rules


def find(rules: dict, call_name: str, module):
    """The rule of a layer: by its name, its class, or its class's name."""
    for key in (call_name, type(module), type(module).__name__):
        if key in rules:
            return rules[key]
    return next((r for k, r in rules.items() if isinstance(k, type) and isinstance(module, k)), None)


def made(rule, call_name: str, module) -> Neuron:
    """A rule, or what a function makes of the layer."""
    neuron = rule(module) if callable(rule) else rule
    if not isinstance(neuron, Neuron):
        raise ExportError(f"the rule of '{call_name}' is a {type(neuron).__name__}, not a Neuron")
    return neuron


def read(network, *, name: str, rules=None, sample=None, input_shape=None, dt: float = 1e-3, **_) -> Network:
    import torch

    net = Network(name, "custom", dt, f"torch {torch.__version__.split('+')[0]}")

    def add(net: Network, call: Call) -> bool:
        rule = find(rules, call.name, call.module)
        if rule is None:
            return False
        net.neurons(call.name, made(rule, call.name, call.module), after=call.sources)
        return True

    return build(net, calls(network, _has_rule(rules), sample), input_shape, add)


def simulate(network, spikes: np.ndarray, *, rules=None, sample=None, input_shape=None, dtype=None, step=None, **_) -> dict:
    """Spikes of every population. ``step(layer, x, state) -> (spikes, state)``; by default ``layer(x, state)``."""
    step = step or (lambda module, x, state: module(x, state))
    is_neuron = _has_rule(rules)
    return step_through(calls(network, is_neuron, sample), spikes, is_neuron, step, input_shape, dtype)
