"""Train 784-256-10 for Fashion-MNIST: in floats, then with weights of 4 bits: fashion_4bit.nir.

    pip install -r ../common/requirements-train.txt
    python train.py                  about 5 minutes on one core
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import lif
import torch
from fashion_data import load

STEPS = 10
#: The encoder phase:10 for each value of a pixel: (256, steps).
TABLE = np.array([[(t + 1) * p // 255 - t * p // 255 for t in range(STEPS)] for p in range(256)], np.uint8)


def encoded(images):
    return TABLE[images].transpose(0, 2, 1)


def augment(images, rng):
    """Half of the images mirrored, all moved by up to a pixel."""
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    dy, dx = rng.integers(0, 3, (2, len(images)))
    rows = np.arange(28)
    moved = padded[np.arange(len(images))[:, None, None], (rows + dy[:, None])[:, :, None], (rows + dx[:, None])[:, None, :]]
    mirror = rng.random(len(images)) < 0.5
    moved[mirror] = moved[mirror, :, ::-1]
    return encoded(moved.reshape(-1, 784))


def test(net):
    images, labels = load("t10k")
    found = np.concatenate([lif.answers(net, encoded(images[i : i + 1000]))[0] for i in range(0, len(images), 1000)])
    return 100 * float((found == labels).mean())


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    images, labels = load("train")
    net = lif.Net((784, 256, 10), gain=1.0)
    lif.train(net, images, labels, epochs=5, lr=2e-3, batch=200, augment=augment, every=1)
    print(f"test set: {test(net):.2f} % in floats", flush=True)
    net.bits = 4
    lif.train(net, images, labels, epochs=3, lr=1e-3, batch=200, seed=2, augment=augment, every=1)
    print(f"test set: {test(net):.2f} % with 4 bits")
    net.save(HERE / "fashion_4bit.nir", encoder=f"phase:{STEPS}")


if __name__ == "__main__":
    main()
