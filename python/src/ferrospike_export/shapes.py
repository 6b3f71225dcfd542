"""Shapes of what arrives at a node and what leaves it: (neurons,) or (channels, height, width)."""

from __future__ import annotations

import numpy as np

from .errors import ExportError


def pair(value) -> tuple[int, int]:
    """A number for both axes, or one for each."""
    a = np.atleast_1d(value)
    return (int(a[0]), int(a[-1]))


def _axis(size: int, kernel: int, stride: int, padding, dilation: int) -> int:
    if isinstance(padding, str):
        if padding == "same":
            return size
        padding = 0
    return (size + 2 * int(padding) - dilation * (kernel - 1) - 1) // stride + 1


def arriving(node) -> tuple:
    """The shape a node wants, as far as its parameters say it."""
    if node.kind in ("Linear", "Affine"):
        return (node.parameters["weight"].shape[1],)
    return node.shape


def leaving(node, shapes: list[tuple]) -> tuple:
    """The shape that leaves a node at which ``shapes`` arrive."""
    kind, p, name = node.kind, node.parameters, node.name
    if kind == "Input":
        return tuple(int(n) for n in p["shape"])
    if not shapes:
        raise ExportError(f"nothing leads to '{name}'")
    first = tuple(shapes[0])
    size = int(np.prod(first))
    if any(int(np.prod(s)) != size for s in shapes[1:]):
        raise ExportError(f"shapes {shapes} arrive at '{name}'; they must be of one size")
    if kind in ("Linear", "Affine"):
        weight = p["weight"]
        if weight.ndim != 2 or weight.shape[1] != size:
            raise ExportError(f"'{name}' has weights {weight.shape}, but {size} values arrive (shape {first})")
        if "bias" in p and p["bias"].shape != (weight.shape[0],):
            raise ExportError(f"'{name}' has a bias {p['bias'].shape} for {weight.shape[0]} outputs")
        return (weight.shape[0],)
    if kind == "Flatten":
        return (size,)
    if kind == "Scale":
        if p["scale"].size != size:
            raise ExportError(f"'{name}' has {p['scale'].size} factors for {size} values")
        return first
    if kind in ("Conv2d", "SumPool2d", "AvgPool2d"):
        if len(first) != 3:
            raise ExportError(f"shape {first} arrives at '{name}'; it needs (channels, height, width): give input_shape")
        return _window(name, kind, p, first)
    if kind == "Conv1d":
        if len(first) != 2:
            raise ExportError(f"shape {first} arrives at '{name}'; it needs (channels, length): give input_shape")
        return _line(name, p, first)
    return first


def _window(name: str, kind: str, p: dict, shape: tuple) -> tuple:
    channels, height, width = shape
    if kind == "Conv2d":
        weight, groups = p["weight"], int(p.get("groups", 1))
        if weight.ndim != 4 or weight.shape[1] * groups != channels:
            raise ExportError(f"'{name}' has weights {weight.shape} in {groups} groups for {channels} channels")
        kernel, dilation, channels = weight.shape[2:], pair(p.get("dilation", 1)), weight.shape[0]
        p["input_shape"] = np.array((height, width), dtype=np.int64)
    else:
        kernel, dilation = pair(p["kernel_size"]), (1, 1)
    stride, padding = pair(p["stride"]), p["padding"]
    padding = (padding, padding) if isinstance(padding, str) else pair(padding)
    if "same" in padding and stride != (1, 1):
        raise ExportError(f"'{name}': padding 'same' needs a stride of 1")
    out = tuple(_axis(n, k, s, q, d) for n, k, s, q, d in zip((height, width), kernel, stride, padding, dilation))
    if min(out) < 1:
        raise ExportError(f"'{name}' leaves nothing of {shape}")
    return (channels, *out)


def _line(name: str, p: dict, shape: tuple) -> tuple:
    channels, length = shape
    weight, groups = p["weight"], int(p.get("groups", 1))
    if weight.ndim != 3 or weight.shape[1] * groups != channels:
        raise ExportError(f"'{name}' has weights {weight.shape} in {groups} groups for {channels} channels")
    p["input_shape"] = length
    padding = p["padding"]
    padding = padding if isinstance(padding, str) else pair(padding)[0]
    out = _axis(length, weight.shape[2], pair(p["stride"])[0], padding, pair(p.get("dilation", 1))[0])
    if out < 1:
        raise ExportError(f"'{name}' leaves nothing of {shape}")
    return (weight.shape[0], out)
