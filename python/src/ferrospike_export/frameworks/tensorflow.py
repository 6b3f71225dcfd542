"""TensorFlow (Keras): Dense and Flatten layers, and layers of your own with a state, whose rule you state.

``rules`` is as for PyTorch (:mod:`ferrospike_export.frameworks.torch`). A kernel of Keras is (in, out); it is written
transposed. Convolutions of Keras have channels last, NIR has them first: they are refused here, build those with
:class:`ferrospike_export.Network`.
"""

from __future__ import annotations

import numpy as np

from ..errors import ExportError
from ..network import Network
from .torch import find, made

_SILENT = ("InputLayer", "Dropout", "GaussianNoise", "ActivityRegularization")


def read(network, *, name: str, rules=None, dt: float = 1e-3, input_shape=None, **_) -> Network:
    """``network``: a built ``keras.Sequential``, or a list of its layers."""
    import tensorflow

    if not rules:
        raise ExportError("a Keras network needs rules={LayerClass: Neuron(...)} for its layers with a state")
    net = Network(name, "custom", dt, f"tensorflow {tensorflow.__version__}")
    for layer in _layers(network):
        kind = type(layer).__name__
        if kind in _SILENT:
            continue
        rule = find(rules, layer.name, layer)
        if not net.nodes:
            if input_shape is None and kind != "Dense":
                raise ExportError(f"the first layer is a {kind}: give input_shape, without batch and time")
            net.input(input_shape or (layer.kernel.shape[0],))
        if rule is not None:
            net.neurons(layer.name, made(rule, layer.name, layer))
        elif kind == "Dense":
            if layer.activation.__name__ != "linear":
                raise ExportError(f"'{layer.name}': activation '{layer.activation.__name__}'; a Dense between spikes has none")
            bias = np.asarray(layer.bias) if layer.use_bias else None
            net.linear(layer.name, np.asarray(layer.kernel).T, bias)
        elif kind == "Flatten":
            net.flatten(layer.name)
        else:
            raise ExportError(f"'{layer.name}' is a {kind}: Dense, Flatten and layers with a rule can be exported")
    return net


def _layers(network):
    if isinstance(network, (list, tuple)):
        return list(network)
    if type(network).__name__ != "Sequential":
        raise ExportError(f"a {type(network).__name__}: give a Sequential, or the layers in their order as a list")
    return list(network.layers)


def simulate(network, spikes: np.ndarray, *, rules=None, step=None, dtype="float64", **_) -> dict:
    """Spikes of every population. ``step(layer, x, state) -> (spikes, state)``; by default ``layer(x, state)``."""
    import tensorflow as tf

    step = step or (lambda layer, x, state: layer(x, state))
    states: dict = {}
    out: dict = {}
    for row in spikes:
        x = tf.constant(row[None], dtype=dtype)
        for layer in _layers(network):
            if find(rules or {}, layer.name, layer) is None:
                x = x if type(layer).__name__ in _SILENT else layer(x)
                continue
            x, states[layer.name] = step(layer, x, states.get(layer.name))
            out.setdefault(layer.name, []).append(np.asarray(x).reshape(-1))
    return {name: np.rint(np.stack(rows)).astype(np.int64) for name, rows in out.items()}
