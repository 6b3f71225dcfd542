"""A neuron of your own in TensorFlow on a board, compared bit for bit. Usage: tensorflow_custom.py [PORT]"""

import sys

import keras
import numpy as np
import tensorflow as tf

import ferrospike_export as fx

keras.backend.set_floatx("float64")


class Lif(keras.layers.Layer):
    """Leaky, subtracts the threshold; its membrane is handed in and out."""

    def __init__(self, beta, **options):
        super().__init__(**options)
        self.beta = beta

    def call(self, x, v=None):
        v = self.beta * (tf.zeros_like(x) if v is None else v) + x
        spikes = tf.cast(v >= 1.0, x.dtype)
        return spikes, v - spikes


rng = np.random.default_rng(3)
fc1, fc2 = keras.layers.Dense(32, use_bias=False, name="fc1"), keras.layers.Dense(10, use_bias=False, name="fc2")
for layer, shape in ((fc1, (16, 32)), (fc2, (32, 10))):
    layer.build((None, shape[0]))
    layer.set_weights([np.round(rng.normal(0.08, 0.3, shape) * 128) / 128])
layers = [fc1, Lif(0.875, name="lif1"), fc2, Lif(0.875, name="lif2")]
spikes = rng.random((2, 100, 16)) < 0.25  # samples, steps, inputs

how = dict(framework="tensorflow",
           rules={Lif: lambda m: fx.Neuron(beta=m.beta, threshold=1.0, comparator=">=", reset="subtract")})
fx.export(layers, "tensorflow_custom.json", **how)
recording = fx.record(layers, spikes, **how)
result = fx.run("tensorflow_custom.json", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
