"""What all recordings share: the network 16-32-10, its stimulus, and where the results go.

Weights are on a grid of 2^-7, membrane decay 7/8, synaptic decay 1/2, threshold 1; 400 steps in which each input
spikes with probability 1/4.
"""

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "src"))
import ferrospike_export as fx  # noqa: E402

INPUTS, HIDDEN, OUTPUTS, STEPS = 16, 32, 10, 400
BETA, ALPHA, THRESHOLD = 0.875, 0.5, 1.0
_GRID = 2.0**7

_rng = np.random.default_rng(3)
W1 = np.round(_rng.normal(0.08, 0.30, (HIDDEN, INPUTS)) * _GRID) / _GRID
W2 = np.round(_rng.normal(0.06, 0.25, (OUTPUTS, HIDDEN)) * _GRID) / _GRID
X = (_rng.random((STEPS, INPUTS)) < 0.25).astype(np.float64)
#: Weights of a loop from the hidden layer to itself.
RECURRENT = np.round(np.random.default_rng(9).normal(-0.02, 0.15, (HIDDEN, HIDDEN)) * _GRID) / _GRID


def floor_to(values, bits: int):
    """Rounded down to so many bits after the point; works on numpy arrays and torch tensors."""
    scale = 2.0**bits
    floor = values.floor if hasattr(values, "floor") else lambda: np.floor(values)
    if hasattr(values, "floor"):
        return (values * scale).floor() / scale
    return np.floor(values * scale) / scale


class Recorder:
    """Collects the cases of one framework and writes them into a folder.

    Each case is a network as `ferrospike_export` writes it, FRAMEWORK_CASE.json or .nir, and its spikes, the arrays
    CASE/POPULATION of FRAMEWORK.npz beside the input `x`.
    """

    def __init__(self, framework: str, folder: str, kind: str = "json"):
        self.framework, self.kind = framework, kind
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.spikes = {"x": X.astype(np.int8)}

    def keep(self, case: str, network, spikes: dict, **options) -> None:
        """Exports a live network and keeps the spikes that its framework gave."""
        net = fx.export(network, self.folder / f"{self.framework}_{case}.{self.kind}", name=f"{self.framework}_{case}", **options)
        self.keep_spikes(case, spikes)
        unknown = set(spikes) - set(net.populations)
        assert not unknown, f"{case}: {unknown} are no populations of {net.populations}"

    def keep_spikes(self, case: str, spikes: dict) -> None:
        counts = []
        for population, values in spikes.items():
            values = np.asarray(values)
            assert values.shape[0] == STEPS and np.all((values >= 0) & (values <= 127)), (case, population)
            self.spikes[f"{case}/{population}"] = values.astype(np.int8)
            counts.append(f"{population} {int(values.sum())}")
        print(f"{self.framework} {case}: spikes {', '.join(counts)}", flush=True)

    def refused(self, case: str, network, spikes: dict, reason: str, **options) -> None:
        """A network that must be refused with `reason` in the message; its spikes are kept for the record."""
        try:
            fx.read(network, **options)
        except fx.ExportError as error:
            assert reason in str(error), f"{case}: refused, but because: {error}"
            print(f"{self.framework} {case}: refused: {error}", flush=True)
        else:
            raise AssertionError(f"{case} was exported")
        if spikes:
            self.keep_spikes(case, spikes)

    def close(self) -> None:
        np.savez_compressed(self.folder / f"{self.framework}.npz", **self.spikes)
