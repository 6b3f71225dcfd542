"""From a live spiking network in Python to a file that ferrospike runs, and back to numpy.

>>> import ferrospike_export as fx                                       # doctest: +SKIP
>>> fx.export(net, "net.nir")                                            # doctest: +SKIP
>>> fx.record(net, spikes, "recorded.npz")                               # doctest: +SKIP
>>> result = fx.run("net.nir", spikes, port="sim", compare=True)         # doctest: +SKIP
>>> result.differing_bits, result.spikes["lif1"].shape                   # doctest: +SKIP
(0, (1, 400, 32))

Only numpy is imported here; a framework is imported when one of its networks is given.
"""

from __future__ import annotations

from .errors import ExportError, RunError
from .exporting import export, read
from .network import Network
from .neuron import Neuron
from .recording import Recording, record, save_recording
from .running import Result, run, verdict

__version__ = "0.1.0"
__all__ = [
    "ExportError",
    "Network",
    "Neuron",
    "Recording",
    "Result",
    "RunError",
    "export",
    "read",
    "record",
    "run",
    "save_recording",
    "verdict",
]
