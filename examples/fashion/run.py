"""Fashion-MNIST by a dense and a convolutional network, with weights of 8 and of 4 bits.

    examples/fashion/run.sh [PORT] [--images N] [--only dense,convolutional]

The first 300 test images in the model (all 10,000 if `python fashion_data.py --all` has written them) by each network; N of them on
the board by the dense network with 4 bits and the convolutional one with 8, every bit compared with the model. Draws fashion.png: the
answers of the latter. Exit status 1: a bit differs.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import board
from fashion_data import NAMES
from plots import COLOURS, confusion, figure, save

#: Kind, bits, file, does it run on the board too, options of the import: the first is too large for the default device.
NETWORKS = (
    ("dense", 8, "fashion.nir", False, ("--synapse-words", 32768)),
    ("dense", 4, "fashion_4bit.nir", True, ()),
    ("convolutional", 8, "fashion_cnn.nir", True, ()),
    ("convolutional", 4, "fashion_cnn_4bit.nir", False, ()),
)


def main():
    args = board.arguments(__doc__, images=(2, "images on the board, for each of two networks"),
                           only=("dense,convolutional", "which networks"))
    path = HERE / "fashion_test_10000.npz"
    with np.load(path if path.exists() else HERE / "fashion_test_300.npz") as file:
        images, labels = file["images"], file["labels"]
    some, parts, same = slice(0, args.images), [], True
    print(f"{f'Fashion-MNIST, {len(labels):,} images':30}  right          synaptic operations each")
    for kind, bits, file, both, options in NETWORKS:
        if kind not in args.only.split(","):
            continue
        options = "--bits", bits, *options
        whole = board.Network(HERE / file, "model", *options).run(images=images, labels=labels)
        right = whole.answers == labels
        print(f"  {f'{kind}, {bits} bits':24}  {right.sum():9,}  {right.mean():.2%}  {whole.summary['synaptic_operations'] / len(labels):13,.0f}", flush=True)
        if both:
            shown, title = whole, f"{kind}, {bits} bits"
            parts.append(board.Network(HERE / file, args.port, *options).run(images=images[some], labels=labels[some], sims=2))
            equal = np.array_equal(parts[-1].answers, whole.answers[some])
            same &= equal
            print(f"    {args.images} on the {board.where(args.port)}: {'the same answers' if equal else 'NOT the same answers'}", flush=True)
    if not parts:
        raise board.Failed(f"--only {args.only}: dense and convolutional are possible")
    if not args.no_picture:
        draw(args, images, labels, shown, title)
    return board.verdict(parts) or int(not same)


def draw(args, images, labels, whole, title):
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
    confusion(axes[1], labels, whole.answers, NAMES, f"{title}: {(whole.answers == labels).mean():.1%} of {len(labels):,} right")
    axes[1].tick_params(axis="x", rotation=45)
    save(fig, args, HERE, "fashion.png")


if __name__ == "__main__":
    board.main(main)
