"""A network of Nengo on a board, compared bit for bit. Usage: nengo_lif.py [PORT]"""

import sys

import nengo
import numpy as np

import ferrospike_export as fx

rng = np.random.default_rng(3)
spikes = rng.random((100, 16)) < 0.25  # steps, inputs
w1, w2 = (np.round(rng.normal(0.08, 0.3, shape) * 128) / 128 for shape in ((32, 16), (10, 32)))
dt = 1e-3
# No refractory period (Nengo's own is no whole number of steps), and a start that is not random.
lif = nengo.LIF(tau_rc=-dt / np.log(0.875), tau_ref=0, amplitude=dt, initial_state={"voltage": nengo.dists.Choice([0])})
with nengo.Network() as net:
    stimulus = nengo.Node(lambda t: spikes[round(t / dt) - 1], size_out=16, label="input")
    plain = dict(dimensions=1, neuron_type=lif)
    one = nengo.Ensemble(32, gain=np.ones(32), bias=np.zeros(32), label="lif1", **plain)
    two = nengo.Ensemble(10, gain=np.ones(10), bias=np.zeros(10), label="lif2", **plain)
    # The membrane takes 1 - 0.875 of the current: eight times the weight arrives as the weight.
    nengo.Connection(stimulus, one.neurons, transform=8 * w1, synapse=None)
    nengo.Connection(one.neurons, two.neurons, transform=8 * w2, synapse=None)
    probes = {"lif1": nengo.Probe(one.neurons), "lif2": nengo.Probe(two.neurons)}
with nengo.Simulator(net, dt=dt, progress_bar=False) as simulator:
    simulator.run_steps(len(spikes))

fx.export(net, "nengo_lif.json", dt=dt)
recording = fx.save_recording(None, spikes, {name: np.rint(simulator.data[p]) for name, p in probes.items()})
result = fx.run("nengo_lif.json", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
