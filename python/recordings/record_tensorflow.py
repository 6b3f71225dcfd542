"""TensorFlow: Keras Dense layers and a layer written by hand. Usage: record_tensorflow.py FOLDER"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from common import BETA, HIDDEN, INPUTS, OUTPUTS, STEPS, W1, W2, X, Recorder, fx  # noqa: E402

keras.backend.set_floatx("float64")


class Lif(keras.layers.Layer):
    """Leaky, subtracts the threshold, spikes at >=; its state is handed in and out."""

    def __init__(self, beta, **options):
        super().__init__(**options)
        self.beta = beta

    def call(self, x, v=None):
        v = self.beta * (tf.zeros_like(x) if v is None else v) + x
        spikes = tf.cast(v >= 1.0, x.dtype)
        return spikes, v - spikes


def main(folder):
    recorder = Recorder("tensorflow", folder)
    bias = np.arange(OUTPUTS) % 4 / 64.0
    layers = [
        keras.layers.Dense(HIDDEN, use_bias=False, name="fc1"), Lif(BETA, name="l1"),
        keras.layers.Dense(OUTPUTS, name="fc2"), Lif(BETA, name="l2"),
    ]
    layers[0].build((None, INPUTS))
    layers[2].build((None, HIDDEN))
    layers[0].set_weights([W1.T])
    layers[2].set_weights([W2.T, bias])
    states, out = {}, {"l1": np.zeros((STEPS, HIDDEN), int), "l2": np.zeros((STEPS, OUTPUTS), int)}
    for t, row in enumerate(X):
        s1, states["l1"] = layers[1](layers[0](tf.constant(row[None])), states.get("l1"))
        s2, states["l2"] = layers[3](layers[2](s1), states.get("l2"))
        out["l1"][t], out["l2"][t] = np.asarray(s1)[0], np.asarray(s2)[0]
    rules = {Lif: lambda m: fx.Neuron(beta=m.beta, threshold=1.0, comparator=">=", reset="subtract")}
    recorder.keep("lif", layers, out, rules=rules, framework="tensorflow")
    recorded = fx.record(layers, X, rules=rules, framework="tensorflow")
    assert all(np.array_equal(recorded.spikes[p][0], s) for p, s in out.items())
    relu = [keras.layers.Dense(HIDDEN, activation="relu", name="fc1"), *layers[1:]]
    relu[0].build((None, INPUTS))
    recorder.refused("activation", relu, {}, "activation 'relu'", rules=rules, framework="tensorflow")
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
