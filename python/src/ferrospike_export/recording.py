"""Runs of the frameworks themselves, kept to be compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from .errors import ExportError


def as_spikes(spikes) -> np.ndarray:
    """Spikes as uint8 (samples, steps, inputs); (steps, inputs) is one sample."""
    array = np.asarray(spikes)
    if array.ndim == 2:
        array = array[None]
    if array.ndim != 3 or 0 in array.shape:
        raise ExportError(f"spikes of shape {array.shape}: they must be (samples, steps, inputs) or (steps, inputs)")
    if not np.all((array == 0) | (array == 1)):
        raise ExportError("spikes must be 0 or 1")
    return np.ascontiguousarray(array, dtype=np.uint8)


@dataclass
class Recording:
    """Inputs and the spikes of every population.

    ``inputs`` is uint8 (samples, steps, inputs); ``spikes[population]`` is uint8 (samples, steps, neurons), the number
    of spikes in a step.
    """

    inputs: np.ndarray
    spikes: dict = field(default_factory=dict)

    def save(self, path) -> None:
        """An npz: ``spikes`` are the inputs, as ``ferrospike run --input`` wants them, ``recorded/NAME`` the populations."""
        arrays = {f"recorded/{name}": s for name, s in self.spikes.items()}
        np.savez_compressed(path, spikes=self.inputs, **arrays)

    @staticmethod
    def load(path) -> "Recording":
        """Reads what ``save`` wrote."""
        with np.load(path) as file:
            start = "recorded/"
            spikes = {k[len(start):]: file[k] for k in file.files if k.startswith(start)}
            return Recording(file["spikes"], spikes)

    def differing_bits(self, spikes: dict) -> dict:
        """For each population that both have: how many values differ. ``spikes`` as in :class:`Result`."""
        both = [name for name in self.spikes if name in spikes]
        if not both:
            raise ExportError(f"nothing to compare: {sorted(self.spikes)} were recorded, {sorted(spikes)} came back")
        for name in both:
            if self.spikes[name].shape != spikes[name].shape:
                raise ExportError(f"'{name}': {self.spikes[name].shape} recorded, {spikes[name].shape} came back")
        return {name: int(np.count_nonzero(self.spikes[name] != spikes[name])) for name in both}


def record(network, spikes, path=None, *, framework: Optional[str] = None, **options) -> Recording:
    """Runs a live network in its own framework and keeps the spikes of every population.

    Works for snnTorch, Norse, SpikingJelly, sinabs, PyTorch, Keras (layers are called one by one, from a fresh state), and
    Nengo (a copy of the network is simulated). For Brian2, NEURON, nengo-loihi and Lava run the simulation as always and
    give what its monitors saw to :func:`save_recording`.

    Args:
        network: as for :func:`export`.
        spikes: (samples, steps, inputs) or (steps, inputs), 0 or 1.
        path: an npz to write.
        options: of the framework's reader.
    """
    from .exporting import detect, reader

    inputs = as_spikes(spikes)
    framework = framework or detect(network)
    module = reader(framework)
    if not hasattr(module, "simulate"):
        raise ExportError(f"{framework} networks are run by their own simulator: give what its monitors saw to save_recording")
    runs = [module.simulate(network, sample, **options) for sample in inputs]
    recording = Recording(inputs, {n: np.stack([r[n] for r in runs]).astype(np.uint8) for n in runs[0]})
    if path is not None:
        recording.save(path)
    return recording


def save_recording(path, inputs, spikes: dict) -> Recording:
    """Keeps spikes that a simulator's monitors saw.

    Args:
        path: an npz to write, or None.
        inputs: (steps, inputs) or (samples, steps, inputs), 0 or 1.
        spikes: {population: (steps, neurons) or (samples, steps, neurons)}.
    """
    inputs = as_spikes(inputs)
    kept = {}
    for name, values in spikes.items():
        values = np.asarray(values)
        values = values[None] if values.ndim == 2 else values
        if values.shape[:2] != inputs.shape[:2]:
            raise ExportError(f"'{name}' has shape {values.shape}; samples and steps must be those of the inputs, {inputs.shape[:2]}")
        kept[name] = values.astype(np.uint8)
    recording = Recording(inputs, kept)
    if path is not None:
        recording.save(path)
    return recording
