"""sinabs: LIF, IAF, ExpLeak, their Squeeze forms, and LIFRecurrent/IAFRecurrent with a linear loop.

Kept beside what sinabs' own NIR export writes: the gain (``norm_input``), the synaptic current, the lowest membrane,
how many spikes a step may have, and the reset.
"""

from __future__ import annotations

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron
from ..torch_graph import Call, array, build, calls, number
from ..torch_run import step_through

_KINDS = ("LIFRecurrent", "IAFRecurrent", "LIF", "IAF", "ExpLeak")


def is_neuron(module) -> bool:
    import sinabs.layers as layers

    return isinstance(module, layers.StatefulLayer)


def _layers(network):
    """A ``sinabs.network.Network`` holds its spiking network inside."""
    return getattr(network, "spiking_model", network)


def read(network, *, name: str, sample=None, input_shape=None, max_spikes=None, fraction_bits=None, **_) -> Network:
    """``max_spikes``: most spikes of a neuron in a step, for sinabs' default MultiSpike, which has no limit; the export is
    exact as long as no neuron wants more. ``fraction_bits``: of a state that the caller floors between steps."""
    import sinabs

    # sinabs' time constants count steps.
    net = Network(name, "sinabs", 1.0, f"sinabs {sinabs.__version__}")

    def add(net: Network, call: Call) -> bool:
        if not is_neuron(call.module):
            return False
        made = rule(call.module, call.name, max_spikes)
        made.fraction_bits = fraction_bits
        net.neurons(call.name, made, after=call.sources)
        loop = getattr(call.module, "rec_connect", None)
        if loop is not None:
            if type(loop).__name__ != "Linear":
                raise ExportError(f"'{call.name}': rec_connect is a {type(loop).__name__}; a Linear can be done")
            bias = None if loop.bias is None else array(loop.bias)
            if bias is not None and np.any(bias):
                raise ExportError(f"'{call.name}': a bias in rec_connect is not added in sinabs' first step; use bias=False")
            net.connect(net.linear(f"{call.name}_recurrent", array(loop.weight), after=[call.name]), call.name)
        return True

    return build(net, calls(_layers(network), is_neuron, sample), input_shape, add)


def simulate(network, spikes: np.ndarray, *, sample=None, input_shape=None, dtype=None, **_) -> dict:
    """Spikes of every population, (steps, neurons) each."""

    def step(module, x, state):
        if state is None:
            module.reset_states()
            # A fresh layer has no state yet: it makes one of the right shape.
        squeeze = hasattr(module, "squeeze_init")
        out = module(x) if squeeze else module(x[:, None])[:, 0]
        return out.to(x.dtype), True

    return step_through(calls(_layers(network), is_neuron, sample), spikes, is_neuron, step, input_shape, dtype)


def rule(m, name: str, max_spikes=None) -> Neuron:
    """The rule of a layer of sinabs."""
    from sinabs import activation

    kind = next((c.__name__ for c in type(m).__mro__ if c.__name__ in _KINDS), None)
    if kind is None:
        raise ExportError(f"'{name}' is a {type(m).__name__}; {', '.join(_KINDS)} can be exported")
    beta = 1.0 if kind.startswith("IAF") else number(m.alpha_mem_calculated, name, "alpha_mem")
    alpha = getattr(m, "alpha_syn_calculated", None)
    made = dict(
        beta=beta,
        alpha=0.0 if alpha is None else number(alpha, name, "alpha_syn"),
        current="after-decay",
        gain=1.0 - np.asarray(beta) if getattr(m, "norm_input", False) else 1.0,
        v_min=None if m.min_v_mem is None else float(array(m.min_v_mem)),
    )
    if m.spike_fn is None:
        return Neuron(**made)
    threshold = number(m.spike_threshold, name, "spike_threshold")
    reset = m.reset_fn
    if isinstance(reset, activation.MembraneReset):
        if reset.reset_value != 0:
            raise ExportError(f"'{name}': MembraneReset adds its value {reset.reset_value} to all neurons in every step; 0 can be done")
        soft = False
    elif isinstance(reset, activation.MembraneSubtract):
        if reset.subtract_value is not None and np.any(np.asarray(reset.subtract_value) != threshold):
            raise ExportError(f"'{name}': {reset.subtract_value} is subtracted at a threshold of {threshold}; they must be the same")
        soft = True
    else:
        raise ExportError(f"'{name}': reset_fn {reset!r}; MembraneSubtract and MembraneReset can be done")
    return Neuron(threshold=threshold, comparator=">=", reset="subtract" if soft else "zero",
                  max_spikes=_most(m.spike_fn, name, soft, max_spikes), **made)


def _most(spike_fn, name: str, soft: bool, max_spikes) -> int:
    from sinabs import activation

    if spike_fn is activation.SingleSpike:
        return 1
    if isinstance(spike_fn, activation.MaxSpike) and spike_fn.max_num_spikes_per_bin is not None:
        most = spike_fn.max_num_spikes_per_bin
    elif spike_fn is activation.MultiSpike or isinstance(spike_fn, activation.MaxSpike):
        if max_spikes is None:
            raise ExportError(f"'{name}' has sinabs' default MultiSpike, any number of spikes in a step: say how many the hardware "
                              "shall have at most (max_spikes=4), or train with SingleSpike or MaxSpike(n)")
        most = max_spikes
    else:
        raise ExportError(f"'{name}': spike_fn {spike_fn}; SingleSpike, MaxSpike and MultiSpike can be done")
    if most > 1 and not soft:
        raise ExportError(f"'{name}': several spikes in a step with a reset to 0; use MembraneSubtract or SingleSpike")
    return int(most)
