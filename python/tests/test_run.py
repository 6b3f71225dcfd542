"""``run`` with the real command, on the integer model, against a membrane stepped by hand.

Needs the ``ferrospike`` program: scripts/python_test.sh builds it and names it in $FERROSPIKE.
"""

import os
import subprocess

import numpy as np
import pytest

import ferrospike_export as fx

pytestmark = pytest.mark.skipif("FERROSPIKE" not in os.environ, reason="$FERROSPIKE names no program: see scripts/python_test.sh")


def stepped(inputs, weights, beta, threshold):
    """Leaky neurons that subtract, step by step."""
    v, out = np.zeros(weights.shape[0]), []
    for x in inputs:
        v = beta * v + weights @ x
        s = v >= threshold
        v = v - s * threshold
        out.append(s)
    return np.array(out)


def network(weights):
    net = fx.Network("small")
    net.input((weights.shape[1],))
    net.linear("fc", weights)
    net.neurons("lif", fx.Neuron(beta=0.75, threshold=1.0, comparator=">=", reset="subtract"))
    return net


def test_arrays_in_arrays_out(tmp_path):
    rng = np.random.default_rng(1)
    weights = rng.integers(-20, 60, (5, 7)) / 64
    inputs = (rng.random((3, 40, 7)) < 0.3).astype(int)
    want = np.stack([stepped(sample, weights, 0.75, 1.0) for sample in inputs])
    assert 50 < want.sum() < want.size - 50
    result = fx.run(network(weights), inputs, port="model", compare=True)
    assert result.equal and result.differing_bits == 0
    assert result.spikes["lif"].shape == (3, 40, 5) and np.array_equal(result.spikes["lif"], want)
    # A network with another weight gives other spikes: the comparison can fail.
    weights[0, 0] += 0.5
    assert not np.array_equal(fx.run(network(weights), inputs, port="model").spikes["lif"], want)


def test_files_too(tmp_path):
    weights = np.eye(3)
    inputs = np.ones((4, 3), int)
    fx.export(network(weights), tmp_path / "net.json")
    assert fx.run(tmp_path / "net.json", inputs, port="model").spikes["lif"].all()
    subprocess.run([os.environ["FERROSPIKE"], "import", tmp_path / "net.json", "-o", tmp_path / "net.fsn", "--quiet"],
                   check=True, capture_output=True)
    assert fx.run(tmp_path / "net.fsn", inputs, port="model").spikes["lif"].all()


def test_what_the_command_says_comes_through(tmp_path):
    with pytest.raises(fx.RunError, match="nothing.json"):
        fx.run(tmp_path / "nothing.json", np.ones((4, 3)), port="model")
    with pytest.raises(fx.RunError, match="inputs"):
        fx.run(network(np.eye(3)), np.ones((4, 5)), port="model")


def test_without_the_command(monkeypatch):
    monkeypatch.delenv("FERROSPIKE")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(fx.RunError, match="not on the PATH"):
        fx.run(network(np.eye(3)), np.ones((4, 3)))
