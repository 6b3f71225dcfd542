"""Lava's fixed-point LIF and LIFReset behind Dense, Sparse and DelayDense, with a loop; LIFRefractory in floating point.

Usage: record_lava.py FOLDER
"""

import sys

import numpy as np
from common import HIDDEN, INPUTS, OUTPUTS, RECURRENT, STEPS, W1, W2, X, Recorder
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi1SimCfg
from lava.proc.dense.process import Dense, DelayDense
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF, LIFRefractory, LIFReset
from lava.proc.sparse.process import Sparse
from lava.utils.weightutils import SignMode
from scipy.sparse import csr_matrix


def run(du, dv, bias=0, exponent=0, loop=False, bits=8, kind="dense", scale=128, threshold=None, neuron=LIF, **more):
    """16-32-10; weights are those of all recordings in steps of 2^-7, so the threshold 1 is 128."""
    rng = np.random.default_rng(5)

    def dense(w, name):
        w = np.rint(w * scale).astype(int)
        options = dict(sign_mode=SignMode.MIXED, num_weight_bits=bits, weight_exp=exponent, name=name)
        if kind == "sparse":
            return Sparse(weights=csr_matrix(np.where(rng.random(w.shape) < 0.5, w, 0)), **options)
        if kind == "delay":
            return DelayDense(weights=w, delays=rng.integers(0, 4, w.shape), max_delay=3, **options)
        return Dense(weights=w / scale, name=name) if kind == "real" else Dense(weights=w, **options)

    source = Source(data=X.T.astype(np.int32))
    fc1, fc2 = dense(W1, "fc1"), dense(W2, "fc2")
    threshold = 128 << exponent if threshold is None else threshold
    one = neuron(shape=(HIDDEN,), du=du, dv=dv, vth=threshold, bias_mant=bias, bias_exp=2, name="l1", **more)
    two = neuron(shape=(OUTPUTS,), du=du, dv=dv, vth=threshold, bias_mant=bias, bias_exp=2, name="l2", **more)
    sinks = {"l1": Sink(shape=(HIDDEN,), buffer=STEPS), "l2": Sink(shape=(OUTPUTS,), buffer=STEPS)}
    source.name = "input"
    source.s_out.connect(fc1.s_in)
    fc1.a_out.connect(one.a_in)
    one.s_out.connect(fc2.s_in)
    fc2.a_out.connect(two.a_in)
    if loop:
        back = dense(RECURRENT, "back")
        one.s_out.connect(back.s_in)
        back.a_out.connect(one.a_in)
    one.s_out.connect(sinks["l1"].a_in)
    two.s_out.connect(sinks["l2"].a_in)
    one.run(condition=RunSteps(num_steps=STEPS), run_cfg=Loihi1SimCfg(select_tag="floating_pt" if kind == "real" else "fixed_pt"))
    spikes = {name: sink.data.get().T.astype(int) for name, sink in sinks.items()}
    one.stop()
    return [one, two], spikes


def main(folder):
    recorder = Recorder("lava", folder)
    for case, options in {
        "lif": dict(du=4095, dv=512),
        "lif_current": dict(du=1200, dv=300),
        "lif_bias_loop": dict(du=2500, dv=300, bias=150, loop=True),
        "lif_exponent": dict(du=1200, dv=300, exponent=2, bits=6),
        "lif_floor": dict(du=1200, dv=300, exponent=-3, threshold=16),
        "lif_sparse": dict(du=1200, dv=300, kind="sparse"),
        "lif_delay": dict(du=1200, dv=300, kind="delay"),
        "lif_reset": dict(du=1200, dv=300, neuron=LIFReset, reset_interval=9, reset_offset=4),
        "lif_refractory": dict(du=0.5, dv=0.125, kind="real", threshold=1, neuron=LIFRefractory, refractory_period=3),
    }.items():
        processes, spikes = run(**options)
        recorder.keep(case, processes, spikes)
    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
