"""Plain PyTorch: a layer written by hand, and a network that is no Sequential. Usage: record_torch.py FOLDER"""

import sys

import numpy as np
import torch
from common import ALPHA, BETA, HIDDEN, OUTPUTS, X, Recorder, fx
from torch_common import linear
from common import W1, W2


class Lif(torch.nn.Module):
    """A leaky neuron with a synaptic current, reset to zero, as people write it."""

    def __init__(self, alpha, beta):
        super().__init__()
        self.alpha, self.beta, self.state = alpha, beta, None

    def forward(self, x):
        i, v = self.state if self.state is not None else (torch.zeros_like(x), torch.zeros_like(x))
        i = self.alpha * i + x
        v = self.beta * v + i
        spikes = (v > 1).to(x.dtype)
        self.state = i, v * (1 - spikes)
        return spikes


class Network(torch.nn.Module):
    """Layers by name, called in forward."""

    def __init__(self, alpha):
        super().__init__()
        self.l2, self.l1 = Lif(alpha, BETA), Lif(alpha, BETA)
        self.fc2, self.fc1 = linear(W2, torch.float64), linear(W1, torch.float64)

    def forward(self, x):
        return self.l2(self.fc2(self.l1(self.fc1(x))))


def run(net):
    out = {"l1": np.zeros((len(X), HIDDEN), int), "l2": np.zeros((len(X), OUTPUTS), int)}
    net.l1.state = net.l2.state = None
    seen = {}
    handles = [getattr(net, n).register_forward_hook(lambda m, a, o, n=n: seen.__setitem__(n, o)) for n in out]
    with torch.no_grad():
        for t, row in enumerate(torch.tensor(X, dtype=torch.float64)):
            net(row[None])
            for name in out:
                out[name][t] = seen[name][0].numpy()
    for handle in handles:
        handle.remove()
    return out


def main(folder):
    recorder = Recorder("torch", folder)
    rules = {Lif: lambda m: fx.Neuron(alpha=m.alpha, beta=m.beta, threshold=1.0)}
    sample = torch.zeros(1, 16, dtype=torch.float64)
    for case, alpha in (("lif", 0.0), ("cuba", ALPHA)):
        net = Network(alpha)
        spikes = run(net)
        recorder.keep(case, net, spikes, rules=rules, sample=sample)

        def step(layer, x, state):
            if state is None:
                layer.state = None
            return layer(x), True

        recorded = fx.record(net, X, rules=rules, sample=sample, step=step)
        assert all(np.array_equal(recorded.spikes[p][0], s) for p, s in spikes.items()), case

    class Added(Network):
        def forward(self, x):
            return self.l2(self.fc2(self.l1(self.fc1(x)) * 2))

    recorder.refused("factor_between", Added(0.0), {}, "something is done to it", rules=rules, sample=sample)
    recorder.refused("without_sample", Network(0.0), {}, "give a sample", rules=rules)
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
