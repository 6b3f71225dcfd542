"""Training of the examples' networks with PyTorch: layers of leaky neurons, full connections, recurrent if wanted.

The rule of a neuron, as `ferrospike` computes it in integers:

    h = beta * v + (weights of the inputs that spike) + (recurrent weights of those that spiked in the step before)
    s = h >= 1
    v = h - s

Gradients: a fast sigmoid in place of the step of s, none through the subtraction. With `bits` the weights are rounded in
training too (straight-through), to multiples of a power of two that the device has: nothing is rounded at the import.
"""

import os
import pathlib
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python/src"))

import ferrospike_export as fx
from compress import compress
from ferrospike_export.grid import on_grid

SLOPE = 4.0


class Leaky(torch.autograd.Function):
    """All steps of a layer: currents (steps, batch, n) and recurrent weights (or None) -> spikes, last membrane."""

    @staticmethod
    def forward(ctx, current, recurrent, beta):
        membranes, spikes = torch.empty_like(current), torch.empty_like(current)
        v = torch.zeros_like(current[0])
        for t, now in enumerate(current):
            h = torch.add(now, v, alpha=beta, out=membranes[t])
            if recurrent is not None and t > 0:
                h.addmm_(spikes[t - 1], recurrent.T)
            torch.ge(h, 1.0, out=spikes[t])
            v = h - spikes[t]
        ctx.save_for_backward(membranes, spikes, recurrent)
        ctx.beta = beta
        return spikes, v

    @staticmethod
    def backward(ctx, of_spikes, of_last):
        membranes, spikes, recurrent = ctx.saved_tensors
        slopes = 1.0 / (SLOPE * (membranes - 1.0).abs() + 1.0) ** 2
        gradient = torch.empty_like(membranes)
        gradient[-1] = of_spikes[-1] * slopes[-1] + of_last
        for t in range(len(gradient) - 2, -1, -1):
            of_spike = of_spikes[t]
            if recurrent is not None:
                of_spike = of_spike + gradient[t + 1] @ recurrent
            gradient[t] = of_spike * slopes[t] + ctx.beta * gradient[t + 1]
        of_recurrent = None
        if recurrent is not None:
            of_recurrent = torch.einsum("tbi,tbj->ij", gradient[1:], spikes[:-1])
        return gradient, of_recurrent, None


class Net(torch.nn.Module):
    """Layers of `sizes` neurons, the inputs first; those numbered in `recurrent` (1: the first behind the inputs) loop."""

    def __init__(self, sizes, beta=0.9375, recurrent=(), bits=None, gain=1.0):
        super().__init__()
        self.sizes, self.beta, self.bits = tuple(sizes), beta, bits
        self.forward_weights = torch.nn.ParameterList()
        self.loops = torch.nn.ParameterDict()
        for n, (before, after) in enumerate(zip(sizes, sizes[1:]), 1):
            self.forward_weights.append(torch.nn.Parameter(torch.randn(after, before) * gain / before**0.5))
            if n in recurrent:
                self.loops[str(n)] = torch.nn.Parameter(torch.randn(after, after) * 0.3 / after**0.5)

    def rounded(self, weight):
        return weight if self.bits is None else on_grid(weight, self.bits)

    def forward(self, x):
        """x: spikes (steps, batch, inputs) -> spikes of each layer, last membrane of the last layer."""
        every = []
        for n, weight in enumerate(self.forward_weights, 1):
            loop = self.rounded(self.loops[str(n)]) if str(n) in self.loops else None
            x, v = Leaky.apply(x @ self.rounded(weight).T, loop, self.beta)
            every.append(x)
        return every, v

    def network(self, name, decoder="count", **options):
        """As a file's network, with the weights that the device will have (or floats)."""
        net = fx.Network(name, framework=f"torch {torch.__version__.split('+')[0]}")
        net.encoder, net.decoder = options.pop("encoder", ""), decoder
        last = net.input((self.sizes[0],))
        for n, weight in enumerate(self.forward_weights, 1):
            fc = net.linear(f"fc{n}", self.rounded(weight).detach().numpy(), after=last)
            rule = fx.Neuron(beta=self.beta, threshold=1.0, comparator=">=", reset="subtract")
            last = net.neurons(f"lif{n}", rule, after=fc)
            if str(n) in self.loops:
                loop = net.linear(f"loop{n}", self.rounded(self.loops[str(n)]).detach().numpy(), after=last)
                net.connect(loop, last)
        net.output(after=last)
        return net

    def save(self, path, **options):
        """Writes the network as .nir, its arrays compressed."""
        network = self.network(pathlib.Path(path).stem, **options)
        fx.export(network, path, encoder=network.encoder, decoder=network.decoder)
        compress(path)


