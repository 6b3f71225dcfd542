"""Three time series: a premature heart beat, anomalies of a space shuttle, and the electricity demand of the next half hour.

    examples/timeseries/run.sh [PORT] [--only ecg,demand,shuttle] [--samples N]

All data in the model, and an excerpt of each on the board, every bit compared with the model. Draws ecg.png, demand.png and
shuttle.png. Exit status 1: a bit differs, or an excerpt's spikes are not those of the whole.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import board
import series
from plots import COLOURS, figure, save

#: Half hours of the demand and rows of the shuttle that run on the board.
DEMAND_EXCERPT = 0, 24
SHUTTLE_EXCERPT = 60


def both(name, args, spikes, excerpt, *options, **arrays):
    """Runs all samples in the model and those of `excerpt` on the board."""
    whole = board.Network(HERE / f"{name}.nir", "model", *options).run(spikes=spikes, **arrays)
    part = board.Network(HERE / f"{name}.nir", args.port, *options).run(spikes=excerpt, sims=2)
    return whole, part


def four_bits(name, spikes):
    return board.Network(HERE / f"{name}_4bit.nir", "model", "--bits", "4").run(spikes=spikes)


def ecg(args, data):
    signal, label = data["ecg"], data["ecg_label"]
    spikes = series.ecg_spikes(signal)
    first, end = len(signal) - args.samples, len(signal)
    whole, part = both("ecg", args, spikes[None], spikes[None, first:end])
    beats, early = (np.flatnonzero(whole.spikes[p][0, :, 0]) for p in ("beat", "early"))
    right = [t for t in early if label[t]]
    same = np.array_equal(np.flatnonzero(part.spikes["early"][0, :, 0]) + first, early[(early >= first) & (early < end)])
    labelled = np.flatnonzero(label)
    print(f"ECG: {len(signal):,} samples, {spikes.sum()} events, {len(beats)} beats; early: {len(early)}, at sample "
          f"{', '.join(map(str, early))}; labelled: {labelled[0]} to {labelled[-1]}")
    print(f"  {len(right)} of 1 labelled beats found, {len(early) - len(right)} false")
    print(f"  samples {first} to {end - 1} on the {board.where(args.port)}: {'the same beat' if same else 'NOT the same beats'}")

    if args.no_picture:
        return part, same and len(right) == 1 and len(early) == 1
    seconds = np.arange(len(signal)) / series.ECG_RATE
    fig, axes = figure(9.6, 3.9, rows=3, heights=(3, 0.8, 0.8), shared=True)
    axes[0].axvspan(labelled[0] / series.ECG_RATE, labelled[-1] / series.ECG_RATE, color=COLOURS["label"], label="labelled: premature beat")
    axes[0].plot(seconds, signal / 1000, color=COLOURS["data"], linewidth=0.8, label="ECG")
    axes[0].plot(early / series.ECG_RATE, np.full(len(early), 1.25), "v", color=COLOURS["found"], markersize=9, label="'early' spikes")
    axes[0].set_ylabel("mV")
    axes[0].set_ylim(-0.8, 1.75)
    axes[0].legend(loc="upper left", ncols=3, frameon=False, fontsize=8.5)
    for row, colour in ((0, COLOURS["data"]), (1, COLOURS["other"])):
        axes[1].eventplot(np.flatnonzero(spikes[:, row]) / series.ECG_RATE, lineoffsets=1 - row, linelengths=0.8, colors=colour, linewidths=0.7)
    axes[1].set_yticks([0, 1], ["down", "up"])
    axes[2].eventplot(beats / series.ECG_RATE, lineoffsets=1, linelengths=0.8, colors=COLOURS["data"], linewidths=1.2)
    axes[2].eventplot(early / series.ECG_RATE, lineoffsets=0, linelengths=0.8, colors=COLOURS["found"], linewidths=2.5)
    axes[2].set_yticks([0, 1], ["early", "beat"])
    axes[2].set_xlabel("seconds")
    axes[0].set_xlim(10, seconds[-1])
    save(fig, args, HERE, "ecg.png")
    return part, same and len(right) == 1 and len(early) == 1


def demand(args, data):
    samples = series.Demand(data["demand"])
    test = np.flatnonzero(~samples.training)
    excerpt = test[DEMAND_EXCERPT[0] : DEMAND_EXCERPT[1]]
    whole, part = both("demand", args, samples.spikes[test], samples.spikes[excerpt])
    narrow = four_bits("demand", samples.spikes[test])
    forecast = series.population_vector(whole.spikes["lif2"].sum(1))
    error = lambda change: float(np.abs(change - samples.next[test]).mean())  # noqa: E731
    print(f"Demand: {len(test):,} half hours of 4 weeks, mean absolute error of the next one in standard deviations of the demand")
    for name, change in (("spiking, 8 bits", forecast), ("spiking, 4 bits", series.population_vector(narrow.spikes["lif2"].sum(1))),
                         ("persistence: as now", 0), ("the change of yesterday", samples.day_ago[test]),
                         ("the change of a week ago", samples.week_ago[test])):
        print(f"  {name:25} {error(change):.4f}")
    same = np.array_equal(part.spikes["lif2"], whole.spikes["lif2"][: len(excerpt)])
    print(f"  the first {len(excerpt)} on the {board.where(args.port)}: {'the same spikes' if same else 'NOT the same spikes'}")

    if args.no_picture:
        return part, same
    show = slice(0, 7 * series.DAY)
    times = samples.times[test][show] + 1
    megawatts = data["demand"]
    days = (times - times[0]) / series.DAY
    fig, axes = figure(9.6, 4.4, rows=2, heights=(2, 1.15), shared=True)
    axes[0].axvspan(0, (len(excerpt) - 1) / series.DAY, color=COLOURS["label"], label=f"on the {board.where(args.port)} too")
    axes[0].plot(days, megawatts[times] / 1000, color=COLOURS["data"], linewidth=1.6, label="demand")
    level = (megawatts[times - 1] + forecast[show] * samples.deviation) / 1000
    axes[0].plot(days, level, "--", color=COLOURS["found"], linewidth=1.3, label="forecast, half an hour before")
    axes[0].set_ylabel("GW")
    axes[0].legend(loc="lower left", ncols=3, fontsize=8.5)
    axes[1].fill_between(days, np.abs(samples.next[test][show]), color=COLOURS["quiet"], linewidth=0,
                         label=f"persistence (4 weeks: {error(0):.3f})")
    axes[1].plot(days, np.abs(forecast[show] - samples.next[test][show]), color=COLOURS["found"], linewidth=1.0,
                 label=f"spiking network ({error(forecast):.3f})")
    axes[1].set_ylabel("error, standard\ndeviations")
    axes[1].set_xlabel("days of the first test week")
    axes[1].legend(loc="upper right", ncols=2, fontsize=8.5)
    axes[1].set_ylim(0, 0.62)
    axes[0].set_xlim(0, days[-1])
    save(fig, args, HERE, "demand.png")
    return part, same


def shuttle(args, data):
    rows, anomaly = data["shuttle"], data["shuttle_anomaly"].astype(bool)
    spikes = series.shuttle_spikes(rows, data["shuttle_levels"])
    # A stretch of the test set with the beginning of anomalies in it.
    start = int(np.flatnonzero(anomaly)[20]) - SHUTTLE_EXCERPT // 2
    excerpt = slice(start, start + SHUTTLE_EXCERPT)
    whole, part = both("shuttle", args, spikes, spikes[excerpt])
    narrow = four_bits("shuttle", spikes)
    print(f"Shuttle: {len(rows):,} rows, {anomaly.sum():,} anomalies")
    for bits, result in ((8, whole), (4, narrow)):
        found = result.answers == 1
        hits = int((found & anomaly).sum())
        print(f"  {bits} bits: {hits:,} found, {int((anomaly & ~found).sum())} missed, {int((found & ~anomaly).sum())} false; "
              f"{(found == anomaly).mean():.2%} right, F1 {2 * hits / (found.sum() + anomaly.sum()):.4f}")
    same = np.array_equal(part.answers, whole.answers[excerpt])
    print(f"  rows {start} to {start + SHUTTLE_EXCERPT - 1} on the {board.where(args.port)}: {'the same answers' if same else 'NOT the same answers'}")

    if args.no_picture:
        return part, same
    found = whole.answers == 1
    counts = whole.spikes["lif2"].sum(1).astype(int)
    rng = np.random.default_rng(1)
    fig, axes = figure(9.6, 3.6, rows=1, columns=2, widths=(2.6, 1))
    shown = slice(max(start - 100, 0), max(start - 100, 0) + 700)
    index = np.arange(len(rows))[shown]
    reading = rows[shown, 0]
    axes[0].plot(index, reading, color=COLOURS["data"], linewidth=0.8, label="reading 1 of nine")
    for mask, colour, marker, label in ((found & anomaly, COLOURS["found"], "o", "anomaly, found"),
                                        (~found & anomaly, COLOURS["missed"], "x", "anomaly, missed"),
                                        (found & ~anomaly, COLOURS["other"], "s", "false")):
        where = mask[shown]
        axes[0].plot(index[where], reading[where], marker, color=colour, markersize=4.5, linestyle="none", label=f"{label} ({where.sum()})")
    axes[0].axvspan(start, start + SHUTTLE_EXCERPT, color=COLOURS["label"], zorder=0, label=f"on the {board.where(args.port)} too")
    axes[0].set_xlabel("row of the test set")
    axes[0].set_ylabel("reading 1")
    axes[0].legend(fontsize=8, loc="upper left", ncols=2)
    axes[0].set_ylim(top=axes[0].get_ylim()[1] + 30)
    jitter = rng.uniform(-0.32, 0.32, (2, len(rows)))
    for mask, colour, label in ((~anomaly, COLOURS["quiet"], "normal"), (anomaly, COLOURS["found"], "anomaly")):
        axes[1].plot((counts[:, 0] + jitter[0])[mask], (counts[:, 1] + jitter[1])[mask], ".", color=colour, markersize=1.6,
                     label=label, rasterized=True)
    axes[1].set_xlabel("spikes of 'normal'")
    axes[1].set_ylabel("spikes of 'anomaly'")
    axes[1].set_title(f"{len(rows):,} rows", fontsize=9)
    axes[1].legend(fontsize=8, markerscale=6, loc="upper right")
    save(fig, args, HERE, "shuttle.png")
    return part, same


def main():
    args = board.arguments(__doc__, only=("ecg,demand,shuttle", "which series"), samples=(1200, "samples of the ECG that run on the board"))
    data, parts, right = series.data(), [], True
    for name in args.only.split(","):
        part, good = {"ecg": ecg, "demand": demand, "shuttle": shuttle}[name](args, data)
        parts.append(part)
        right &= good
    return board.verdict(parts) or int(not right)


if __name__ == "__main__":
    board.main(main)
