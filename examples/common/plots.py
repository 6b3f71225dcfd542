"""One look for the pictures of the examples. matplotlib is loaded by the first figure."""

import numpy as np

COLOURS = {
    "data": "#23395d",
    "found": "#d1105a",
    "other": "#e08a00",
    "missed": "#000000",
    "label": "#ffe3a3",
    "quiet": "#a9b8cc",
    "good": "#2a8c55",
}


def figure(width, height, rows=1, columns=1, heights=None, widths=None, shared=False):
    """A figure of inches with its axes in a flat list."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    plt.rcParams.update({"font.size": 9.5, "axes.spines.top": False, "axes.spines.right": False, "legend.framealpha": 0.85,
                         "legend.edgecolor": "none"})
    fig, axes = plt.subplots(rows, columns, figsize=(width, height), dpi=110, sharex=shared, squeeze=False,
                             gridspec_kw={"height_ratios": heights, "width_ratios": widths}, layout="constrained")
    return fig, list(axes.flat)


def save(fig, args, folder, name):
    """Writes a picture into the example's folder, or into that of --out."""
    path = (args.out or folder) / name
    fig.savefig(path)
    print(f"  picture: {path.name}")


def confusion(axis, right, found, names, title):
    """A confusion matrix with its numbers: rows are what was said, columns what was answered."""
    table = np.zeros((len(names), len(names)), int)
    np.add.at(table, (np.asarray(right, int), np.asarray(found, int)), 1)
    share = table / np.maximum(table.sum(1, keepdims=True), 1)
    axis.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        if count:
            axis.text(column, row, count, ha="center", va="center", fontsize=8, color="white" if share[row, column] > 0.5 else "#23395d")
    axis.set_xticks(range(len(names)), names)
    axis.set_yticks(range(len(names)), names)
    axis.set_xlabel("answer")
    axis.set_ylabel("truth")
    axis.set_title(title, fontsize=10)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
