"""Write the networks of this folder (.nir) and the rules by which they learn (.json).

    python network.py

`digits` and `mnist` are those of shapes.py, `window` is that of window.py.
"""

import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "python/src")]

import ferrospike_export as fx
import window
from shapes import DIGITS, MNIST, start_weights


def prototypes(shape, name):
    net = fx.Network(name)
    net.input((shape.pixels,))
    net.linear("in_to_neurons", start_weights(shape))
    rule = fx.Neuron(beta=1.0, threshold=shape.threshold, comparator=">=", reset="zero", v_min=0.0)
    neurons = net.neurons("neurons", rule)
    others = 1 - np.eye(shape.neurons, dtype=np.float32)
    inhibition = net.linear("inhibition", (-shape.threshold * others).astype(np.float32), after=neurons)
    net.connect(inhibition, neurons)
    net.output(after=neurons)
    return net


def write(net, rule, name, **options):
    fx.export(net, HERE / f"{name}.nir", **options)
    (HERE / f"{name}_rule.json").write_text(json.dumps(rule, indent=2) + "\n")
    print(f"{name}.nir, {name}_rule.json")


def main():
    for shape, name in [(DIGITS, "digits"), (MNIST, "mnist")]:
        write(prototypes(shape, name), shape.rule(), name, encoder=f"phase:{shape.steps}")
    write(window.network(fx), window.rule(), "window")


if __name__ == "__main__":
    main()
