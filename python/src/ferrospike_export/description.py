"""Networks as JSON, with the arrays in an npz beside it (``docs/import.md``, section 2). Needs numpy alone."""

from __future__ import annotations

import json
import os

import numpy as np

from .network import FORMAT, Network
from .nir_file import whole

#: Arrays of at most so many numbers stand in the JSON.
INLINE = 8


def write(network: Network, path: str, exporter: str) -> None:
    """Writes ``network``, which must be finished, as ``path`` and, next to it, an npz of the same name."""
    arrays: dict[str, np.ndarray] = {}

    def value(node: str, key: str, x):
        if isinstance(x, (str, bool)):
            return x
        array = np.asarray(x)
        if array.ndim == 0:
            return array.item()
        if array.size <= INLINE and array.ndim <= 1:
            return array.tolist()
        name = f"{node}.{key}"
        arrays[name] = array
        return name

    nodes = []
    for node in network.nodes.values():
        entry = {"name": node.name, "kind": node.kind}
        if node.neuron is None:
            entry.update({key: value(node.name, key, x) for key, x in node.parameters.items()})
            if node.rule:
                entry["rule"] = dict(node.rule)
        else:
            # The rule says it all; NIR's time constants would say the same again.
            if node.neuron.threshold is not None:
                entry["v_threshold"] = value(node.name, "v_threshold", node.neuron.threshold)
            entry["rule"] = {key: value(node.name, f"rule.{key}", x) for key, x in node.neuron.rule().items()}
        nodes.append(entry)
    base, _ = os.path.splitext(path)
    description = {"format": "ferrospike-network", "version": FORMAT, "name": network.name}
    description.update({key: x for key, x in whole(network, exporter).items() if key != "format"})
    if arrays:
        description["arrays"] = os.path.basename(base) + ".npz"
        np.savez_compressed(base + ".npz", **arrays)
    # One line for each entry, node and edge.
    lines = [f"{json.dumps(key)}: {json.dumps(x)}" for key, x in description.items()]
    for key, items in (("nodes", nodes), ("edges", [list(edge) for edge in network.edges])):
        lines.append(f"{json.dumps(key)}: [\n    " + ",\n    ".join(map(json.dumps, items)) + "\n  ]")
    with open(path, "w", encoding="utf-8") as file:
        file.write("{\n  " + ",\n  ".join(lines) + "\n}\n")
