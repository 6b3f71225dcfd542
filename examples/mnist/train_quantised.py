"""Train the two other MNIST networks of this folder, with the weights that the device will have.

    4bit   784-256-128-10, weights -7..7 times a power of two      -> mnist_4bit.nir
    cnn    8C5s2-32C5s2-10: two convolutions of 5 x 5 with stride 2
           and without padding, 8 and 32 channels, then a full
           layer; weights -127..127 times a power of two           -> mnist_cnn.nir

Neurons, encoding and decision are those of train.py: snnTorch's Leaky with beta 0.9375, threshold 1 and
reset by subtraction one step later, `phase:10`, `count`.  There are no biases.

The cnn is trained in two parts: first with the spike counts that a layer has after ten equal steps, floor(10 x),
which costs a tenth and needs no steps, and then for a while step by step.

Quantisation-aware: the forward pass uses each weight rounded to its grid, the gradient passes through the
rounding.  What is exported are the rounded weights, so the importer keeps them as they are.

    python train_quantised.py 4bit            train, write the network, measure it on all test images
    python train_quantised.py cnn
    python train_quantised.py cnn --validate  train on 50,000 images, report the other 10,000, write nothing
    python train_quantised.py cnn --evaluate  measure the network that is there again, write nothing
"""

import argparse
import math
import os
import pathlib
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import h5py
import nir
import numpy as np
import snntorch as snn
import torch
from snntorch import surrogate

import mnist_data
from mnist_data import HERE, STEPS
from train import BETA, METADATA, THRESHOLD, decide

LOST = 0.03  # what the leak takes from a current: a sixteenth of half a threshold
SLOPE = 4.0  # of the surrogate gradient
DT = 1e-4  # the time step that snnTorch's exporter assumes
SIDES = (28, 12, 4)  # of the images and of the two convolutions
NETWORKS = {
    "4bit": {"top": 7, "steps": (1 / 16, 1 / 8, 1 / 8), "target": 400.0, "shift": 1, "lr": 2e-3, "pretrain": 0, "epochs": 20.0},
    "cnn": {"top": 127, "steps": (1 / 64, 1 / 128, 1 / 128), "target": 2400.0, "shift": 2, "lr": 5e-4, "pretrain": 8, "epochs": 0.5},
}


class Round(torch.autograd.Function):
    """The weights on their grid; the gradient of those within its limits passes."""

    @staticmethod
    def forward(ctx, weights, step, top):
        scaled = weights / step
        ctx.save_for_backward(scaled.abs() <= top + 0.5)
        return scaled.round().clamp(-top, top) * step

    @staticmethod
    def backward(ctx, gradient):
        (inside,) = ctx.saved_tensors
        return gradient * inside, None, None


class Leaky(torch.autograd.Function):
    """All steps of a layer of snnTorch's Leaky at once: (steps, batch, n) currents -> spikes, last membrane.

    The same values, and the gradients of its fast sigmoid with a reset that passes none, without a graph of
    ten steps: several times as fast.  `check_leaky` compares the two.
    """

    @staticmethod
    def forward(ctx, current):
        membranes, spikes = torch.empty_like(current), torch.empty_like(current)
        membrane = spike = torch.zeros_like(current[0])
        for t, now in enumerate(current):
            membrane = torch.add(now - spike, membrane, alpha=BETA, out=membranes[t])
            spike = torch.gt(membrane, THRESHOLD, out=spikes[t])
        ctx.save_for_backward(membranes)
        return spikes, membrane.clone()

    @staticmethod
    def backward(ctx, of_spikes, of_last):
        (membranes,) = ctx.saved_tensors
        gradient = of_spikes / (SLOPE * (membranes - THRESHOLD).abs() + 1) ** 2
        gradient[-1] += of_last
        for t in range(len(gradient) - 2, -1, -1):
            gradient[t].add_(gradient[t + 1], alpha=BETA)
        return gradient


class Rate(torch.autograd.Function):
    """Spikes in a step, on the average of ten with this current: what a membrane that leaks little has reached."""

    @staticmethod
    def forward(ctx, current):
        ctx.save_for_backward((current > -0.1) & (current < 1.1))
        return (STEPS * (current - LOST)).floor().clamp(0, STEPS) / STEPS

    @staticmethod
    def backward(ctx, gradient):
        (inside,) = ctx.saved_tensors
        return gradient * inside


def check_leaky():
    """Leaky above against snnTorch's: spikes, membranes and gradients."""
    torch.manual_seed(0)
    current = torch.randn(STEPS, 50, 40).requires_grad_()
    one = snn.Leaky(
        beta=BETA, threshold=THRESHOLD, reset_mechanism="subtract", spike_grad=surrogate.fast_sigmoid(slope=SLOPE)
    )
    membrane, spikes = torch.zeros_like(current[0]), []
    for now in current:
        spike, membrane = one(now, membrane)
        spikes.append(spike)
    weigh = torch.randn(STEPS, 50, 40)
    results = []
    for s, v in ((torch.stack(spikes), membrane), Leaky.apply(current)):
        (gradient,) = torch.autograd.grad((s * weigh).sum() + (v * weigh[0]).sum(), current)
        results.append((s, v, gradient))
    for a, b in zip(*results):
        assert torch.allclose(a, b, rtol=1e-4, atol=1e-5), "Leaky is not snnTorch's"


