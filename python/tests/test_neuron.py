"""The rule of a population: what it writes, what it refuses."""

import numpy as np
import pytest

from ferrospike_export import ExportError, Neuron


def test_everything_that_decides_is_written():
    rule = Neuron(beta=0.875, threshold=1.0, reset="subtract", reset_delay=1).rule()
    assert rule["comparator"] == ">" and rule["reset"] == "subtract" and rule["reset_delay"] == 1
    assert rule["beta"] == 0.875 and rule["alpha"] == 0.0 and rule["delay"] == 0
    # Without a current its order means nothing; a threshold is one of NIR's own parameters.
    assert "current" not in rule and "threshold" not in rule and "rounding" not in rule


def test_a_read_out_has_no_rule_of_spikes():
    rule = Neuron(beta=0.5, alpha=0.25).rule()
    assert rule["current"] == "new"
    assert not {"comparator", "reset", "reset_value", "refractory"} & set(rule)


def test_equal_values_become_one_and_others_stay():
    neuron = Neuron(beta=np.full(4, 0.5, dtype=np.float32), threshold=[1.0, 2.0])
    assert neuron.beta == 0.5 and np.array_equal(neuron.threshold, [1.0, 2.0])


@pytest.mark.parametrize(
    "options, word",
    [
        ({"beta": 1.5}, "beta"),
        ({"beta": float("nan")}, "finite"),
        ({"beta": []}, "finite"),
        ({"alpha": -0.1}, "alpha"),
        ({"gain": -1.0}, "gain"),
        ({"comparator": "=="}, "comparator"),
        ({"reset": "hard"}, "reset"),
        ({"rounding": "even"}, "rounding"),
        ({"refractory": 65}, "refractory"),
        ({"delay": 0.5}, "delay"),
        ({"max_spikes": 0}, "max_spikes"),
        ({"max_spikes": 2}, "subtract"),
        ({"reset": "subtract", "refractory": 1}, "reset='zero'"),
        ({"fraction_bits": 24}, "fraction_bits"),
    ],
)
def test_what_cannot_be_is_refused_by_name(options, word):
    with pytest.raises(ExportError, match=word):
        Neuron(**{"beta": 0.5, "threshold": 1.0, **options})
