"""A network of nengo-loihi's emulated chip on a board, compared bit for bit. Usage: nengo_loihi_block.py [PORT]"""

import sys

import nengo
import nengo_loihi
import numpy as np

import ferrospike_export as fx

rng = np.random.default_rng(3)
spikes = rng.random((100, 16)) < 0.25  # steps, inputs
dt = 1e-3
with nengo.Network(seed=1) as net:
    nengo_loihi.add_params(net)
    stimulus = nengo.Node(lambda t: spikes[min(len(spikes), round(t / dt)) - 1] / dt, size_out=16)
    # An ensemble on the host that hands its input on as spikes: the input of the exported network.
    relay = nengo.SpikingRectifiedLinear(initial_state={"voltage": nengo.dists.Choice([0])})
    host = nengo.Ensemble(16, 1, neuron_type=relay, gain=np.ones(16), bias=np.zeros(16), label="host")
    net.config[host].on_chip = False
    nengo.Connection(stimulus, host.neurons, synapse=None)
    lif = nengo_loihi.neurons.LoihiLIF(tau_rc=0.02, tau_ref=0.002)
    one = nengo.Ensemble(32, 1, neuron_type=lif, gain=np.ones(32), bias=np.linspace(-0.5, 0.9, 32), label="one")
    nengo.Connection(host.neurons, one.neurons, transform=rng.normal(0.002, 0.006, (32, 16)), synapse=0.005)
    probe = nengo.Probe(one.neurons)
with nengo_loihi.Simulator(net, target="sim", progress_bar=False, precompute=True) as simulator:
    simulator.run_steps(len(spikes))
    fx.export(simulator, "nengo_loihi_block.json")
    recording = fx.save_recording(None, spikes, {"one": simulator.data[probe] > 0})

result = fx.run("nengo_loihi_block.json", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
