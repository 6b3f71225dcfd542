"""Quantisation-aware training in snnTorch with the hardware's grid (docs/python.md, section 3), from the network of floats.

mnist.nir, trained in floats, is rounded to weights of 8, 4 and 2 bits (-1, 0 and 1 times a power of two), and trained
for a few epochs with each of these grids: 4 bits start from what 8 bits became, 2 from 4.  Membranes are rounded down
to 12 bits after the point, as the core does, so that snnTorch's spikes are the device's.

    python train_on_grid.py                   train; accuracy in snnTorch and in the integer model; the table
    python train_on_grid.py --epochs 0.05     a quick look

Needs the program `ferrospike` on the PATH, ferrospike-export, and train.py's requirements.
"""

import argparse
import os
import pathlib
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import nir
import numpy as np
import snntorch as snn
import torch
from snntorch import surrogate
from torch.nn.utils import parametrize

import ferrospike_export as fx
import mnist_data
from ferrospike_export.grid import FloorState, put_on_grid, step_of
from mnist_data import HERE, STEPS
from train import BETA, decide

STATE = FloorState(12)


def network(weights, bits):
    """784-128-10 with these weights, on the grid of so many bits from here on."""
    grad = surrogate.fast_sigmoid(slope=4.0)
    leaky = lambda: snn.Leaky(beta=BETA, state_quant=STATE, spike_grad=grad)  # noqa: E731
    net = torch.nn.Sequential()
    for n, weight in enumerate(weights, 1):
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False)
        layer.weight.data = weight.clone()
        net.add_module(f"fc{n}", put_on_grid(layer, bits))
        net.add_module(f"lif{n}", leaky())
    return net


def steps(net, x):
    """Spikes (steps, batch, inputs) -> spikes of the outputs, summed over the steps, and their last membranes."""
    counts, hidden, out = 0, None, None
    # The grid's weights are made once, not in each step.
    with parametrize.cached():
        for current in net.fc1(x):
            spikes, hidden = net.lif1(current, *(() if hidden is None else (hidden,)))
            spikes, out = net.lif2(net.fc2(spikes), *(() if out is None else (out,)))
            counts = counts + spikes
    return counts, out


def fresh(net):
    """snnTorch keeps membranes in its layers."""
    for layer in (net.lif1, net.lif2):
        layer.reset_mem()


@torch.no_grad()
def accuracy(net, images, labels, batch=500):
    right = 0
    for i in range(0, len(images), batch):
        fresh(net)
        x = torch.from_numpy(mnist_data.encode(images[i : i + batch])).float()
        right += int((decide(*steps(net, x)).numpy() == labels[i : i + batch]).sum())
    return 100 * right / len(images)


def train(net, args, images, labels):
    """AdamW with a falling rate; the gradient passes through the rounding as if there were none."""
    rng = np.random.default_rng(args.seed)
    table = torch.from_numpy(mnist_data.encode_table()).float()
    targets = torch.from_numpy(labels.astype(np.int64))
    total = max(1, round(args.epochs * len(images) / args.batch))
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.lr, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total)
    order = np.concatenate([rng.permutation(len(images)) for _ in range(total * args.batch // len(images) + 1)])
    for b in range(total):
        pick = order[b * args.batch : (b + 1) * args.batch]
        pixels = torch.from_numpy(images[pick]).int()
        fresh(net)
        counts, membranes = steps(net, torch.stack([table[:, t][pixels] for t in range(STEPS)]))
        loss = torch.nn.functional.cross_entropy(counts + 0.2 * membranes, targets[pick])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


def in_integers(net, bits, images, labels):
    """Through `ferrospike` in its integer model: per cent right, bytes of weights and programs, spikes that differ from snnTorch's."""
    spikes = mnist_data.encode(images).transpose(1, 0, 2)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net.nir")
        fx.export(net, path, encoder=f"phase:{STEPS}", decoder="count")
        result = fx.run(path, spikes, port="model", import_options=["--bits", str(bits)])
    recorded = fx.record(net, spikes[:100])
    differ = sum(int((recorded.spikes[p] != result.spikes[p][:100]).sum()) for p in ("lif1", "lif2"))
    used = result.imported["used"]
    return 100 * np.mean(result.answers == labels), used["lanes"] * used["synapse_words"], differ


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=pathlib.Path, default=mnist_data.CACHE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--lr", type=float, default=2e-3)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    images, labels = mnist_data.load("train", args.cache)
    test = mnist_data.load("t10k", args.cache)
    nodes = nir.read(str(HERE / "mnist.nir")).nodes
    floats = [torch.from_numpy(np.asarray(nodes[name].weight, np.float32)) for name in ("fc1", "fc2")]
    weights = floats
    print("bits  step of fc1, fc2  rounded  trained   in integers  bytes  bits that differ  seconds")
    for bits in (8, 4, 2):
        rounded = accuracy(network(floats, bits), *test)
        net, start = network(weights, bits), time.process_time()
        train(net, args, images, labels)
        took = time.process_time() - start
        weights = [layer.parametrizations.weight.original.detach() for layer in (net.fc1, net.fc2)]
        size = ", ".join(f"2^{int(np.log2(step_of(w, bits)))}" for w in weights)
        trained = accuracy(net, *test)
        right, used, differ = in_integers(net, bits, *test)
        print(f"{bits:4d}  {size:>16}  {rounded:5.2f} %  {trained:5.2f} %  {right:11.2f} %  {used:,}  {differ:16d}  {took:7.0f}",
              flush=True)


if __name__ == "__main__":
    main()
