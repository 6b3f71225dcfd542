"""Smaller NIR files."""

import h5py
import numpy as np


def compress(path):
    """The same file with its larger arrays compressed, weights as 32-bit floats."""
    with h5py.File(path, "r") as old:
        found = []
        old.visititems(lambda name, item: found.append((name, item[()])) if isinstance(item, h5py.Dataset) else None)
    with h5py.File(path, "w") as new:
        for name, value in found:
            if isinstance(value, np.ndarray) and value.size > 64:
                value = value.astype(np.float32) if value.dtype == np.float64 else value
                new.create_dataset(name, data=value, compression=9, shuffle=True)
            else:
                new.create_dataset(name, data=value)
