"""Brian2: NeuronGroups with one membrane equation, Synapses that add to it.

Read from the objects of a ``brian2.Network`` (or a list of them): equations, threshold, reset, refractory period, the
synapses' ``i``, ``j``, ``w`` and delays, and the schedule, which decides what a spike still reaches. The membrane must be
linear in itself. A ``SpikeGeneratorGroup`` or ``PoissonGroup`` is an input.
"""

from __future__ import annotations

import math
import re

import numpy as np

from ..errors import ExportError
from ..network import Network
from ..neuron import Neuron

_DEFAULT = ["start", "groups", "thresholds", "synapses", "resets", "end"]
_EARLY = ["start", "groups", "synapses", "thresholds", "resets", "end"]


def read(network, *, name: str, dt=None, namespace=None, fraction_bits=None, **_) -> Network:
    """``network``: a ``brian2.Network`` or a list of its objects; ``namespace``: what equations name besides the groups' own
    namespaces. ``fraction_bits``: of a state that ``run_regularly`` floors."""
    import brian2

    whole = network if isinstance(network, brian2.Network) else brian2.Network(network)
    objects = list(whole.objects)
    pick = lambda kind: sorted((o for o in objects if isinstance(o, kind)), key=lambda o: o.name)  # noqa: E731
    groups, synapses = pick(brian2.NeuronGroup), pick(brian2.Synapses)
    inputs = pick((brian2.SpikeGeneratorGroup, brian2.PoissonGroup))
    if not groups or not inputs:
        raise ExportError("a NeuronGroup, and a SpikeGeneratorGroup or PoissonGroup as the input, must be there")
    dt = float(groups[0].clock.dt_ if dt is None else dt)
    if any(abs(float(g.clock.dt_) - dt) > 1e-9 * dt for g in groups):
        raise ExportError("all groups must have the same dt")
    schedule = list(whole.schedule)
    if schedule not in (_DEFAULT, _EARLY):
        raise ExportError(f"schedule {schedule}: Brian2's default, or synapses before thresholds, can be done")
    late = schedule == _DEFAULT
    net = Network(name, "brian2", dt, f"brian2 {brian2.__version__}")
    if late:
        net.notes.append("Brian2's default schedule: what arrives in a step meets the threshold of the next, after the decay")
    for group in inputs:
        net.input((len(group),), group.name)
    into = {g: [s for s in synapses if s.target is g] for g in groups}
    done = list(inputs)
    while len(done) < len(inputs) + len(groups):
        # Every spike takes a step, so that any order is right; those that are fed by what is there come first.
        ready = [g for g in groups if g not in done and all(s.source in done or s.source is g for s in into[g])]
        group = (ready or [None])[0]
        if group is None:
            raise ExportError("groups feed each other in a circle of more than one; a loop can be to the same group")
        rule = _rule(group, dt, late, namespace or {})
        rule.fraction_bits = fraction_bits
        feeding, loops = [], []
        for s in into[group]:
            for steps, weight in _weights(s, dt, namespace or {}):
                key = s.name if steps == 0 else f"{s.name}_delay{steps}"
                if s.source is group:
                    loops.append((key, weight, steps))
                    continue
                net.linear(key, weight, after=[s.source.name])
                feeding.append(net.delay(f"{key}_steps", steps) if steps else key)
        if not feeding:
            raise ExportError(f"no Synapses lead to '{group.name}'")
        net.neurons(group.name, rule, after=feeding)
        for key, weight, steps in loops:
            end = net.linear(key, weight, after=[group.name])
            net.connect(net.delay(f"{key}_steps", steps) if steps else end, group.name)
        done.append(group)
    return net


def _value(group, name: str, namespace: dict):
    """A constant that an expression names, in SI units."""
    if name in namespace:
        return float(namespace[name])
    if group.namespace and name in group.namespace:
        return float(group.namespace[name])
    if name in group.variables:
        values = np.asarray(getattr(group, name + "_")[:], dtype=np.float64)
        if values.size and np.all(values == values[0]):
            return float(values[0])
        raise ExportError(f"'{group.name}': '{name}' differs from neuron to neuron; one value for a group can be done")
    import brian2

    unit = brian2.units.allunits
    for known in (brian2.units.fundamentalunits.standard_unit_register, getattr(unit, "__dict__", {})):
        if isinstance(known, dict) and name in known:
            return float(known[name])
    raise ExportError(f"'{group.name}': what is '{name}'? Give namespace={{'{name}': ...}} to the export")


def _number(group, text: str, namespace: dict) -> float:
    """The value of an expression of constants."""
    from brian2.parsing.sympytools import str_to_sympy

    expression = str_to_sympy(text)
    values = {s: _value(group, s.name, namespace) for s in expression.free_symbols}
    return float(expression.subs(values))


