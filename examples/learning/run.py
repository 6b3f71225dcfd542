"""Digits that a network learns by itself: STDP in the synapse memory, without labels.

    examples/learning/run.sh [PORT]

First all of it in the model: EPOCHS times 1,347 digits of 8 x 8 pixels, then labels for the neurons, then 450 digits that it has not
seen. Then an excerpt on the board, where every spike, and after each picture every weight, is compared with the model; and what a
single pair of spikes does to a weight, on the board and in Brian2. Draws prototypes.png and window.png.
Exit status 1: a bit or a weight differs.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "common")]

import board
import window
from floats import Prototypes
from pictures import inked
from plots import COLOURS, figure, save
from shapes import DIGITS, start_weights

EPOCHS, TRAINED, EXCERPT = 4, 1347, 4


def accuracy(counts, labels, known):
    """Part of the pictures behind the first `known` that are named right. A neuron's label is the class that it answers most to."""
    classes = range(10)
    answers = np.array([counts[:known][labels[:known] == c].mean(0) for c in classes])
    label = answers.argmax(0)
    votes = np.stack([counts[:, label == c].mean(1) if (label == c).any() else np.full(len(counts), -1.0) for c in classes], 1)
    return (votes.argmax(1) == labels)[known:].mean(), label


def presented():
    """Which picture comes when."""
    return np.concatenate([np.random.default_rng(epoch).permutation(TRAINED) for epoch in range(EPOCHS)])


def in_floats(pictures, order, kind="window"):
    """Spikes of each neuron for each picture, when the network has learned in floats."""
    net = Prototypes(DIGITS, start_weights(DIGITS).T, kind)
    for picture in pictures[order]:
        net.sample(picture, learn=True)
    return np.array([net.sample(picture, learn=False) for picture in pictures])


