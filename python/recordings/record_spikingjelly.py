"""SpikingJelly, in 64-bit floats. Usage: record_spikingjelly.py FOLDER"""

import sys

import numpy as np
import torch
from common import ALPHA, BETA, Recorder
from spikingjelly.activation_based import layer as sj_layer
from spikingjelly.activation_based import neuron
from torch_common import floored, network, run, same_as_record

FRACTION = 10


class FlooredCuba(neuron.CUBALIFNode):
    """The current is floored before the membrane uses it."""

    def single_step_functional_forward(self, inputs, states, **_):
        v, c = states
        c = floored(c * self.c_decay + inputs[0], FRACTION)
        h = v * self.v_decay + c
        spike = (h >= self.v_threshold).to(h.dtype)
        soft = self.v_reset is None
        v = h - spike * self.v_threshold if soft else torch.where(spike > 0, torch.full_like(h, self.v_reset), h)
        return (spike,), (v, c)


def parametric(reset):
    """The share that is lost, 1/8, as a sigmoid in 64 bits: SpikingJelly's own start has 32, and misses it by 2^-27."""

    def make(neurons):
        node = neuron.ParametricLIFNode(init_tau=8.0, decay_input=False, v_reset=reset).to(torch.float64)
        node.w.data = torch.tensor(-np.log(7.0), dtype=torch.float64)
        return node

    return make


def call(layer, x, state):
    if state is None:
        layer.reset()
    return layer(x), True


def between(layer, state):
    layer.v = floored(layer.v, FRACTION)
    return state


def main(folder):
    recorder = Recorder("spikingjelly", folder, "nir")
    make = lambda neurons: network(neurons, torch.float64, layer=sj_layer.Linear)  # noqa: E731
    for word, reset in (("zero", 0.0), ("subtract", None)):
        plain = lambda n: neuron.LIFNode(tau=8.0, decay_input=False, v_reset=reset)  # noqa: E731
        decaying = lambda n: neuron.LIFNode(tau=8.0, decay_input=True, v_reset=reset, v_threshold=0.25)  # noqa: E731
        learned = lambda n: neuron.ParametricLIFNode(init_tau=8.0, decay_input=False, v_reset=reset)  # noqa: E731
        integrate = lambda n: neuron.IFNode(v_reset=reset)  # noqa: E731
        cuba = lambda n: neuron.CUBALIFNode(c_decay=ALPHA, v_decay=BETA, v_threshold=1.0, v_reset=reset)  # noqa: E731
        for case, neurons in (("lif", plain), ("lif_decay_input", decaying), ("plif", learned),
                              ("plif64", parametric(reset)), ("if", integrate), ("cuba", cuba)):
            net = make(neurons).to(torch.float64)
            spikes = run(net, call)
            recorder.keep(f"{case}_{word}", net, spikes)
            same_as_record(case, net, spikes)
        rounded = lambda n: FlooredCuba(c_decay=ALPHA, v_decay=BETA, v_threshold=1.0, v_reset=reset)  # noqa: E731
        for case, neurons in (("lif", plain), ("lif_decay_input", decaying), ("cuba", rounded)):
            net = make(neurons)
            recorder.keep(f"{case}_{word}_floor{FRACTION}", net, run(net, call, between), fraction_bits=FRACTION)
    net = make(lambda n: neuron.LIFNode(tau=8.0, decay_input=False, v_reset=0.25))
    recorder.keep(f"lif_value_floor{FRACTION}", net, run(net, call, between), fraction_bits=FRACTION)
    recorder.refused("izhikevich", make(lambda n: neuron.IzhikevichNode()), {}, "can be exported")
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
