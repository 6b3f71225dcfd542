"""NEURON: networks of ``IntFire1`` artificial cells and NetCons.

An event-driven cell equals a stepped one where all events fall on steps. IntFire1 tests its threshold after each single
event, so cells with weights of both signs are exact only where inhibition arrives a little before excitation (delays
smaller by a part of ``dt``), which is checked. The inputs are artificial sources: VecStim, NetStim, or cells that
fire whenever an event reaches them.
"""

from __future__ import annotations

import math

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron

#: Inhibition may arrive earlier by so many parts of dt.
_EARLIER = 1e-3


def read(network, *, name: str, dt: float = 1.0, inputs=None, populations=None, scale: float = 1.0, **_) -> Network:
    """``network``: the NetCons, as a list or ``h.List("NetCon")``. ``dt`` in ms. ``populations``: {name: list of cells}, in
    any order; ``inputs``: list of the artificial sources that are the inputs, in their order. ``scale``: weights and
    thresholds are multiplied with it, which changes no spike, so that weights come onto a dyadic grid."""
    from neuron import h

    if not populations or not inputs:
        raise ExportError("NEURON has no populations: give populations={'l1': [cells], ...} and inputs=[sources]")
    net = Network(name, "neuron", dt * 1e-3, f"neuron {h.nrnversion(0)}" if hasattr(h, "nrnversion") else "neuron")
    place: dict = {}
    for key, cells in [("input", inputs), *populations.items()]:
        for index, cell in enumerate(cells):
            place[_id(cell)] = (key, index)
    terms: dict = {}
    for con in network:
        pre, post = con.pre(), con.syn()
        if post is None or _id(post) not in place or place[_id(post)][0] == "input":
            continue
        if pre is None or _id(pre) not in place:
            raise ExportError(f"a NetCon into {post} comes from {pre}, which is in no population and no input")
        if not con.active():
            continue
        (a, i), (b, j) = place[_id(pre)], place[_id(post)]
        steps = math.ceil(con.delay / dt - _EARLIER)
        early = steps - con.delay / dt
        if early < -1e-9 or early > _EARLIER:
            raise ExportError(f"a delay of {con.delay} ms is no whole number of steps of {dt} ms")
        if steps < 1:
            raise ExportError(f"a delay of {con.delay} ms from '{a}' to '{b}'; spikes take a step at least")
        terms.setdefault((a, b), []).append((i, j, con.weight[0], steps, early))
    net.input((len(inputs),), "input")
    sizes = {"input": len(inputs), **{k: len(c) for k, c in populations.items()}}
    for key in _ordered(list(populations), terms):
        rule = _rule(key, populations[key], dt)
        rule.threshold = scale
        if _both_signs(key, [t for (_, b), found in terms.items() if b == key for t in found]):
            rule.events = "inhibition-first"
        feeding, loops = [], []
        for (a, b), found in terms.items():
            if b != key:
                continue
            for steps in sorted({t[3] for t in found}):
                weight = np.zeros((sizes[b], sizes[a]))
                for i, j, w, d, _ in found:
                    if d == steps:
                        weight[j, i] += w
                weight = _scaled(weight, scale)
                label = f"{a} to {b}" + ("" if steps == 1 else f", {steps} steps")
                if a == b:
                    loops.append((label, weight, steps))
                    continue
                net.linear(label, weight, after=[a])
                feeding.append(net.delay(f"{label}, delayed", steps - 1) if steps > 1 else label)
        if not feeding:
            raise ExportError(f"no NetCon leads to '{key}'")
        net.neurons(key, rule, after=feeding)
        for label, weight, steps in loops:
            end = net.linear(label, weight, after=[key])
            net.connect(net.delay(f"{label}, delayed", steps - 1) if steps > 1 else end, key)
    return net


def _scaled(weight: np.ndarray, scale: float) -> np.ndarray:
    """Multiplied, and put back onto the grid of 2^-24 where only the floats' last bit is missing."""
    exact = weight * scale
    near = np.round(exact * 2.0**24) / 2.0**24
    return np.where(np.abs(exact - near) <= 1e-14 * np.abs(exact), near, exact)


def _id(cell) -> str:
    """HOC objects are compared by their HOC names: Python makes a new wrapper each time."""
    return str(getattr(cell, "hname", lambda: cell)())


def _ordered(keys, terms):
    done: list = []
    while len(done) < len(keys):
        ready = [k for k in keys if k not in done and all(
            a in done or a in (k, "input") for a, b in terms if b == k)]
        if not ready:
            raise ExportError("populations feed each other in a circle of more than one; a loop can be to the same population")
        done += ready
    return done


def _rule(key, cells, dt) -> Neuron:
    kinds = {str(_id(c)).split("[")[0] for c in cells}
    if kinds != {"IntFire1"}:
        raise ExportError(f"'{key}' has cells of the kinds {sorted(kinds)}: IntFire1 can be done; IntFire2 and IntFire4 compute "
                          "in continuous time")
    taus, refracs = {c.tau for c in cells}, {c.refrac for c in cells}
    if len(refracs) > 1:
        raise ExportError(f"'{key}' has the refractory periods {sorted(refracs)}; one can be done")
    steps = refracs.pop() / dt
    if steps >= 1 and abs(steps - round(steps)) < 1e-9:
        raise ExportError(f"'{key}': a refractory period of exactly {steps:.0f} steps ends in the moment when events arrive; "
                          f"make it a little shorter or longer, as {(steps - 0.5) * dt} ms")
    beta = np.array([math.exp(-dt / c.tau) for c in cells])
    return Neuron(
        beta=beta if len(taus) > 1 else float(beta[0]),
        threshold=1.0,
        comparator=">",
        reset="zero",
        refractory=int(steps),
        delay=1,
        input_delay=1,
    )


def _both_signs(key, found) -> bool:
    """Excitation and inhibition arrive, the latter earlier."""
    up = [t[4] for t in found if t[2] > 0]
    down = [t[4] for t in found if t[2] < 0]
    if up and down and not min(down) > max(up):
        raise ExportError(
            f"'{key}' gets excitation and inhibition in the same moment: IntFire1 tests its threshold after every single event, so "
            "their order decides, which the hardware does not have. Let inhibition arrive a little earlier (its delays "
            "1e-6 ms shorter)"
        )
    return bool(up and down)
