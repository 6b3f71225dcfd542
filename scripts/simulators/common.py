"""What all simulators are given, and how they are timed: the networks that `ferrospike bench model
--export` wrote, with the weights as the device has them."""

import json
import pathlib
import time

import numpy as np

# A measurement is made so many times and the best counts, as for the model (host/src/bench/measure.rs).
WINDOWS = 5


class Network:
    """A network with its samples: spikes (sample, step, input), uint8."""

    def __init__(self, folder, name):
        folder = pathlib.Path(folder)
        description = json.loads((folder / f"{name}.json").read_text())
        arrays = np.load(folder / f"{name}.npz")
        self.name = name
        self.steps = description["steps"]
        self.populations = description["populations"]
        self.connections = description["connections"]
        for index, connection in enumerate(self.connections):
            connection["weights"] = arrays[f"w{index}"]
        self.counts = arrays["counts"].astype(np.int64)
        spikes = arrays["spikes"] if "spikes" in arrays else phase(arrays["images"], self.steps)
        self.spikes = spikes[: len(self.counts)]
        if len(self.populations[0]) == 0 or self.populations[0]["role"] != "input":
            raise SystemExit(f"{name}: the first population is no input")

    def incoming(self, population):
        """Connections into a population; those with a delay carry spikes of the last step."""
        return [c for c in self.connections if c["to"] == population]

    @property
    def outputs(self):
        """Index of the population whose spikes are the answer."""
        return next(i for i, p in enumerate(self.populations) if p["role"] == "output")


def phase(images, steps):
    """The encoding of examples/mnist/README.md: uint8 (n, pixels) -> uint8 (n, steps, pixels)."""
    sums = np.zeros(images.shape, np.int32)
    spikes = np.zeros((len(images), steps, images.shape[1]), np.uint8)
    for step in range(steps):
        sums += images
        fires = sums >= 255
        sums -= 255 * fires
        spikes[:, step] = fires
    return spikes


def agreement(network, counts):
    """How far a simulator's spike counts of the outputs are the model's."""
    counts = np.asarray(counts, np.int64)
    model = network.counts[: len(counts)]
    return {
        "samples": len(counts),
        "same_counts": int((counts == model).all(1).sum()),
        "same_most_spikes": int((counts.argmax(1) == model.argmax(1)).sum()),
        "spikes": int(counts.sum()),
        "model_spikes": int(model.sum()),
    }


def measure(run, batches, seconds):
    """Samples a second of run(batch) over the batches in turn: the best and the slowest window."""
    run(batches[0])
    rates = []
    for _ in range(WINDOWS):
        samples, turn, start = 0, 0, time.perf_counter()
        while samples == 0 or time.perf_counter() - start < seconds / WINDOWS:
            batch = batches[turn % len(batches)]
            run(batch)
            samples += batch.shape[1]
            turn += 1
        rates.append(samples / (time.perf_counter() - start))
    return max(rates), min(rates)


def speed(batch, threads, best, slowest, **more):
    """A line of the result."""
    return {"batch": batch, "threads": threads, "samples_per_second": best, "slowest": slowest, **more}
