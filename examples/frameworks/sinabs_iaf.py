"""A network of sinabs on a board, compared bit for bit. Usage: sinabs_iaf.py [PORT]"""

import sys

import numpy as np
import sinabs.layers as sl
import torch
from sinabs.activation import MaxSpike, SingleSpike

import ferrospike_export as fx

rng = np.random.default_rng(3)
net = torch.nn.Sequential(
    torch.nn.Linear(16, 32, bias=False),
    sl.IAF(spike_fn=MaxSpike(4)),  # the default, MultiSpike, has no limit: then fx.export(..., max_spikes=4)
    torch.nn.Linear(32, 10, bias=False),
    sl.IAF(spike_fn=SingleSpike, min_v_mem=-1.0),
)
for layer in (net[0], net[2]):
    weights = np.round(rng.normal(0.08, 0.3, tuple(layer.weight.shape)) * 128) / 128
    layer.weight.data = torch.tensor(weights, dtype=torch.float32)
spikes = rng.random((2, 100, 16)) < 0.25  # samples, steps, inputs

fx.export(net, "sinabs_iaf.nir")
recording = fx.record(net, spikes)
result = fx.run("sinabs_iaf.nir", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