class Net(torch.nn.Module):
    def __init__(self, kind):
        super().__init__()
        plan = NETWORKS[kind]
        self.kind, self.top, self.steps = kind, plan["top"], plan["steps"]
        if kind == "cnn":
            layers = [
                torch.nn.Conv2d(1, 8, 5, stride=2, bias=False),
                torch.nn.Conv2d(8, 32, 5, stride=2, bias=False),
                torch.nn.Linear(32 * SIDES[2] ** 2, 10, bias=False),
            ]
        else:
            layers = [torch.nn.Linear(a, b, bias=False) for a, b in ((784, 256), (256, 128), (128, 10))]
        self.layers = torch.nn.ModuleList(layers)

    def weights(self):
        """What the device has."""
        return [Round.apply(l.weight, s, self.top) for l, s in zip(self.layers, self.steps)]

    def current(self, layer, weight, x, side):
        if isinstance(layer, torch.nn.Conv2d):
            x = x.reshape(len(x), layer.in_channels, side, side)
            return torch.nn.functional.conv2d(x, weight, stride=2).flatten(1)
        return torch.nn.functional.linear(x, weight)

    def rates(self, x):
        """x: spikes a step (batch, 784) -> currents of the outputs, spikes of all hidden neurons."""
        hidden = 0
        for n, (layer, weight) in enumerate(zip(self.layers, self.weights())):
            if n > 0:
                x = Rate.apply(x)
                hidden = hidden + STEPS * x.sum(1).mean()
            x = self.current(layer, weight, x, SIDES[min(n, 2)])
        return x, hidden

    def forward(self, x):
        """x: spikes (steps, batch, 784) -> spikes of the layers, membrane of the last step.

        Layer by layer, since a layer's spikes reach the next one in the same step.
        """
        spikes = []
        for layer, weight in zip(self.layers, self.weights()):
            steps, batch = x.shape[:2]
            side = SIDES[min(len(spikes), 2)]
            current = self.current(layer, weight, x.flatten(0, 1), side).reshape(steps, batch, -1)
            x, membrane = Leaky.apply(current)
            spikes.append(x)
        return spikes, membrane


@torch.no_grad()
def measure(net, images, labels, batch=250):
    predictions, counts = [], []
    for i in range(0, len(images), batch):
        x = torch.from_numpy(mnist_data.encode(images[i : i + batch])).float()
        spikes, membrane = net(x)
        predictions.append(decide(spikes[-1].sum(0), membrane).numpy())
        counts.append([x.sum().item()] + [s.sum().item() for s in spikes])
    right = np.concatenate(predictions) == labels
    return 100 * right.mean(), np.sum(counts, 0) / len(images)


def report(net, images, labels, name):
    accuracy, spikes = measure(net, images, labels)
    print(f"{name}: {len(images)} images, {accuracy:.2f} % right; spikes an image, inputs first:",
          *(f"{s:.1f}" for s in spikes), flush=True)


def train(net, args, images, labels, check=None):
    rng = np.random.default_rng(args.seed)
    plan = NETWORKS[net.kind]
    table = torch.from_numpy(mnist_data.encode_table()).float()  # (256, steps)
    shift = plan["shift"]
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (shift, shift), (shift, shift)))
    targets = torch.from_numpy(labels.astype(np.int64))

    def rates(pixels):
        out, hidden = net.rates(table.mean(1)[pixels])
        return STEPS * out, hidden

    def stepped(pixels):
        spikes, membrane = net(torch.stack([table[:, t][pixels] for t in range(STEPS)]))
        return spikes[-1].sum(0) + 0.2 * membrane, sum(s.sum((0, 2)).mean() for s in spikes[:-1])

    for epochs, lr, run in ((plan["pretrain"], 3e-3, rates), (args.epochs, args.lr, stepped)):
        if epochs:
            part(net, args, epochs, lr, run, rng, (padded, targets), check)


