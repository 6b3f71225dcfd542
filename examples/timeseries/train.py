"""Make the networks of this folder: ecg.nir by hand, demand and shuttle by training, in floats and with 4 bits.

    pip install -r ../common/requirements-train.txt
    python train.py [ecg] [demand] [shuttle]        all if none is named; a few minutes on one core
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import lif
import series
import torch
from lif import fx
from make_data import shuttle


def ecg():
    """Two neurons. `beat` spikes at an R peak: three rises of 0.1 mV close together, then 64 steps (0.18 s) of rest.

    `early` has a membrane that loses a 256th a step, and gets 1 from each beat: the more is left of the last one, the
    sooner the next has come. It spikes if that is more than after 0.85 of the median interval of the beats before the
    labelled one, which are normal.
    """
    data = series.data()
    signal, label = data["ecg"], data["ecg_label"]
    beta = 1 - 1 / 256
    peaks, level, rest = [], 0.0, 0
    for t, up in enumerate(series.ecg_spikes(signal)[:, 0]):
        if rest:
            rest -= 1
            continue
        level = 0.875 * level + up
        if level >= 2.5:
            peaks.append(t)
            level, rest = 0.0, 64
    first = int(np.flatnonzero(label)[0])
    intervals = np.diff([p for p in peaks if p < first])
    usual = float(np.median(intervals))
    # After regular beats the membrane is 1 / (1 - beta^usual); then 0.85 of it later one more beat.
    threshold = 1 + beta ** (0.85 * usual) / (1 - beta**usual)
    print(f"ecg: {len(intervals) + 1} beats before the label, median interval {usual:.0f} samples, threshold {threshold:.4f}")
    net = fx.Network("ecg")
    net.input((2,))
    net.linear("fc1", np.array([[1.0, 0.0]]))
    net.neurons("beat", fx.Neuron(beta=0.875, threshold=2.5, comparator=">=", reset="zero", refractory=64))
    net.linear("fc2", np.array([[1.0]]))
    net.neurons("early", fx.Neuron(beta=beta, threshold=threshold, comparator=">=", reset="zero"))
    net.output()
    fx.export(net, HERE / "ecg.nir")


def demand():
    data = series.Demand(series.data()["demand"])
    x, y, of = data.spikes, data.next, data.training
    centres = torch.tensor(series.CENTRES, dtype=torch.float32)

    def forecast(net, x):
        counts = net(lif.steps_first(x))[0][-1].sum(0)
        return counts @ centres / counts.sum(1).clamp(min=1)

    def fit(net, epochs, lr, seed=1, batch=100):
        rng = np.random.default_rng(seed)
        pool = np.flatnonzero(of)
        wanted = torch.tensor(y, dtype=torch.float32)
        optimizer = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.01)
        total = epochs * (len(pool) // batch)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=total, pct_start=0.15)
        for epoch in range(epochs):
            order = rng.permutation(pool)
            for b in range(len(pool) // batch):
                pick = order[b * batch : (b + 1) * batch]
                # A little noise on what is known, or the eight weeks are learned by heart.
                known = data.known[:, pick] + rng.normal(0, 0.02, (len(data.known), batch))
                every, membrane = net(lif.steps_first(data.encoded(known)))
                counts = every[-1].sum(0)
                vector = counts @ centres / counts.sum(1).clamp(min=1)
                # Beside the error, the neurons near the change are to spike: a start for the vector.
                near = torch.softmax(-((wanted[pick, None] - centres) / 0.04) ** 2, 1)
                logits = counts + 0.5 * membrane
                loss = (vector - wanted[pick]).abs().mean() - 0.003 * (near * torch.log_softmax(logits, 1)).sum(1).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
            if epoch % 20 == 19:
                print(f"  epoch {epoch + 1:3d}  error of the training {error(net, of):.4f}", flush=True)

    @torch.no_grad()
    def error(net, of):
        return data.errors(forecast(net, x).numpy(), of)

    torch.manual_seed(1)
    net = lif.Net((x.shape[2], 64, len(series.CENTRES)), gain=2.0)
    fit(net, 60, 4e-3)
    print(f"demand: test error {error(net, ~of):.4f} in floats")
    net.save(HERE / "demand.nir", decoder="")
    net.bits = 4
    fit(net, 40, 1.5e-3, seed=2)
    print(f"demand: test error {error(net, ~of):.4f} with 4 bits")
    net.save(HERE / "demand_4bit.nir", decoder="")


def shuttle_network():
    rows, anomaly = shuttle()
    half = len(rows) // 2
    x = series.shuttle_spikes(rows, series.data()["shuttle_levels"])
    train, test = (x[:half], anomaly[:half]), (x[half:], anomaly[half:])
    net = lif.Net((x.shape[2], 32, 2), gain=2.0)
    lif.train(net, *train, epochs=12, lr=3e-3, batch=200, weights=(1.0, 2.0), every=3)
    print(f"shuttle: {score(net, *test)} in floats")
    net.save(HERE / "shuttle.nir")
    net.bits = 4
    lif.train(net, *train, epochs=8, lr=1e-3, batch=200, seed=2, weights=(1.0, 2.0), every=2)
    print(f"shuttle: {score(net, *test)} with 4 bits")
    net.save(HERE / "shuttle_4bit.nir")


def score(net, x, y):
    found = lif.answers(net, x, batch=5000)[0] == 1
    hits = (found & (y == 1)).sum()
    return f"{100 * (found == y).mean():.2f} % right, F1 {2 * hits / (found.sum() + y.sum()):.4f}"


if __name__ == "__main__":
    torch.set_num_threads(1)
    every = {"ecg": ecg, "demand": demand, "shuttle": shuttle_network}
    for name in sys.argv[1:] or every:
        every[name]()
