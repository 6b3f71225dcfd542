"""Train 784-256-10 for Fashion-MNIST with weights of 4 bits: fashion_4bit.nir.

First with the spikes that a neuron would have on the average of the ten steps (one product of matrices an image, several
times as fast), then step by step.

    pip install -r ../common/requirements-train.txt
    python train.py                  a few minutes on one core
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import lif
import torch
from fashion_data import load

STEPS, BETA = 10, 0.9375
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


def by_rates(net, images, labels, epochs, lr, batch=200):
    rng = np.random.default_rng(1)
    means = TABLE.mean(1).astype(np.float32)
    y = torch.from_numpy(labels.astype(np.int64))
    batches = len(images) // batch
    optimizer = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * batches, pct_start=0.15)
    first, second = net.forward_weights
    for epoch in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for b in range(batches):
            pick = order[b * batch : (b + 1) * batch]
            x = torch.from_numpy(means[augmented(images[pick], rng)])
            logits = STEPS * (Rate.apply(x @ net.rounded(first).T) @ net.rounded(second).T)
            loss = torch.nn.functional.cross_entropy(logits, y[pick])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:3d}  loss {total / batches:.4f}", flush=True)


def test(net):
    images, labels = load("t10k")
    found = np.concatenate([lif.answers(net, encoded(images[i : i + 1000]))[0] for i in range(0, len(images), 1000)])
    return 100 * float((found == labels).mean())


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    images, labels = load("train")
    net = lif.Net((784, 256, 10), beta=BETA)
    by_rates(net, images, labels, epochs=4, lr=3e-3)
    print(f"test set: {test(net):.2f} % in floats, trained with rates", flush=True)
    net.bits = 4
    by_rates(net, images, labels, epochs=2, lr=1.5e-3)
    print(f"test set: {test(net):.2f} % with 4 bits, trained with rates", flush=True)
    part = np.random.default_rng(3).permutation(len(images))[:20000]
    lif.train(net, images[part], labels[part], epochs=1, lr=5e-4, batch=200, seed=2, augment=lambda x, rng: encoded(augmented(x, rng)), every=1)
    print(f"test set: {test(net):.2f} % with 4 bits, after the training step by step")
    net.save(HERE / "fashion_4bit.nir", encoder=f"phase:{STEPS}")


if __name__ == "__main__":
    main()
