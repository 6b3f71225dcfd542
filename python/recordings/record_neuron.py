"""NEURON: IntFire1 cells. Usage: record_neuron.py FOLDER"""

import sys

import numpy as np
from common import BETA, HIDDEN, INPUTS, OUTPUTS, STEPS, W1, W2, X, Recorder
from neuron import h

h.load_file("stdrun.hoc")
DT = 1.0
#: NEURON's threshold is 1. Weights are divided by this, so that no decayed sum of them is the threshold itself, where
#: its own rounding, or the moment by which inhibition is early, would decide; the export multiplies both with it.
SCALE = 1 + 2.0**-8 + 2.0**-18
EARLIER = 1e-6


def network(w1, w2, refractory=0.5, earlier=0.0):
    tau = -DT / np.log(BETA)
    layers = {"l1": [h.IntFire1() for _ in range(HIDDEN)], "l2": [h.IntFire1() for _ in range(OUTPUTS)]}
    for cell in layers["l1"] + layers["l2"]:
        cell.tau, cell.refrac = tau, refractory
    # Relays: a cell that fires at once when an event of the stimulus arrives.
    sources = [h.IntFire1() for _ in range(INPUTS)]
    stimulus = [h.NetCon(None, source) for source in sources]
    for source, con in zip(sources, stimulus):
        source.refrac, con.weight[0] = 0.1, 2.0
    connections = []
    for pre, post, weights in ((sources, layers["l1"], w1), (layers["l1"], layers["l2"], w2)):
        for j, cell in enumerate(post):
            for i, source in enumerate(pre):
                con = h.NetCon(source, cell)
                con.weight[0] = weights[j, i]
                con.delay = DT - (earlier if weights[j, i] < 0 else 0.0)
                connections.append(con)
    return sources, stimulus, layers, connections


def run(sources, stimulus, layers, connections):
    seen = []
    for name, cells in layers.items():
        for j, cell in enumerate(cells):
            when = h.Vector()
            recorder = h.NetCon(cell, None)
            recorder.record(when)
            seen.append((name, j, when, recorder))

    def events():
        for i, con in enumerate(stimulus):
            for step in np.nonzero(X[:, i])[0]:
                con.event(step * DT)

    start = h.FInitializeHandler(events)
    h.CVode().active(0)
    h.dt = 0.25
    h.finitialize()
    h.continuerun((STEPS + 1) * DT)
    del start
    trains = {name: np.zeros((STEPS, len(cells)), int) for name, cells in layers.items()}
    for name, j, when, _ in seen:
        for t in when:
            # An inhibition that arrives a little before the step never fires.
            step = round(t / DT)
            if step < STEPS:
                trains[name][step, j] += 1
    return trains


def main(folder):
    recorder = Recorder("neuron", folder)
    up1, up2 = (np.round(np.abs(w) * 0.5 * 128) / 128 for w in (W1, W2))
    for case, made, scale, reason in (
        ("excitatory", network(up1 / SCALE, up2 / SCALE), SCALE, None),
        ("inhibition_first", network(W1 / SCALE, W2 / SCALE, earlier=EARLIER), SCALE, None),
        ("refractory2", network(W1 / SCALE, W2 / SCALE, refractory=2.5, earlier=EARLIER), SCALE, None),
        ("same_time", network(W1, W2), 1.0, "same moment"),
        ("refractory_on_step", network(up1, up2, refractory=2.0), 1.0, "exactly 2 steps"),
    ):
        sources, stimulus, layers, connections = made
        spikes = run(*made)
        options = dict(framework="neuron", inputs=sources, populations=layers, dt=DT, scale=scale)
        if reason:
            recorder.refused(case, connections, spikes, reason, **options)
        else:
            recorder.keep(case, connections, spikes, **options)
        # Cells of one case must not be in the simulation of the next.
        del made, sources, stimulus, layers, connections
    source, cell = h.NetStim(), h.IntFire2()
    connection = h.NetCon(source, cell, 0, DT, 0.5)
    options = dict(framework="neuron", inputs=[source], populations={"l1": [cell]}, dt=DT)
    recorder.refused("intfire2", [connection], {}, "continuous time", **options)
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
