"""Nengo: a ``nengo.Network`` of LIF ensembles without a refractory period.

Read from the built simulator: gains, biases, decoders and encoders, so that decoded connections become one full matrix.
A Node without an incoming connection is an input, whose values must be 0 or 1; a Node of constants is a bias.
Without a synapse Nengo delivers in the same step; through a Lowpass, which is the synaptic current, in the next one.
"""

from __future__ import annotations

import math

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron


def read(network, *, name: str, dt: float = 1e-3, seed=None, **_) -> Network:
    """``network``: a ``nengo.Network``; ``dt`` in seconds."""
    import nengo

    net = Network(name, "nengo", dt, f"nengo {nengo.__version__}")
    with nengo.Simulator(network, dt=dt, progress_bar=False) as simulator:
        inputs = [n for n in network.all_nodes if _is_input(network, n)]
        if not inputs:
            raise ExportError("the network has no Node that could be its input: a Node with size_out and no connection into it")
        names = names_of(network)
        for node in inputs:
            net.input((node.size_out,), names[node])
        arriving = {e: _arriving(network, simulator, e, names, dt) for e in network.all_ensembles}
        for ensemble in _ordered(list(arriving), arriving):
            terms, bias = arriving[ensemble]
            filters = {term[2] for term in terms}
            if len(filters) > 1:
                raise ExportError(f"'{names[ensemble]}': connections with the filters {sorted(map(str, filters))} arrive; "
                                  "a population has one synaptic current, so they must be the same")
            alpha = filters.pop() if filters else 0.0
            rule = _rule(simulator, ensemble, names[ensemble], dt, alpha)
            if rule.v_min is None:
                # In the dialect of Nengo a population that says nothing has its default, 0.
                net.dialect = "custom"
            # Weights and biases of Nengo are currents J; the membrane takes the share 1 - beta of J.
            rule.bias = Neuron(beta=0, bias=np.asarray(bias) * rule.gain).bias
            feeding = []
            for source, weight, _ in terms:
                key = f"{names[source]} to {names[ensemble]}"
                while key in net.nodes:
                    key += "'"
                if source is ensemble:
                    continue
                feeding.append(net.linear(key, weight, after=[names[source]]))
            if not feeding:
                raise ExportError(f"nothing that spikes leads to '{names[ensemble]}'")
            net.neurons(names[ensemble], rule, after=feeding)
            for source, weight, _ in terms:
                if source is ensemble:
                    key = net.linear(f"{names[ensemble]} to itself", weight, after=[names[ensemble]])
                    net.connect(key, names[ensemble])
    return net


def names_of(network) -> dict:
    """Each Node and Ensemble by its label, or by its kind and place."""
    names: dict = {}
    for kind, objects in (("node", network.all_nodes), ("ensemble", network.all_ensembles)):
        for index, obj in enumerate(objects):
            label = obj.label or f"{kind}{index}"
            names[obj] = label if label not in names.values() else f"{label}.{index}"
    return names


def _is_input(network, node) -> bool:
    fed = any(_obj(c.post_obj) is node for c in network.all_connections)
    return node.size_out > 0 and not fed and not _is_constant(node)


def _is_constant(node) -> bool:
    return node.output is not None and not callable(node.output) and not hasattr(node.output, "make_step")


def _obj(end):
    return getattr(end, "ensemble", end)


