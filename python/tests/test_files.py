"""What is written, read again by other means than the writer's."""

import json
import subprocess
import sys

import numpy as np
import pytest

import ferrospike_export as fx

try:
    import h5py
except ImportError:
    h5py = None


def network() -> fx.Network:
    net = fx.Network("two", dialect="snntorch", dt=1e-4, framework="snntorch 1.0.0")
    net.input((3,))
    net.linear("fc", np.arange(60, dtype=np.float32).reshape(20, 3), np.ones(20, dtype=np.float32))
    net.neurons("lif", fx.Neuron(beta=np.linspace(0, 1, 20), threshold=0.5, reset="subtract", reset_delay=1, fraction_bits=9))
    net.decoder = "count"
    return net


def test_json_and_npz(tmp_path):
    fx.export(network(), tmp_path / "two.json")
    text = json.loads((tmp_path / "two.json").read_text())
    assert text["format"] == "ferrospike-network" and text["version"] == 1 and text["arrays"] == "two.npz"
    assert text["dialect"] == "snntorch" and text["dt"] == 1e-4 and text["decoder"] == "count" and "encoder" not in text
    nodes = {n["name"]: n for n in text["nodes"]}
    assert nodes["input"] == {"name": "input", "kind": "Input", "shape": [3]}
    assert nodes["lif"]["kind"] == "LIF" and nodes["lif"]["v_threshold"] == 0.5
    assert nodes["lif"]["rule"]["reset"] == "subtract" and nodes["lif"]["rule"]["fraction_bits"] == 9
    with np.load(tmp_path / "two.npz") as arrays:
        weight = arrays[nodes["fc"]["weight"]]
        assert weight.dtype == np.float32 and np.array_equal(weight, np.arange(60).reshape(20, 3))
        assert np.array_equal(arrays[nodes["fc"]["bias"]], np.ones(20))
        assert np.array_equal(arrays[nodes["lif"]["rule"]["beta"]], np.linspace(0, 1, 20))
    assert text["edges"] == [["input", "fc"], ["fc", "lif"], ["lif", "output"]]


def test_nir(tmp_path):
    path = tmp_path / "two.nir"
    if h5py is None:
        with pytest.raises(fx.ExportError, match="h5py"):
            fx.export(network(), path)
        return
    fx.export(network(), path)
    with h5py.File(path) as file:
        text = lambda key: file[key][()].decode()  # noqa: E731
        assert text("node/type") == "NIRGraph" and text("node/metadata/ferrospike_dialect") == "snntorch"
        assert file["node/metadata/ferrospike_format"][()] == 1
        assert {tuple(map(bytes.decode, e)) for e in file["node/edges"]} == {("input", "fc"), ("fc", "lif"), ("lif", "output")}
        lif = file["node/nodes/lif"]
        assert text("node/nodes/lif/type") == "LIF" and lif["tau"].shape == (20,)
        assert text("node/nodes/lif/metadata/ferrospike_reset") == "subtract"
        assert np.array_equal(lif["metadata/ferrospike_beta"], np.linspace(0, 1, 20))
        assert file["node/nodes/fc/weight"].dtype == np.float32


def test_other_names_are_refused(tmp_path):
    with pytest.raises(fx.ExportError, match=r"\.nir or \.json"):
        fx.export(network(), tmp_path / "two.h5")


def test_unknown_objects_are_refused():
    with pytest.raises(fx.ExportError, match="what framework"):
        fx.read(object())
    with pytest.raises(fx.ExportError, match="unknown; known are snntorch"):
        fx.read(object(), framework="caffe")


def test_the_import_needs_numpy_alone():
    """No framework, and no h5py, is imported before one is needed."""
    program = "import sys, ferrospike_export; print(' '.join(m for m in sys.modules if '.' not in m))"
    path = {"PYTHONPATH": ":".join(sys.path)}
    modules = subprocess.run([sys.executable, "-c", program], env=path, capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in modules
    heavy = {"h5py", "torch", "snntorch", "norse", "spikingjelly", "sinabs", "nengo", "brian2", "neuron", "lava", "tensorflow", "keras"}
    assert not heavy & set(modules)