def decide(counts, membrane):
    """Most spikes, then the larger last membrane, then the lower index: the decoder `count`."""
    best = counts == counts.max(1, keepdim=True).values
    return torch.where(best, membrane, torch.tensor(-torch.inf)).argmax(1)


def steps_first(x):
    """Samples (n, steps, inputs) as floats with the steps first."""
    return torch.from_numpy(np.ascontiguousarray(x)).float().transpose(0, 1).contiguous()


@torch.no_grad()
def answers(net, x, batch=500):
    """Answers for samples (n, steps, inputs), and the mean number of spikes of each layer in a sample, inputs first."""
    found, spikes = [], 0
    for i in range(0, len(x), batch):
        inputs = steps_first(x[i : i + batch])
        every, membrane = net(inputs)
        found.append(decide(every[-1].sum(0), membrane).numpy())
        spikes = spikes + np.array([s.sum().item() for s in (inputs, *every)])
    return np.concatenate(found), spikes / len(x)


def accuracy(net, x, y):
    return 100 * float((answers(net, x)[0] == y).mean())


def train(net, x, y, epochs, lr=3e-3, batch=100, seed=1, augment=None, weights=None, importance=None, target=None, check=None, every=5, smooth=0.0):
    """Cross-entropy of spike counts and last membranes. y: classes (n,), or the probability of each (n, classes).

    augment: x of a batch (n, steps, inputs) and a random generator -> x. weights: of the classes. importance: of the samples. target: hidden spikes a
    sample above which each is a cost. check: (x, y), measured now and then. smooth: label smoothing.
    """
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    y = torch.from_numpy(np.asarray(y, dtype=np.float32 if np.ndim(y) == 2 else np.int64))
    batches = len(x) // batch
    optimizer = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * batches, pct_start=0.15)
    weights = None if weights is None else torch.tensor(weights, dtype=torch.float32)
    start = time.process_time()
    for epoch in range(epochs):
        order, total, hidden = rng.permutation(len(x)), 0.0, 0.0
        for b in range(batches):
            pick = order[b * batch : (b + 1) * batch]
            inputs = x[pick] if augment is None else augment(x[pick], rng)
            spikes, membrane = net(steps_first(inputs))
            logits = spikes[-1].sum(0) + 0.5 * membrane
            if importance is None:
                loss = torch.nn.functional.cross_entropy(logits, y[pick], weight=weights, label_smoothing=smooth)
            else:
                each = torch.nn.functional.cross_entropy(logits, y[pick], weight=weights, label_smoothing=smooth, reduction="none")
                loss = (each * torch.from_numpy(importance[pick]).float()).mean()
            active = sum(s.sum((0, 2)).mean() for s in spikes[:-1])
            excess = torch.relu(active / target - 1) if target else 0 * active
            optimizer.zero_grad()
            (loss + excess**2).backward()
            optimizer.step()
            schedule.step()
            total, hidden = total + loss.item(), hidden + active.item()
        if epoch % every == every - 1 or epoch == epochs - 1:
            line = f"epoch {epoch + 1:3d}  loss {total / batches:.4f}  hidden spikes {hidden / batches:6.1f}"
            if check is not None:
                line += f"  {accuracy(net, *check):.2f} %"
            print(f"{line}  {time.process_time() - start:.0f} s", flush=True)
