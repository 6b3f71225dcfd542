"""Train the networks of this folder: digits (recurrent, 104-128r-10) and vowels (168-96-10), in floats and with 4 bits.

    pip install -r ../common/requirements-train.txt
    python train.py [digits] [vowels]        all if none is named; a few minutes on one core
"""

import copy
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import lif
import torch
from features import FRAMES, data, level, one_of, resampled, vowel_spikes
from make_data import digits as recordings_of_digits


def digits(epochs=(45, 15)):
    recordings, words, training = recordings_of_digits()
    test = data("digits_test.npz")
    x_test, y_test = one_of(test["levels"]), test["labels"]
    mine = np.array(recordings, dtype=object)[training]
    spread = np.concatenate(list(mine)).std(0)

    def augment(batch, rng):
        """A little of the beginning and end missing, another loudness, and noise on the coefficients."""
        out = []
        for frames in batch:
            frames = resampled(frames, FRAMES, rng.uniform(0.0, 0.05), rng.uniform(0.95, 1.0))
            frames = frames + spread * (rng.normal(0, 0.08, frames.shape) + rng.normal(0, 0.06, frames.shape[1]))
            out.append(level(frames, test["bounds"]))
        return one_of(np.array(out))

    def fit(net, epochs, lr, seed):
        lif.train(net, mine, words[training], epochs=epochs, lr=lr, batch=60, seed=seed, augment=augment, check=(x_test, y_test), every=5,
                  smooth=0.05)
        print(f"digits: {lif.accuracy(net, x_test, y_test):.2f} % {'in floats' if net.bits is None else f'with {net.bits} bits'}", flush=True)

    net = lif.Net((x_test.shape[2], 128, 10), recurrent=(1,), gain=2.0)
    fit(net, epochs[0], 4e-3, 1)
    # A second, slower part, in floats, and from the same start with 4 bits.
    narrow = copy.deepcopy(net)
    narrow.bits = 4
    fit(net, epochs[1], 1.5e-3, 2)
    net.save(HERE / "digits.nir")
    fit(narrow, epochs[1], 1.5e-3, 2)
    narrow.save(HERE / "digits_4bit.nir")


def vowels(epochs=(150, 80)):
    table = data("vowels.npz")
    training, labels = ~table["test"], table["labels"]
    spikes = lambda formants: vowel_spikes(formants, table["bounds"])  # noqa: E731

    def augment(batch, rng):
        """A vocal tract some percent longer or shorter, and what is read off a spectrum not exactly."""
        formants = batch * np.exp(rng.normal(0, 0.03, (len(batch), 1)) + rng.normal(0, 0.025, batch.shape))
        return spikes(formants)

    x_test, y_test = spikes(table["formants"][~training]), labels[~training]
    net = lif.Net((x_test.shape[2], 96, 10), gain=2.0)
    mine = table["formants"][training].astype(float)
    lif.train(net, mine, labels[training], epochs=epochs[0], lr=3e-3, batch=60, augment=augment, check=(x_test, y_test), every=30, smooth=0.05)
    print(f"vowels: {lif.accuracy(net, x_test, y_test):.2f} % in floats")
    net.save(HERE / "vowels.nir")
    net.bits = 4
    lif.train(net, mine, labels[training], epochs=epochs[1], lr=1e-3, batch=60, seed=2, augment=augment, check=(x_test, y_test), every=20, smooth=0.05)
    print(f"vowels: {lif.accuracy(net, x_test, y_test):.2f} % with 4 bits")
    net.save(HERE / "vowels_4bit.nir")


if __name__ == "__main__":
    torch.set_num_threads(1)
    every = {"digits": digits, "vowels": vowels}
    for name in sys.argv[1:] or every:
        every[name]()
