"""Train the 784-128-10 spiking MNIST network of this example with snnTorch.

Network: Linear(784, 128) - Leaky - Linear(128, 10) - Leaky, no biases, threshold
1.0, one beta for all neurons, reset by subtraction with snnTorch's default
one-step reset delay.  Spikes of the first layer reach the second one in the same
step.  In every step, for each neuron:

    h = beta * v + input - threshold * (spike of the previous step)
    spike if h > threshold;  v = h

Input encoding "phase:10", integers only, for every pixel by itself: accumulator
a = 0; in each of 10 steps a += p (p = pixel, 0..255); if a >= 255 the pixel
spikes in this step and a -= 255.

Decision: the output neuron with the most spikes over the 10 steps; ties go to the
larger membrane v after the last step, then to the lower index.

    python train.py              train, then write mnist.nir and recorded.npz
    python train.py --validate   train on 50,000 images, report the other 10,000
                                 training images, write nothing
    python train.py --evaluate   measure mnist.nir again, write nothing
"""

import argparse
import os
import pathlib
import time
from collections import OrderedDict

os.environ.setdefault("OMP_NUM_THREADS", "1")

import nir
import numpy as np
import snntorch as snn
import torch
from snntorch import surrogate
from snntorch.export_nir import export_to_nir

import mnist_data
from mnist_data import HERE, STEPS

BETA = 0.9375
THRESHOLD = 1.0
HIDDEN = 128
METADATA = {
    "ferrospike_dialect": "snntorch",
    "ferrospike_reset": "subtract",
    "ferrospike_encoder": f"phase:{STEPS}",
    "ferrospike_decoder": "count",
}


class Net(torch.nn.Module):
    def __init__(self, beta=BETA, slope=4.0, inputs=784, hidden=HIDDEN):
        super().__init__()
        grad = surrogate.fast_sigmoid(slope=slope)

        # The exporter needs beta and threshold as one value for each neuron.
        def leaky(n):
            return snn.Leaky(
                beta=torch.full((n,), beta),
                threshold=torch.full((n,), THRESHOLD),
                reset_mechanism="subtract",
                spike_grad=grad,
            )

        self.fc1 = torch.nn.Linear(inputs, hidden, bias=False)
        self.lif1 = leaky(hidden)
        self.fc2 = torch.nn.Linear(hidden, 10, bias=False)
        self.lif2 = leaky(10)

    def forward(self, x):
        """x: spikes (steps, batch, inputs) -> spikes of both layers, membrane of the last step."""
        mem1 = mem2 = torch.zeros(0, dtype=x.dtype)
        out1, out2 = [], []
        for current in self.fc1(x):  # fc1 has no state: all steps at once
            s1, mem1 = self.lif1(current, mem1)
            s2, mem2 = self.lif2(self.fc2(s1), mem2)
            out1.append(s1)
            out2.append(s2)
        return torch.stack(out1), torch.stack(out2), mem2


def decide(counts, mem):
    """Most spikes, then the larger final membrane, then the lower index."""
    best = counts == counts.max(1, keepdim=True).values
    return torch.where(best, mem, torch.tensor(-torch.inf, dtype=mem.dtype)).argmax(1)


@torch.no_grad()
def measure(net, images, labels, batch=500, record=0):
    """Step-by-step forward pass over `images`; a dictionary of results."""
    dtype = net.fc1.weight.dtype
    predictions, inputs, hidden, outputs, ties = [], 0, 0, 0, 0
    recorded = None
    for i in range(0, len(images), batch):
        spikes = torch.from_numpy(mnist_data.encode(images[i : i + batch])).to(dtype)
        s1, s2, mem = net(spikes)
        counts = s2.sum(0)
        predictions.append(decide(counts, mem).to(torch.uint8).numpy())
        inputs += spikes.sum().item()
        hidden += s1.sum().item()
        outputs += s2.sum().item()
        ties += ((counts == counts.max(1, keepdim=True).values).sum(1) > 1).sum().item()
        if recorded is None and record:
            recorded = [s[:, :record].transpose(0, 1).to(torch.uint8).numpy() for s in (s1, s2)]
    predictions = np.concatenate(predictions)
    n = len(images)
    return {
        "predictions": predictions,
        "accuracy": float((predictions == labels).mean()),
        "inputs": inputs / n,
        "hidden": hidden / n,
        "outputs": outputs / n,
        "ties": ties,
        "recorded": recorded,
    }


def quantised(net, bits):
    """A copy with both weight matrices rounded to s * integer, s = max|w| / (2^(bits-1) - 1)."""
    hidden, inputs = net.fc1.weight.shape
    copy = Net(beta=float(net.lif1.beta[0]), inputs=inputs, hidden=hidden)
    copy.load_state_dict(net.state_dict())
    top = 2 ** (bits - 1) - 1
    with torch.no_grad():
        for w in (copy.fc1.weight, copy.fc2.weight):
            s = w.abs().max() / top
            w.copy_((w / s).round() * s)
    return copy


