"""Nengo: LIF without a refractory period, with direct and decoded connections. Usage: record_nengo.py FOLDER"""

import sys

import nengo
import numpy as np
from common import BETA, HIDDEN, INPUTS, OUTPUTS, STEPS, W1, W2, X, Recorder

DT = 1e-3
TAU = -DT / np.log(BETA)
ZERO = {"voltage": nengo.dists.Choice([0])}


def network(neurons, scale, synapse=None):
    """16-32-10 with weights given neuron to neuron."""
    with nengo.Network(seed=0) as net:
        stimulus = nengo.Node(lambda t: X[min(STEPS, round(t / DT)) - 1], size_out=INPUTS, label="input")
        plain = dict(dimensions=1, neuron_type=neurons)
        one = nengo.Ensemble(HIDDEN, gain=np.ones(HIDDEN), bias=np.zeros(HIDDEN), label="l1", **plain)
        two = nengo.Ensemble(OUTPUTS, gain=np.ones(OUTPUTS), bias=np.zeros(OUTPUTS), label="l2", **plain)
        nengo.Connection(stimulus, one.neurons, transform=W1 * scale, synapse=synapse)
        nengo.Connection(one.neurons, two.neurons, transform=W2 * scale, synapse=synapse)
        probes = {"l1": nengo.Probe(one.neurons), "l2": nengo.Probe(two.neurons)}
    return net, probes


def decoded(synapse):
    """Two ensembles with gains, biases and decoders of Nengo's own making, joined by decoded connections."""
    lif = nengo.LIF(tau_rc=TAU, tau_ref=0, initial_state=ZERO)
    with nengo.Network(seed=4) as net:
        stimulus = nengo.Node(lambda t: X[min(STEPS, round(t / DT)) - 1], size_out=INPUTS, label="input")
        rates = nengo.dists.Uniform(50, 150)
        one = nengo.Ensemble(HIDDEN, 2, neuron_type=lif, max_rates=rates, label="l1")
        two = nengo.Ensemble(OUTPUTS, 2, neuron_type=lif, max_rates=rates, label="l2")
        mix = np.random.RandomState(5).normal(0, 0.5, (2, INPUTS))
        nengo.Connection(stimulus, one, transform=mix, synapse=None)
        nengo.Connection(one, two, synapse=synapse)
        nengo.Connection(two, two, synapse=synapse)
        probes = {"l1": nengo.Probe(one.neurons), "l2": nengo.Probe(two.neurons)}
    return net, probes


def run(net, probes, amplitude):
    with nengo.Simulator(net, dt=DT, progress_bar=False) as simulator:
        simulator.run_steps(STEPS)
    return {name: np.rint(simulator.data[p] * DT / amplitude).astype(int) for name, p in probes.items()}


def main(folder):
    recorder = Recorder("nengo", folder)
    # The membrane takes 1 - beta of the current, so that weights 8 times as large arrive as they are.
    for case, lowest in (("lif_floor0", 0), ("lif_free", -np.inf)):
        lif = nengo.LIF(tau_rc=TAU, tau_ref=0, amplitude=DT, min_voltage=lowest, initial_state=ZERO)
        net, probes = network(lif, 8.0)
        recorder.keep(case, net, run(net, probes, DT), dt=DT)
    lif = nengo.LIF(tau_rc=TAU, tau_ref=0, amplitude=DT, initial_state=ZERO)
    net, probes = network(lif, 8.0, synapse=nengo.Lowpass(-DT / np.log(0.5)))
    recorder.keep("lif_lowpass", net, run(net, probes, DT), dt=DT)
    # The synapse's factor of a step: exp(-0.1), and 29/32, which is a multiple of 2^-16.
    for case, synapse in (("decoded", 0.01), ("decoded_dyadic", -DT / np.log(29 / 32))):
        net, probes = decoded(synapse)
        recorder.keep(case, net, run(net, probes, 1.0), dt=DT)
    lif = nengo.LIF(tau_rc=TAU, tau_ref=2 * DT, amplitude=DT, initial_state=ZERO)
    net, probes = network(lif, 8.0)
    recorder.refused("lif_refractory", net, run(net, probes, DT), "tau_ref", dt=DT)
    relu = nengo.SpikingRectifiedLinear(amplitude=DT, initial_state=ZERO)
    net, probes = network(relu, 1 / DT)
    recorder.refused("rectified", net, run(net, probes, DT), "clamped at 0", dt=DT)
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
