"""Every recorded network, as it was exported, stepped by the plain integers of the contract: the spikes must be those
that the framework gave.
"""

import pathlib

import numpy as np
import pytest
from integers import Machine

RECORDINGS = pathlib.Path(__file__).resolve().parents[2] / "host" / "tests" / "data" / "recordings"
#: Where other spikes come out, so many, and why.
MEASURED = {
    "spikingjelly_plif_zero": 15,  # its decay is a sigmoid of 32 bits, 2^-27.4 below 7/8
    "nengo_decoded": 4,  # its weights are not on a grid, here 2^-19
}
#: Chosen where the default is not enough: a membrane comes within 2^-20 of the threshold in step 137.
CHOSEN = {"snntorch_rleaky_subtract": {"rounding": "half-up"}}
#: Bits after the point, where 19 would saturate: weights of 8 times the others' add up to a current.
BITS = {"nengo_lif_lowpass": 16}
FILES = sorted(p for p in RECORDINGS.iterdir() if p.suffix in (".json", ".nir"))


def differing(path, change=None):
    framework, case = path.stem.split("_", 1)
    with np.load(RECORDINGS / f"{framework}.npz") as file:
        want = {k.split("/")[1]: file[k] for k in file.files if k.startswith(f"{case}/")}
        machine = Machine(path, BITS.get(path.stem, 19))
        for kind, _, rule in machine.nodes.values():
            rule.update(CHOSEN.get(path.stem, {}) if rule and kind != "Linear" else {})
        if change:
            change(machine)
        got = machine.run(file["x"])
    assert want and set(want) <= set(got)
    return sum(int(np.count_nonzero(want[p] != got[p])) for p in want)


def test_all_are_there():
    frameworks = {p.stem.split("_", 1)[0] for p in FILES}
    assert frameworks == {p.stem for p in RECORDINGS.glob("*.npz") if "_" not in p.stem} and len(frameworks) == 11


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_contract_gives_the_spikes_of_the_framework(path):
    assert differing(path) == MEASURED.get(path.stem, 0)


def test_a_wrong_rule_gives_others():
    def strict(machine):
        for kind, parameters, rule in machine.nodes.values():
            if rule:
                rule["comparator"] = ">" if rule["comparator"] == ">=" else ">="

    def late(machine):
        for kind, parameters, rule in machine.nodes.values():
            if rule:
                rule["reset_delay"] = 0

    def floor(machine):
        for kind, parameters, rule in machine.nodes.values():
            if rule:
                rule["rounding"] = "floor"

    assert differing(RECORDINGS / "snntorch_rleaky_subtract.nir", floor) == 1555
    assert differing(RECORDINGS / "sinabs_lif_current.nir", floor) == 12
    assert differing(RECORDINGS / "spikingjelly_if_zero.nir", strict) > 20
    assert differing(RECORDINGS / "snntorch_leaky_subtract.nir", late) > 100
