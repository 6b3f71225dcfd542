"""Record Brian2's pair STDP: brian2_stdp.npz. Needs brian2 (2.9.0 was used); running the example does not.

    python record_brian2.py

Two runs with steps of 1 ms, traces of all pairs (Brian2's documentation, "Spike-timing dependent plasticity"):

* pairs: source k spikes once, DISTANCE[k] steps before the one spike of the destination (or after it, if negative);
* trains: 32 sources and 16 destinations that spike at random for 150 steps.

Weights are in units of the 8-bit mantissa, and no bound is reached.
"""

import pathlib

import numpy as np
from brian2 import Network, SpikeGeneratorGroup, Synapses, defaultclock, ms, prefs

from window import AFTER, BEFORE, DISTANCE, SOURCES, START, STEPS, TARGETS, TAU, TRAIN_STEPS, pair_spikes, train_spikes

HERE = pathlib.Path(__file__).resolve().parent


def group(spikes):
    """A population that spikes as told: spikes (steps, neurons)."""
    step, neuron = np.nonzero(spikes)
    return SpikeGeneratorGroup(spikes.shape[1], neuron, step * ms)


def learned(pre, post):
    """Weights (sources, destinations) after these spikes (steps, neurons)."""
    source, target = group(pre), group(post)
    synapses = Synapses(
        source, target,
        f"""
        w : 1
        dapre/dt = -apre / ({TAU} * ms) : 1 (event-driven)
        dapost/dt = -apost / ({TAU} * ms) : 1 (event-driven)
        """,
        on_pre=f"apre += {BEFORE}\nw += apost",
        on_post=f"apost += {AFTER}\nw += apre",
    )
    synapses.connect()
    synapses.w = START
    network = Network(source, target, synapses)
    network.run(len(pre) * ms)
    weights = np.zeros((pre.shape[1], post.shape[1]))
    weights[np.array(synapses.i), np.array(synapses.j)] = np.array(synapses.w)
    return weights


def main():
    prefs.codegen.target = "numpy"
    defaultclock.dt = 1 * ms
    pairs = learned(*pair_spikes())
    trains = learned(*train_spikes())
    np.savez_compressed(HERE / "brian2_stdp.npz", pairs=pairs[:, 0], trains=trains.astype(np.float32))
    print(f"pairs: {len(DISTANCE)} distances of {SOURCES} sources in {STEPS} steps; trains: {TRAIN_STEPS} steps, "
          f"{SOURCES} sources, {TARGETS} destinations, weights {trains.min():.1f} to {trains.max():.1f}")


if __name__ == "__main__":
    main()
