"""Train the networks for Fashion-MNIST: 784-256-10 (dense) and 8C5s2-48C5s2-64-10 (cnn), each with weights of 8 and of 4 bits.

    dense   fashion.nir, fashion_4bit.nir
    cnn     fashion_cnn.nir, fashion_cnn_4bit.nir: two convolutions of 5 x 5 with stride 2 and without
            padding, two full layers

First in floats, then with weights rounded to 8 bits, then from those on with 4 bits. Each time first with the spikes that a neuron would
have on the average of the ten steps (one product of matrices an image, several times as fast), then step by step.

    pip install -r ../common/requirements-train.txt
    python train.py dense              four minutes of processor time
    python train.py cnn                a quarter of an hour
    python train.py cnn --validate     train on 50,000 images, report the other 10,000, write nothing
"""

import argparse
import math
import pathlib
import sys
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import lif
import torch
from fashion_data import load
from torch.nn.functional import conv2d, cross_entropy

STEPS, BETA, BATCH = 10, 0.9375, 200
#: Shapes of the weights, from the inputs on.
SHAPES = {"dense": ((256, 784), (10, 256)), "cnn": ((8, 1, 5, 5), (48, 8, 5, 5), (64, 768), (10, 64))}
FILES = {"dense": "fashion", "cnn": "fashion_cnn"}
#: Bits of the weights, epochs with rates and step by step, and their learning rates.
PARTS = ((None, 40, 4e-3, 3, 1e-3), (8, 0, 0, 2, 5e-4), (4, 6, 1.5e-3, 4, 5e-4))
#: The encoder phase:10 for each value of a pixel: (256, steps).
TABLE = np.array([[(t + 1) * p // 255 - t * p // 255 for t in range(STEPS)] for p in range(256)], np.uint8)


class Rate(torch.autograd.Function):
    """Spikes a step with a steady current: what is left after the leak of half a threshold, in tenths."""

    @staticmethod
    def forward(ctx, current):
        ctx.save_for_backward((current > -0.1) & (current < 1.1))
        return (STEPS * (current - 0.5 * (1 - BETA))).floor().clamp(0, STEPS) / STEPS

    @staticmethod
    def backward(ctx, gradient):
        (inside,) = ctx.saved_tensors
        return gradient * inside


class Net(lif.Net):
    """Full layers and convolutions of 5 x 5 with stride 2."""

    def __init__(self, kind):
        super().__init__((784,), beta=BETA)
        for shape in SHAPES[kind]:
            self.forward_weights.append(torch.nn.Parameter(torch.randn(shape) / math.prod(shape[1:]) ** 0.5))

    def current(self, x, weight):
        """x (n, inputs) through a layer."""
        weight = self.rounded(weight)
        if weight.ndim == 2:
            return x @ weight.T
        side = math.isqrt(x.shape[1] // weight.shape[1])
        return conv2d(x.reshape(len(x), weight.shape[1], side, side), weight, stride=2).flatten(1)

    def rates(self, x):
        """Mean inputs a step (n, 784) -> currents of the outputs."""
        for n, weight in enumerate(self.forward_weights):
            x = self.current(Rate.apply(x) if n else x, weight)
        return x

    def forward(self, x):
        every = []
        for weight in self.forward_weights:
            current = self.current(x.flatten(0, 1), weight).unflatten(0, x.shape[:2])
            x, v = lif.Leaky.apply(current, None, self.beta)
            every.append(x)
        return every, v

    def network(self, name, encoder, decoder="count"):
        net = lif.fx.Network(name, framework=f"torch {torch.__version__.split('+')[0]}")
        net.encoder, net.decoder = encoder, decoder
        side = 28
        last = net.input((1, side, side) if self.forward_weights[0].ndim == 4 else (784,))
        for n, weight in enumerate(self.forward_weights, 1):
            values = self.rounded(weight).detach().numpy()
            if values.ndim == 4:
                last = net.window(f"conv{n}", "Conv2d", after=last, weight=values, stride=np.array([2, 2]), padding=np.array([0, 0]),
                                  dilation=np.array([1, 1]), groups=1, bias=np.zeros(len(values), np.float32), input_shape=np.array([side, side]))
                side = (side - 5) // 2 + 1
            else:
                if n > 1 and self.forward_weights[n - 2].ndim == 4:
                    last = net.flatten("flatten", after=last)
                last = net.linear(f"fc{n}", values, after=last)
            last = net.neurons(f"lif{n}", lif.fx.Neuron(beta=self.beta, threshold=1.0, comparator=">=", reset="subtract"), after=last)
        net.output(after=last)
        return net


def encoded(images):
    return TABLE[images].transpose(0, 2, 1)


def augmented(images, rng):
    """Half of the images mirrored, all moved by up to a pixel."""
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    dy, dx = rng.integers(0, 3, (2, len(images)))
    rows = np.arange(28)
    moved = padded[np.arange(len(images))[:, None, None], (rows + dy[:, None])[:, :, None], (rows + dx[:, None])[:, None, :]]
    mirror = rng.random(len(images)) < 0.5
    moved[mirror] = moved[mirror, :, ::-1]
    return moved.reshape(-1, 784)


def by_rates(net, images):
    return STEPS * net.rates(torch.from_numpy(TABLE.mean(1).astype(np.float32)[images]))


def by_steps(net, images):
    spikes, membrane = net(lif.steps_first(encoded(images)))
    return spikes[-1].sum(0) + 0.5 * membrane


def fit(net, images, labels, epochs, lr, logits, rng):
    """Some epochs with the logits that `logits` makes of a network and images."""
    y = torch.from_numpy(labels.astype(np.int64))
    batches = len(images) // BATCH
    optimizer = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * batches, pct_start=0.15)
    start = time.process_time()
    for epoch in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for b in range(batches):
            pick = order[b * BATCH : (b + 1) * BATCH]
            loss = cross_entropy(logits(net, augmented(images[pick], rng)), y[pick])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:3d}  loss {total / batches:.4f}  {time.process_time() - start:.0f} s", flush=True)


def right(net, images, labels):
    """Per cent of right answers, and the mean spikes of the layers, inputs first."""
    parts = [lif.answers(net, encoded(images[i : i + 1000])) for i in range(0, len(images), 1000)]
    return 100 * float((np.concatenate([p[0] for p in parts]) == labels).mean()), np.mean([p[1] for p in parts], axis=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=SHAPES)
    parser.add_argument("--validate", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    images, labels = load("train")
    check, name = load("t10k"), "test set"
    if args.validate:
        check, name = (images[50000:], labels[50000:]), "last 10,000 training images"
        images, labels = images[:50000], labels[:50000]
    net = Net(args.network)
    for bits, epochs, lr, stepped, lr_stepped in PARTS:
        net.bits = bits
        for count, rate, logits in ((epochs, lr, by_rates), (stepped, lr_stepped, by_steps)):
            if count:
                fit(net, images, labels, count, rate, logits, rng)
        accuracy, spikes = right(net, *check)
        print(f"{name}: {accuracy:.2f} % in {f'{bits} bits' if bits else 'floats'}; spikes an image, inputs first:", *(f"{s:.1f}" for s in spikes),
              flush=True)
        if bits and not args.validate:
            net.save(HERE / f"{FILES[args.network]}{'' if bits == 8 else '_4bit'}.nir", encoder=f"phase:{STEPS}")


if __name__ == "__main__":
    main()
