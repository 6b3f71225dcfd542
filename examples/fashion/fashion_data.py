"""Fashion-MNIST from Debian's package dataset-fashion-mnist, and the excerpt of this folder.

    python fashion_data.py          writes fashion_test_300.npz: the first 300 test images
    python fashion_data.py --all    writes fashion_test_10000.npz: all of them
"""

import gzip
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

from packages import from_debian

NAMES = ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
VERSION = "0.0~git20200523.55506a9-1"
SHA256 = {
    "train-images": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    "train-labels": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    "t10k-images": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    "t10k-labels": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
}


def load(part):
    """`part` is "train" or "t10k"; images (n, 784) and labels (n,), uint8."""
    found = []
    for kind, ending, skip in (("images", "idx3", 16), ("labels", "idx1", 8)):
        member = f"usr/share/datasets/fashion-mnist/{part}-{kind}-{ending}-ubyte.gz"
        data = gzip.decompress(from_debian("dataset-fashion-mnist", VERSION, member, SHA256[f"{part}-{kind}"]))
        found.append(np.frombuffer(data, np.uint8, offset=skip))
    return found[0].reshape(-1, 784), found[1]


if __name__ == "__main__":
    images, labels = load("t10k")
    count = len(images) if "--all" in sys.argv[1:] else 300
    path = HERE / f"fashion_test_{count}.npz"
    np.savez_compressed(path, images=images[:count], labels=labels[:count])
    print(f"{path.name}: {count} images")
