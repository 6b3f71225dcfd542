"""What the recordings of PyTorch's frameworks share."""

import numpy as np
import torch
from common import HIDDEN, OUTPUTS, W1, W2, X, floor_to, fx

POPULATIONS = ("l1", "l2")


def linear(weights, dtype=torch.float32, layer=torch.nn.Linear):
    made = layer(weights.shape[1], weights.shape[0], bias=False).to(dtype)
    made.weight.data = torch.tensor(weights, dtype=dtype)
    return made


def network(neurons, dtype=torch.float32, layer=torch.nn.Linear, container=torch.nn.Sequential, weights=(W1, W2)):
    """fc1, l1, fc2, l2; `neurons(n)` makes a layer for n neurons."""
    net = container()
    for name, module in (
        ("fc1", linear(weights[0], dtype, layer)), ("l1", neurons(HIDDEN)),
        ("fc2", linear(weights[1], dtype, layer)), ("l2", neurons(OUTPUTS)),
    ):
        net.add_module(name, module)
    return net


def run(net, call, after=lambda layer, state: state, inputs=X):
    """Steps through fc1, l1, fc2, l2. `call(layer, x, state) -> (spikes, state)`; `after` may change a state."""
    dtype = net.fc1.weight.dtype
    states, out = {}, {name: [] for name in POPULATIONS}
    with torch.no_grad():
        for row in torch.tensor(inputs, dtype=dtype):
            x = row[None]
            for fc, name in ((net.fc1, "l1"), (net.fc2, "l2")):
                layer = getattr(net, name)
                x, states[name] = call(layer, fc(x), states.get(name))
                states[name] = after(layer, states[name])
                out[name].append(x[0].numpy().astype(np.int64))
    return {name: np.array(rows) for name, rows in out.items()}


_CHECKED: list = []


def same_as_record(case, net, spikes, **options):
    """`fx.record` gives what this framework's own loop gave; for the first case of each process."""
    if not _CHECKED:
        recorded = fx.record(net, X, **options)
        assert all(np.array_equal(recorded.spikes[p][0], s) for p, s in spikes.items()), case
        _CHECKED.append(case)


def floored(value, bits):
    return torch.as_tensor(floor_to(value, bits))
