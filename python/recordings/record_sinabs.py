"""sinabs, in 64-bit floats. Usage: record_sinabs.py FOLDER"""

import sys

import numpy as np
import sinabs.layers as sl
import sinabs.layers.functional.lif as functional
import torch
from common import ALPHA, BETA, HIDDEN, RECURRENT, X, Recorder
from sinabs.activation import MaxSpike, MembraneReset, MultiSpike, SingleSpike
from torch_common import floored, linear, network, run, same_as_record

FRACTION = 10
TAU, TAU_SYN = float(-1 / np.log(BETA)), float(-1 / np.log(ALPHA))


def exact(layer):
    """The decays themselves, instead of what 32-bit time constants make of them."""
    layer = layer.to(torch.float64)
    layer.alpha_mem.data = torch.full_like(layer.alpha_mem.data, BETA)
    if layer.alpha_syn is not None:
        layer.alpha_syn.data = torch.full_like(layer.alpha_syn.data, ALPHA)
    return layer


def lif(kind=sl.LIF, **options):
    return lambda n: exact(kind(tau_mem=TAU, norm_input=False, train_alphas=True, **options))


def call(layer, x, state):
    if state is None and layer.is_state_initialised():
        layer.reset_states()
    return layer(x[:, None])[:, 0].to(x.dtype), True


def between(layer, state):
    layer.v_mem = floored(layer.v_mem, FRACTION)
    return state


def floor_current():
    """From here on sinabs floors the synaptic current before the membrane uses it."""
    plain = functional.lif_forward_single

    def single(input_data, alpha_mem, alpha_syn, state, **options):
        if alpha_syn is None:
            return plain(input_data, alpha_mem, alpha_syn, state, **options)
        current = floored(alpha_syn * (state["i_syn"] + input_data), FRACTION)
        spikes, after = plain(current, alpha_mem, None, {"v_mem": state["v_mem"], "i_syn": current}, **options)
        after["i_syn"] = current
        return spikes, after

    functional.lif_forward_single = single


def main(folder):
    recorder = Recorder("sinabs", folder, "nir")
    make = lambda neurons: network(neurons, torch.float64)  # noqa: E731
    cases = {
        "lif_single": (lif(spike_fn=SingleSpike), {}),
        "lif_multi": (lif(spike_fn=MultiSpike), {"max_spikes": 6}),
        "lif_max2": (lif(spike_fn=MaxSpike(2)), {}),
        "lif_reset": (lif(spike_fn=SingleSpike, reset_fn=MembraneReset()), {}),
        "lif_min": (lif(spike_fn=SingleSpike, min_v_mem=-0.5), {}),
        "lif_current": (lif(spike_fn=SingleSpike, tau_syn=TAU_SYN), {}),
        "lif_default": (lambda n: sl.LIF(tau_mem=8.0, spike_threshold=torch.tensor(0.25)).to(torch.float64), {"max_spikes": 6}),
        "iaf_single": (lambda n: sl.IAF(spike_fn=SingleSpike), {}),
        "iaf_multi": (lambda n: sl.IAF(), {"max_spikes": 8}),
    }
    for case, (neurons, options) in cases.items():
        net = make(neurons)
        spikes = run(net, call)
        assert max(s.max() for s in spikes.values()) <= options.get("max_spikes", 2), (case, [s.max() for s in spikes.values()])
        recorder.keep(case, net, spikes, **options)
        same_as_record(case, net, spikes, **options)
    # The loop's spikes are 32-bit floats in sinabs, and it hands its sums on within one call: all steps are one call.
    loop = linear(RECURRENT)
    options = dict(tau_mem=TAU, norm_input=False, train_alphas=True, spike_fn=SingleSpike)
    recurrent = lambda n: sl.LIFRecurrent(rec_connect=loop, **options) if n == HIDDEN else sl.LIF(**options)  # noqa: E731
    net = network(lambda n: exact(recurrent(n)).to(torch.float32))
    with torch.no_grad():
        one = net.l1(net.fc1(torch.tensor(X, dtype=torch.float32))[None])
        two = net.l2(net.fc2(one[0])[None])
    recorder.keep("lif_recurrent", net, {"l1": one[0].numpy().astype(int), "l2": two[0].numpy().astype(int)})
    floor_current()
    for case, neurons, options in (
        ("lif_single", lif(spike_fn=SingleSpike), {}),
        ("lif_multi", lif(spike_fn=MultiSpike), {"max_spikes": 6}),
        ("lif_reset", lif(spike_fn=SingleSpike, reset_fn=MembraneReset()), {}),
        ("lif_min", lif(spike_fn=SingleSpike, min_v_mem=-0.5), {}),
        ("lif_current", lif(spike_fn=SingleSpike, tau_syn=TAU_SYN), {}),
    ):
        net = make(neurons)
        recorder.keep(f"{case}_floor{FRACTION}", net, run(net, call, between), fraction_bits=FRACTION, **options)
    recorder.refused("multi_without_limit", make(lif()), {}, "max_spikes=4")
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
