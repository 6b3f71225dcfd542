"""Train the recurrent network of this example, 96-128r-10, on the voices of voices.py.

    apt-get install espeak-ng flite; pip install -r ../common/requirements-train.txt scipy
    python voices.py
    python train.py                  a few minutes on one core
"""

import pathlib
import sys
import zlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import lif
import torch
from features import FILTERS, RATE, decibels, thermometer, trimmed, values
from voices import FOLDER, WORDS, at_rate, read


def recordings(part):
    """Sounds, words, voices."""
    sounds, words, voices = [], [], []
    for path in sorted((FOLDER / part).glob("*.wav")):
        voice, _, word = path.stem.rpartition("_")
        if voice.startswith("espeak") and zlib.crc32(voice.encode()) % 3:
            continue  # a third of these voices is enough
        sounds.append(read(path.read_bytes())[0])
        words.append(int(word))
        voices.append(voice)
    return sounds, np.array(words, np.uint8), voices


def copies(sound, count, rng):
    """Spectra of a recording: itself, and with another speed and pitch, filter, silence around and noise."""
    out = [decibels(sound)]
    for _ in range(count - 1):
        other = at_rate(sound, RATE, int(RATE / rng.uniform(0.8, 1.22)) // 100 * 100)
        before, behind = (np.zeros(int(rng.integers(0, 800))) for _ in range(2))
        other = np.concatenate([before, other, behind])
        level = np.sqrt((other**2).mean())
        other = other + rng.normal(0, level * 10 ** (-rng.uniform(10, 40) / 20), len(other))
        out.append(decibels(other) + np.linspace(rng.uniform(-8, 8), rng.uniform(-8, 8), FILTERS))
    return out


def augment(batch, rng):
    """Of each recording one of its copies, a bit louder or softer in some bands."""
    out = []
    for spectra in batch:
        loudness = spectra[rng.integers(len(spectra))]
        first, last = rng.integers(0, 3, 2)
        loudness = loudness[first : len(loudness) - last]
        out.append(thermometer(values(loudness + rng.normal(0, 1.5, FILTERS) + rng.normal(0, 1.0, loudness.shape))))
    return np.array(out)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    sounds, words, voices = recordings("train")
    spectra = np.empty(len(sounds), dtype=object)
    for n, sound in enumerate(sounds):
        spectra[n] = copies(trimmed(sound), 3 if voices[n].startswith("espeak") else 12, rng)
    # The one real voice counts as much as twenty synthetic ones, the good ones of flite as five.
    times = [20 if v == "allison" else 5 if v.startswith("flite") else 1 for v in voices]
    x, y = np.repeat(spectra, times), np.repeat(words, times)
    sounds, y_test, of = recordings("test")
    x_test = np.array([thermometer(values(decibels(trimmed(s)))) for s in sounds])
    of = np.array([v.split("_")[0] for v in of])

    def told(net):
        right = lif.answers(net, x_test)[0] == y_test
        return ", ".join(f"{voice} {right[of == voice].sum()} of {(of == voice).sum()}" for voice in np.unique(of))

    net = lif.Net((x_test.shape[2], 128, len(WORDS)), recurrent=(1,), gain=1.5)
    lif.train(net, x, y, epochs=60, lr=4e-3, batch=60, augment=augment, every=10, smooth=0.05)
    print(f"test in floats: {told(net)}", flush=True)
    net.save(HERE / "words.nir")
    net.bits = 4
    lif.train(net, x, y, epochs=12, lr=1.5e-3, batch=60, seed=2, augment=augment, every=10, smooth=0.05)
    print(f"test with 4 bits: {told(net)}")
    net.save(HERE / "words_4bit.nir")


if __name__ == "__main__":
    main()
