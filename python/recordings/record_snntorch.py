"""snnTorch. Usage: record_snntorch.py FOLDER"""

import sys
import warnings

import numpy as np
import snntorch as snn
import torch
from common import ALPHA, BETA, HIDDEN, RECURRENT, THRESHOLD, X, Recorder
from ferrospike_export.grid import FloorState, floored_synaptic
from torch_common import network, run, same_as_record

warnings.filterwarnings("ignore")


class HalfUpState(FloorState):
    """Rounds to the nearest, halves up."""

    rounding = "half-up"

    def __call__(self, state):
        return super().__call__(state + 2.0 ** -(self.fraction_bits + 1))


def call(layer, x, state):
    spikes, *rest = layer(x, *(state or ()))
    return spikes, ((spikes, *rest) if isinstance(layer, (snn.RLeaky, snn.RSynaptic)) else tuple(rest))


def convolutional():
    """Inputs (1, 4, 4), a convolution, a mean over windows, a full layer."""
    rng = torch.Generator().manual_seed(5)
    dyadic = lambda *shape: torch.randint(-20, 40, shape, generator=rng) / 32.0  # noqa: E731
    net = torch.nn.Sequential()
    conv = torch.nn.Conv2d(1, 4, 3, padding=1)
    conv.weight.data, conv.bias.data = dyadic(4, 1, 3, 3), dyadic(4) / 8
    fc = torch.nn.Linear(16, 10)
    fc.weight.data, fc.bias.data = dyadic(10, 16), dyadic(10) / 8
    for name, module in (("conv", conv), ("l1", snn.Leaky(beta=BETA)), ("pool", torch.nn.AvgPool2d(2)),
                         ("flatten", torch.nn.Flatten()), ("fc", fc), ("l2", snn.Leaky(beta=BETA))):
        net.add_module(name, module)
    out, states = {"l1": [], "l2": []}, {}
    with torch.no_grad():
        for row in torch.tensor(X, dtype=torch.float32):
            x = row.reshape(1, 1, 4, 4)
            for name, module in net.named_children():
                if name in out:
                    x, states[name] = call(module, x, states.get(name))
                    out[name].append(x.reshape(-1).numpy().astype(int))
                else:
                    x = module(x)
    return net, {name: np.array(rows) for name, rows in out.items()}


def main(folder):
    recorder = Recorder("snntorch", folder, "nir")
    leaky = lambda **o: (lambda n: snn.Leaky(beta=BETA, threshold=THRESHOLD, **o))  # noqa: E731
    synaptic = lambda **o: (lambda n: snn.Synaptic(alpha=ALPHA, beta=BETA, threshold=THRESHOLD, **o))  # noqa: E731
    each = torch.Generator().manual_seed(2)
    kinds = {
        "leaky_subtract": leaky(),
        "leaky_zero": leaky(reset_mechanism="zero"),
        "leaky_zero_now": leaky(reset_mechanism="zero", reset_delay=False),
        "leaky_none": leaky(reset_mechanism="none"),
        "leaky_each": lambda n: snn.Leaky(beta=torch.randint(20, 32, (n,), generator=each) / 32,
                                          threshold=torch.randint(6, 12, (n,), generator=each) / 8, reset_mechanism="zero"),
        "leaky_integrate": lambda n: snn.Leaky(beta=1.0),
        "synaptic_subtract": synaptic(),
        "synaptic_zero": synaptic(reset_mechanism="zero"),
        "synaptic_zero_now": synaptic(reset_mechanism="zero", reset_delay=False),
        "lapicque": lambda n: snn.Lapicque(R=4.0, C=2.0, time_step=1),
        "leaky_subtract_floor8": leaky(state_quant=FloorState(8)),
        "leaky_zero_floor8": leaky(reset_mechanism="zero", state_quant=FloorState(8)),
        "leaky_subtract_halfup8": leaky(state_quant=HalfUpState(8)),
        "leaky_zero_halfup8": leaky(reset_mechanism="zero", state_quant=HalfUpState(8)),
        "synaptic_subtract_floor8": lambda n: floored_synaptic(fraction_bits=8, alpha=ALPHA, beta=BETA),
        "synaptic_zero_floor8": lambda n: floored_synaptic(fraction_bits=8, alpha=ALPHA, beta=BETA, reset_mechanism="zero"),
    }
    for case, neurons in kinds.items():
        net = network(neurons)
        spikes = run(net, call)
        recorder.keep(case, net, spikes)
        same_as_record(case, net, spikes)
    loops = [(kind, reset, None) for kind in (snn.RLeaky, snn.RSynaptic) for reset in ("subtract", "zero")]
    loops += [(snn.RLeaky, "subtract", FloorState(8)), (snn.RLeaky, "zero", FloorState(8))]
    for kind, reset, quant in loops:
        options = dict(beta=BETA, threshold=THRESHOLD, linear_features=HIDDEN, reset_mechanism=reset, state_quant=quant or False)
        if kind is snn.RSynaptic:
            options["alpha"] = ALPHA
        net = network(lambda n: kind(**options) if n == HIDDEN else snn.Leaky(beta=BETA, state_quant=quant or False))
        net.l1.recurrent.weight.data = torch.tensor(RECURRENT, dtype=torch.float32)
        net.l1.recurrent.bias.data = torch.arange(HIDDEN) % 3 / 64.0
        recorder.keep(f"{kind.__name__.lower()}_{reset}{'_floor8' if quant else ''}", net, run(net, call))
    net, spikes = convolutional()
    recorder.keep("conv", net, spikes, input_shape=(1, 4, 4))
    for case, neurons, reason in (
        ("leaky_subtract_now", leaky(reset_delay=False), "residual rule"),
        ("synaptic_subtract_now", synaptic(reset_delay=False), "residual rule"),
        ("leaky_graded", leaky(graded_spikes_factor=2.0), "graded spikes"),
        ("leaky_inhibition", leaky(inhibition=True), "inhibition"),
        ("alpha", lambda n: snn.Alpha(alpha=0.9, beta=0.8), "can be exported"),
        ("synaptic_plain_quant", synaptic(state_quant=FloorState(8)), "after the membrane has used it"),
    ):
        net = network(neurons)
        kept = run(net, call) if "now" in case else {}
        recorder.refused(case, net, kept, reason)

    recorder.close()


if __name__ == "__main__":
    main(sys.argv[1])
