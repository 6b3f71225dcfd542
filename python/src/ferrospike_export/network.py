"""A network as a graph of NIR's nodes, with the rule of each population beside them.

What the framework readers make and the file writers write. Arrays are numpy; there is no batch and no time axis.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Sequence

import numpy as np

from . import shapes
from .errors import ExportError
from .neuron import Neuron

#: Version of docs/import.md.
FORMAT = 1


@dataclass
class Node:
    """A node: its NIR kind and parameters, and the rule if it is a population."""

    name: str
    kind: str
    parameters: dict = field(default_factory=dict)
    neuron: Optional[Neuron] = None
    #: Rule keys of a node that is no population.
    rule: dict = field(default_factory=dict)
    #: Shape of what leaves, without batch and time.
    shape: tuple = ()


class Network:
    """Nodes and edges. ``add`` puts a node after those that feed it.

    >>> import numpy as np
    >>> net = Network("small", dialect="custom")
    >>> net.input((2,))
    'input'
    >>> net.linear("fc", np.eye(2))
    'fc'
    >>> net.neurons("lif", Neuron(beta=0.5, threshold=1.0))
    'lif'
    >>> net.output()
    'output'
    """

    def __init__(self, name: str = "network", dialect: str = "custom", dt: float = 1e-3, framework: str = ""):
        self.name = name
        self.dialect = dialect
        self.dt = float(dt)
        self.framework = framework
        self.encoder = ""
        self.decoder = ""
        self.nodes: dict[str, Node] = {}
        self.edges: list[tuple[str, str]] = []
        #: What was decided or left out, for people.
        self.notes: list[str] = []

    # -- building ---------------------------------------------------------------------------------

    def _sources(self, after: Optional[Sequence[str]]) -> list[str]:
        if after is None:
            return [next(reversed(self.nodes))] if self.nodes else []
        return [after] if isinstance(after, str) else list(after)

    def add(self, node: Node, after: Optional[Sequence[str]] = None) -> str:
        """Adds a node; ``after``: names of the nodes that feed it, by default the one that was added last."""
        if node.name in self.nodes:
            raise ExportError(f"there are two layers of the name '{node.name}'")
        if not node.name or "/" in node.name or len(node.name) > 200:
            raise ExportError(f"'{node.name}': a name has 1 to 200 characters and no '/'")
        sources = self._sources(after)
        missing = [s for s in sources if s not in self.nodes]
        if missing:
            raise ExportError(f"'{node.name}' comes after '{missing[0]}', which is not there")
        arriving = [self.nodes[s].shape for s in sources]
        node.shape = shapes.leaving(node, arriving)
        self.nodes[node.name] = node
        self.edges += [(s, node.name) for s in sources]
        return node.name

    def input(self, shape: Sequence[int], name: str = "input") -> str:
        """Where spikes come in; ``shape`` is (neurons,) or (channels, height, width)."""
        shape = tuple(int(n) for n in np.atleast_1d(shape))
        if not shape or min(shape) < 1:
            raise ExportError(f"input of shape {shape}: sizes must be 1 or more")
        return self.add(Node(name, "Input", {"shape": np.array(shape, dtype=np.int64)}), after=())

    def output(self, name: str = "output", after: Optional[Sequence[str]] = None) -> str:
        """Marks what leaves."""
        node = Node(name, "Output")
        self.add(node, after)
        node.parameters["shape"] = np.array(node.shape, dtype=np.int64)
        return name

    def linear(self, name: str, weight, bias=None, after: Optional[Sequence[str]] = None, floor_shift: int = 0) -> str:
        """A full connection; ``weight`` (out, in), ``bias`` (out,).

        ``floor_shift``: the sum of a step is divided by 2 to the power of this and rounded down; weights are then whole.
        """
        weight = _real(name, weight)
        if floor_shift:
            if bias is not None or np.any(weight != np.floor(weight)):
                raise ExportError(f"'{name}': floor_shift needs whole weights and no bias")
            return self.add(Node(name, "Linear", {"weight": weight}, rule={"floor_shift": int(floor_shift)}), after)
        if bias is None or not np.any(np.asarray(bias)):
            return self.add(Node(name, "Linear", {"weight": weight}), after)
        return self.add(Node(name, "Affine", {"weight": weight, "bias": _real(name, bias)}), after)

    def window(self, name: str, kind: str, after: Optional[Sequence[str]] = None, **parameters) -> str:
        """``Conv1d``, ``Conv2d``, ``SumPool2d`` or ``AvgPool2d`` with NIR's parameters."""
        return self.add(Node(name, kind, parameters), after)

    def flatten(self, name: str, after: Optional[Sequence[str]] = None) -> str:
        """All axes become one, the last counts fastest."""
        source = self.nodes[self._sources(after)[0]]
        parameters = {"start_dim": 0, "end_dim": -1, "input_type": np.array(source.shape, dtype=np.int64)}
        return self.add(Node(name, "Flatten", parameters), after)

    def scale(self, name: str, scale, after: Optional[Sequence[str]] = None) -> str:
        """One factor for each value."""
        return self.add(Node(name, "Scale", {"scale": _real(name, scale)}), after)

    def delay(self, name: str, steps: int, after: Optional[Sequence[str]] = None) -> str:
        """Spikes arrive ``steps`` time steps later."""
        source = self.nodes[self._sources(after)[0]]
        seconds = np.full(source.shape, steps * self.dt)
        return self.add(Node(name, "Delay", {"delay": seconds}), after)

    def neurons(self, name: str, neuron: Neuron, after: Optional[Sequence[str]] = None) -> str:
        """A population; its size is what arrives."""
        return self.add(Node(name, "", {}, neuron), after)

    def connect(self, source: str, destination: str) -> None:
        """One more edge, for loops too."""
        if source not in self.nodes or destination not in self.nodes:
            raise ExportError(f"edge from '{source}' to '{destination}': one of them is not there")
        a, b = self.nodes[source], self.nodes[destination]
        if int(np.prod(a.shape)) != int(np.prod(shapes.arriving(b))):
            raise ExportError(f"'{source}' has shape {a.shape}, '{destination}' wants {shapes.arriving(b)}")
        self.edges.append((source, destination))

    # -- looking ----------------------------------------------------------------------------------

    @property
    def populations(self) -> list[str]:
        """Names of the populations, read-outs included, in the order they were added."""
        return [n.name for n in self.nodes.values() if n.neuron is not None]

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return sum(int(np.prod(n.shape)) for n in self.nodes.values() if n.kind == "Input")

    def finish(self) -> "Network":
        """Adds an Input or Output that is missing, and gives populations their NIR kinds."""
        kinds = [n.kind for n in self.nodes.values()]
        if "Input" not in kinds:
            raise ExportError(f"network '{self.name}' has no input")
        if not self.populations:
            raise ExportError(f"network '{self.name}' has no neurons")
        if "Output" not in kinds:
            self.output()
        for node in self.nodes.values():
            if node.neuron is not None:
                node.kind, node.parameters = nir_parameters(node.neuron, node.shape, self.dt)
        return self