def _arriving(network, simulator, ensemble, names, dt):
    """Terms (source, weights (neurons, sources), filter's decay) and the constant current into an ensemble."""
    import nengo

    built = simulator.data[ensemble]
    constant = np.array(built.bias, dtype=np.float64)
    terms = []
    for c in network.all_connections:
        if _obj(c.post_obj) is not ensemble:
            continue
        source = _obj(c.pre_obj)
        label = f"{names.get(source)} to {names[ensemble]}"
        if c.learning_rule_type is not None:
            raise ExportError(f"'{label}' learns; export it without its learning rule")
        direct = isinstance(c.post_obj, nengo.ensemble.Neurons)
        weights = simulator.data[c].weights
        weights = np.eye(c.size_mid) if weights is None else np.asarray(weights, dtype=np.float64)
        if weights.ndim == 0:
            weights = weights * np.eye(c.size_mid)
        elif weights.ndim == 1:
            weights = np.diag(weights)
        if direct:
            # Direct connections are multiplied with the neurons' gains when they are built.
            into = np.zeros((ensemble.n_neurons, weights.shape[0]))
            into[np.arange(ensemble.n_neurons)[c.post_slice], np.arange(weights.shape[0])] = 1.0
            full = (into @ weights) * np.asarray(built.gain)[:, None]
        else:
            full = np.asarray(built.scaled_encoders)[:, c.post_slice] @ weights
        pre_size = source.n_neurons if isinstance(source, nengo.Ensemble) else source.size_out
        if isinstance(c.pre_obj, (nengo.Node, nengo.ensemble.Neurons)):
            spread = np.zeros((ensemble.n_neurons, pre_size))
            spread[:, np.arange(pre_size)[c.pre_slice]] = full
            full = spread
            if isinstance(source, nengo.Node) and c.function is not None:
                raise ExportError(f"'{label}': a function of an input cannot be a weight")
        if isinstance(source, nengo.Node) and _is_constant(source):
            if c.synapse is not None:
                raise ExportError(f"'{label}': a constant through a filter rises slowly; use synapse=None")
            constant = constant + full @ np.atleast_1d(source.output)
            continue
        if isinstance(source, nengo.Ensemble):
            full = full * (source.neuron_type.amplitude / dt)
        elif not isinstance(source, nengo.Node) or not _is_input(network, source):
            raise ExportError(f"'{label}': what comes from {source} is computed outside of neurons")
        terms.append((source, full, _filter(c.synapse, label, dt)))
    return terms, constant


def _filter(synapse, label, dt) -> float:
    import nengo

    if synapse is None:
        return 0.0
    if type(synapse) is not nengo.Lowpass:
        raise ExportError(f"'{label}': the synapse {synapse}; None and Lowpass can be done")
    return math.exp(-dt / synapse.tau) if synapse.tau > 0 else 0.0


def _ordered(ensembles, arriving):
    """Sources before destinations, as far as there is no loop."""
    done: list = []
    while len(done) < len(ensembles):
        ready = [e for e in ensembles if e not in done and all(
            s in done or s is e or s not in ensembles for s, _, _ in arriving[e][0])]
        if not ready:
            raise ExportError("ensembles feed each other in a circle of more than one; a loop can be to the same ensemble")
        done += ready
    return done


def _rule(simulator, ensemble, name, dt, alpha) -> Neuron:
    import nengo

    kind = ensemble.neuron_type
    if type(kind) is not nengo.LIF:
        why = {
            "SpikingRectifiedLinear": "its input is clamped at 0 before it is integrated, which the hardware does not do",
            "AdaptiveLIF": "its threshold adapts, which the hardware does not do",
        }.get(type(kind).__name__, "nengo.LIF(tau_ref=0) can be done")
        raise ExportError(f"'{name}' has neurons of the type {type(kind).__name__}: {why}")
    if kind.tau_ref != 0:
        raise ExportError(
            f"'{name}': tau_ref = {kind.tau_ref}. Nengo computes the moment of the spike between two steps and shortens the next "
            "one, which the hardware does not do; use tau_ref=0, or nengo-loihi, whose refractory period is in whole steps"
        )
    voltage = np.asarray(simulator.signals[simulator.model.sig[ensemble.neurons]["voltage"]])
    if not np.all(voltage == voltage.flat[0]):
        raise ExportError(f"'{name}' starts from random voltages; give initial_state={{'voltage': nengo.dists.Choice([0])}}")
    beta = math.exp(-dt / kind.tau_rc)
    return Neuron(
        beta=beta,
        gain=-math.expm1(-dt / kind.tau_rc),
        threshold=1.0,
        comparator=">",
        reset="zero",
        start=float(voltage.flat[0]),
        v_min=float(kind.min_voltage) if np.isfinite(kind.min_voltage) else None,
        alpha=alpha,
        input_gain=1.0 - alpha,
        delay=1 if alpha > 0 else 0,
    )
