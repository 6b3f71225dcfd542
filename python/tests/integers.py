"""The number contract (docs/numerics.md, section 2) as plain as it can be written, for networks in files.

Reads what the package writes by means of its own, and steps integers with numpy. Weights and parameters are rounded to
2^-F, factors to 2^-16; the state is limited as the hardware limits it. Nothing here is taken from the package.
"""

import json
import pathlib

import numpy as np

LIMIT = 2**23 - 1
_WINDOWS = ("Conv2d", "AvgPool2d", "SumPool2d")


def _json(path):
    text = json.loads(path.read_text())
    arrays = np.load(path.parent / text["arrays"]) if "arrays" in text else {}
    value = lambda x: arrays[x] if isinstance(x, str) and x in arrays else x  # noqa: E731
    nodes = {}
    for node in text["nodes"]:
        rule = {k: value(v) for k, v in node.get("rule", {}).items()}
        parameters = {k: value(v) for k, v in node.items() if k not in ("name", "kind", "rule")}
        nodes[node["name"]] = (node["kind"], parameters, rule)
    return nodes, [tuple(e) for e in text["edges"]], text["dt"]


def _nir(path):
    import h5py

    plain = lambda item: item[()].decode() if isinstance(item[()], bytes) else item[()]  # noqa: E731
    nodes = {}
    with h5py.File(path) as file:
        for name, group in file["node/nodes"].items():
            parameters = {k: plain(group[k]) for k in group if k not in ("type", "metadata")}
            said = group["metadata"] if "metadata" in group else {}
            rule = {k.removeprefix("ferrospike_"): plain(said[k]) for k in said}
            nodes[name] = (plain(group["type"]), parameters, rule)
        edges = [(a.decode(), b.decode()) for a, b in file["node/edges"][()]]
        return nodes, edges, float(file["node/metadata/ferrospike_dt"][()])


def _window(kind, x, p):
    """A convolution or a pool by its definition."""
    pair = lambda key, other: np.broadcast_to(np.asarray(p.get(key, other)), (2,)).astype(int)  # noqa: E731
    (sy, sx), (py, px) = pair("stride", 1), pair("padding", 0)
    x = np.pad(x, ((0, 0), (py, py), (px, px)))
    kernel = p["weight"].shape[2:] if kind == "Conv2d" else tuple(pair("kernel_size", 1))
    rows, columns = (x.shape[1] - kernel[0]) // sy + 1, (x.shape[2] - kernel[1]) // sx + 1
    out = np.zeros((p["weight"].shape[0] if kind == "Conv2d" else x.shape[0], rows, columns))
    for i in range(rows):
        for j in range(columns):
            part = x[:, i * sy:i * sy + kernel[0], j * sx:j * sx + kernel[1]]
            if kind == "Conv2d":
                out[:, i, j] = (p["weight"] * part[None]).sum((1, 2, 3)) + p["bias"]
            else:
                out[:, i, j] = part.sum((1, 2)) / (part[0].size if kind == "AvgPool2d" else 1)
    return out


