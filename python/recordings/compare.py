"""Says where a new recording differs from the one that is kept. Usage: compare.py FRAMEWORK NEW KEPT

Compared are all spikes, and of the exported networks every number and word, except what names versions of the
exporter. Weights that a framework solves for (Nengo's decoders) have other last bits on other processors: real numbers
may differ by 1e-9 of the largest one of their array, spikes and whole numbers not at all. Exit status 1 if anything differs.
"""

import json
import pathlib
import sys

import numpy as np


def npz(path):
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def nir(path):
    """All data sets of an HDF5 file, by path."""
    import h5py

    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def description(path):
    text = json.loads(path.read_text())
    flat = {}

    def walk(name, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{name}/{key}", inner)
        elif isinstance(value, list) and value and isinstance(value[0], (dict, list)):
            for index, inner in enumerate(value):
                walk(f"{name}/{index}", inner)
        else:
            flat[name] = np.asarray(value)

    walk("", text)
    return flat


READERS = {".npz": npz, ".nir": nir, ".json": description}


def differences(new, kept):
    """(name, words) for whatever is not the same."""
    for name in sorted(set(new) | set(kept)):
        if name.endswith("exporter"):
            continue
        if name not in new or name not in kept:
            yield name, "only in the " + ("new one" if name in new else "kept one")
            continue
        a, b = np.asarray(new[name]), np.asarray(kept[name])
        if a.shape != b.shape or a.dtype.kind != b.dtype.kind:
            yield name, f"{a.dtype} {a.shape} instead of {b.dtype} {b.shape}"
        elif not np.array_equal(a, b):
            other = a != b
            if a.dtype.kind == "f":
                other &= np.abs(a - b) > 1e-9 * np.max(np.abs(b), initial=0.0)
            many = int(np.count_nonzero(other))
            if not many:
                continue
            yield name, f"{many} of {a.size} differ"


def main(framework, new, kept):
    def files(folder):
        return {p.name for p in pathlib.Path(folder).glob(f"{framework}[._]*")}

    new_files, kept_files = files(new), files(kept)
    differing = 0
    for name in sorted(new_files ^ kept_files):
        print(f"{name}: only in the {'new' if name in new_files else 'kept'} recordings")
        differing += 1
    for name in sorted(new_files & kept_files):
        read = READERS[pathlib.Path(name).suffix]
        for what, words in differences(read(pathlib.Path(new) / name), read(pathlib.Path(kept) / name)):
            print(f"{name}: {what}: {words}")
            differing += 1
    same = len(new_files & kept_files)
    print(f"{framework}: {same} files compared, {differing} differences")
    return 1 if differing or not same else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
