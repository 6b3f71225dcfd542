"""Fashion-MNIST, 784-256-10 with weights of 4 bits.

    examples/fashion/run.sh [PORT] [--images N]

The first 300 test images in the model (all 10,000 if `python fashion_data.py --all` has written them), N of them on the
board, every bit compared with the model. Draws fashion.png. Exit status 1: a bit differs.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import board
from fashion_data import NAMES
from plots import COLOURS, confusion, figure, save


def main():
    args = board.arguments(__doc__, images=(3, "images on the board"))
    path = HERE / "fashion_test_10000.npz"
    with np.load(path if path.exists() else HERE / "fashion_test_300.npz") as file:
        images, labels = file["images"], file["labels"]
    options = "--bits", "4"
    whole = board.Network(HERE / "fashion_4bit.nir", "model", *options).run(images=images, labels=labels)
    right = whole.answers == labels
    print(f"Fashion-MNIST: {right.sum():,} of {len(labels):,} right, {right.mean():.2%}; "
          f"{whole.summary['synaptic_operations'] / len(labels):,.0f} synaptic operations each")
    some = slice(0, args.images)
    part = board.Network(HERE / "fashion_4bit.nir", args.port, *options).run(images=images[some], labels=labels[some], sims=2)
    same = np.array_equal(part.answers, whole.answers[some])
    print(f"  {args.images} on the {board.where(args.port)}: {'the same answers' if same else 'NOT the same answers'}")
    if not args.no_picture:
        draw(args, images, labels, whole)
    return board.verdict([part]) or int(not same)


def draw(args, images, labels, whole):
    fig, axes = figure(9.6, 4.3, columns=2, widths=(1.25, 1))
    columns, rows = 6, 4
    picture = np.full((rows * 40, columns * 30), 0)
    for n in range(rows * columns):
        row, column = divmod(n, columns)
        picture[row * 40 : row * 40 + 28, column * 30 : column * 30 + 28] = images[n].reshape(28, 28)
    axes[0].imshow(picture, cmap="gray_r")
    for n in range(rows * columns):
        row, column = divmod(n, columns)
        right = whole.answers[n] == labels[n]
        text = NAMES[whole.answers[n]] if right else f"{NAMES[whole.answers[n]]} ✗"
        axes[0].text(column * 30 + 14, row * 40 + 33, text, ha="center", va="center", fontsize=8, color=COLOURS["data"] if right else COLOURS["found"])
    axes[0].set_axis_off()
    axes[0].set_title(f"the first {rows * columns} test images and the answers", fontsize=10)
    confusion(axes[1], labels, whole.answers, NAMES, f"{len(labels):,} images, {(whole.answers == labels).mean():.1%} right")
    axes[1].tick_params(axis="x", rotation=45)
    save(fig, args, HERE, "fashion.png")


if __name__ == "__main__":
    board.main(main)
