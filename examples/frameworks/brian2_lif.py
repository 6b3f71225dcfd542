"""A network of Brian2 on a board, compared bit for bit. Usage: brian2_lif.py [PORT]"""

import sys

import brian2 as b2
import numpy as np

import ferrospike_export as fx

b2.prefs.codegen.target = "numpy"
b2.defaultclock.dt = 1 * b2.ms
rng = np.random.default_rng(3)
spikes = rng.random((100, 16)) < 0.25  # steps, inputs
steps, neurons = np.nonzero(spikes)
stimulus = b2.SpikeGeneratorGroup(16, neurons, steps * b2.ms, name="input")
rule = dict(threshold="v > 1", reset="v = 0", refractory=2 * b2.ms, method="euler", namespace={"tau": 8 * b2.ms})
one = b2.NeuronGroup(32, "dv/dt = -v/tau : 1 (unless refractory)", name="lif1", **rule)
two = b2.NeuronGroup(10, "dv/dt = -v/tau : 1 (unless refractory)", name="lif2", **rule)
fc1 = b2.Synapses(stimulus, one, "w : 1", on_pre="v_post += w", name="fc1")
fc2 = b2.Synapses(one, two, "w : 1", on_pre="v_post += w", name="fc2")
for synapses in (fc1, fc2):
    synapses.connect()
    synapses.w = np.round(rng.normal(0.15, 0.3, len(synapses)) * 128) / 128
monitors = {"lif1": b2.SpikeMonitor(one), "lif2": b2.SpikeMonitor(two)}
net = b2.Network(stimulus, one, two, fc1, fc2, *monitors.values())
net.run(len(spikes) * b2.ms)


def train(monitor):
    """(steps, neurons) from a monitor."""
    out = np.zeros((len(spikes), len(monitor.source)), int)
    np.add.at(out, (np.rint(monitor.t / b2.defaultclock.dt).astype(int), np.asarray(monitor.i)), 1)
    return out


fx.export(net, "brian2_lif.json")
recording = fx.save_recording(None, spikes, {name: train(m) for name, m in monitors.items()})
result = fx.run("brian2_lif.json", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
