"""Norse: LIFCell, LIFBoxCell, IAFCell, LICell, LIBoxCell (and the layers of the same names without "Cell").

Kept beside what Norse's own NIR export writes: true time constants, the reset method and value, one parameter for
each neuron where there is one.
"""

from __future__ import annotations

import importlib.metadata

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron
from ..torch_graph import Call, build, calls, number
from ..torch_run import step_through

_KINDS = ("LIFCell", "LIFBoxCell", "IAFCell", "LICell", "LIBoxCell", "LIF", "LI", "IAF")


def is_neuron(module) -> bool:
    return type(module).__module__.startswith("norse.torch.module") and hasattr(module, "p")


def read(network, *, name: str, sample=None, input_shape=None, fraction_bits=None, **_) -> Network:
    """``fraction_bits``: of a state that the caller floors between steps."""
    found = calls(network, is_neuron, sample)
    steps = {float(c.module.dt) for c in found if hasattr(c.module, "dt")}
    if len(steps) > 1:
        raise ExportError(f"layers have the time steps {sorted(steps)} s; they must be the same")
    net = Network(name, "norse", steps.pop() if steps else 1e-3, f"norse {importlib.metadata.version('norse')}")

    def add(net: Network, call: Call) -> bool:
        if not is_neuron(call.module):
            if type(call.module).__module__.startswith("norse"):
                raise ExportError(f"'{call.name}' is a {type(call.module).__name__}; {', '.join(_KINDS)} can be exported")
            return False
        made = rule(call.module, call.name)
        made.fraction_bits = fraction_bits
        net.neurons(call.name, made, after=call.sources)
        return True

    return build(net, found, input_shape, add)


def simulate(network, spikes: np.ndarray, *, sample=None, input_shape=None, dtype=None, **_) -> dict:
    """Spikes of every population, (steps, neurons) each."""

    def step(module, x, state):
        # Layers without "Cell" have an axis of time in front.
        if "Cell" not in type(module).__name__:
            out, state = module(x[None], state)
            return out[0], state
        return module(x, state)

    return step_through(calls(network, is_neuron, sample), spikes, is_neuron, step, input_shape, dtype)


def rule(m, name: str) -> Neuron:
    """The rule of a layer of Norse."""
    from norse.torch.functional import reset

    kind, p, dt = type(m).__name__, m.p, float(getattr(m, "dt", 1e-3))
    if kind not in _KINDS:
        raise ExportError(f"'{name}' is a {kind}; {', '.join(_KINDS)} can be exported")
    get = lambda key: number(getattr(p, key), name, key)  # noqa: E731
    method = getattr(p, "reset_method", reset.reset_value)
    if method not in (reset.reset_value, reset.reset_subtract):
        raise ExportError(f"'{name}': reset_method {method}; reset_value and reset_subtract can be done")
    spiking = dict(comparator=">", reset="zero" if method is reset.reset_value else "subtract")
    if kind.startswith("IAF"):
        return Neuron(beta=1.0, threshold=get("v_th"), reset_value=get("v_reset"), **spiking)
    share = dt * np.asarray(get("tau_mem_inv"))
    leak = get("v_leak")
    made = dict(beta=1 - share, gain=share, bias=share * np.asarray(leak), current="before-decay")
    if np.ndim(leak):
        raise ExportError(f"'{name}': v_leak differs from neuron to neuron, and Norse starts there; one value can be done")
    made["start"] = leak
    if "Box" not in kind:
        made["alpha"] = 1 - dt * np.asarray(get("tau_syn_inv"))
    if kind.startswith("LI") and not kind.startswith("LIF"):
        return Neuron(**made)
    return Neuron(threshold=get("v_th"), reset_value=get("v_reset"), **spiking, **made)
