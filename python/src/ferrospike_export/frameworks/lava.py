"""Lava: networks of LIF processes with Dense, Sparse and DelayDense connections, in their fixed-point integers.

Give the neuron processes (a list, in any order); what is connected to them is found through their ports. A source
RingBuffer, or any process that has no neurons and sends spikes, is an input. Weights are those that the bit-accurate model
uses: clipped and truncated as Lava does it, then shifted by ``weight_exp``. Exponents below 0 round the sum down, and so
does the core.

LIF, LIFReset and TernaryLIF are read as fixed point. LIFRefractory exists in floating point only.
"""

from __future__ import annotations

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron

#: u and v count 2^-6 of a weight.
FRACTION = 6
_UNIT = 2.0**-FRACTION
_NEURONS = ("LIF", "LIFReset", "TernaryLIF", "LIFRefractory")
_CONNECTIONS = ("Dense", "Sparse", "DelayDense")


def read(processes, *, name: str, dt: float = 1e-3, **_) -> Network:
    """``processes``: neuron processes of a network that is connected but need not have run."""
    import importlib.metadata

    processes = list(processes) if isinstance(processes, (list, tuple)) else [processes]
    for p in processes:
        if type(p).__name__ not in _NEURONS:
            raise ExportError(f"'{p.name}' is a {type(p).__name__}: {', '.join(_NEURONS)} can be exported")
    net = Network(name, "lava", dt, f"lava-nc {importlib.metadata.version('lava-nc')}")
    names = {p: p.name for p in processes}
    terms = {p: _arriving(p) for p in processes}
    inputs: list = []
    for found in terms.values():
        for source, _ in found:
            if source not in processes and source not in inputs:
                inputs.append(source)
    for source in inputs:
        if type(source).__name__ in _NEURONS:
            raise ExportError(f"'{source.name}' feeds the network and is not in the list of processes")
        names[source] = source.name
        net.input((int(np.prod(source.s_out.shape)),), source.name)
    done: list = []
    while len(done) < len(processes):
        ready = [p for p in processes if p not in done and all(s in done or s is p or s in inputs for s, _ in terms[p])]
        if not ready:
            raise ExportError("processes feed each other in a circle of more than one; a loop can be to the same process")
        process = ready[0]
        real = type(process).__name__ == "LIFRefractory"
        feeding, loops = [], []
        for source, connection in terms[process]:
            if source is process:
                loops.append(connection)
            else:
                feeding += _connect(net, connection, names[source], real)
        net.neurons(process.name, _real_rule(process) if real else _rule(process), after=feeding)
        for connection in loops:
            for last in _connect(net, connection, process.name, real):
                net.connect(last, process.name)
        done.append(process)
    return net


def _arriving(process):
    """(source process, connection) for each connection into a population."""
    found = []
    for port in _sources(process.a_in):
        connection = port.process
        if type(connection).__name__ not in _CONNECTIONS:
            raise ExportError(f"'{process.name}' gets its input from a {type(connection).__name__}; "
                              f"{', '.join(_CONNECTIONS)} can be exported")
        sources = _sources(connection.s_in)
        if len(sources) != 1:
            raise ExportError(f"'{connection.name}': {len(sources)} processes send spikes into it; one can be done")
        found.append((sources[0].process, connection))
    if not found:
        raise ExportError(f"nothing is connected to '{process.name}'")
    return found


def _sources(port):
    return [p for p in port.get_src_ports() if p is not port]


def _connect(net: Network, connection, source: str, real: bool) -> list[str]:
    """Adds what a connection does; names of the nodes that lead on."""
    weight, floor = _real_weights(connection) if real else weights(connection)
    if type(connection).__name__ != "DelayDense":
        return [net.linear(connection.name, weight, after=[source], floor_shift=floor)]
    delays = np.broadcast_to(np.asarray(connection.delays.init, dtype=np.int64), weight.shape)
    ends = []
    for steps in np.unique(delays):
        # Each delay is rounded for itself, as in Lava.
        part = net.linear(f"{connection.name}.{steps}", np.where(delays == steps, weight, 0.0), after=[source], floor_shift=floor)
        ends.append(net.delay(f"{connection.name}.{steps}.delay", int(steps), after=[part]) if steps else part)
    return ends


