"""Write MNIST test images as .npz: `images` uint8 (n, 784), `labels` uint8 (n,).

    python make_test_set.py          the first 1,000 test images -> mnist_test_1000.npz
    python make_test_set.py --all    all 10,000 test images     -> mnist_test_10000.npz
"""

import argparse
import pathlib

import numpy as np

import mnist_data

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--all", action="store_true", help="all 10,000 images")
parser.add_argument("--out", type=pathlib.Path, default=mnist_data.HERE, help="output folder")
parser.add_argument("--cache", type=pathlib.Path, default=mnist_data.CACHE, help="folder of the downloaded files")
args = parser.parse_args()

images, labels = mnist_data.load("t10k", args.cache)
n = len(images) if args.all else 1000
path = args.out / f"mnist_test_{n}.npz"
np.savez_compressed(path, images=images[:n], labels=labels[:n])
print(f"{path}: {n} images")
