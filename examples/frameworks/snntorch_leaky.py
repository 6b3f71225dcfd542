"""A network of snnTorch on a board, compared bit for bit. Usage: snntorch_leaky.py [PORT]"""

import sys

import numpy as np
import snntorch as snn
import torch

import ferrospike_export as fx

rng = np.random.default_rng(3)
net = torch.nn.Sequential(
    torch.nn.Linear(16, 32, bias=False),
    snn.Leaky(beta=0.875),
    torch.nn.Linear(32, 10, bias=False),
    snn.Leaky(beta=0.875, reset_mechanism="zero"),
)
for layer in (net[0], net[2]):
    weights = np.round(rng.normal(0.08, 0.3, tuple(layer.weight.shape)) * 128) / 128
    layer.weight.data = torch.tensor(weights, dtype=torch.float32)
spikes = rng.random((2, 100, 16)) < 0.25  # samples, steps, inputs

fx.export(net, "snntorch_leaky.nir")
recording = fx.record(net, spikes)
result = fx.run("snntorch_leaky.nir", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
