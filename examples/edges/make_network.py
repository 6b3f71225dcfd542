"""Write edges.nir: oriented edges of a tile of an image, two convolutions with weights set by hand.

    input 1 x 17 x 17 -> conv1 -> lif1 8 x 15 x 15 -> conv2 -> edge 1 x 13 x 13

conv1 has the four Sobel kernels of 3 x 3 (0, 45, 90 and 135 degrees), each in both polarities: eight channels. lif1 are
leaky neurons; the stronger the step of brightness across a pixel, the more often they spike. conv2 adds the spikes of the
eight channels, each with 4, and subtracts the two neighbours across the edge with 1, which makes lines thinner. A neuron of
`edge` that has gathered THRESHOLD spikes: the pixel is an edge. The weights are -2 .. 4: 4 bits hold them.

    python make_network.py
    python make_network.py --floats     the same network in floats on photos.npz; writes nothing
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "python/src"))

import ferrospike_export as fx

STEPS = 16
TILE, HIDDEN, EDGE = 17, 15, 13
THRESHOLD = 23

SOBEL = np.array([
    [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
    [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
])
#: Where brightness changes: the neighbours across the edge, (row, column), for each orientation.
ACROSS = [((1, 0), (1, 2)), ((0, 2), (2, 0)), ((0, 1), (2, 1)), ((0, 0), (2, 2))]


def kernels():
    first = np.concatenate([SOBEL, -SOBEL])[:, None].astype(np.float32)
    second = np.zeros((1, 8, 3, 3), np.float32)
    for channel in range(8):
        second[0, channel, 1, 1] = 4
        for row, column in ACROSS[channel % 4]:
            second[0, channel, row, column] = -1
    return first, second


def convolution(net, name, weight, size):
    net.window(name, "Conv2d", weight=weight, stride=np.array([1, 1]), padding=np.array([0, 0]), dilation=np.array([1, 1]),
               groups=1, bias=np.zeros(len(weight), np.float32), input_shape=np.array([size, size]))


def floats(image):
    """Spikes of the edge neurons with membranes in floats, on a whole image with two pixels around it."""
    first, second = kernels()

    def convolved(x, weight):
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
        return np.einsum("crsij,kcij->krs", windows, weight, optimize=True)

    padded = np.pad(image, 2, mode="edge").astype(int)
    total = np.zeros_like(padded)
    v1, v2, counts = 0.0, 0.0, 0
    for _ in range(STEPS):
        total += padded
        spikes = total >= 255
        total -= 255 * spikes
        v1 = 0.9375 * v1 + convolved(spikes[None].astype(float), first)
        s1 = v1 >= 2
        v1 = v1 - 2 * s1
        v2 = v2 + convolved(s1.astype(float), second)
        s2 = v2 >= THRESHOLD
        v2 = v2 - THRESHOLD * s2
        counts = counts + s2[0]
    return counts


def in_floats():
    sys.path.insert(0, str(HERE))
    from run import f1, photographs

    for name, image, canny in photographs():
        print(f"{name}: F1 {f1(floats(image) > 0, canny)[2]:.3f} in floats")


def main():
    if "--floats" in sys.argv[1:]:
        return in_floats()
    first, second = kernels()
    net = fx.Network("edges")
    net.input((1, TILE, TILE))
    convolution(net, "conv1", first, TILE)
    net.neurons("lif1", fx.Neuron(beta=0.9375, threshold=2.0, comparator=">=", reset="subtract"))
    convolution(net, "conv2", second, HIDDEN)
    net.neurons("edge", fx.Neuron(beta=1.0, threshold=float(THRESHOLD), comparator=">=", reset="subtract"))
    net.output()
    fx.export(net, HERE / "edges.nir", encoder=f"phase:{STEPS}")
    print(f"edges.nir: {first.size} + {second.size} weights")


if __name__ == "__main__":
    main()
