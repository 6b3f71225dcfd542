"""Speech as spikes: frames of cepstra for words, formants for vowels. numpy alone."""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
#: Frames of a word, coefficients of a frame, levels of a coefficient.
FRAMES, COEFFICIENTS, LEVELS = 24, 13, 8

#: The vowels of Peterson and Barney, by their words.
VOWELS = ["iy", "ih", "eh", "ae", "ah", "aa", "ao", "uh", "uw", "er"]
VOWEL_WORDS = ["heed", "hid", "head", "had", "hud", "hod", "hawed", "hood", "who'd", "heard"]
VOWEL_LEVELS, VOWEL_STEPS = 24, 8


def resampled(frames, count=FRAMES, first=0.0, last=1.0):
    """Frames (n, coefficients) at `count` equal times from `first` to `last` of the recording, between neighbours linearly."""
    at = np.linspace(first, last, count) * (len(frames) - 1)
    low = np.clip(np.floor(at).astype(int), 0, max(len(frames) - 2, 0))
    share = (at - low)[:, None]
    return frames[low] * (1 - share) + frames[np.minimum(low + 1, len(frames) - 1)] * share


def level(frames, bounds):
    """The level, 0 .. 7, of each coefficient: how many of its 7 bounds (coefficients, 7) it is above."""
    return (frames[..., None] > bounds).sum(-1).astype(np.uint8)


def one_of(levels, count=LEVELS):
    """A line for each level, one of them on: (..., steps, coefficients) -> uint8 (..., steps, coefficients * count)."""
    lines = (levels[..., None] == np.arange(count)).astype(np.uint8)
    return lines.reshape(*levels.shape[:-1], -1)


def formant_features(table):
    """Logarithms of F0 .. F3 and the distances of neighbouring formants: (n, 7)."""
    logs = np.log(np.asarray(table, dtype=float))
    return np.concatenate([logs, np.diff(logs, axis=1)], axis=1)


def vowel_spikes(table, bounds):
    """(n, steps, 7 * levels): a thermometer of each feature, the same in each step."""
    lines = (formant_features(table)[..., None] > bounds).astype(np.uint8).reshape(len(table), -1)
    return np.repeat(lines[:, None], VOWEL_STEPS, axis=1)


def data(name):
    with np.load(HERE / name) as file:
        return {key: file[key] for key in file.files}
