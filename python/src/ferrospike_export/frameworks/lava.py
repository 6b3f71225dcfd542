"""Lava: networks of LIF processes with Dense connections, in their fixed-point integers.

Give the LIF processes (a list, in any order); what is connected to them is found through their ports. A source
RingBuffer, or any process that is no LIF and sends spikes, is an input. Weights are those that the bit-accurate model
uses: clipped and truncated as Lava does it, then shifted by ``weight_exp``.
"""

from __future__ import annotations

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron

#: Reals are Lava's integers over 2^12: u and v keep these 12 bits after the point.
FRACTION = 12
_UNIT = 2.0**-FRACTION


def read(processes, *, name: str, dt: float = 1e-3, **_) -> Network:
    """``processes``: LIF processes of a network that is connected but need not have run."""
    import importlib.metadata

    from lava.proc.lif.process import LIF

    processes = list(processes) if isinstance(processes, (list, tuple)) else [processes]
    for p in processes:
        if type(p) is not LIF:
            raise ExportError(f"'{p.name}' is a {type(p).__name__}: LIF can be exported from here; Lava's .net files and the "
                              "other processes go through `ferrospike import` (docs/import.md)")
    net = Network(name, "lava", dt, f"lava-nc {importlib.metadata.version('lava-nc')}")
    names = {p: p.name for p in processes}
    terms = {p: _arriving(p) for p in processes}
    inputs: list = []
    for found in terms.values():
        for source, _ in found:
            if source not in processes and source not in inputs:
                inputs.append(source)
    for source in inputs:
        if type(source).__name__ == "LIF":
            raise ExportError(f"'{source.name}' feeds the network and is not in the list of processes")
        names[source] = source.name
        net.input((int(np.prod(source.s_out.shape)),), source.name)
    done: list = []
    while len(done) < len(processes):
        ready = [p for p in processes if p not in done and all(s in done or s is p or s in inputs for s, _ in terms[p])]
        if not ready:
            raise ExportError("processes feed each other in a circle of more than one; a loop can be to the same process")
        process = ready[0]
        feeding, loops = [], []
        for source, dense in terms[process]:
            weight = weights(dense)
            if source is process:
                loops.append((dense.name, weight))
                continue
            feeding.append(net.linear(dense.name, weight, after=[names[source]]))
        net.neurons(process.name, _rule(process), after=feeding)
        for key, weight in loops:
            net.connect(net.linear(key, weight, after=[process.name]), process.name)
        done.append(process)
    return net


def _arriving(process):
    """(source process, Dense) for each connection into a LIF."""
    found = []
    for port in _sources(process.a_in):
        dense = port.process
        if type(dense).__name__ != "Dense":
            raise ExportError(f"'{process.name}' gets its input from a {type(dense).__name__}; Dense can be exported from here")
        sources = _sources(dense.s_in)
        if len(sources) != 1:
            raise ExportError(f"'{dense.name}': {len(sources)} processes send spikes into it; one can be done")
        found.append((sources[0].process, dense))
    if not found:
        raise ExportError(f"nothing is connected to '{process.name}'")
    return found


def _sources(port):
    return [p for p in port.get_src_ports() if p is not port]


def weights(dense) -> np.ndarray:
    """Effective weights of a Dense as reals, (out, in)."""
    from lava.utils.weightutils import clip_weights, determine_sign_mode, truncate_weights

    given = np.asarray(dense.weights.init, dtype=np.int64)
    if np.any(given != np.asarray(dense.weights.init)):
        raise ExportError(f"'{dense.name}': weights of the fixed-point model must be whole numbers")
    options = dense.proc_params
    exponent = int(options.get("weight_exp") or 0)
    bits = int(options.get("num_weight_bits") or 8)
    if int(np.max(dense.num_message_bits.init)) > 0:
        raise ExportError(f"'{dense.name}': graded spikes (num_message_bits); spikes are one bit")
    mode = options.get("sign_mode") or determine_sign_mode(given)
    clipped = clip_weights(given, sign_mode=mode, num_bits=8)
    effective = truncate_weights(clipped, sign_mode=mode, num_weight_bits=bits)
    if exponent < 0:
        shifted = np.asarray(effective) / 2.0**-exponent
        if np.any(shifted != np.floor(shifted)):
            raise ExportError(f"'{dense.name}': weight_exp = {exponent} rounds the sum of the weights down, which a weight "
                              "cannot say; use weight_exp >= 0")
    # The current counts weights in units of 2^6.
    return np.asarray(effective, dtype=np.float64) * 2.0 ** (exponent + 6) * _UNIT


def _rule(process) -> Neuron:
    value = lambda var: np.asarray(var.init, dtype=np.float64)  # noqa: E731
    du, dv, bias, exponent = (value(getattr(process, k)) for k in ("du", "dv", "bias_mant", "bias_exp"))
    for what, v in (("u", process.u), ("v", process.v)):
        if np.any(value(v) != 0):
            raise ExportError(f"'{process.name}' starts with {what} != 0")
    if np.any(du != np.floor(du)) or np.any(dv != np.floor(dv)):
        raise ExportError(f"'{process.name}': du and dv must be Lava's fixed-point integers, 0 to 4095")
    return Neuron(
        beta=(4096 - dv) / 4096,
        alpha=np.maximum(4095 - du, 0) / 4096,
        current="new",
        threshold=value(process.vth) * 64 * _UNIT,
        comparator=">",
        reset="zero",
        bias=np.floor(bias * 2.0**exponent) * _UNIT,
        delay=1,
        input_delay=1,
        rounding="toward-zero",
        fraction_bits=FRACTION,
    )
