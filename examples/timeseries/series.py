"""The three series as samples of spikes, for training and for running. numpy alone."""

import pathlib

import numpy as np

from encoders import levels_of, repeated, send_on_delta, thermometer

HERE = pathlib.Path(__file__).resolve().parent

#: ECG: a spike for every 0.1 mV.
ECG_RATE, ECG_DELTA = 360, 100

SHUTTLE_STEPS = 4

DAY, WEEK = 48, 336
DEMAND_STEPS = 8
#: Weeks of training; the rest is the test.
TRAINING = 8 * WEEK
#: Levels of: the last change, the next change a day ago, the same a week ago, what the last change differs from a week ago.
DEMAND_LEVELS = (12, 24, 32, 12)
#: The changes that the output neurons stand for, in standard deviations of the demand.
CENTRES = np.linspace(-0.4, 0.5, 31)


def data():
    with np.load(HERE / "data.npz") as file:
        return {name: file[name] for name in file.files}


def ecg_spikes(signal):
    """(samples, 2): up and down. A time step is a sample of the signal."""
    return send_on_delta(signal.astype(int), ECG_DELTA)


def shuttle_spikes(rows, levels):
    """(rows, steps, 108): twelve levels of each of nine readings."""
    return repeated(thermometer(rows, levels).reshape(len(rows), -1), SHUTTLE_STEPS)


class Demand:
    """Half-hourly demand: what is known at `times`, as spikes, and the change to the next half hour, `next`."""

    def __init__(self, demand):
        mean, self.deviation = demand[:TRAINING].mean(), demand[:TRAINING].std()
        self.value = (demand - mean) / self.deviation
        change = np.diff(self.value, prepend=self.value[0])
        self.times = t = np.arange(WEEK + 1, len(demand) - 1)
        self.next = change[t + 1]
        self.known = known = np.stack([change[t], change[t + 1 - DAY], change[t + 1 - WEEK], change[t] - change[t - WEEK]])
        self.training = t + 1 < TRAINING
        self.day_ago, self.week_ago = known[1], known[2]
        self.levels = [levels_of(k[self.training], n) for k, n in zip(known, DEMAND_LEVELS)]
        self.spikes = self.encoded(known)

    def encoded(self, known):
        """What is known (4, n) as spikes (n, steps, 80): the same thermometers in each step."""
        lines = [thermometer(k, levels) for k, levels in zip(known, self.levels)]
        return repeated(np.concatenate(lines, axis=1), DEMAND_STEPS)

    def errors(self, forecast, of):
        """Mean absolute error of forecast changes in standard deviations, over the samples `of`."""
        return float(np.abs(forecast[of] - self.next[of]).mean())


def population_vector(counts):
    """The mean of what the output neurons stand for, weighted with their spikes (samples, 31)."""
    return counts @ CENTRES / np.maximum(counts.sum(1), 1)
