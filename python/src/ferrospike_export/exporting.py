"""``export``: which framework a network is of, and where it goes."""

from __future__ import annotations

import importlib
import os
from typing import Optional

from . import description, nir_file
from .errors import ExportError
from .network import Network

#: Frameworks with a reader of their own.
FRAMEWORKS = (
    "snntorch",
    "norse",
    "spikingjelly",
    "sinabs",
    "torch",
    "tensorflow",
    "nengo",
    "nengo_loihi",
    "brian2",
    "neuron",
    "lava",
)
#: Top-level packages whose objects belong to another name.
_PACKAGES = {"keras": "tensorflow", "hoc": "neuron"}


def detect(network) -> str:
    """The framework of a network, by the packages that its parts come from."""

    def packages(obj):
        # A subclass of a framework's layer is one of the framework's.
        yield from (kind.__module__.split(".")[0] for kind in type(obj).__mro__)
        parts = obj if isinstance(obj, (list, tuple)) else ()
        if hasattr(obj, "modules") and callable(obj.modules):
            parts = [m for m in obj.modules() if m is not obj]
        elif hasattr(obj, "layers") and isinstance(obj.layers, (list, tuple)):
            parts = obj.layers
        for part in parts:
            yield from (kind.__module__.split(".")[0] for kind in type(part).__mro__)

    found = [_PACKAGES.get(p, p) for p in packages(network)]
    # A torch network may hold layers of a framework: that one decides.
    kinds = sorted({p for p in found if p in FRAMEWORKS and p != "torch"})
    if len(kinds) > 1:
        raise ExportError(f"the network has parts of {', '.join(kinds)}; give framework='...'")
    if kinds:
        return kinds[0]
    if "torch" in found:
        return "torch"
    raise ExportError(f"what framework is a {type(network).__module__}.{type(network).__name__} of? Give framework='...', one of "
                      + ", ".join(FRAMEWORKS))


def reader(framework: str):
    """The module that reads networks of ``framework``."""
    framework = framework.replace("-", "_")
    if framework not in FRAMEWORKS:
        raise ExportError(f"framework '{framework}' is unknown; known are {', '.join(FRAMEWORKS)}")
    return importlib.import_module(f".frameworks.{framework}", __package__)


def read(network, *, framework: Optional[str] = None, name: Optional[str] = None, **options) -> Network:
    """Reads a live network; ``options`` are those of the framework's reader."""
    if isinstance(network, Network):
        return network.finish()
    framework = framework or detect(network)
    return reader(framework).read(network, name=name or "network", **options).finish()


def export(network, path, *, framework: Optional[str] = None, name: Optional[str] = None, encoder: str = "",
           decoder: str = "", **options) -> Network:
    """Writes a live network as one file, with everything that decides its spikes.

    Args:
        network: a network of a framework, a list of its layers, or a :class:`Network`.
        path: ends in ``.nir`` (HDF5, needs h5py) or ``.json`` (with an ``.npz`` beside it, needs numpy alone).
        framework: which one, if it cannot be seen from the network.
        name: of the network; by default the file's.
        encoder, decoder: how inputs become spikes (``phase:10``) and output spikes an answer (``count``).
        options: of the framework's reader: ``sample``, ``input_shape``, ``rules``, ``dt``, ...

    Returns:
        What was written, as a :class:`Network`; its ``notes`` say what was decided.

    Raises:
        ExportError: something has no counterpart on the hardware; the text names it.
    """
    from . import __version__

    path = os.fspath(path)
    stem, kind = os.path.splitext(path)
    writers = {".nir": nir_file.write, ".json": description.write}
    if kind not in writers:
        raise ExportError(f"'{path}': the name must end in .nir or .json")
    net = read(network, framework=framework, name=name or os.path.basename(stem), **options)
    net.encoder, net.decoder = encoder or net.encoder, decoder or net.decoder
    writers[kind](net, path, f"ferrospike-export {__version__}")
    return net