def train(args, images, labels, check=None):
    rng = np.random.default_rng(args.seed)
    torch.manual_seed(args.seed)
    net = Net(args.beta, args.slope)
    with torch.no_grad():
        net.fc1.weight.mul_(args.gain1)
        net.fc2.weight.mul_(args.gain2)
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.lr, weight_decay=args.decay)
    batches = len(images) // args.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=args.lr, total_steps=args.epochs * batches, pct_start=0.15
    )
    table = torch.from_numpy(mnist_data.encode_table()).float()  # (256, steps)
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    targets = torch.from_numpy(labels.astype(np.int64))
    rows = np.arange(28)
    start = time.time()
    for epoch in range(args.epochs):
        order = rng.permutation(len(images))
        total = activity = 0.0
        for b in range(batches):
            pick = order[b * args.batch : (b + 1) * args.batch]
            # Shift every image by -1, 0 or +1 pixel in both directions.
            dy, dx = rng.integers(0, 3, (2, len(pick)))
            shifted = padded[
                pick[:, None, None],
                (rows + dy[:, None])[:, :, None],
                (rows + dx[:, None])[:, None, :],
            ].reshape(len(pick), 784)
            pixels = torch.from_numpy(shifted)
            spikes = torch.stack([table[:, t][pixels.int()] for t in range(STEPS)])
            s1, s2, mem = net(spikes)
            logits = s2.sum(0) + args.membrane * mem
            loss = torch.nn.functional.cross_entropy(logits, targets[pick], label_smoothing=args.smooth)
            hidden = s1.sum((0, 2)).mean()
            excess = torch.relu(hidden / args.target - 1)
            (loss + args.activity * excess**2).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            with torch.no_grad():
                net.fc1.weight.clamp_(-args.clamp1, args.clamp1)
                net.fc2.weight.clamp_(-args.clamp2, args.clamp2)
            total += loss.item()
            activity += hidden.item()
        line = f"epoch {epoch + 1:3d}  loss {total / batches:.4f}  hidden spikes {activity / batches:6.1f}"
        if check is not None and (epoch + 1) % 5 == 0:
            line += f"  validation {100 * measure(net, *check)['accuracy']:.2f} %"
        print(f"{line}  {time.time() - start:.0f} s", flush=True)
    return net


def net_for_export(net):
    """The layers in a row: snnTorch's exporter does not follow the loop over steps in forward()."""
    layers = OrderedDict()
    for name, layer in net.named_children():
        if isinstance(layer, snn.Leaky):
            layer = snn.Leaky(
                beta=layer.beta.clone(),
                threshold=layer.threshold.clone(),
                reset_mechanism="subtract",
                init_hidden=True,
            )
        layers[name] = layer
    return torch.nn.Sequential(layers)


def export(net, path):
    """Write the network with snnTorch's exporter and add what NIR cannot say as metadata."""
    inputs = net.fc1.weight.shape[1]
    graph = export_to_nir(net_for_export(net), torch.zeros(1, inputs), ignore_dims=[0])
    graph.metadata.update(METADATA)
    nir.write(str(path), graph)


def load(path):
    """Read the network back from a .nir file."""
    graph = nir.read(str(path))
    lif = graph.nodes["lif1"]
    hidden, inputs = graph.nodes["fc1"].weight.shape
    net = Net(beta=float(np.float32(1 - 1e-4 / lif.tau[0])), inputs=inputs, hidden=hidden)
    with torch.no_grad():
        net.fc1.weight.copy_(torch.from_numpy(graph.nodes["fc1"].weight))
        net.fc2.weight.copy_(torch.from_numpy(graph.nodes["fc2"].weight))
    return net


def report(net, images, labels, name):
    r = measure(net, images, labels, record=20)
    print(f"{name}: {len(images)} images")
    print(f"  accuracy, float            {100 * r['accuracy']:.2f} %")
    for bits in (8, 4):
        q = measure(quantised(net, bits), images, labels)
        print(
            f"  accuracy, {bits}-bit weights    {100 * q['accuracy']:.2f} %"
            f"  (hidden spikes {q['hidden']:.1f}, {int((q['predictions'] != r['predictions']).sum())} answers changed)"
        )
    print(f"  input spikes per image     {r['inputs']:.1f}")
    print(f"  hidden spikes per image    {r['hidden']:.1f}")
    print(f"  output spikes per image    {r['outputs']:.2f}")
    print(f"  answers decided by a tie   {r['ties']}")
    for key in ("fc1", "fc2"):
        w = getattr(net, key).weight.detach()
        print(f"  max |weight| {key}           {w.abs().max():.4f}  (rms {w.square().mean().sqrt():.4f})")
    return r


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--evaluate", action="store_true")
    parser.add_argument("--cache", type=pathlib.Path, default=mnist_data.CACHE)
    parser.add_argument("--out", type=pathlib.Path, default=HERE, help="folder of mnist.nir and recorded.npz")
    for key, value in {
        "seed": 1, "epochs": 30, "batch": 200, "lr": 2e-3, "decay": 0.01, "beta": BETA, "slope": 4.0,
        "gain1": 1.0, "gain2": 1.0, "membrane": 0.2, "smooth": 0.0, "target": 230.0, "activity": 1.0,
        "clamp1": 1.0, "clamp2": 1.0,
    }.items():
        parser.add_argument(f"--{key}", type=type(value), default=value)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    if args.evaluate:
        report(load(args.out / "mnist.nir"), *mnist_data.load("t10k", args.cache), "MNIST test set")
        return
    images, labels = mnist_data.load("train", args.cache)
    if args.validate:
        net = train(args, images[:50000], labels[:50000], (images[50000:], labels[50000:]))
        report(net, images[50000:], labels[50000:], "last 10,000 training images")
        return
    net = train(args, images, labels)
    export(net, args.out / "mnist.nir")
    net = load(args.out / "mnist.nir")
    images, labels = mnist_data.load("t10k", args.cache)
    r = report(net, images, labels, "MNIST test set")
    lif1, lif2 = r["recorded"]
    np.savez_compressed(
        args.out / "recorded.npz",
        lif1=lif1,
        lif2=lif2,
        labels=labels[:20],
        predictions=r["predictions"],
        accuracy=np.array([r["accuracy"]]),
    )


if __name__ == "__main__":
    main()