class Machine:
    """A network in a file. ``run`` gives the spikes of every population, (steps, neurons).

    ``bits``: after the point, where the file does not say it.
    """

    def __init__(self, path, bits=19):
        path, self.by_default = pathlib.Path(path), bits
        self.nodes, edges, self.dt = (_json if path.suffix == ".json" else _nir)(path)
        self.sources = {n: [a for a, b in edges if b == n] for n in self.nodes}
        self.input = next(n for n, node in self.nodes.items() if node[0] == "Input")
        self.populations = [n for n, node in self.nodes.items() if node[2] and node[0] != "Linear"]
        self.spikes = {n: [] for n in [self.input, *self.populations]}
        self.shapes = {self.input: tuple(np.atleast_1d(self.nodes[self.input][1]["shape"]))}
        self.order = []
        while len(self.order) < len(self.populations):
            done = {*self.order, self.input}
            ready = [p for p in self.populations if p not in done and self.origins(p) <= done | {p}]
            self.order += ready
        for p in self.order:
            self.shapes[p] = self.passed(self.sources[p][0], 0, 0).shape
        self.state = {p: self.start(p) for p in self.populations}

    def origins(self, name):
        """Input and populations that feed a node."""
        found = set()
        for s in self.sources[name]:
            found |= {s} if s in self.spikes else self.origins(s)
        return found

    def passed(self, name, step, delay):
        """What leaves a node in a step, ``delay`` steps late."""
        kind, p, rule = self.nodes[name]
        if name in self.spikes:
            rows = self.spikes[name]
            there = 0 <= step - delay < len(rows)
            return rows[step - delay] if there else np.zeros(self.shapes[name])
        if kind == "Delay":
            delay += int(round(float(np.asarray(p["delay"]).flat[0]) / self.dt))
            return self.passed(self.sources[name][0], step, delay)
        x = sum(self.passed(s, step, delay) for s in self.sources[name])
        if kind in ("Linear", "Affine"):
            y = np.asarray(p["weight"], dtype=float) @ x.reshape(-1) + p.get("bias", 0.0)
            return np.floor(y / 2.0 ** float(rule["floor_shift"])) if "floor_shift" in rule else y
        if kind in _WINDOWS:
            return _window(kind, x, p)
        return x.reshape(-1) if kind == "Flatten" else x * np.asarray(p["scale"]).reshape(x.shape)

    def bits(self, name):
        return int(self.nodes[name][2].get("fraction_bits", self.by_default))

    def value(self, name, x):
        """Real numbers in units of the state."""
        return np.rint(np.asarray(x, dtype=float) * 2.0 ** self.bits(name)).astype(np.int64)

    def each(self, name, key, other=0.0):
        x = np.asarray(self.nodes[name][2].get(key, other), dtype=float)
        return x.reshape(self.shapes[name]) if x.size > 1 else x.reshape(())

    def start(self, name):
        zero = np.zeros(self.shapes[name], dtype=np.int64)
        return {"u": zero, "v": zero + self.value(name, self.each(name, "start")), "held": zero, "fired": zero}

    def arriving(self, name, step):
        rule, total = self.nodes[name][2], 0.0
        for source in self.sources[name]:
            origin = next(iter({source} if source in self.spikes else self.origins(source)))
            delay = int(rule.get("delay", 0))
            if origin == self.input:
                delay = int(rule.get("input_delay", delay))
            # A spike that closes a loop takes a step at least.
            total = total + self.passed(source, step, max(delay, 1) if origin == name else delay)
        return self.value(name, self.each(name, "input_gain", 1.0) * total)

    def update(self, name, step):
        rule, s = self.nodes[name][2], self.state[name]
        factor = lambda key, other=0.0: np.rint(self.each(name, key, other) * 65536).astype(np.int64)  # noqa: E731
        of_membrane = rule.get("rounding", "floor")
        of_current = rule.get("current_rounding", rule.get("rounding", "floor" if "fraction_bits" in rule else "half-up"))

        def c(x, how):
            return {"floor": 0, "half-up": 32768, "toward-zero": np.where(x < 0, 65535, 0)}[how]

        if "clear_interval" in rule and (step + 1 - int(rule.get("clear_offset", 0))) % int(rule["clear_interval"]) == 0:
            s = self.start(name)
        u = s["u"] + self.arriving(name, step)
        wraps = rule.get("current_overflow") == "wrap"
        u = (u + 2**23) % 2**24 - 2**23 if wraps else np.clip(u, -LIMIT, LIMIT)
        after = (factor("alpha") * u + c(u, of_current)) >> 16
        i = after if rule.get("current") == "after-decay" else u
        bias = self.value(name, self.each(name, "bias")) << 16
        h = (factor("beta") * s["v"] + factor("gain", 1.0) * i + bias + c(s["v"], of_membrane)) >> 16
        theta = np.asarray(self.nodes[name][1]["v_threshold"], dtype=float)
        sub = self.value(name, theta.reshape(self.shapes[name]) if theta.size > 1 else theta.reshape(()))
        subtract, late = rule["reset"] == "subtract", int(rule.get("reset_delay", 0))
        h = h - s["fired"] * sub if subtract and late else h
        low, high = (self.value(name, rule[k]) if k in rule else d for k, d in (("v_min", -LIMIT), ("v_max", LIMIT)))
        h = np.clip(h, low, high)
        most = int(rule.get("max_spikes", 1))
        n = np.clip(h // np.maximum(sub, 1), 0, most) if most > 1 else (h >= sub + (rule["comparator"] == ">")).astype(np.int64)
        if "lower_threshold" in rule:
            low = self.value(name, self.each(name, "lower_threshold"))
            n = n - (h < low + (rule["comparator"] == ">=")).astype(np.int64)
        held = s["held"] > 0
        n = np.where(held, 0, n)
        reset = self.value(name, self.each(name, "reset_value"))
        v = h if late and subtract or rule["reset"] == "none" else h - n * sub if subtract else np.where(n != 0, reset, h)
        left = np.where(n > 0, int(rule.get("refractory", 0)), np.maximum(s["held"] - 1, 0))
        self.state[name] = {"u": after, "v": np.where(held, reset, v), "held": left, "fired": (n > 0).astype(np.int64)}
        return n

    def run(self, inputs):
        for step, row in enumerate(inputs):
            self.spikes[self.input].append(row.reshape(self.shapes[self.input]).astype(float))
            for name in self.order:
                self.spikes[name].append(self.update(name, step).astype(float))
        return {p: np.array([r.reshape(-1) for r in self.spikes[p]]).astype(int) for p in self.populations}
