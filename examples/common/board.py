"""What the examples share: networks imported, samples run on a port, every bit compared with the model.

The command `ferrospike` does the work: the one in $FERROSPIKE, or on the PATH.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import numpy as np

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent


class Failed(Exception):
    """The command could not run; the text is its message."""


def call(*arguments):
    """Runs `ferrospike ARGUMENTS --json --quiet`; its answer. Exit status 1, a bit differs, is an answer too."""
    command = os.environ.get("FERROSPIKE") or shutil.which("ferrospike")
    if not command:
        raise Failed("no program `ferrospike`: run the example's run.sh, or name the program in $FERROSPIKE")
    try:
        done = subprocess.run([command, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    except OSError as error:
        raise Failed(f"{command}: {error.strerror}") from None
    if done.returncode not in (0, 1):
        raise Failed(f"ferrospike {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return json.loads(done.stdout)


@dataclass
class Result:
    """What came back: `spikes[population]` (samples, steps, neurons), the answers if the network has a decoder."""

    spikes: dict
    answers: np.ndarray
    report: dict

    @property
    def summary(self):
        return self.report["summary"]

    @property
    def bits(self):
        """Bits compared with the model."""
        return (self.summary["comparison"] or {}).get("bits", 0)

    @property
    def differing(self):
        return (self.summary["comparison"] or {}).get("differing", 0)


class Network:
    """A network file, imported for the device behind `port`: a serial device is asked for its sizes."""

    def __init__(self, path, port="model", *options):
        self.path, self.port = pathlib.Path(path), port
        self.folder = tempfile.TemporaryDirectory(prefix="ferrospike-")
        self.image = pathlib.Path(self.folder.name) / f"{self.path.stem}.fsn"
        self.imported = call("import", self.path, "-o", self.image, "--report", "all", *sizes(port), *options)

    def run(self, compare=None, sims=1, port=None, **arrays):
        """Runs `images` or `spikes`, perhaps with `labels`. Compared with the model unless it runs there."""
        port = port or self.port
        compare = port != "model" if compare is None else compare
        inside = pathlib.Path(self.folder.name)
        np.savez(inside / "in.npz", **{k: np.asarray(v).astype(np.uint8) for k, v in arrays.items()})
        arguments = ["run", self.image, "-i", inside / "in.npz", "--port", port, "-o", inside / "out.npz"]
        arguments += ["--sims", sims] if port.startswith("sim") else []
        report = call(*arguments, *(["--compare"] if compare else []))
        with np.load(inside / "out.npz") as file:
            spikes = {name: file[name] for name in file.files}
        return Result(spikes, spikes.pop("answers", None), report)

    def learn(self, port=None, **arrays):
        """Runs `images` or `spikes` in their order, and learns: every spike and every weight is compared with the model that
        learns beside it, unless it runs there. Afterwards this network is the one that learned. The command's answer."""
        port = port or self.port
        inside = pathlib.Path(self.folder.name)
        np.savez(inside / "in.npz", **{k: np.asarray(v).astype(np.uint8) for k, v in arrays.items()})
        learned = inside / "learned.fsn"
        report = call("run", self.image, "-i", inside / "in.npz", "--port", port, "--learn", "--save", learned,
                      *(["--no-compare"] if port == "model" else []))
        learned.replace(self.image)
        return report

    def weights(self, connection):
        """Mantissas (sources, destinations) of a dense connection of 8 bits, as they are in the image."""
        raw = self.image.read_bytes()
        header_bytes, synapse_bytes = (int(n) for n in np.frombuffer(raw, "<u4", 2, 8))
        header = json.loads(raw[16:16 + header_bytes])
        synapses = np.frombuffer(raw, np.uint8, synapse_bytes, 16 + header_bytes + -header_bytes % 8)
        it = next(c for c in header["connections"] if c["name"] == connection)
        source, target = (header["populations"][it[end]]["neurons"] for end in ("from", "to"))
        row = -(-target // header["lanes"]) * header["lanes"]
        rows = synapses[it["first_word"] * header["lanes"]:][:source * row].reshape(source, row)
        return rows[:, :target]


def sizes(port):
    """Options of `ferrospike import` for the device behind a port; of none for the simulated board and the model."""
    if port == "model" or port.startswith("sim"):
        return []
    board = call("info", "--port", port)
    options = ["--lanes", board["lanes"], "--synapse-words", board["synapse_words"]]
    options += ["--groups", board["groups"], "--history-words", board["history_words"]]
    return options if "listed rows" in board["features"] else [*options, "--no-lists"]


def arguments(text, files="", **more):
    """The command line of a run.py: --port, `more` options with their defaults, type and help, and perhaps files."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", default="sim", help="sim (the Verilog in Icarus), model, or a serial device")
    parser.add_argument("--out", type=pathlib.Path, help="folder of the pictures; the example's own if not given")
    parser.add_argument("--no-picture", action="store_true", help="numbers only")
    for name, (default, words) in more.items():
        parser.add_argument(f"--{name}", default=default, type=type(default), help=f"{words} (default: {default})")
    if files:
        parser.add_argument("files", nargs="*", type=pathlib.Path, help=files)
    return parser.parse_args()


def where(port):
    """A port in words."""
    names = {"sim": "simulated board", "model": "model", "sim:uart": "simulated board, UART pins"}
    return names.get(port, port)


def verdict(results):
    """Prints whether the bits of all results are the model's; the exit status, 1 if not."""
    results = [r for r in results if r.bits]
    bits, differing = sum(r.bits for r in results), sum(r.differing for r in results)
    if not results:
        print("nothing was compared: all ran in the model")
        return 0
    word = "EQUAL" if differing == 0 else "DIFFERENT"
    samples, cycles = sum(r.summary["samples"] for r in results), sum(r.summary["cycles"] for r in results)
    print(f"{word}: {bits:,} bits of {samples} samples compared with the model, {differing:,} differ "
          f"({cycles:,} cycles)")
    return int(differing != 0)


def main(run):
    """Ends a run.py: exit status 0, 1 if a bit differs, 2 with a line of text if it could not run."""
    try:
        raise SystemExit(run())
    except Failed as failed:
        print(f"error: {failed}", file=sys.stderr)
        raise SystemExit(2) from None
