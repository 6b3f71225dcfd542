"""snnTorch: Leaky, Synaptic, RLeaky, RSynaptic and Lapicque between PyTorch layers.

Kept beside what snnTorch's own NIR export writes: the kind of reset and its delay, and a floored state
(:class:`ferrospike_export.grid.FloorState` as ``state_quant``).
"""

from __future__ import annotations

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron
from ..torch_graph import Call, array, build, calls, number
from ..torch_run import step_through

_KINDS = ("Leaky", "Synaptic", "RLeaky", "RSynaptic", "Lapicque")


def is_neuron(module) -> bool:
    import snntorch

    return isinstance(module, snntorch.SpikingNeuron) or type(module).__module__.startswith("snntorch")


def read(network, *, name: str, sample=None, input_shape=None, dt: float = 1e-4, **_) -> Network:
    """``dt``: seconds of a step; snnTorch has no time, so it is a name for a step (its NIR export writes 1e-4)."""
    import snntorch

    net = Network(name, "snntorch", dt, f"snntorch {snntorch.__version__}")
    return build(net, calls(network, is_neuron, sample), input_shape, add_neurons)


def simulate(network, spikes: np.ndarray, *, sample=None, input_shape=None, dtype=None, **_) -> dict:
    """Spikes of every population, (steps, neurons) each."""
    return step_through(calls(network, is_neuron, sample), spikes, is_neuron, _step, input_shape, dtype)


def _step(module, x, state):
    """One call with the state carried along, or kept by the layer if it was made with init_hidden=True."""
    if module.init_hidden:
        if state is None:
            module.reset_mem()
        out = module(x)
        return (out[0] if isinstance(out, tuple) else out), True
    if state is None:
        module.reset_mem()
    spikes, *rest = module(x, *(state or ()))
    # A recurrent layer wants its own spikes back as well.
    return spikes, ((spikes, *rest) if type(module).__name__.startswith("R") else tuple(rest))


def add_neurons(net: Network, call: Call) -> bool:
    if not is_neuron(call.module):
        return False
    m, name = call.module, call.name
    kind = next((c.__name__ for c in type(m).__mro__ if c.__name__ in _KINDS), None)
    if kind is None:
        raise ExportError(f"'{name}' is a {type(m).__name__}; {', '.join(_KINDS)} can be exported")
    net.neurons(name, rule(m, name, kind), after=call.sources)
    if kind.startswith("R"):
        _loop(net, name, m)
    return True


def rule(m, name: str, kind: str) -> Neuron:
    """The rule of a layer of snnTorch."""
    if m.inhibition:
        raise ExportError(f"'{name}': inhibition=True lets one neuron of the layer spike, which the hardware does not do")
    if np.any(array(m.graded_spikes_factor) != 1):
        raise ExportError(f"'{name}': graded spikes (graded_spikes_factor {array(m.graded_spikes_factor)}); spikes are one bit: "
                          "put the factor into the weights after it")
    delayed = getattr(m, "reset_delay", True)
    mechanism = m._reset_mechanism
    if mechanism == "subtract" and not delayed:
        raise ExportError(
            f"'{name}': reset_mechanism='subtract' with reset_delay=False. snnTorch then subtracts by a residual rule of its own, "
            "which the hardware does not have; train with reset_delay=True (the default)"
        )
    if kind == "RSynaptic" and not delayed:
        raise ExportError(f"'{name}': RSynaptic with reset_delay=False does not run in snnTorch itself")
    alpha = gain = None
    if kind == "Lapicque":
        decay = 1 - number(m.time_step, name, "time_step") / (number(m.R, name, "R") * number(m.C, name, "C"))
        beta, gain = decay, number(m.time_step, name, "time_step") / number(m.C, name, "C")
    else:
        beta = np.clip(number(m.beta, name, "beta"), 0, 1)
    if kind in ("Synaptic", "RSynaptic"):
        alpha = np.clip(number(m.alpha, name, "alpha"), 0, 1)
    # Reset to zero: Leaky clears the membrane before the next input; the others lose the next step, input and all.
    lost = mechanism == "zero" and kind != "Leaky" and delayed
    made = Neuron(
        beta=beta,
        threshold=number(m.threshold, name, "threshold"),
        comparator=">",
        reset=mechanism,
        reset_delay=1 if mechanism == "subtract" else 0,
        refractory=1 if lost else 0,
        alpha=0.0 if alpha is None else alpha,
        current="new",
        gain=1.0 if gain is None else gain,
    )
    if m.state_quant and kind in ("Synaptic", "RSynaptic") and not getattr(m, "floors_current", False):
        raise ExportError(f"'{name}': snnTorch rounds the current of a {kind} after the membrane has used it, the hardware before; "
                          "use ferrospike_export.grid.floored_synaptic(...)")
    if m.state_quant:
        bits = getattr(m.state_quant, "fraction_bits", None)
        if bits is None:
            raise ExportError(f"'{name}': state_quant={m.state_quant!r} rounds the state in a way that is not known here; "
                              "use ferrospike_export.grid.FloorState(bits)")
        made.fraction_bits, made.rounding = bits, m.state_quant.rounding
    return made


def _loop(net: Network, name: str, m) -> None:
    """The connection of a recurrent layer to itself; its spikes arrive in the next step."""
    loop, recurrent = f"{name}_recurrent", m.recurrent
    if hasattr(recurrent, "weight") and array(recurrent.weight).ndim == 2:
        bias = None if recurrent.bias is None else array(recurrent.bias)
        net.linear(loop, array(recurrent.weight), bias, after=[name])
    elif hasattr(recurrent, "weight"):
        bias = np.zeros(recurrent.weight.shape[0], dtype=np.float32) if recurrent.bias is None else array(recurrent.bias)
        net.window(loop, "Conv2d", [name], weight=array(recurrent.weight), stride=np.array((1, 1)),
                   padding=np.array(recurrent.padding), dilation=np.array((1, 1)), groups=1, bias=bias)
    else:
        net.scale(loop, np.broadcast_to(array(recurrent.V), net.nodes[name].shape).copy(), after=[name])
    net.connect(loop, name)
