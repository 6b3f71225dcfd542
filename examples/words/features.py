"""The spikes of a word, as `ferrospike encode` makes them of a WAV file with the options ENCODE. numpy alone, for training.

16 mel filters over frames of 256 samples, a frame every 80 (10 ms), in dB below the loudest value of the word; 32 frames
evenly over the word; a thermometer of 6 levels for each filter: 96 lines, 32 steps.
"""

import numpy as np

RATE, FRAME, HOP, FILTERS, LOW, DECIBELS = 8000, 256, 80, 16, 250.0, 32.0
STEPS, LEVELS = 32, 6
ENCODE = ["--frame", FRAME, "--hop", HOP, "--filters", FILTERS, "--low", LOW, "--decibels", DECIBELS, "--frames", STEPS,
          "--encoder", f"thermometer:1,levels={LEVELS}"]


def bank():
    """Weights of the filters (FILTERS, bins): triangles, evenly spaced on HTK's mel scale."""
    mel = lambda hertz: 2595 * np.log10(1 + hertz / 700)  # noqa: E731
    edges = 700 * (10 ** (np.linspace(mel(LOW), mel(RATE / 2), FILTERS + 2) / 2595) - 1)
    bins = np.arange(FRAME // 2 + 1) * RATE / FRAME
    left, centre, right = (edges[i : i + FILTERS, None] for i in range(3))
    return np.maximum(np.minimum((bins - left) / (centre - left), (right - bins) / (right - centre)), 0)


BANK = bank()
WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)


def decibels(sound):
    """(frames, FILTERS)."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP] * WINDOW
    energy = np.abs(np.fft.rfft(frames, axis=1)) ** 2 @ BANK.T
    return 10 * np.log10(np.maximum(energy, 1e-30))


def values(loudness):
    """0 .. 1 from DECIBELS below the loudest value, in STEPS frames."""
    scaled = np.clip(1 + (loudness - loudness.max()) / DECIBELS, 0, 1)
    at = np.linspace(0, len(scaled) - 1, STEPS)
    low = np.minimum(np.floor(at).astype(int), max(len(scaled) - 2, 0))
    share = (at - low)[:, None]
    return scaled[low] * (1 - share) + scaled[np.minimum(low + 1, len(scaled) - 1)] * share


def thermometer(scaled):
    """uint8 (STEPS, FILTERS * LEVELS)."""
    lines = scaled[..., None] * (LEVELS + 1) >= np.arange(1, LEVELS + 1)
    return lines.reshape(len(scaled), -1).astype(np.uint8)


def trimmed(sound, below=35.0):
    """Without the silence before and behind: 10 ms that are `below` dB under the loudest, with 30 ms left."""
    parts = sound[: len(sound) // HOP * HOP].reshape(-1, HOP)
    level = 10 * np.log10((parts**2).mean(1) + 1e-12)
    loud = np.flatnonzero(level > level.max() - below)
    first, last = max(loud[0] - 3, 0) * HOP, (loud[-1] + 4) * HOP
    return sound[first:last]
