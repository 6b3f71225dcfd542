"""Spoken digits by a recurrent spiking network, and vowels of speakers it has never heard.

    examples/speech/run.sh [PORT] [--words N] [--vowels N]

The whole test sets in the model, with 8 and with 4 bits, and N samples of each on the board, every bit compared with the model.
Draws digits.png and vowels.png. Exit status 1: a bit differs.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import board
from features import COEFFICIENTS, FRAMES, VOWEL_WORDS, WORDS, data, one_of, vowel_spikes
from plots import COLOURS, confusion, figure, save


def classified(args, name, spikes, labels, count, names):
    """All samples in the model, some of each class on the board; the run with 8 bits and that of the board."""
    whole = board.Network(HERE / f"{name}.nir", "model").run(spikes=spikes, labels=labels)
    narrow = board.Network(HERE / f"{name}_4bit.nir", "model", "--bits", "4").run(spikes=spikes, labels=labels)
    for bits, result in ((8, whole), (4, narrow)):
        right = int((result.answers == labels).sum())
        print(f"  {bits} bits: {right} of {len(labels)} right, {right / len(labels):.2%}; "
              f"{result.summary['synaptic_operations'] / len(labels):,.0f} synaptic operations each")
    # As many of each class as come out even, in the order of the test set.
    each = [np.flatnonzero(labels == c)[: -(-count // len(names))] for c in range(len(names))]
    picked = np.sort(np.concatenate(each))[:count]
    part = board.Network(HERE / f"{name}.nir", args.port).run(spikes=spikes[picked], labels=labels[picked], sims=2)
    same = np.array_equal(part.answers, whole.answers[picked])
    print(f"  {count} on the {board.where(args.port)}: {int((part.answers == labels[picked]).sum())} right, "
          f"{'the same answers' if same else 'NOT the same answers'}")
    return whole, part, same


def digits(args):
    test = data("digits_test.npz")
    labels, spikes = test["labels"], one_of(test["levels"])
    print(f"Digits: {len(labels)} recordings of ten words, {FRAMES} frames of {COEFFICIENTS} cepstra")
    whole, part, same = classified(args, "digits", spikes, labels, args.words, WORDS)
    if args.no_picture:
        return part, same
    fig, axes = figure(9.6, 4.2, columns=2, widths=(1, 1.15))
    shown = int(np.flatnonzero((labels == 7) & (whole.answers == 7))[0])
    rows = [spikes[shown], whole.spikes["lif1"][shown]]
    offset, ticks = 0, []
    for name, row, colour in zip((f"{rows[0].shape[1]} inputs", "128 recurrent neurons"), rows, ("other", "data")):
        step, neuron = np.nonzero(row)
        axes[0].plot(step, offset + neuron, "s", color=COLOURS[colour], markersize=2.2, markeredgewidth=0)
        ticks.append((offset + row.shape[1] / 2, name))
        offset += row.shape[1] + 10
    axes[0].set_yticks([t for t, _ in ticks], [n for _, n in ticks], rotation=90, va="center")
    axes[0].tick_params(axis="y", length=0)
    axes[0].set_xlabel("frame")
    axes[0].set_title("spikes of a “seven”", fontsize=10)
    confusion(axes[1], labels, whole.answers, WORDS, f"{len(labels)} recordings, {(whole.answers == labels).mean():.1%} right")
    axes[1].tick_params(axis="x", rotation=45)
    save(fig, args, HERE, "digits.png")
    return part, same


def vowels(args):
    table = data("vowels.npz")
    of = table["test"]
    formants, labels = table["formants"][of], table["labels"][of]
    print(f"Vowels: {len(labels)} of {len(np.unique(table['speaker'][of]))} unseen speakers")
    whole, part, same = classified(args, "vowels", vowel_spikes(formants, table["bounds"]), labels, args.vowels, VOWEL_WORDS)
    if args.no_picture:
        return part, same
    fig, axes = figure(9.6, 4.2, columns=2, widths=(1.1, 1))
    right = whole.answers == labels
    palette = ["#23395d", "#3f74b5", "#58a4b0", "#2a8c55", "#9aa63b", "#e0b000", "#e08a00", "#c9501c", "#d1105a", "#8a4fbe"]
    for vowel, word in enumerate(VOWEL_WORDS):
        mine = labels == vowel
        axes[0].plot(formants[mine & right, 2], formants[mine & right, 1], "o", color=palette[vowel], markersize=4, label=word)
        axes[0].plot(formants[mine & ~right, 2], formants[mine & ~right, 1], "x", color=palette[vowel], markersize=6, markeredgewidth=1.6)
    axes[0].set_xlim(4000, 500)
    axes[0].set_ylim(1420, 150)
    axes[0].set_xscale("log")
    axes[0].set_xticks([600, 1000, 1500, 2000, 3000], ["600", "1000", "1500", "2000", "3000"])
    axes[0].minorticks_off()
    axes[0].set_xlabel("second formant, Hz")
    axes[0].set_ylabel("first formant, Hz")
    axes[0].set_title("dots: right, crosses: wrong", fontsize=10)
    axes[0].legend(fontsize=8, ncols=5, loc="lower center", columnspacing=0.8, handletextpad=0.1)
    confusion(axes[1], labels, whole.answers, VOWEL_WORDS, f"{len(labels)} vowels of unseen speakers, {right.mean():.1%} right")
    axes[1].tick_params(axis="x", rotation=45)
    save(fig, args, HERE, "vowels.png")
    return part, same


def main():
    args = board.arguments(__doc__, words=(10, "recordings of digits on the board"), vowels=(10, "vowels on the board"))
    parts = [digits(args), vowels(args)]
    return board.verdict([part for part, _ in parts]) or int(not all(same for _, same in parts))


if __name__ == "__main__":
    board.main(main)
