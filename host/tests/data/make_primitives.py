"""Writes primitives_108.nir, primitives_0d.nir and keys.nir (nir 1.0.8) or primitives_104.nir (nir 1.0.4): graphs with
every primitive of that version, parameters for each neuron, 0-d parameters, and rule keys (docs/import.md).

    pip install nir==1.0.8 numpy h5py && python make_primitives.py .
    pip install nir==1.0.4            && python make_primitives.py .
"""
import sys
import nir
import numpy as np

OUT = sys.argv[1]
OLD = not hasattr(nir, "CubaLI")
F = np.float32
RNG = np.random.default_rng(1)


def eighths(*shape):
    return (RNG.integers(-8, 9, shape) / 8).astype(F)


def each(*values):
    return np.array(values, F)


def border(n):
    return nir.Input(np.array([n])), nir.Output(np.array([n]))


def reset(**more):
    return {} if OLD else more


# A chain through every primitive with spikes, then three read-outs side by side.
nodes = {
    "input": nir.Input(input_type=np.array([1, 6, 6])),
    "conv2": nir.Conv2d(input_shape=(6, 6), weight=eighths(2, 1, 3, 3), stride=1, padding=1, dilation=1, groups=1,
                        bias=eighths(2)),
    "if": nir.IF(r=np.full((2, 6, 6), 1000, F), v_threshold=np.full((2, 6, 6), 1, F),
                 **reset(v_reset=np.full((2, 6, 6), -0.25, F))),
    "sum": nir.SumPool2d(kernel_size=np.array([2, 2]), stride=np.array([2, 2]), padding=np.array([0, 0])),
    "scale": nir.Scale(scale=(np.arange(18).reshape(2, 3, 3) / 16).astype(F)),
    "flatten": nir.Flatten(input_type={"input": np.array([2, 3, 3])}, start_dim=0, end_dim=-1),
    "affine": nir.Affine(weight=eighths(4, 18), bias=eighths(4)),
    "lif": nir.LIF(tau=each(0.008, 0.016, 0.008, 0.004), r=each(1, 2, 8, 1), v_leak=each(0, 0.5, 0, -0.5),
                   v_threshold=each(1, 0.5, 1, 0.25), **reset(v_reset=each(0, 0.125, -0.5, 0))),
    "delay": nir.Delay(delay=each(0.001, 0.003, 0.001, 0.0)),
    "linear": nir.Linear(weight=eighths(3, 4)),
    "cuba": nir.CubaLIF(tau_syn=each(0.002, 0.004, 0.002), tau_mem=each(0.008, 0.008, 0.004), r=each(1, 1, 2),
                        v_leak=each(0, 0, 0), v_threshold=each(0.25, 0.25, 0.25), w_in=each(2, 4, 2)),
    "mix": nir.Linear(weight=eighths(3, 3)),
    "threshold": nir.Threshold(threshold=each(0.5, -0.5, 0.25)),
    "to_li": nir.Linear(weight=eighths(2, 3)),
    "li": nir.LI(tau=each(0.008, 0.004), r=each(1, 1), v_leak=each(0, 0)),
    "out_li": nir.Output(np.array([2])),
    "to_i": nir.Linear(weight=eighths(2, 3)),
    "i": nir.I(r=each(500, 250)),
    "out_i": nir.Output(np.array([2])),
}
edges = [("input", "conv2"), ("conv2", "if"), ("if", "sum"), ("sum", "scale"), ("scale", "flatten"),
         ("flatten", "affine"), ("affine", "lif"), ("lif", "delay"), ("delay", "linear"), ("linear", "cuba"),
         ("cuba", "mix"), ("mix", "threshold"), ("threshold", "to_li"), ("to_li", "li"), ("li", "out_li"),
         ("threshold", "to_i"), ("to_i", "i"), ("i", "out_i")]
if not OLD:
    nodes["to_cubali"] = nir.Linear(weight=eighths(2, 3))
    nodes["cubali"] = nir.CubaLI(tau_syn=each(0.002, 0.004), tau_mem=each(0.008, 0.004), r=each(1, 1),
                                 v_leak=each(0, 0.25))
    nodes["out_cubali"] = nir.Output(np.array([2]))
    edges += [("threshold", "to_cubali"), ("to_cubali", "cubali"), ("cubali", "out_cubali")]
kind = "104" if OLD else "108"
graph = nir.NIRGraph(nodes=nodes, edges=edges)
nir.write(f"{OUT}/primitives_{kind}.nir", graph)

if not OLD:
    # 0-d parameters: the population's size follows from the matrix. A bare integrator with a threshold.
    zero = lambda value: np.array(value, F)
    nodes = {
        "input": nir.Input(np.array([4])), "fc": nir.Linear(weight=eighths(3, 4)),
        "lif": nir.LIF(tau=zero(0.008), r=zero(1), v_leak=zero(0), v_threshold=zero(0.25), v_reset=zero(0)),
        "fc2": nir.Linear(weight=eighths(3, 3)),
        "li": nir.LI(tau=zero(0.008), r=zero(8), v_leak=zero(0)), "threshold": nir.Threshold(threshold=zero(0.5)),
        "output": nir.Output(np.array([3])),
    }
    order = list(nodes)
    graph = nir.NIRGraph(nodes=nodes, edges=list(zip(order, order[1:])), type_check=False)
    nir.write(f"{OUT}/primitives_0d.nir", graph, compression=None)

    # Rule keys as scalars, words and arrays.
    nodes = {
        "input": nir.Input(np.array([4])), "fc": nir.Linear(weight=eighths(3, 4)),
        "lif": nir.LIF(tau=each(1, 1, 1), r=each(1, 1, 1), v_leak=each(0, 0, 0), v_threshold=each(1, 1, 1)),
        "output": nir.Output(np.array([3])),
    }
    nodes["lif"].metadata = {
        "ferrospike_beta": np.array([0.5, 0.75, 0.875]), "ferrospike_alpha": 0.25, "ferrospike_gain": 0.5,
        "ferrospike_input_gain": 2.0, "ferrospike_bias": 0.125, "ferrospike_current": "after-decay",
        "ferrospike_comparator": ">=", "ferrospike_reset": "subtract", "ferrospike_reset_delay": 0,
        "ferrospike_max_spikes": 3, "ferrospike_v_min": -1.0, "ferrospike_delay": 2, "ferrospike_input_delay": 1,
        "ferrospike_start": 0.0, "comment": "not a rule key",
    }
    order = list(nodes)
    graph = nir.NIRGraph(nodes=nodes, edges=list(zip(order, order[1:])), metadata={
        "ferrospike_format": 1, "ferrospike_dialect": "sinabs", "ferrospike_dt": 0.002,
        "ferrospike_framework": "sinabs 3.1.3", "ferrospike_exporter": "by hand", "ferrospike_v_max": 8.0,
        "ferrospike_norm_input": True, "note": "not a rule key"})
    nir.write(f"{OUT}/keys.nir", graph)
