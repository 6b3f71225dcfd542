"""nengo-loihi: the blocks that its simulator has put on the chip, in their integers.

Give the ``nengo_loihi.Simulator`` (``target="sim"``), not the ``nengo.Network``: decays, weights, thresholds and refractory
delays are those after its discretisation. Ensembles that run on the host and send spikes to the chip are the inputs.
"""

from __future__ import annotations

import re

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron

#: Reals are integers of the chip over 2^12: u and v keep these 12 bits after the point.
FRACTION = 12
_UNIT = 2.0**-FRACTION


def read(simulator, *, name: str, **_) -> Network:
    """``simulator``: a built ``nengo_loihi.Simulator``."""
    import nengo_loihi

    model = simulator.model
    net = Network(name, "nengo-loihi", float(simulator.dt), f"nengo-loihi {nengo_loihi.__version__}")
    owner = {synapse: block for block in model.blocks for synapse in block.synapses}
    names: dict = {}
    for kind, things in (("input", model.inputs), ("block", model.blocks)):
        for index, thing in enumerate(things):
            # "<Ensemble 'one'>" is 'one'; what has no label of its own gets its place.
            match = re.fullmatch(r"<\w+ ['\"]([^/]+)['\"]>", thing.label or "")
            label = match[1] if match else f"{kind}{index}"
            names[thing] = label if label not in names.values() else f"{label}.{index}"
    terms: dict = {block: [] for block in model.blocks}
    for source in [*model.inputs, *model.blocks]:
        for axon in source.axons:
            if axon.target in owner:
                terms[owner[axon.target]].append((source, _weights(source, axon, owner[axon.target], names)))
    used = [i for i in model.inputs if any(s is i for found in terms.values() for s, _ in found)]
    if not used:
        raise ExportError("no spikes come from the host: an ensemble off the chip must be connected to one on it, neurons to neurons")
    for source in used:
        net.input((source.n_neurons,), names[source])
    done: list = list(used)
    blocks = [b for b in model.blocks if terms[b]]
    while any(b not in done for b in blocks):
        ready = [b for b in blocks if b not in done and all(s in done or s is b for s, _ in terms[b])]
        if not ready:
            raise ExportError("blocks feed each other in a circle of more than one, or one gets no spikes; a loop can be to itself")
        block = ready[0]
        feeding, loops = [], []
        for source, weight in terms[block]:
            key = f"{names[source]} to {names[block]}"
            while key in net.nodes:
                key += "'"
            if source is block:
                loops.append((key, weight))
                continue
            feeding.append(net.linear(key, weight, after=[names[source]]))
        net.neurons(names[block], _rule(block, names[block]), after=feeding)
        for key, weight in loops:
            net.connect(net.linear(key, weight, after=[names[block]]), names[block])
        done.append(block)
    return net


def _weights(source, axon, block, names) -> np.ndarray:
    """Integer weights (targets, sources) as reals."""
    label = f"{names[source]} to {names[block]}"
    synapse = axon.target
    if synapse.learning:
        raise ExportError(f"'{label}' learns; export it without its learning rule")
    if synapse.pop_type != 0:
        raise ExportError(f"'{label}': population spikes (convolutions of nengo-loihi) cannot be exported; dense connections can")
    weight = np.zeros((block.n_neurons, source.n_neurons))
    targets = np.arange(source.n_neurons) if axon.compartment_map is None else np.asarray(axon.compartment_map)
    for neuron, index in enumerate(targets):
        if index >= 0:
            values, indices = synapse.axon_weights_indices(int(index), atom=0)
            base = synapse.axon_compartment_base(int(index)) or 0
            np.add.at(weight[:, neuron], np.asarray(indices) + base, np.asarray(values, dtype=np.float64))
    return weight * _UNIT


def _rule(block, name: str) -> Neuron:
    c = block.compartment
    if c.enable_noise.any():
        raise ExportError(f"'{name}' has noise on the chip, which no model can repeat")
    one = lambda values, what: _same(np.asarray(values), name, what)  # noqa: E731
    refractory = one(c.refract_delay, "refract_delay")
    lowest, highest = one(c.vmin, "vmin"), one(c.vmax, "vmax")
    return Neuron(
        beta=(4096 - np.asarray(c.decay_v, dtype=np.float64)) / 4096,
        alpha=np.maximum(4095 - np.asarray(c.decay_u, dtype=np.float64), 0) / 4096,
        current="new",
        threshold=np.asarray(c.vth, dtype=np.float64) * _UNIT,
        comparator=">",
        reset="zero",
        refractory=max(0, int(refractory) - 1),
        bias=np.asarray(c.bias, dtype=np.float64) * _UNIT,
        v_min=float(lowest) * _UNIT,
        v_max=float(highest) * _UNIT,
        delay=1,
        input_delay=1,
        rounding="toward-zero",
        fraction_bits=FRACTION,
    )


def _same(values: np.ndarray, name: str, what: str):
    flat = values.reshape(-1)
    if np.any(flat != flat[0]):
        raise ExportError(f"'{name}': {what} differs from neuron to neuron; one value for an ensemble can be done")
    return flat[0]