def _rule(group, dt: float, late: bool, namespace: dict) -> Neuron:
    from brian2.parsing.sympytools import str_to_sympy
    import sympy

    where = group.name
    equations = group.user_equations
    states = sorted(equations.diff_eq_names)
    if len(states) != 1:
        raise ExportError(f"'{where}' has the differential equations {states}; one, of the membrane, can be done "
                          "(synapses add to the membrane itself)")
    v = states[0]
    refractory = group._refractory
    flags = equations[v].flags
    expression = str_to_sympy(dict(equations.get_substituted_expressions())[v].code)
    symbol = next((s for s in expression.free_symbols if s.name == v), None)
    if symbol is None:
        symbol, slope, rest = None, sympy.Integer(0), expression
    else:
        slope = sympy.diff(expression, symbol)
        if slope.has(symbol):
            raise ExportError(f"'{where}': d{v}/dt = {expression} is not linear in {v}")
        rest = sympy.simplify(expression.subs(symbol, 0))
    known = {s: _value(group, s.name, namespace) for s in (slope.free_symbols | rest.free_symbols)}
    slope, rest = float(slope.subs(known)), float(rest.subs(known))
    method = group.method_choice
    method = method if isinstance(method, str) else "exact"
    if method == "euler":
        beta, bias = 1.0 + dt * slope, dt * rest
    elif method in ("exact", "linear"):
        beta = math.exp(dt * slope)
        bias = dt * rest if slope == 0 else rest * math.expm1(dt * slope) / slope
    else:
        raise ExportError(f"'{where}': the method '{method}'; euler and exact can be done")
    if not 0 <= beta <= 1:
        raise ExportError(f"'{where}': a step multiplies {v} with {beta:.6g}; it must be 0 to 1")
    threshold = group.events.get("spike")
    match = re.fullmatch(rf"\s*{v}\s*(>=|>)\s*(.+)", threshold or "")
    if not match:
        raise ExportError(f"'{where}': threshold '{threshold}'; '{v} > VALUE' or '{v} >= VALUE' can be done")
    theta = _number(group, match[2], namespace)
    statement = (group.event_codes.get("spike") or "").strip()
    reset = re.fullmatch(rf"{v}\s*(=|-=)\s*(.+)", statement)
    if not reset:
        raise ExportError(f"'{where}': reset {statement!r}; one statement, '{v} = VALUE' or '{v} -= THRESHOLD', can be done")
    value = _number(group, reset[2], namespace)
    held = 0
    if refractory is not False and refractory is not None:
        held = _held(group, refractory, namespace, dt)
        if held and "unless refractory" not in flags:
            raise ExportError(f"'{where}': a refractory period without '(unless refractory)' in the equation stops spikes but "
                              "not the membrane, which the hardware does not do")
    rule = dict(beta=beta, bias=bias, threshold=theta, comparator=match[1], delay=1, gain=beta if late else 1.0)
    if reset[1] == "-=":
        if held:
            raise ExportError(f"'{where}': a subtracted reset together with a refractory period")
        if value != theta:
            raise ExportError(f"'{where}': {value} is subtracted at a threshold of {theta}; they must be the same")
        return Neuron(**rule, reset="subtract")
    if not late:
        return Neuron(**rule, reset="zero", reset_value=value, refractory=held)
    # What arrives in the step of the spike is overwritten by the reset: that is the input of the step after it here,
    # which decays the reset value once.
    after = beta * value + bias if held == 0 else value
    if after >= theta:
        raise ExportError(f"'{where}': after a reset to {value} the membrane reaches its threshold by itself")
    return Neuron(**rule, reset="zero", reset_value=after, refractory=max(1, held))


def _held(group, refractory, namespace: dict, dt: float) -> int:
    seconds = _number(group, refractory, namespace) if isinstance(refractory, str) else float(refractory)
    steps = seconds / dt
    if abs(steps - round(steps)) > 1e-6 * max(1.0, steps):
        raise ExportError(f"'{group.name}': a refractory period of {steps:.3f} steps; it must be a whole number of them")
    return int(round(steps))


def _weights(synapses, dt: float, namespace: dict):
    """(delay in steps, weights (targets, sources)) for each delay that occurs."""
    if len(synapses._pathways) != 1 or synapses.equations.diff_eq_names:
        raise ExportError(f"'{synapses.name}': one on_pre pathway and no differential equations can be done")
    path = synapses._pathways[0]
    targets = sorted(synapses.target.equations.diff_eq_names)
    match = re.fullmatch(rf"{targets[0]}(?:_post)?\s*\+=\s*(.+)", path.code.strip()) if targets else None
    if path.prepost != "pre" or not match:
        raise ExportError(f"'{synapses.name}': {path.code!r} on a spike; '{targets[0]}_post += w' can be done")
    i, j = np.asarray(synapses.i[:]), np.asarray(synapses.j[:])
    text = match[1].strip()
    if re.fullmatch(r"\w+", text) and text in synapses.variables and np.ndim(getattr(synapses, text + "_")[:]):
        values = np.asarray(getattr(synapses, text + "_")[:], dtype=np.float64)
    else:
        values = np.full(i.shape, _number(synapses, text, namespace))
    seconds = np.broadcast_to(np.asarray(path.delay[:], dtype=np.float64), i.shape)
    steps = np.rint(seconds / dt).astype(int)
    if np.any(np.abs(seconds / dt - steps) > 1e-6):
        raise ExportError(f"'{synapses.name}': delays must be whole steps of {dt} s")
    found = []
    for d in np.unique(steps):
        weight = np.zeros((len(synapses.target), len(synapses.source)))
        # Several synapses between two neurons add up.
        np.add.at(weight, (j[steps == d], i[steps == d]), values[steps == d])
        found.append((int(d), weight))
    return found
