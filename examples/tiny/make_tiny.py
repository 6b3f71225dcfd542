"""Train the 49-8-10 spiking network of the wire tests and write its test images.

The network, the encoding "phase:10" and the decision are those of ../mnist/train.py;
only the sizes and the images differ.  An image is an MNIST image reduced to 7x7: each
pixel is the mean of a 4x4 block, rounded half up, (sum + 8) // 16.

    python make_tiny.py              train, then write tiny.nir and tiny_test_100.npz
    python make_tiny.py --evaluate   measure tiny.nir again, write nothing

The packages are those of ../mnist/requirements.txt.
"""

import argparse
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "mnist"))

import train as mnist  # sets OMP_NUM_THREADS before torch is imported

import mnist_data
import numpy as np
import torch

INPUTS, HIDDEN = 49, 8


def pool(images):
    """uint8 (n, 784) -> uint8 (n, 49)."""
    sums = images.reshape(-1, 7, 4, 7, 4).sum((2, 4), dtype=np.int32)
    return ((sums + 8) // 16).astype(np.uint8).reshape(-1, INPUTS)


def train(args, images, labels):
    rng = np.random.default_rng(args.seed)
    torch.manual_seed(args.seed)
    net = mnist.Net(inputs=INPUTS, hidden=HIDDEN)
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.lr, weight_decay=0.01)
    batches = len(images) // args.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=args.lr, total_steps=args.epochs * batches, pct_start=0.15
    )
    spikes = torch.from_numpy(mnist_data.encode(images))
    targets = torch.from_numpy(labels.astype(np.int64))
    start = time.time()
    for epoch in range(args.epochs):
        order = rng.permutation(len(images))
        total = 0.0
        for b in range(batches):
            pick = torch.from_numpy(order[b * args.batch : (b + 1) * args.batch])
            _, s2, mem = net(spikes[:, pick].float())
            loss = torch.nn.functional.cross_entropy(s2.sum(0) + args.membrane * mem, targets[pick])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:3d}  loss {total / batches:.4f}  {time.time() - start:.0f} s", flush=True)
    return net


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evaluate", action="store_true")
    parser.add_argument("--cache", type=pathlib.Path, default=mnist_data.CACHE)
    parser.add_argument("--out", type=pathlib.Path, default=HERE, help="folder of the written files")
    for key, value in {"seed": 1, "epochs": 20, "batch": 200, "lr": 1e-2, "membrane": 0.2}.items():
        parser.add_argument(f"--{key}", type=type(value), default=value)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    if not args.evaluate:
        images, labels = mnist_data.load("train", args.cache)
        mnist.export(train(args, pool(images), labels), args.out / "tiny.nir")
    net = mnist.load(args.out / "tiny.nir")
    images, labels = mnist_data.load("t10k", args.cache)
    images = pool(images)
    mnist.report(net, images, labels, "7x7 MNIST test set")
    first = mnist.measure(net, images[:100], labels[:100])
    print(f"first 100 test images: {100 * first['accuracy']:.0f} % (float)")
    if not args.evaluate:
        np.savez_compressed(args.out / "tiny_test_100.npz", images=images[:100], labels=labels[:100])


if __name__ == "__main__":
    main()
