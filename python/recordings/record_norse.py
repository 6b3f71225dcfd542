"""Norse, in 64-bit floats. Usage: record_norse.py FOLDER"""

import sys

import norse.torch as nt
import numpy as np
import torch
from common import Recorder
from norse.torch.functional.reset import reset_subtract, reset_value
from torch_common import floored, network, run, same_as_record

DT, FRACTION = 1e-3, 10
#: The membrane takes an eighth of its input, so the threshold is a quarter.
THRESHOLD = 0.25
#: A floored membrane meets '>' before it is floored: a threshold within the last unit above the grid's decides the same.
ABOVE = 2.0**-FRACTION - 2.0 ** -(FRACTION + 3)


def tensor(x):
    return torch.tensor(x, dtype=torch.float64)


def box(method, threshold=THRESHOLD, leak=0.0, reset=0.0):
    p = nt.LIFBoxParameters(tau_mem_inv=tensor(0.125 / DT), v_th=tensor(threshold), v_leak=tensor(leak),
                            v_reset=tensor(reset), reset_method=method)
    return lambda n: nt.LIFBoxCell(p, dt=DT)


def cell(threshold=THRESHOLD):
    p = nt.LIFParameters(tau_syn_inv=tensor(0.5 / DT), tau_mem_inv=tensor(0.125 / DT), v_leak=tensor(0.0),
                         v_th=tensor(threshold), v_reset=tensor(0.0))
    return lambda n: nt.LIFCell(p, dt=DT)


def lower_subtract(z, v, reset, threshold):
    """Subtracts the threshold that is on the grid."""
    return v - z * THRESHOLD


def call(layer, x, state):
    return layer(x, state)


def main(folder):
    recorder = Recorder("norse", folder, "nir")
    make = lambda neurons: network(neurons, torch.float64, container=nt.SequentialState)  # noqa: E731
    integrate = lambda n: nt.IAFCell(nt.IAFParameters(v_th=tensor(1.0), v_reset=tensor(0.0)))  # noqa: E731
    for case, neurons in {
        "lifbox_value": box(reset_value),
        "lifbox_subtract": box(reset_subtract),
        "lifbox_leak": box(reset_value, leak=0.125, reset=0.0625),
        "lifcell": cell(),
        "iaf": integrate,
    }.items():
        net = make(neurons)
        spikes = run(net, call)
        recorder.keep(case, net, spikes)
        same_as_record(case, net, spikes)

    def between(layer, state):
        kept = {"v": floored(state.v, FRACTION)}
        if hasattr(state, "i"):
            kept["i"] = floored(state.i, FRACTION)
        return state._replace(**kept)

    # The rule that is exported has the threshold of the grid; the run has the one above it.
    for case, ran, meant in (
        ("lifbox_value", box(reset_value, THRESHOLD + ABOVE), box(reset_value)),
        ("lifbox_subtract", box(lower_subtract, THRESHOLD + ABOVE), box(reset_subtract)),
        ("lifcell", cell(THRESHOLD + ABOVE), cell()),
    ):
        spikes = run(make(ran), call, between)
        recorder.keep(f"{case}_floor{FRACTION}", make(meant), spikes, fraction_bits=FRACTION)
    recorder.refused("recurrent", torch.nn.Sequential(nt.LIFRecurrentCell(16, 10)), {}, "can be exported", input_shape=(16,))
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