def _real(name: str, values) -> np.ndarray:
    array = np.ascontiguousarray(values)
    if array.dtype.kind not in "fiu":
        raise ExportError(f"'{name}': numbers of the type {array.dtype} are not real")
    if not np.all(np.isfinite(array)):
        raise ExportError(f"'{name}' has values that are not finite")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def nir_parameters(neuron: Neuron, shape: tuple, dt: float) -> tuple[str, dict]:
    """NIR's kind and parameters, every one of the population's shape, so that a step of forward Euler

        h = v + dt / tau * (v_leak - v + r * i)

    is the rule as far as NIR can say it. What NIR has no field for is in the rule keys.
    """
    size = int(np.prod(shape))

    def full(x) -> np.ndarray:
        values = np.asarray(x, dtype=np.float64).reshape(-1)
        if values.size not in (1, size):
            raise ExportError(f"{values.size} values for {size} neurons")
        return np.broadcast_to(values, (size,)).reshape(shape).copy()

    beta, alpha = full(neuron.beta), full(neuron.alpha)
    spikes = neuron.threshold is not None
    # A factor of 1 has an endless time constant: those are as if they lost the smallest part.
    lost = np.maximum(1.0 - beta, 2.0**-40)
    parameters: dict = {}
    pure = bool(np.all(beta == 1.0)) and not neuron.has_current
    if pure:
        kind = "IF" if spikes else "I"
        parameters["r"] = full(neuron.gain) * full(neuron.input_gain) / dt
    else:
        kind = ("CubaLIF" if spikes else "CubaLI") if neuron.has_current else ("LIF" if spikes else "LI")
        parameters["r"] = full(neuron.gain) / lost
        parameters["v_leak"] = full(neuron.bias) / lost
        if neuron.has_current:
            lost_current = np.maximum(1.0 - alpha, 2.0**-40)
            parameters["tau_mem"] = dt / lost
            parameters["tau_syn"] = dt / lost_current
            parameters["w_in"] = full(neuron.input_gain) / lost_current
        else:
            parameters["tau"] = dt / lost
            parameters["r"] = parameters["r"] * full(neuron.input_gain)
    if spikes:
        parameters["v_threshold"] = full(neuron.threshold)
        parameters["v_reset"] = full(neuron.reset_value)
    return kind, parameters
