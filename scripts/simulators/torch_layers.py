"""A network in snnTorch or in Norse: layers of neurons of the framework, joined step by step.

    python torch_layers.py snntorch|norse FOLDER --networks mnist,sparse --threads 2

prints one JSON object."""

import argparse
import importlib.metadata
import json
import sys

import numpy as np
import torch

import common


class Snntorch:
    """Leaky and Synaptic; reset by subtraction in the next step, or to zero at once."""

    def __init__(self, rule):
        import snntorch

        zero = rule["reset"] == "zero"
        self.synaptic = rule["current_decay"] > 0
        arguments = {"beta": rule["decay"], "threshold": rule["threshold"],
                     "reset_mechanism": "zero" if zero else "subtract", "reset_delay": not zero}
        if self.synaptic:
            self.neurons = snntorch.Synaptic(alpha=rule["current_decay"], **arguments)
        else:
            self.neurons = snntorch.Leaky(**arguments)

    def start(self, batch, size):
        zero = torch.zeros(batch, size)
        return (zero, zero) if self.synaptic else (zero,)

    def step(self, current, state):
        spikes, *state = self.neurons(current, *state)
        return spikes, state


class Norse:
    """LIF with a current, and LIFBox without. Norse scales the input by 1 - decay: so are thresholds here."""

    def __init__(self, rule):
        from norse.torch.functional import lif, lif_box
        from norse.torch.functional.reset import reset_value

        self.lif, self.box = lif, lif_box
        self.synaptic = rule["current_decay"] > 0
        leak = 1.0 - rule["decay"]
        parameters = {"tau_mem_inv": torch.as_tensor(leak / 0.001), "v_th": torch.as_tensor(leak * rule["threshold"])}
        late = rule["decay"]

        def subtract_in_the_next_step(spikes, v, reset, threshold):
            # What is subtracted before the decay that is to be `threshold` after it.
            return v - spikes * (threshold / late)

        if self.synaptic:
            inverse = torch.as_tensor((1.0 - rule["current_decay"]) / 0.001)
            self.parameters = lif.LIFParameters(tau_syn_inv=inverse, **parameters)
        else:
            reset = reset_value if rule["reset"] == "zero" else subtract_in_the_next_step
            self.parameters = lif_box.LIFBoxParameters(reset_method=reset, **parameters)

    def start(self, batch, size):
        zero = torch.zeros(batch, size)
        if self.synaptic:
            return self.lif.LIFFeedForwardState(v=zero, i=zero)
        return self.box.LIFBoxFeedForwardState(v=zero)

    def step(self, current, state):
        step = self.lif.lif_feed_forward_step if self.synaptic else self.box.lif_box_feed_forward_step
        return step(current, state, self.parameters)


class Model:
    """All layers of a network."""

    def __init__(self, framework, network):
        self.network = network
        self.layers = [framework(p["neuron"]) if p["neuron"] else None for p in network.populations]
        self.incoming = []
        for index in range(len(network.populations)):
            into = [(c["from"], c["delay"], torch.from_numpy(c["weights"]).contiguous())
                    for c in network.incoming(index)]
            self.incoming.append(into)

    @torch.inference_mode()
    def run(self, spikes):
        """Spikes (step, sample, input) -> counts of the outputs (sample, neuron)."""
        batch, sizes = spikes.shape[1], [p["neurons"] for p in self.network.populations]
        # What comes from the input has no state: all steps at once, the fastest way to say it in torch.
        given = {}
        for index, into in enumerate(self.incoming):
            for source, delay, weights in into:
                if source == 0 and delay == 0:
                    given[index] = spikes @ weights
        states = [layer.start(batch, size) if layer else None for layer, size in zip(self.layers, sizes)]
        last = [torch.zeros(batch, size) for size in sizes]
        counts = torch.zeros(batch, sizes[self.network.outputs])
        for step in range(spikes.shape[0]):
            now = [spikes[step]] + [None] * (len(sizes) - 1)
            for index in range(1, len(sizes)):
                current = given[index][step] if index in given else 0.0
                for source, delay, weights in self.incoming[index]:
                    if source != 0:
                        current = current + (last if delay else now)[source] @ weights
                now[index], states[index] = self.layers[index].step(current, states[index])
            counts += now[self.network.outputs]
            last = now
        return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("framework", choices=["snntorch", "norse"])
    parser.add_argument("folder")
    parser.add_argument("--networks", default="mnist,braille,sparse")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", default="1,16,64,256,1024")
    parser.add_argument("--seconds", type=float, default=1.0)
    args = parser.parse_args()
    framework = {"snntorch": Snntorch, "norse": Norse}[args.framework]
    results = {}
    for name in args.networks.split(","):
        network = common.Network(args.folder, name)
        model = Model(framework, network)
        counts = model.run(steps_first(network.spikes[:200])).numpy()
        agreement = common.agreement(network, counts.round())
        speeds = []
        for batch in map(int, args.batch.split(",")):
            print(f"{args.framework}: {name}, batch {batch}", file=sys.stderr, flush=True)
            # As many different batches as there are samples for, at most 64.
            starts = range(0, min(len(network.spikes), 64 * batch), batch)
            picks = [np.arange(start, start + batch) % len(network.spikes) for start in starts]
            batches = [steps_first(network.spikes[pick]) for pick in picks]
            # Threads that wait for each other slow a small network, and more so on a busy machine: one
            # is tried too.
            for threads in sorted({1, args.threads}):
                torch.set_num_threads(threads)
                best, slowest = common.measure(model.run, batches, args.seconds)
                speeds.append(common.speed(batch, threads, best, slowest))
        results[name] = {"agreement": agreement, "speeds": speeds}
    versions = {p: importlib.metadata.version(p) for p in (args.framework, "torch")}
    print(json.dumps({"simulator": args.framework, "versions": versions, "networks": results}))


def steps_first(spikes):
    """uint8 (sample, step, input) -> float32 (step, sample, input)."""
    return torch.from_numpy(spikes.astype(np.float32).transpose(1, 0, 2).copy())


if __name__ == "__main__":
    main()
