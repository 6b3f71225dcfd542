"""``run``: the ``ferrospike`` command, from arrays to arrays."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from typing import Optional, Sequence

import numpy as np

from .errors import RunError
from .exporting import export
from .recording import Recording, as_spikes


@dataclass
class Result:
    """What came back.

    ``spikes[population]`` is uint8 (samples, steps, neurons). ``differing_bits`` counts bits in which the port and the
    integer model differ (None: not compared). ``report`` is the command's JSON, ``imported`` that of the import.
    """

    spikes: dict
    answers: Optional[np.ndarray] = None
    differing_bits: Optional[int] = None
    report: dict = field(default_factory=dict)
    imported: dict = field(default_factory=dict)

    @property
    def equal(self) -> bool:
        """Every compared bit is the model's."""
        return bool(self.report.get("equal"))


def command() -> str:
    """The ``ferrospike`` program: $FERROSPIKE, or the one on the PATH."""
    found = os.environ.get("FERROSPIKE") or shutil.which("ferrospike")
    if not found:
        raise RunError("the program 'ferrospike' is not on the PATH; build it with `cargo build --release -p ferrospike-host`, "
                       "or name it in $FERROSPIKE")
    return found


def _call(arguments: Sequence[str], timeout: Optional[float]) -> dict:
    try:
        done = subprocess.run([command(), *arguments, "--json", "--quiet"], capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise RunError(f"ferrospike {arguments[0]} took longer than {timeout} s") from error
    # 1 means that bits differ: that is an answer.
    if done.returncode not in (0, 1):
        raise RunError(f"ferrospike {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
    return json.loads(done.stdout)


def run(network, spikes, port: str = "sim", *, compare: bool = False, report: str = "all", import_options: Sequence[str] = (),
        timeout: Optional[float] = None, **options) -> Result:
    """Runs spikes through a network on a board, a simulated board, or the integer model.

    Args:
        network: a live network (it is exported first), a :class:`Network`, or the path of a ``.nir``, ``.json`` or ``.fsn``.
        spikes: (samples, steps, inputs) or (steps, inputs), 0 or 1.
        port: ``sim`` (the emitted Verilog in Icarus), ``sim:uart``, ``model``, or a serial device.
        compare: compare every bit with the integer model.
        report: whose spikes come back: ``all`` or ``outputs``. An ``.fsn`` has decided that already.
        import_options: more options of ``ferrospike import``, as ``["--bits", "4"]``.
        timeout: seconds for each call of the command.
        options: of the framework's reader, where a live network is given.

    Raises:
        RunError: the command could not run; the text is its message.
    """
    inputs = as_spikes(spikes)
    with tempfile.TemporaryDirectory(prefix="ferrospike-") as folder:
        inside = lambda name: os.path.join(folder, name)  # noqa: E731
        if not isinstance(network, (str, os.PathLike)):
            export(network, inside("network.json"), **options)
            network = inside("network.json")
        network, imported = os.fspath(network), {}
        if not network.endswith(".fsn"):
            image = inside("network.fsn")
            imported = _call(["import", network, "--output", image, "--report", report, *import_options], timeout)
            network = image
        np.savez_compressed(inside("inputs.npz"), spikes=inputs)
        arguments = ["run", network, "--input", inside("inputs.npz"), "--port", port, "--output", inside("out.npz")]
        done = _call(arguments + (["--compare"] if compare else []), timeout)
        with np.load(inside("out.npz")) as file:
            arrays = {name: file[name] for name in file.files}
    answers = arrays.pop("answers", None)
    differing = sum(s["differing_bits"] or 0 for s in done["samples"]) if compare else None
    return Result(arrays, answers, differing, done, imported)


def verdict(recording: Recording, result: Result) -> str:
    """Both comparisons in words: the port against the integer model, and against what the framework gave."""
    differ = recording.differing_bits(result.spikes)
    bits = sum(result.spikes[name].size for name in differ)
    fired = sum(int(recording.spikes[name].sum()) for name in differ)
    lines = []
    if result.differing_bits is not None:
        words = "EQUAL" if result.differing_bits == 0 else "DIFFERENT"
        lines.append(f"{words}: {result.differing_bits} bits differ between the port and the integer model")
    words = "EQUAL" if not any(differ.values()) else "DIFFERENT"
    each = ", ".join(f"{name}: {n}" for name, n in differ.items())
    lines.append(f"{words}: {sum(differ.values())} of {bits:,} differ from the framework ({each}; it had {fired:,} spikes)")
    return "\n".join(lines)
