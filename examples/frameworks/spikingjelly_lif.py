"""A network of SpikingJelly on a board, compared bit for bit. Usage: spikingjelly_lif.py [PORT]"""

import sys

import numpy as np
import torch
from spikingjelly.activation_based import layer, neuron

import ferrospike_export as fx

rng = np.random.default_rng(3)
net = torch.nn.Sequential(
    layer.Linear(16, 32, bias=False),
    neuron.LIFNode(tau=8.0, decay_input=False),
    layer.Linear(32, 10, bias=False),
    neuron.LIFNode(tau=8.0, decay_input=False, v_reset=None),  # a soft reset, which a NIR file cannot say
).to(torch.float64)
for linear in (net[0], net[2]):
    weights = np.round(rng.normal(0.08, 0.3, tuple(linear.weight.shape)) * 128) / 128
    linear.weight.data = torch.tensor(weights)
spikes = rng.random((2, 100, 16)) < 0.25  # samples, steps, inputs

fx.export(net, "spikingjelly_lif.nir")
recording = fx.record(net, spikes)
result = fx.run("spikingjelly_lif.nir", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
