"""digits.npz from scikit-learn's `load_digits`: 1,797 digits of 8 x 8 pixels, 0 .. 16, in a random order.

    python make_data.py
"""

import gzip
import io
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

from packages import from_wheel

DIGEST = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"


def main():
    packed = from_wheel("scikit-learn", "1.9.1", "sklearn/datasets/data/digits.csv.gz", DIGEST)
    table = np.loadtxt(io.BytesIO(gzip.decompress(packed)), delimiter=",").astype(np.uint8)
    table = table[np.random.default_rng(42).permutation(len(table))]
    np.savez_compressed(HERE / "digits.npz", pictures=table[:, :-1], labels=table[:, -1])
    print(f"digits.npz: {len(table)} digits")


if __name__ == "__main__":
    main()
