"""Edges of a photograph by a spiking network: all its tiles in the model, a block of them on a board, beside Canny.

    examples/edges/run.sh [PORT] [--photo NAME] [--tiles N]

Prints F1 against Canny (an edge counts if the other map has one at most a pixel away) for each photograph, compares
every bit of the block's tiles with the model, and draws edges.png. Exit status 1: a bit differs.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import board
from plots import figure, save

TILE, EDGE = 17, 13
#: Pixels that two convolutions of 3 x 3 need around a tile.
MARGIN = (TILE - EDGE) // 2


def tiles(image):
    """Tiles of TILE x TILE whose middles cover the image: uint8 (rows, columns, TILE * TILE)."""
    rows, columns = (-(-n // EDGE) for n in image.shape)
    after = [(MARGIN, n * EDGE - size + MARGIN) for n, size in zip((rows, columns), image.shape)]
    padded = np.pad(image, after, mode="edge")
    cut = np.lib.stride_tricks.sliding_window_view(padded, (TILE, TILE))[::EDGE, ::EDGE]
    return cut.reshape(rows, columns, TILE * TILE)


def joined(spikes, shape):
    """Spike counts of the edge neurons (rows, columns, EDGE * EDGE) as an image."""
    rows, columns = spikes.shape[:2]
    image = spikes.reshape(rows, columns, EDGE, EDGE).transpose(0, 2, 1, 3).reshape(rows * EDGE, columns * EDGE)
    return image[: shape[0], : shape[1]]


def near(edges):
    """True where an edge is at most a pixel away."""
    padded = np.pad(edges, 1)
    return np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).any((2, 3))


def f1(found, wanted):
    """Precision, recall and F1 with a tolerance of a pixel."""
    precision = (found & near(wanted)).sum() / max(found.sum(), 1)
    recall = (wanted & near(found)).sum() / max(wanted.sum(), 1)
    return precision, recall, 2 * precision * recall / (precision + recall)


def photographs():
    """The names of the photographs, each with the image and its Canny edges."""
    with np.load(HERE / "photos.npz") as file:
        names = [name for name in file.files if not name.endswith("_canny")]
        for name in names:
            image = file[name]
            canny = np.unpackbits(file[f"{name}_canny"], count=image.size).reshape(image.shape).astype(bool)
            yield name, image, canny


def edges_of(network, image, **options):
    """Spikes of the edge neurons of all tiles, and the run."""
    cut = tiles(image)
    result = network.run(images=cut.reshape(-1, TILE * TILE), **options)
    return joined(result.spikes["edge"].sum(1).reshape(*cut.shape[:2], -1), image.shape), result


def block_of(counts, count):
    """First row and column, rows and columns of the block of `count` tiles with the most spikes of edge neurons."""
    high = 2 if count >= 4 else 1
    wide = count // high
    rows, columns = (-(-n // EDGE) for n in counts.shape)
    padded = np.pad(counts, [(0, rows * EDGE - counts.shape[0]), (0, columns * EDGE - counts.shape[1])])
    each = padded.reshape(rows, EDGE, columns, EDGE).sum((1, 3))
    sums = np.lib.stride_tricks.sliding_window_view(each, (high, wide)).sum((2, 3))
    return (*np.unravel_index(sums.argmax(), sums.shape), high, wide)


def main():
    args = board.arguments(__doc__, photo=("camera", "photograph of the picture: camera, coins, astronaut or text"),
                           tiles=(4, "tiles of the block that runs on the board"))
    model = board.Network(HERE / "edges.nir", "model")
    print("photograph   pixels     tiles  precision  recall    F1  edges   spikes a tile")
    chosen = None
    for name, image, canny in photographs():
        counts, result = edges_of(model, image)
        precision, recall, score = f1(counts > 0, canny)
        size = f"{image.shape[1]} x {image.shape[0]}"
        spikes = result.summary["spikes"] / result.summary["samples"]
        print(f"{name:11}  {size:9}  {result.summary['samples']:5}  {precision:9.3f}  {recall:6.3f}  {score:.3f}  "
              f"{(counts > 0).mean():5.1%}  {spikes:14,.0f}")
        if name == args.photo:
            chosen = image, canny, counts, score, result

    if chosen is None:
        raise board.Failed(f"there is no photograph '{args.photo}'")
    image, canny, counts, score, whole = chosen
    top, left, high, wide = block = block_of(counts, args.tiles)
    cut = tiles(image)[top : top + high, left : left + wide].reshape(-1, TILE * TILE)
    device = board.Network(HERE / "edges.nir", args.port)
    result = device.run(images=cut, sims=2)
    columns = tiles(image).shape[1]
    picked = [(top + r) * columns + left + c for r in range(high) for c in range(wide)]
    same = all(np.array_equal(result.spikes[p], whole.spikes[p][picked]) for p in ("lif1", "edge"))
    print(f"{args.photo}, {high * wide} tiles from row {top + 1}, column {left + 1} on the {board.where(args.port)}: "
          f"the spikes are {'those' if same else 'NOT those'} of the whole image")
    status = board.verdict([result]) or int(not same)
    if not args.no_picture:
        draw(args, image, canny, counts, score, block, status)
    return status


def draw(args, image, canny, counts, score, block, status):
    from matplotlib.patches import Rectangle

    top, left, high, wide = block
    fig, axes = figure(9.6, 9.6 / 3 * image.shape[0] / image.shape[1] + 0.5, columns=3)
    shown = np.select([counts > 1, counts > 0], [1.0, 0.65], 0.0)
    for axis, picture, title in zip(axes, (255 - image, canny, shown),
                                    ("photograph", "Canny", f"spiking core (F1 {score:.2f})")):
        axis.imshow(picture, cmap="gray_r", interpolation="nearest")
        axis.set_title(title, fontsize=11)
        axis.set_axis_off()
    box = dict(xy=(left * EDGE - 0.5, top * EDGE - 0.5), width=wide * EDGE, height=high * EDGE)
    where = "the block of the board" if args.port == "model" else (
        f"{high * wide} tiles on the {board.where(args.port)}, {'0 bits' if status == 0 else 'BITS'} different")
    axes[2].add_patch(Rectangle(**box, fill=False, edgecolor="#d1105a", linewidth=1.4))
    axes[2].text(0.5, -0.03, where, transform=axes[2].transAxes, color="#d1105a", fontsize=8.5, ha="center", va="top")
    save(fig, args, HERE, "edges.png" if args.photo == "camera" else f"edges_{args.photo}.png")


if __name__ == "__main__":
    board.main(main)
