"""NIR files: HDF5 in the layout of nir 1.0.8, with the rule keys of ``docs/import.md`` as metadata.

Needs h5py (``pip install ferrospike-export[nir]``); the package ``nir`` is not needed, and reads what is written here.
"""

from __future__ import annotations

import numpy as np

from .errors import ExportError
from .network import FORMAT, Network

#: The layout that is written.
NIR_VERSION = "1.0.8"


def write(network: Network, path: str, exporter: str) -> None:
    """Writes ``network``, which must be finished."""
    try:
        import h5py
    except ImportError as error:
        raise ExportError(
            f"'{path}': NIR files need h5py (pip install h5py); a name that ends in .json needs numpy alone"
        ) from error
    with h5py.File(path, "w") as file:
        text = h5py.string_dtype("utf-8")

        def put(group, name: str, value) -> None:
            if isinstance(value, str):
                group.create_dataset(name, data=value, dtype=text)
            elif np.ndim(value) and np.size(value) > 1024:
                group.create_dataset(name, data=value, compression="gzip", compression_opts=4)
            else:
                group.create_dataset(name, data=value)

        def metadata(group, entries: dict) -> None:
            inside = group.create_group("metadata")
            for key, value in entries.items():
                put(inside, f"ferrospike_{key}", value)

        put(file, "version", NIR_VERSION)
        root = file.create_group("node")
        put(root, "type", "NIRGraph")
        edges = np.array(network.edges, dtype=object)
        root.create_dataset("edges", data=edges, dtype=text)
        metadata(root, whole(network, exporter))
        nodes = root.create_group("nodes")
        for node in network.nodes.values():
            group = nodes.create_group(node.name)
            put(group, "type", node.kind)
            for key, value in node.parameters.items():
                put(group, key, value)
            if node.neuron is not None:
                metadata(group, node.neuron.rule())
            elif node.rule:
                metadata(group, node.rule)


def whole(network: Network, exporter: str) -> dict:
    """Keys of the whole network that are not empty."""
    keys = {
        "dialect": network.dialect,
        "format": FORMAT,
        "dt": network.dt,
        "framework": network.framework,
        "exporter": exporter,
        "encoder": network.encoder,
        "decoder": network.decoder,
    }
    return {key: value for key, value in keys.items() if value != ""}
