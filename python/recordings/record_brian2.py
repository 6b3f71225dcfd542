"""Brian2: both schedules, both resets, refractory, a floored state. Usage: record_brian2.py FOLDER"""

import sys

import brian2
import numpy as np
from brian2 import NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, Synapses, ms
from common import BETA, HIDDEN, INPUTS, OUTPUTS, STEPS, W1, W2, X, Recorder

brian2.prefs.codegen.target = "numpy"
brian2.defaultclock.dt = 1 * ms
EARLY = ["start", "groups", "synapses", "thresholds", "resets", "end"]
FRACTION = 10


def network(reset, method, equations="dv/dt = -v/tau : 1", schedule=None, refractory=False, floored=False, delay=0):
    tau = -1 / np.log(BETA) * ms if method == "exact" else 8 * ms
    steps, neurons = np.nonzero(X)
    stimulus = SpikeGeneratorGroup(INPUTS, neurons, steps * ms, name="input")
    rule = dict(threshold="v > 1", reset=reset, method=method, refractory=refractory, namespace={"tau": tau})
    one, two = NeuronGroup(HIDDEN, equations, name="l1", **rule), NeuronGroup(OUTPUTS, equations, name="l2", **rule)
    if floored:
        for group in (one, two):
            group.run_regularly(f"v = floor(v * {2**FRACTION}) / {2**FRACTION}", when="after_groups")
    a = Synapses(stimulus, one, "w : 1", on_pre="v_post += w", name="fc1")
    b = Synapses(one, two, "w : 1", on_pre="v_post += w", name="fc2")
    for synapses, weights in ((a, W1), (b, W2)):
        synapses.connect()
        synapses.w = weights.T.flatten()
    if delay:
        # A third of the synapses is slower.
        b.delay = np.where(np.arange(HIDDEN * OUTPUTS) % 3 == 0, delay, 0) * ms
    monitors = {"l1": SpikeMonitor(one), "l2": SpikeMonitor(two)}
    net = brian2.Network(stimulus, one, two, a, b, *monitors.values())
    if schedule:
        net.schedule = schedule
    return net, monitors


def run(net, monitors):
    net.run(STEPS * ms)
    trains = {}
    for name, monitor in monitors.items():
        train = np.zeros((STEPS, len(monitor.source)), int)
        np.add.at(train, (np.rint(np.asarray(monitor.t / brian2.defaultclock.dt)).astype(int), np.asarray(monitor.i)), 1)
        trains[name] = train
    return trains


def main(folder):
    recorder = Recorder("brian2", folder)
    for kind, reset in (("zero", "v = 0"), ("subtract", "v -= 1")):
        for method in ("exact", "euler"):
            net, monitors = network(reset, method)
            recorder.keep(f"{kind}_{method}", net, run(net, monitors))
        net, monitors = network(reset, "euler", schedule=EARLY)
        recorder.keep(f"{kind}_early", net, run(net, monitors))
        net, monitors = network(reset, "euler", floored=True)
        recorder.keep(f"{kind}_floor{FRACTION}", net, run(net, monitors), fraction_bits=FRACTION)
    unless = "dv/dt = -v/tau : 1 (unless refractory)"
    net, monitors = network("v = 0", "euler", unless, refractory=3 * ms)
    recorder.keep("zero_refractory3", net, run(net, monitors))
    net, monitors = network("v = 0.25", "euler", "dv/dt = (0.125 - v)/tau : 1")
    recorder.keep("value_leak", net, run(net, monitors))
    net, monitors = network("v = 0", "euler", delay=3)
    recorder.keep("zero_delays", net, run(net, monitors))
    net, monitors = network("v = 0", "euler", refractory=3 * ms)
    recorder.refused("refractory_always", net, run(net, monitors), "unless refractory")
    net, monitors = network("v -= 1", "euler", unless, refractory=3 * ms)
    recorder.refused("refractory_subtract", net, run(net, monitors), "subtracted reset together")
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
