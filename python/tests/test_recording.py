"""Recordings, and the comparison with them."""

import numpy as np
import pytest

import ferrospike_export as fx


def test_saved_and_loaded(tmp_path):
    rng = np.random.default_rng(0)
    inputs, spikes = rng.random((2, 5, 3)) < 0.5, rng.integers(0, 3, (2, 5, 4))
    fx.save_recording(tmp_path / "r.npz", inputs, {"l1": spikes})
    with np.load(tmp_path / "r.npz") as file:
        # `ferrospike run --input` takes this name.
        assert file["spikes"].dtype == np.uint8 and np.array_equal(file["spikes"], inputs)
    read = fx.Recording.load(tmp_path / "r.npz")
    assert np.array_equal(read.spikes["l1"], spikes) and read.spikes["l1"].dtype == np.uint8


def test_every_differing_value_is_counted():
    inputs, spikes = np.zeros((5, 3)), np.zeros((5, 4), int)
    recording = fx.save_recording(None, inputs, {"l1": spikes, "l2": spikes})
    other = {"l1": spikes[None].copy()}
    assert recording.differing_bits(other) == {"l1": 0}
    other["l1"][0, 2, 1] = 1
    assert recording.differing_bits(other) == {"l1": 1}
    with pytest.raises(fx.ExportError, match="came back"):
        recording.differing_bits({"l1": np.zeros((1, 4, 4))})
    with pytest.raises(fx.ExportError, match="nothing to compare"):
        recording.differing_bits({"l3": spikes})


def test_the_verdict_says_both():
    spikes = np.ones((5, 4), int)
    recording = fx.save_recording(None, np.zeros((5, 3)), {"l1": spikes})
    text = fx.verdict(recording, fx.Result({"l1": spikes[None]}, differing_bits=0))
    assert text.splitlines() == [
        "EQUAL: 0 bits differ between the port and the integer model",
        "EQUAL: 0 of 20 differ from the framework (l1: 0; it had 20 spikes)",
    ]
    other = spikes[None].copy()
    other[0, 0, :2] = 0
    text = fx.verdict(recording, fx.Result({"l1": other}, differing_bits=3))
    assert text.splitlines()[0].startswith("DIFFERENT: 3") and text.splitlines()[1].startswith("DIFFERENT: 2 of 20")


@pytest.mark.parametrize("bad", [np.zeros(3), np.full((2, 2), 2), np.full((2, 2), 0.5), np.zeros((0, 3))])
def test_what_are_no_spikes(bad):
    with pytest.raises(fx.ExportError, match="spikes"):
        fx.save_recording(None, bad, {})


def test_steps_must_agree():
    with pytest.raises(fx.ExportError, match="'l1' has shape"):
        fx.save_recording(None, np.zeros((5, 3)), {"l1": np.zeros((4, 2))})
