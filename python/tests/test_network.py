"""Graphs: shapes, loops, and what NIR's parameters say."""

import numpy as np
import pytest

from ferrospike_export import ExportError, Network, Neuron

LIF = dict(beta=0.875, threshold=1.0)


def small(**neuron) -> Network:
    net = Network("small")
    net.input((3,))
    net.linear("fc", np.arange(6.0).reshape(2, 3))
    net.neurons("lif", Neuron(**{**LIF, **neuron}))
    return net.finish()


def test_sizes_come_from_what_arrives():
    net = small()
    assert net.populations == ["lif"] and net.inputs == 3 and net.nodes["lif"].shape == (2,)
    assert net.edges == [("input", "fc"), ("fc", "lif"), ("lif", "output")]
    assert all(v.shape == (2,) for v in net.nodes["lif"].parameters.values())


@pytest.mark.parametrize(
    "neuron, kind",
    [
        ({}, "LIF"),
        ({"threshold": None}, "LI"),
        ({"alpha": 0.5}, "CubaLIF"),
        ({"alpha": 0.5, "threshold": None}, "CubaLI"),
        ({"beta": 1.0}, "IF"),
        ({"beta": 1.0, "threshold": None}, "I"),
    ],
)
def test_kinds(neuron, kind):
    assert small(**neuron).nodes["lif"].kind == kind


def test_a_step_of_euler_of_nirs_parameters_is_the_rule():
    """The parameters, put into NIR's equations by hand, give the rule's numbers."""
    neuron = Neuron(beta=0.8, alpha=0.3, gain=0.6, input_gain=1.7, bias=0.05, threshold=1.0)
    net = Network("euler", dt=2e-3)
    net.input((1,))
    net.neurons("n", neuron)
    p = net.finish().nodes["n"].parameters
    i = v = u = w = 0.0
    for x in (1.0, 0.0, 0.4, 1.0):
        # NIR: tau_syn di/dt = -i + w_in x;  tau_mem dv/dt = (v_leak - v) + r i
        i = float(i + net.dt / p["tau_syn"][0] * (-i + p["w_in"][0] * x))
        v = float(v + net.dt / p["tau_mem"][0] * (p["v_leak"][0] - v + p["r"][0] * i))
        u = neuron.alpha * u + neuron.input_gain * x
        w = neuron.beta * w + neuron.gain * u + neuron.bias
        assert v == pytest.approx(w, rel=1e-12)


def test_convolutions_keep_their_shape():
    net = Network("conv")
    net.input((2, 9, 7))
    window = dict(stride=np.array((2, 1)), padding=np.array((1, 0)), dilation=np.array((1, 2)), groups=1)
    net.window("conv", "Conv2d", weight=np.zeros((4, 2, 3, 3)), bias=np.zeros(4), **window)
    # (9 + 2 - 2 - 1) / 2 + 1 = 5; (7 - 4 - 1) / 1 + 1 = 3
    assert net.nodes["conv"].shape == (4, 5, 3)
    net.window("pool", "AvgPool2d", kernel_size=np.array((2, 2)), stride=np.array((2, 2)), padding=np.array((0, 0)))
    net.flatten("flat")
    assert net.nodes["pool"].shape == (4, 2, 1) and net.nodes["flat"].shape == (8,)


def test_a_loop_joins_what_fits():
    net = small()
    net.linear("back", np.zeros((2, 2)), after=["lif"])
    net.connect("back", "lif")
    net.linear("wide", np.zeros((3, 2)), after=["lif"])
    with pytest.raises(ExportError, match="wide"):
        net.connect("wide", "lif")


@pytest.mark.parametrize(
    "build, word",
    [
        (lambda n: n.linear("fc", np.zeros((2, 4))), "3 values"),
        (lambda n: n.linear("fc", np.full((2, 3), np.inf)), "finite"),
        (lambda n: n.linear("fc", np.zeros((2, 3), dtype=complex)), "real"),
        (lambda n: n.linear("a/b", np.zeros((2, 3))), "a/b"),
        (lambda n: n.linear("input", np.zeros((2, 3))), "two layers"),
        (lambda n: n.linear("fc", np.zeros((2, 3)), after=["none"]), "none"),
        (lambda n: n.window("c", "Conv2d", weight=np.zeros((1, 1, 3, 3)), stride=1, padding=0), "channels"),
        (lambda n: n.scale("s", np.zeros(2)), "2 factors"),
        (lambda n: n.finish(), "no neurons"),
        (lambda n: n.neurons("l", Neuron(beta=[0.5, 0.25], threshold=1.0)) and n.finish(), "2 values for 3"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(build, word):
    net = Network("bad")
    net.input((3,))
    with pytest.raises(ExportError, match=word):
        build(net)
