"""Steps through a PyTorch network layer by layer, as its framework computes it, and keeps what populations sent."""

from __future__ import annotations

import numpy as np

from .torch_graph import SILENT


def step_through(found, spikes: np.ndarray, is_neuron, step, input_shape=None, dtype=None) -> dict:
    """Spikes of every population: {name: (steps, neurons)}.

    Args:
        found: the calls of the network, each after those that feed it.
        spikes: (steps, inputs).
        step: ``step(module, x, state) -> (spikes, state)`` for layers with a state, ``None`` at the start.
        input_shape: of one step without the batch, if the first layer wants more than one axis.
        dtype: of the computation; by default that of the weights.
    """
    import torch

    if dtype is None:
        dtype = next((p.dtype for c in found for p in c.module.parameters()), torch.float32)
    shape = tuple(input_shape) if input_shape is not None else (spikes.shape[1],)
    states: dict = {}
    out: dict = {c.name: [] for c in found if is_neuron(c.module)}
    with torch.no_grad():
        for row in spikes:
            values = {"input": torch.as_tensor(row, dtype=dtype).reshape(1, *shape)}
            for call in found:
                x = values[call.sources[0]]
                for source in call.sources[1:]:
                    x = x + values[source]
                if is_neuron(call.module):
                    values[call.name], states[call.name] = step(call.module, x, states.get(call.name))
                    out[call.name].append(values[call.name].reshape(-1).cpu().numpy())
                elif type(call.module).__name__ in SILENT:
                    values[call.name] = x
                else:
                    values[call.name] = call.module(x)
    return {name: np.rint(np.stack(rows)).astype(np.int64) for name, rows in out.items()}