def main():
    args = board.arguments(__doc__)
    with np.load(HERE / "digits.npz") as file:
        pictures, labels = inked(file["pictures"], DIGITS.ink), file["labels"]
    order = presented()
    rule = ("--learn", HERE / "digits_rule.json")

    net = board.Network(HERE / "digits.nir", "model", *rule)
    before = net.weights("in_to_neurons")
    frozen = accuracy(net.run(images=pictures).spikes["neurons"].sum(1), labels, TRAINED)[0]
    net.learn(images=pictures[order])
    after = net.weights("in_to_neurons")
    learned, label = accuracy(net.run(images=pictures).spikes["neurons"].sum(1), labels, TRAINED)
    floats = accuracy(in_floats(pictures, order), labels, TRAINED)[0]
    print(f"{DIGITS.neurons} neurons, {EPOCHS} x {TRAINED} digits without labels; {len(labels) - TRAINED} digits that were not seen:")
    print(f"  {100 * frozen:.1f} % right with the weights of the start, {100 * learned:.1f} % learned in 8 bits, {100 * floats:.1f} % in floats")

    part = board.Network(HERE / "digits.nir", args.port, *rule)
    excerpt = pictures[order[:EXCERPT]]
    plain = part.run(images=excerpt)
    report = part.learn(images=excerpt)
    print(f"{EXCERPT} digits learned on the {board.where(args.port)}: {report['changed_bytes']} bytes of weights changed")
    if args.port != "model":
        cycles = [run["cycles"] // EXCERPT for run in (plain.summary, report["summary"])]
        print(f"  cycles of a picture on the {board.where(args.port)}: {cycles[0]:,} frozen, {cycles[1]:,} where it learns")
    reports = [plain.report, report] + on_the_board(args)
    if not args.no_picture:
        draw(args, before, after, label)
    return verdict(reports)


def on_the_board(args):
    """The window of STDP and the trains of spikes, each on a network that has learned nothing."""
    rule = ("--learn", HERE / "window_rule.json")
    with np.load(HERE / "brian2_stdp.npz") as file:
        pairs, trains = file["pairs"], file["trains"]

    def spikes(pre, post):
        return np.concatenate([pre, post], 1)[None]

    net = board.Network(HERE / "window.nir", args.port, *rule)
    told = [net.learn(spikes=np.repeat(spikes(*window.pair_spikes()), window.REPEATS, 0))]
    measured = (net.weights("learning")[:window.SOURCES].astype(float) - window.START) / window.REPEATS
    wanted = window.intended(window.DISTANCE)
    print(f"one pair of spikes, {window.SOURCES} distances, mean of {window.REPEATS * window.TARGETS} pairs on the {board.where(args.port)}:")
    print(f"  off the rule by {np.abs(measured.mean(1) - wanted).max():.2f} of a mantissa's step at most; Brian2's by {np.abs(pairs - window.START - wanted).max():.2f}")

    random = board.Network(HERE / "window.nir", args.port, *rule)
    told.append(random.learn(spikes=spikes(*window.train_spikes())))
    got = random.weights("learning")[:window.SOURCES].astype(float)
    off = got - trains
    print(f"{window.TRAIN_STEPS} steps of random spikes, {off.size} weights of {trains.min():.0f} to {trains.max():.0f} on the {board.where(args.port)}:")
    print(f"  off Brian2's by {np.sqrt((off ** 2).mean()):.2f} (root mean square), {np.abs(off).max():.1f} at most")
    if not args.no_picture:
        draw_window(args, measured, pairs - window.START, got, trains)
    return told


def verdict(reports):
    compared = [r["summary"]["comparison"] for r in reports if r["summary"]["comparison"]]
    if not compared:
        print("nothing was compared: all ran in the model")
        return 0
    bits, wrong, weights, wrong_weights = (sum(c.get(what, 0) for c in compared)
                                           for what in ("bits", "differing", "weights", "differing_weights"))
    word = "EQUAL" if wrong == wrong_weights == 0 else "DIFFERENT"
    cycles = sum(r["summary"]["cycles"] for r in reports)
    print(f"{word}: {bits:,} bits, among them {weights:,} weights, compared with the model, {wrong:,} bits and "
          f"{wrong_weights:,} weights differ ({cycles:,} cycles)")
    return int(word != "EQUAL")


def sheet(axis, weights, title, labels=None):
    """All prototypes, 16 in a row."""
    rows = len(weights.T) // 16
    tiles = weights.T.reshape(rows, 16, 8, 8)
    image = np.full((rows * 9 - 1, 16 * 9 - 1), np.nan)
    for row in range(rows):
        for column in range(16):
            image[9 * row:9 * row + 8, 9 * column:9 * column + 8] = tiles[row, column]
            if labels is not None:
                axis.text(9 * column - 0.3, 9 * row + 1.2, labels[16 * row + column], color="#ffe3a3", fontsize=7)
    axis.imshow(image, cmap="magma", vmin=0, vmax=255)
    axis.set_title(title, fontsize=11)
    axis.axis("off")


def draw(args, before, after, label):
    fig, axes = figure(9.6, 5.6, rows=2)
    sheet(axes[0], before, "Weights of 64 neurons before")
    sheet(axes[1], after, "and after they have learned; the digit that each answers to", label)
    save(fig, args, HERE, "prototypes.png")


def draw_window(args, measured, pairs, got, trains):
    fig, axes = figure(9.6, 3.6, columns=2, widths=(1.6, 1))
    left, right = axes
    distance = np.arange(-window.WIDTH + 1, window.WIDTH + 1)
    left.axhline(0, color=COLOURS["quiet"], linewidth=0.8)
    left.axvline(0, color=COLOURS["quiet"], linewidth=0.8)
    left.plot(distance, window.intended(distance), "-", color=COLOURS["data"], linewidth=1, label="the rule")
    left.plot(window.DISTANCE, pairs, "x", color=COLOURS["other"], markersize=6, label="Brian2, traces")
    left.errorbar(window.DISTANCE, measured.mean(1), measured.std(1), fmt=".", color=COLOURS["found"], elinewidth=0.8,
                  label=f"{board.where(args.port)}, mean and deviation")
    left.set_xlabel("destination's spike after the source's, steps")
    left.set_ylabel("change of the weight, steps of the mantissa")
    left.legend(loc="lower right", fontsize=8.5)
    left.set_title("One pair of spikes", fontsize=11)
    ends = [trains.min() - 3, trains.max() + 3]
    right.plot(ends, ends, color=COLOURS["quiet"], linewidth=0.8)
    right.plot(trains.ravel(), got.ravel(), ".", color=COLOURS["found"], markersize=3)
    right.set_xlabel("weight in Brian2")
    right.set_ylabel("weight on the board")
    right.set_title(f"{window.TRAIN_STEPS} steps of random spikes", fontsize=11)
    save(fig, args, HERE, "window.png")


if __name__ == "__main__":
    board.main(main)
