"""A WAV file in, a word out: digits by a recurrent spiking network.

    examples/words/run.sh [PORT] [FILE.wav ...]

First the spikes of 60 test recordings in the model, with 8 and with 4 bits. Then the files (four of the folder wav if none is given)
become spikes and run on the board, every bit compared with the model. Draws words.png. Exit status 1: a bit differs.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import board
from features import RATE, decibels, thermometer, trimmed, values
from plots import COLOURS, figure, save
from sound import read

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
VOICES = {"slt": "a synthetic voice not trained on (slt of flite)", "captcha": "another voice not trained on (captcha)",
          "allison": "the real voice of the training, other speeds, noise"}


def spectra(path):
    """A file's mel spectra, and its spikes."""
    sound, rate = read(path.read_bytes())
    if rate != RATE:
        raise board.Failed(f"{path} has {rate} samples a second; the network wants {RATE}")
    loudness = decibels(trimmed(sound))
    return loudness, thermometer(values(loudness))


def main():
    args = board.arguments(__doc__, files="WAV files of 8 kHz")
    with np.load(HERE / "words_test.npz") as test:
        spikes, labels, voices = test["spikes"], test["labels"], test["voices"]
    networks = {8: board.Network(HERE / "words.nir", "model"), 4: board.Network(HERE / "words_4bit.nir", "model", "--bits", "4")}
    answers = {bits: network.run(spikes=spikes).answers for bits, network in networks.items()}
    for voice, text in VOICES.items():
        of = np.array([v.startswith(voice) for v in voices])
        told = ", ".join(f"{int((a == labels)[of].sum())} with {bits} bits" for bits, a in answers.items())
        print(f"{text}: of {of.sum()} words {told}")

    paths = args.files or [HERE / "wav" / f"{word}.wav" for word in ("seven", "three", "zero", "nine")]
    sounds = [spectra(path) for path in paths]
    device = board.Network(HERE / "words.nir", args.port)
    part = device.run(spikes=np.array([s for _, s in sounds]), sims=2)
    whole = networks[8].run(spikes=np.array([s for _, s in sounds]))
    same = np.array_equal(part.answers, whole.answers)
    print(f"{len(paths)} files on the {board.where(args.port)}:")
    for path, answer, counts in zip(paths, part.answers, part.spikes["lif2"].sum(1)):
        print(f"  {path.name:12} {WORDS[answer]:6} on the {board.where(args.port)}, {counts[answer]} spikes; next {np.sort(counts)[-2]}")
    if not args.no_picture:
        draw(args, paths, sounds, part)
    return board.verdict([part]) or int(not same)


def draw(args, paths, sounds, part):
    shown = min(3, len(paths))
    fig, axes = figure(9.6, 4.6, rows=2, columns=shown, heights=(1, 1.1))
    for column in range(shown):
        top, bottom = axes[column], axes[shown + column]
        loudness = sounds[column][0]
        top.imshow(loudness.T, origin="lower", aspect="auto", cmap="magma", vmin=loudness.max() - 50,
                   extent=(0, 10 * len(loudness), 0.5, 16.5))
        top.set_xlabel("ms")
        top.set_title(f"{paths[column].name}: “{WORDS[part.answers[column]]}”", fontsize=11)
        offset = 0
        for population, colour, scale in (("lif1", "data", 1), ("lif2", "found", 4)):
            step, neuron = np.nonzero(part.spikes[population][column])
            bottom.plot(step, offset + scale * neuron, "|", color=COLOURS[colour], markersize=4 * scale**0.5, markeredgewidth=1.1)
            offset += scale * part.spikes[population].shape[2] + 10
        bottom.set_xlabel("step")
        bottom.set_yticks([64, 158], ["128 recurrent", "10 words"] if column == 0 else ["", ""], rotation=90, va="center")
        bottom.tick_params(axis="y", length=0)
    axes[0].set_ylabel("mel filter")
    save(fig, args, HERE, "words.png")


if __name__ == "__main__":
    board.main(main)
