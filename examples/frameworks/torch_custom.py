"""A neuron of your own in PyTorch on a board, compared bit for bit. Usage: torch_custom.py [PORT]"""

import sys

import numpy as np
import torch

import ferrospike_export as fx


class Lif(torch.nn.Module):
    """Leaky, reset to zero; keeps its own membrane."""

    def __init__(self, beta):
        super().__init__()
        self.beta, self.v = beta, 0.0

    def forward(self, x):
        self.v = self.beta * self.v + x
        spikes = (self.v > 1.0).to(x.dtype)
        self.v = self.v * (1 - spikes)
        return spikes


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.lif1 = torch.nn.Linear(16, 32, bias=False), Lif(0.875)
        self.fc2, self.lif2 = torch.nn.Linear(32, 10, bias=False), Lif(0.75)

    def forward(self, x):
        return self.lif2(self.fc2(self.lif1(self.fc1(x))))


def step(layer, x, state):
    """How a step of the layer is called; `state` is None at the start of a sample."""
    if state is None:
        layer.v = 0.0
    return layer(x), True


rng = np.random.default_rng(3)
net = Network().to(torch.float64)
for layer in (net.fc1, net.fc2):
    weights = np.round(rng.normal(0.08, 0.3, tuple(layer.weight.shape)) * 128) / 128
    layer.weight.data = torch.tensor(weights)
spikes = rng.random((2, 100, 16)) < 0.25  # samples, steps, inputs

# What the layer does in a step, said once; the sample shows which layer feeds which.
how = dict(rules={Lif: lambda m: fx.Neuron(beta=m.beta, threshold=1.0, comparator=">", reset="zero")},
           sample=torch.zeros(1, 16, dtype=torch.float64))
fx.export(net, "torch_custom.json", **how)
recording = fx.record(net, spikes, step=step, **how)
result = fx.run("torch_custom.json", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
