"""The layers of a PyTorch network, and which feeds which.

A ``Sequential`` (nested ones too) or a list says it itself. Any other module is called once with a sample, and hooks
note every layer's call; a tensor that a layer gets must be the very one that another layer returned, so that nothing
that happens between layers (sums, reshapes, activations written as functions) can be missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np

from .errors import ExportError
from .network import Network

#: Layers that change nothing once a network is trained.
SILENT = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "Identity")


@dataclass
class Call:
    """A layer and the layers that feed it; ``"input"`` is the network's input."""

    name: str
    module: object
    sources: list


def calls(network, is_neuron: Callable[[object], bool], sample=None) -> list[Call]:
    """The layers of ``network`` in the order in which they are called."""
    import torch

    if isinstance(network, (list, tuple)):
        pairs = [(str(i), m) for i, m in enumerate(network)]
    elif _is_sequential(network):
        pairs = list(_flat(network, "", is_neuron))
    elif is_neuron(network) or not list(network.children()):
        pairs = [("0", network)]
    elif sample is None:
        raise ExportError(
            f"{type(network).__name__} is no Sequential: its layers are found by calling it once, so give a sample of its "
            "input (sample=torch.zeros(...)), or give its layers in their order as a list"
        )
    else:
        return _traced(network, is_neuron, torch.as_tensor(sample))
    found, before = [], "input"
    for name, module in pairs:
        if type(module).__name__ in SILENT:
            continue
        found.append(Call(name, module, [before]))
        before = name
    return found


def _is_sequential(module) -> bool:
    """``nn.Sequential`` and the frameworks' kinds of it (Norse's SequentialState, sinabs' Network has its own)."""
    import torch

    return isinstance(module, torch.nn.Sequential) or type(module).__name__ == "SequentialState"


def _flat(module, prefix: str, is_neuron):
    for name, child in module.named_children():
        full = f"{prefix}{name}"
        if _is_sequential(child) and not is_neuron(child):
            yield from _flat(child, full + ".", is_neuron)
        else:
            yield full, child


def _leaves(module, is_neuron, prefix=""):
    import torch.nn as nn

    for name, child in module.named_children():
        full = f"{prefix}{name}"
        # A layer with weights may hold what they are made with (parametrisations).
        whole = is_neuron(child) or isinstance(child, (nn.Linear, nn.Conv1d, nn.Conv2d))
        if whole or not list(child.children()):
            yield full, child
        else:
            yield from _leaves(child, is_neuron, full + ".")


def _tensors(value):
    import torch

    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _tensors(item)


def _traced(network, is_neuron, sample) -> list[Call]:
    import torch

    made: dict[int, str] = {}
    alive: list = []
    found: dict[str, Call] = {}
    lost: list[str] = []

    def hook(name):
        def after(module, args, output):
            source = next(_tensors(args), None)
            outputs = list(_tensors(output))
            alive.append((args, output))
            known = made.get(id(source))
            silent = type(module).__name__ in SILENT
            if name not in found and not silent:
                if known is None and found:
                    lost.append(name)
                found[name] = Call(name, module, [known or "input"])
            if outputs:
                made[id(outputs[0])] = (known or "input") if silent else name
        return after

    handles = [m.register_forward_hook(hook(n)) for n, m in _leaves(network, is_neuron)]
    training = network.training
    try:
        network.eval()
        with torch.no_grad():
            made[id(sample)] = "input"
            network(sample)
    finally:
        network.train(training)
        for handle in handles:
            handle.remove()
    if lost:
        raise ExportError(
            f"what reaches '{lost[0]}' is no layer's output as it stands: something is done to it outside of layers (a sum, "
            "a reshape, a function). Use layers for it (nn.Flatten), or give the layers in their order as a list"
        )
    unused = [n for n, m in _leaves(network, is_neuron) if n not in found and type(m).__name__ not in SILENT]
    if unused:
        raise ExportError(f"layer '{unused[0]}' was not called with this sample")
    return list(found.values())


def array(tensor) -> np.ndarray:
    """A tensor (or number) as numpy, as it is."""
    if hasattr(tensor, "detach"):
        return tensor.detach().cpu().numpy()
    return np.asarray(tensor)