def part(net, args, epochs, lr, run, rng, data, check):
    """Some epochs in which `run` makes logits and a count of hidden spikes of pixels."""
    padded, targets = data
    plan = NETWORKS[net.kind]
    optimizer = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.01)
    batches = len(padded) // args.batch
    left = round(epochs * batches)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=left, pct_start=0.15)
    rows = np.arange(28)
    start = time.process_time()
    for epoch in range(math.ceil(epochs)):
        order = rng.permutation(len(padded))
        total = activity = 0.0
        batches = min(batches, left)
        left -= batches
        for b in range(batches):
            pick = order[b * args.batch : (b + 1) * args.batch]
            # Shift every image by up to `shift` pixels in both directions.
            dy, dx = rng.integers(0, 2 * plan["shift"] + 1, (2, len(pick)))
            pixels = padded[
                pick[:, None, None], (rows + dy[:, None])[:, :, None], (rows + dx[:, None])[:, None, :]
            ].reshape(len(pick), 784)
            logits, hidden = run(torch.from_numpy(pixels).int())
            loss = torch.nn.functional.cross_entropy(logits, targets[pick])
            excess = torch.relu(hidden / plan["target"] - 1)
            (loss + excess**2).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            with torch.no_grad():
                for layer, step in zip(net.layers, net.steps):
                    layer.weight.clamp_(-net.top * step, net.top * step)
            total += loss.item()
            activity += hidden.item()
        line = f"epoch {epoch + 1:3d}  loss {total / batches:.4f}  hidden spikes {activity / batches:6.1f}"
        if check is not None:
            line += f"  validation {measure(net, *check)[0]:.2f} %"
        print(f"{line}  {time.process_time() - start:.0f} s", flush=True)


def export(net, path):
    """Write the rounded weights as NIR, compressed."""
    shapes = [(8, SIDES[1], SIDES[1]), (32, SIDES[2], SIDES[2]), (10,)] if net.kind == "cnn" else [(256,), (128,), (10,)]
    first = (1, 28, 28) if net.kind == "cnn" else (784,)
    nodes = {"input": nir.Input(input_type={"input": np.array(first)})}
    before = first
    for n, (weight, shape) in enumerate(zip(net.weights(), shapes), 1):
        weight = weight.detach().numpy()
        if weight.ndim == 4:
            nodes[f"conv{n}"] = nir.Conv2d(
                input_shape=before[1:], weight=weight, stride=(2, 2), padding=(0, 0), dilation=(1, 1), groups=1,
                bias=np.zeros(len(weight), np.float32),
            )
        else:
            if len(before) == 3:
                nodes["flatten"] = nir.Flatten(input_type={"input": np.array(before)}, start_dim=0, end_dim=-1)
            nodes[f"fc{n}"] = nir.Linear(weight=weight)
        ones = np.ones(shape, np.float32)
        tau = np.float32(DT / (1 - BETA))
        nodes[f"lif{n}"] = nir.LIF(
            tau=tau * ones, r=ones * tau / np.float32(DT), v_leak=0 * ones, v_threshold=THRESHOLD * ones, v_reset=0 * ones
        )
        before = shape
    nodes["output"] = nir.Output(output_type={"output": np.array([10])})
    names = list(nodes)
    graph = nir.NIRGraph(nodes=nodes, edges=list(zip(names, names[1:])), metadata=dict(METADATA))
    nir.write(str(path), graph)
    compress(path)


def compress(path):
    """The same file with its arrays compressed: the weights have few different values."""
    with h5py.File(path, "r") as old:
        arrays = []
        old.visititems(lambda name, item: arrays.append((name, item[()])) if isinstance(item, h5py.Dataset) else None)
    with h5py.File(path, "w") as new:
        for name, value in arrays:
            large = isinstance(value, np.ndarray) and value.size > 64
            new.create_dataset(name, data=value, **({"compression": 9, "shuffle": True} if large else {}))


def load(kind, path):
    """Read the network back from a .nir file."""
    net = Net(kind)
    nodes = nir.read(str(path)).nodes
    named = sorted((name[-1], node.weight) for name, node in nodes.items() if hasattr(node, "weight"))
    with torch.no_grad():
        for layer, (_, weight) in zip(net.layers, named):
            layer.weight.copy_(torch.from_numpy(weight))
    return net


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--evaluate", action="store_true")
    parser.add_argument("--cache", type=pathlib.Path, default=mnist_data.CACHE)
    parser.add_argument("--out", type=pathlib.Path, default=HERE, help="folder of the .nir file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--epochs", type=float)
    parser.add_argument("--lr", type=float)
    args = parser.parse_args()
    plan = NETWORKS[args.network]
    args.epochs = args.epochs or plan["epochs"]
    args.lr = args.lr or plan["lr"]
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    check_leaky()
    torch.manual_seed(args.seed)
    path = args.out / f"mnist_{args.network}.nir"

    if not args.evaluate:
        images, labels = mnist_data.load("train", args.cache)
        net = Net(args.network)
        if args.validate:
            train(net, args, images[:50000], labels[:50000], (images[50000:], labels[50000:]))
            report(net, images[50000:], labels[50000:], "last 10,000 training images")
            return
        train(net, args, images, labels)
        export(net, path)
    report(load(args.network, path), *mnist_data.load("t10k", args.cache), "MNIST test set")


if __name__ == "__main__":
    main()