def _matrix(connection) -> np.ndarray:
    given = connection.weights.init
    given = given.toarray() if hasattr(given, "toarray") else given
    if int(np.max(connection.num_message_bits.init)) > 0:
        raise ExportError(f"'{connection.name}': graded spikes (num_message_bits); spikes are one bit")
    return np.asarray(given)


def weights(connection) -> tuple[np.ndarray, int]:
    """Effective weights as whole numbers, (out, in), and by how many bits their sum is rounded down."""
    from lava.utils.weightutils import clip_weights, determine_sign_mode, truncate_weights

    matrix = _matrix(connection)
    given = matrix.astype(np.int64)
    if np.any(given != matrix):
        raise ExportError(f"'{connection.name}': weights of the fixed-point model must be whole numbers")
    options = connection.proc_params
    exponent = int(options.get("weight_exp") or 0)
    mode = options.get("sign_mode") or determine_sign_mode(given)
    clipped = clip_weights(given, sign_mode=mode, num_bits=8)
    effective = truncate_weights(clipped, sign_mode=mode, num_weight_bits=int(options.get("num_weight_bits") or 8))
    return np.asarray(effective, dtype=np.float64) * 2.0 ** max(exponent, 0), max(-exponent, 0)


def _real_weights(connection) -> tuple[np.ndarray, int]:
    exponent = int(connection.proc_params.get("weight_exp") or 0)
    return _matrix(connection).astype(np.float64) * 2.0**exponent, 0


def _value(process, key: str) -> np.ndarray:
    return np.asarray(getattr(process, key).init, dtype=np.float64)


def _at_rest(process) -> None:
    for key in ("u", "v"):
        if np.any(_value(process, key) != 0):
            raise ExportError(f"'{process.name}' starts with {key} != 0")


def _rule(process) -> Neuron:
    du, dv, bias, exponent = (_value(process, k) for k in ("du", "dv", "bias_mant", "bias_exp"))
    _at_rest(process)
    if np.any(du != np.floor(du)) or np.any(dv != np.floor(dv)):
        raise ExportError(f"'{process.name}': du and dv must be Lava's fixed-point integers, 0 to 4095")
    more: dict
    if type(process).__name__ == "TernaryLIF":
        more = {"threshold": _value(process, "vth_hi"), "lower_threshold": _value(process, "vth_lo")}
    else:
        more = {"threshold": _value(process, "vth")}
    if type(process).__name__ == "LIFReset":
        more["clear_interval"] = int(process.proc_params.get("reset_interval"))
        more["clear_offset"] = int(process.proc_params.get("reset_offset"))
    return Neuron(
        beta=(4096 - dv) / 4096,
        alpha=np.maximum(4095 - du, 0) / 4096,
        current="new",
        comparator=">",
        reset="zero",
        bias=np.floor(bias * 2.0**exponent) * _UNIT,
        delay=1,
        input_delay=1,
        rounding="toward-zero",
        fraction_bits=FRACTION,
        current_overflow="wrap",
        **more,
    )


def _real_rule(process) -> Neuron:
    """LIFRefractory: decays are fractions, and the core's rounding is the quantiser's."""
    du, dv, bias, exponent = (_value(process, k) for k in ("du", "dv", "bias_mant", "bias_exp"))
    _at_rest(process)
    if np.max(du) > 1 or np.max(dv) > 1:
        raise ExportError(f"'{process.name}': LIFRefractory exists in floating point only; du and dv are 0 to 1")
    return Neuron(
        beta=1.0 - dv,
        alpha=1.0 - du,
        current="new",
        threshold=_value(process, "vth"),
        comparator=">",
        reset="zero",
        bias=bias * 2.0**exponent,
        refractory=int(process.proc_params.get("refractory_period")),
        delay=1,
        input_delay=1,
        current_overflow="saturate",
    )
