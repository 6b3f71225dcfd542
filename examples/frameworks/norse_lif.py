"""A network of Norse on a board, compared bit for bit. Usage: norse_lif.py [PORT]"""

import sys

import norse.torch as nt
import numpy as np
import torch

import ferrospike_export as fx

rng = np.random.default_rng(3)
# A step of 1 ms takes an eighth off the membrane; so much of the input arrives, too.
p = nt.LIFBoxParameters(tau_mem_inv=torch.tensor(125.0, dtype=torch.float64), v_th=torch.tensor(0.25, dtype=torch.float64),
                        v_leak=torch.tensor(0.0, dtype=torch.float64), v_reset=torch.tensor(0.0, dtype=torch.float64))
net = nt.SequentialState(
    torch.nn.Linear(16, 32, bias=False), nt.LIFBoxCell(p, dt=1e-3),
    torch.nn.Linear(32, 10, bias=False), nt.LIFBoxCell(p, dt=1e-3),
).to(torch.float64)
for layer in (net[0], net[2]):
    weights = np.round(rng.normal(0.08, 0.3, tuple(layer.weight.shape)) * 128) / 128
    layer.weight.data = torch.tensor(weights)
spikes = rng.random((2, 100, 16)) < 0.25  # samples, steps, inputs

fx.export(net, "norse_lif.nir")
recording = fx.record(net, spikes)
result = fx.run("norse_lif.nir", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