def number(tensor, name: str, what: str):
    """A parameter as one float or an array (neurons,): one number, or one for each neuron."""
    values = np.asarray(array(tensor), dtype=np.float64).reshape(-1)
    if values.size == 0:
        raise ExportError(f"'{name}': {what} is empty")
    return float(values[0]) if np.all(values == values[0]) else values


def add_weights(net: Network, call: Call) -> bool:
    """Adds a layer that has no state; False if it is none that is known."""
    import torch.nn as nn

    m, name = call.module, call.name
    if isinstance(m, nn.Linear):
        net.linear(name, array(m.weight), None if m.bias is None else array(m.bias), after=call.sources)
    elif isinstance(m, (nn.Conv1d, nn.Conv2d)):
        if m.padding_mode != "zeros":
            raise ExportError(f"'{name}': padding_mode '{m.padding_mode}'; zeros alone can be done")
        two = isinstance(m, nn.Conv2d)
        whole = (lambda v: np.array(v, dtype=np.int64)) if two else (lambda v: int(v[0]))
        padding = m.padding if isinstance(m.padding, str) else whole(m.padding)
        out = m.weight.shape[0]
        bias = np.zeros(out, dtype=np.float32) if m.bias is None else array(m.bias)
        net.window(name, type_of(m), call.sources, weight=array(m.weight), stride=whole(m.stride), padding=padding,
                   dilation=whole(m.dilation), groups=int(m.groups), bias=bias)
    elif isinstance(m, nn.AvgPool2d) or type(m).__name__ == "SumPool2d":
        if getattr(m, "ceil_mode", False) or getattr(m, "divisor_override", None):
            raise ExportError(f"'{name}': ceil_mode and divisor_override cannot be written")
        both = lambda v: np.array(v if isinstance(v, (tuple, list)) else (v, v), dtype=np.int64)  # noqa: E731
        padding = both(m.padding)
        if isinstance(m, nn.AvgPool2d) and not m.count_include_pad and padding.any():
            raise ExportError(f"'{name}': count_include_pad=False with padding; NIR's mean counts the padding")
        kind = "AvgPool2d" if isinstance(m, nn.AvgPool2d) else "SumPool2d"
        net.window(name, kind, call.sources, kernel_size=both(m.kernel_size), stride=both(m.stride or m.kernel_size),
                   padding=padding)
    elif isinstance(m, nn.Flatten):
        if (m.start_dim, m.end_dim) != (1, -1):
            raise ExportError(f"'{name}': Flatten from axis {m.start_dim} to {m.end_dim}; all but the batch must become one")
        net.flatten(name, call.sources)
    elif isinstance(m, nn.modules.batchnorm._BatchNorm):
        raise ExportError(f"'{name}' is a {type(m).__name__}: fold it into the layer before it "
                          "(torch.nn.utils.fusion.fuse_conv_bn_eval, fuse_linear_bn_eval)")
    elif isinstance(m, (nn.MaxPool1d, nn.MaxPool2d)):
        raise ExportError(f"'{name}' is a {type(m).__name__}: a maximum is no weighted sum; train with AvgPool2d")
    else:
        return False
    return True


def type_of(module) -> str:
    """Conv1d or Conv2d, also of subclasses (SpikingJelly has layers of its own)."""
    import torch.nn as nn

    return "Conv2d" if isinstance(module, nn.Conv2d) else "Conv1d"


def build(net: Network, found: list[Call], input_shape: Optional[tuple], add_neurons) -> Network:
    """Puts the layers into ``net``. ``add_neurons(net, call)`` adds those with a state and returns False for others."""
    if input_shape is None:
        first = found[0].module
        if not hasattr(first, "in_features"):
            raise ExportError(f"the first layer is a {type(first).__name__}: give input_shape, without batch and time")
        input_shape = (first.in_features,)
    net.input(input_shape)
    for call in found:
        if add_neurons(net, call) or add_weights(net, call):
            continue
        raise ExportError(f"'{call.name}' is a {type(call.module).__name__}, which has no counterpart on the hardware")
    feeding = {s for call in found for s in call.sources}
    ends = [c.name for c in found if c.name not in feeding]
    net.output(after=ends or [found[-1].name])
    return net
