"""A network of Lava on a board, compared bit for bit. Usage: lava_lif.py [PORT]"""

import sys

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi1SimCfg
from lava.proc.dense.process import Dense
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF

import ferrospike_export as fx

if __name__ == "__main__":
    rng = np.random.default_rng(3)
    spikes = rng.random((100, 16)) < 0.25  # steps, inputs
    source = Source(data=spikes.T.astype(np.int32))
    source.name = "input"
    fc1 = Dense(weights=rng.integers(-80, 120, (32, 16)), name="fc1")
    fc2 = Dense(weights=rng.integers(-80, 120, (10, 32)), name="fc2")
    one = LIF(shape=(32,), du=1200, dv=300, vth=300, name="lif1")
    two = LIF(shape=(10,), du=1200, dv=300, vth=600, name="lif2")
    sinks = {"lif1": Sink(shape=(32,), buffer=len(spikes)), "lif2": Sink(shape=(10,), buffer=len(spikes))}
    source.s_out.connect(fc1.s_in)
    fc1.a_out.connect(one.a_in)
    one.s_out.connect(fc2.s_in)
    fc2.a_out.connect(two.a_in)
    one.s_out.connect(sinks["lif1"].a_in)
    two.s_out.connect(sinks["lif2"].a_in)
    one.run(condition=RunSteps(num_steps=len(spikes)), run_cfg=Loihi1SimCfg(select_tag="fixed_pt"))
    trains = {name: sink.data.get().T.astype(int) for name, sink in sinks.items()}
    one.stop()

    fx.export([one, two], "lava_lif.json")
    recording = fx.save_recording(None, spikes, trains)
    result = fx.run("lava_lif.json", spikes, port=sys.argv[1] if len(sys.argv) > 1 else "sim", compare=True)
    print(fx.verdict(recording, result))
