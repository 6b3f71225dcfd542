"""A network of NEURON on a board, compared bit for bit. Usage: neuron_intfire.py [PORT]"""

import sys

import numpy as np
from neuron import h

import ferrospike_export as fx

h.load_file("stdrun.hoc")
rng = np.random.default_rng(3)
spikes = rng.random((100, 16)) < 0.25  # steps, inputs
dt = 1.0  # ms
# The threshold is 1. No decayed sum of weights shall be exactly that: rounding would decide.
SCALE = 1 + 2**-8 + 2**-18
cells = {"lif1": [h.IntFire1() for _ in range(32)], "lif2": [h.IntFire1() for _ in range(10)]}
for cell in cells["lif1"] + cells["lif2"]:
    cell.tau, cell.refrac = -dt / np.log(0.875), 0.5
# The inputs: cells that fire at once when an event of the stimulus arrives.
inputs = [h.IntFire1() for _ in range(16)]
stimulus = [h.NetCon(None, cell) for cell in inputs]
for cell, con in zip(inputs, stimulus):
    cell.refrac, con.weight[0] = 0.1, 2.0
connections = []
for pre, post in ((inputs, cells["lif1"]), (cells["lif1"], cells["lif2"])):
    for target in post:
        for source in pre:
            con = h.NetCon(source, target)
            con.weight[0] = np.round(rng.normal(0.08, 0.3) * 128) / 128 / SCALE
            # Inhibition a little earlier: IntFire1 compares after every single event.
            con.delay = dt - (1e-6 if con.weight[0] < 0 else 0)
            connections.append(con)
seen = {}
for name, layer in cells.items():
    for index, cell in enumerate(layer):
        times, recorder = h.Vector(), h.NetCon(cell, None)
        recorder.record(times)
        seen[name, index] = times, recorder
start = h.FInitializeHandler(lambda: [con.event(t * dt) for i, con in enumerate(stimulus) for t in np.nonzero(spikes[:, i])[0]])
h.finitialize()
h.continuerun(len(spikes) * dt)
trains = {name: np.zeros((len(spikes), len(layer)), int) for name, layer in cells.items()}
for (name, index), (times, _) in seen.items():
    steps = np.rint(np.array(times) / dt).astype(int)
    trains[name][steps[steps < len(spikes)], index] += 1

fx.export(connections, "neuron_intfire.json", framework="neuron", inputs=inputs, populations=cells, dt=dt, scale=SCALE)
recording = fx.save_recording(None, spikes, trains)
result = fx.run("neuron_intfire.json", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
print(fx.verdict(recording, result))
