"""nengo-loihi's emulator: two layers on the chip, fed by an ensemble on the host. Usage: record_loihi.py FOLDER"""

import sys

import nengo
import nengo_loihi
import numpy as np
from common import HIDDEN, INPUTS, OUTPUTS, STEPS, W1, W2, X, Recorder

DT = 1e-3


def network(refractory, synapse, loop=False):
    with nengo.Network(seed=2) as net:
        nengo_loihi.add_params(net)
        stimulus = nengo.Node(lambda t: X[min(STEPS, round(t / DT)) - 1] / DT, size_out=INPUTS)
        relay = nengo.SpikingRectifiedLinear(initial_state={"voltage": nengo.dists.Choice([0])})
        host = nengo.Ensemble(INPUTS, 1, neuron_type=relay, gain=np.ones(INPUTS), bias=np.zeros(INPUTS), label="host")
        net.config[host].on_chip = False
        nengo.Connection(stimulus, host.neurons, synapse=None)
        lif = nengo_loihi.neurons.LoihiLIF(tau_rc=0.02, tau_ref=refractory)
        plain = dict(dimensions=1, neuron_type=lif)
        one = nengo.Ensemble(HIDDEN, gain=np.ones(HIDDEN), bias=np.linspace(-0.5, 0.9, HIDDEN), label="l1", **plain)
        two = nengo.Ensemble(OUTPUTS, gain=np.ones(OUTPUTS), bias=np.linspace(0.2, 1.2, OUTPUTS), label="l2", **plain)
        nengo.Connection(host.neurons, one.neurons, transform=W1 * 0.02, synapse=synapse)
        nengo.Connection(one.neurons, two.neurons, transform=W2 * 0.02, synapse=synapse)
        if loop:
            rng = np.random.RandomState(1)
            nengo.Connection(two.neurons, two.neurons, transform=rng.normal(-0.002, 0.004, (OUTPUTS, OUTPUTS)), synapse=synapse)
        probes = {"host": nengo.Probe(host.neurons), "l1": nengo.Probe(one.neurons), "l2": nengo.Probe(two.neurons)}
    return net, probes


def main(folder):
    recorder = Recorder("loihi", folder)
    for case, options in {
        "lif": dict(refractory=0.0, synapse=None),
        "lif_refractory": dict(refractory=0.003, synapse=None),
        "lif_current": dict(refractory=0.001, synapse=0.005, loop=True),
    }.items():
        net, probes = network(**options)
        with nengo_loihi.Simulator(net, target="sim", progress_bar=False, precompute=True) as simulator:
            simulator.run_steps(STEPS)
            spikes = {name: (simulator.data[p] > 0).astype(int) for name, p in probes.items()}
            assert np.array_equal(spikes.pop("host"), X), "the host's ensemble hands its input on"
            recorder.keep(case, simulator, spikes)
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
