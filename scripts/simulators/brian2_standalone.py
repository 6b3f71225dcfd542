"""A network in Brian2, C++ standalone. A batch is so many copies of the network side by side; samples
follow each other in time. Timed is the simulation's loop, not the compilation, nor the reading of spikes.

    python brian2_standalone.py FOLDER --networks mnist,sparse --threads 2

prints one JSON object."""

import argparse
import importlib.metadata
import json
import shutil
import sys
import tempfile

import brian2 as b2
import numpy as np
from brian2 import ms

import common

# Copies of a network side by side, and samples of a run: enough that a run takes about a second or more.
PLANS = {"mnist": ([1, 16], 128), "braille": ([1, 32], 64), "sparse": ([1, 8], 32)}


def simulate(network, copies, samples, threads):
    """Counts of the outputs (sample, neuron), and the seconds of each run."""
    folder = tempfile.mkdtemp(prefix="brian2-")
    b2.device.reinit()
    b2.device.activate()
    b2.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b2.prefs.devices.cpp_standalone.openmp_threads = threads if threads > 1 else 0
    b2.prefs.core.default_float_dtype = np.float32
    b2.defaultclock.dt = 1 * ms
    steps, rounds = network.steps, samples // copies
    objects, groups = [], []
    for index, population in enumerate(network.populations):
        size, rule, order = population["neurons"], population["neuron"], 10 * index
        if rule is None:
            # Sample round * copies + copy begins in step round * steps.
            sample, step, neuron = np.nonzero(network.spikes[:samples])
            place = (sample % copies) * size + neuron
            when = (sample // copies) * steps + step
            sort = np.lexsort((place, when))
            group = b2.SpikeGeneratorGroup(copies * size, place[sort], when[sort] * ms,
                                           when="thresholds", order=order, sorted=True)
        else:
            reset = "v = 0" if rule["reset"] == "zero" else "v -= theta / beta"
            names = {"theta": rule["threshold"], "beta": rule["decay"], "alpha": rule["current_decay"]}
            group = b2.NeuronGroup(copies * size, "v : 1\nu : 1", threshold="v > theta", reset=reset,
                                   namespace=names)
            thresholder = group.thresholder["spike"]
            thresholder.when, thresholder.order = "thresholds", order + 4
            decay = "v = beta * v + u\nu = alpha * u" if rule["current_decay"] else "v = beta * v + u\nu = 0"
            group.run_regularly(decay, when="thresholds", order=order + 3)
            # A new sample: also what the last spikes of the sample before brought is cleared.
            group.run_regularly("v = 0\nu = 0", dt=steps * ms, when="thresholds", order=order + 1)
        groups.append(group)
        objects.append(group)
    for connection in network.connections:
        weights = connection["weights"]
        i, j = np.nonzero(weights)
        copy = np.arange(copies)[:, None]
        synapses = b2.Synapses(groups[connection["from"]], groups[connection["to"]], "w : 1",
                               on_pre="u_post += w")
        synapses.connect(i=(copy * weights.shape[0] + i).ravel(), j=(copy * weights.shape[1] + j).ravel())
        synapses.w = np.tile(weights[i, j], copies)
        # Before its destination's thresholds, and so with the spikes of the last step if it is recurrent;
        # behind the thresholds of a source of this step.
        synapses.pre.when = "thresholds"
        synapses.pre.order = 10 * connection["to"] + (0 if connection["delay"] else 2)
        objects.append(synapses)
    monitor = b2.SpikeMonitor(groups[network.outputs])
    b2.Network(*objects, monitor).run(rounds * steps * ms)
    b2.device.build(directory=folder, compile=True, run=False)
    seconds = []
    for _ in range(common.WINDOWS):
        b2.device.run(directory=folder, with_output=False, run_args=[])
        seconds.append(b2.device._last_run_time)
    size = network.populations[network.outputs]["neurons"]
    counts = np.zeros((samples, size), np.int64)
    step = np.round(np.asarray(monitor.t / ms)).astype(np.int64)
    neuron = np.asarray(monitor.i)
    np.add.at(counts, ((step // steps) * copies + neuron // size, neuron % size), 1)
    shutil.rmtree(folder, ignore_errors=True)
    return counts, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--networks", default="mnist,braille,sparse")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    results = {}
    for name in args.networks.split(","):
        network = common.Network(args.folder, name)
        batches, samples = PLANS[name]
        speeds, agreement = [], None
        for copies in batches:
            # OpenMP often slows a small network: also with one thread, the best counts.
            for threads in sorted({1, args.threads}):
                print(f"brian2: {name}, {copies} copies, {threads} threads", file=sys.stderr, flush=True)
                counts, seconds = simulate(network, copies, samples, threads)
                agreement = agreement or common.agreement(network, counts)
                best, slowest = samples / min(seconds), samples / max(seconds)
                speeds.append(common.speed(copies, threads, best, slowest))
        results[name] = {"agreement": agreement, "speeds": speeds}
    versions = {"brian2": importlib.metadata.version("brian2")}
    print(json.dumps({"simulator": "brian2", "versions": versions, "networks": results}))


if __name__ == "__main__":
    main()
