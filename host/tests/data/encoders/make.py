"""Files of each kind that `ferrospike encode` reads, and the spikes that must come of them.

The spikes are computed here from the formulas of docs/encoders.md, in integers and fractions where the formulas are,
and with numpy's FFT for sound; events come from iniVation's own writer (dv-processing) and are read back by another
reader (aedat), NIR data come from nir itself. Nothing of ferrospike runs. Run in this folder:

    pip install numpy==2.4.6 nir==1.0.8 h5py==3.16.0 dv-processing==2.0.4 aedat==2.3.0
    python make.py
"""

import json
import math
import struct
import wave
import zlib
from fractions import Fraction

import aedat
import dv_processing as dv
import nir
import numpy as np

CASES = []
M64 = (1 << 64) - 1


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M64
    z = (z ^ z >> 27) * 0x94D049BB133111EB & M64
    return z ^ z >> 31


def random_bits(seed, sample, n):
    """The upper half of output n of SplitMix64 whose seed is output `sample` of SplitMix64 with `seed`."""
    key = mix(seed + (sample + 1) * 0x9E3779B97F4A7C15 & M64)
    return mix(key + (n + 1) * 0x9E3779B97F4A7C15 & M64) >> 32


def phase(x, full, steps):
    total = np.cumsum(np.repeat(x.astype(object), steps, axis=0), axis=0)
    counts = total // full
    return np.diff(counts, axis=0, prepend=np.zeros((1, x.shape[1]), object)).astype(int)


def rate(x, full, steps, seed, sample):
    rows = np.repeat(x.astype(object), steps, axis=0)
    lines = rows.shape[1]
    hit = lambda t, i: Fraction(random_bits(seed, sample, t * lines + i), 1 << 32) < Fraction(int(rows[t, i]), full)
    return np.array([[int(hit(t, i)) for i in range(lines)] for t in range(len(rows))])


def latency(x, full, steps):
    out = np.zeros((len(x) * steps, x.shape[1]), int)
    for f, row in enumerate(x):
        for i, value in enumerate(row):
            t = math.floor(Fraction((full - int(value)) * steps, full))
            if t < steps:
                out[f * steps + t, i] = 1
    return out


def thermometer(x, full, steps, levels):
    on = [[[Fraction(int(v), full) >= Fraction(k + 1, levels + 1) for k in range(levels)] for v in row] for row in x]
    return np.repeat(np.array(on, int).reshape(len(x), -1), steps, axis=0)


def onehot(x, full, steps, levels):
    on = [[[k == int(v) * levels // (full + 1) for k in range(levels)] for v in row] for row in x]
    return np.repeat(np.array(on, int).reshape(len(x), -1), steps, axis=0)


def delta(x, full, steps, threshold):
    unit = max(1, math.floor(threshold * full + 0.5))
    out = np.zeros((len(x) * steps, 2 * x.shape[1]), int)
    told = [int(v) for v in x[0]]
    for t in range(len(out)):
        for c, value in enumerate(x[t // steps]):
            apart = int(value) - told[c]
            if abs(apart) >= unit:
                told[c] += unit if apart > 0 else -unit
                out[t, 2 * c + (apart < 0)] = 1
    return out


def fields(x, full, count, shape, width):
    distance = full / (count - 1)
    z = (x[:, :, None].astype(float) - np.arange(count) * distance) / (width * distance)
    height = np.exp(-z * z / 2) if shape == "gaussian" else np.maximum(0, 1 - np.abs(z))
    exact = 255 * height
    assert np.all(np.abs(exact - np.floor(exact) - 0.5) > 1e-9), "an activation is too near to a half"
    return np.floor(exact + 0.5).astype(int).reshape(len(x), -1)


def whole(values, low, high):
    part = np.clip((np.asarray(values, float) - low) / (high - low), 0, 1) * 65535
    assert np.all(np.abs(part - np.floor(part) - 0.5) > 1e-7), "a value is too near to a half"
    return np.floor(part + 0.5).astype(int)


def resample(x, count):
    have = len(x)
    places = [Fraction(have - 1, 2)] if count == 1 else [Fraction(j * (have - 1), count - 1) for j in range(count)]
    out = []
    for at in places:
        low = math.floor(at)
        high = min(low + 1, have - 1)
        out.append([math.floor(int(a) * (1 - at + low) + int(b) * (at - low) + Fraction(1, 2))
                    for a, b in zip(x[low], x[high])])
    return np.array(out)


def case(name, arguments, samples, labels=None):
    steps = max(len(s) for s in samples)
    bits = [np.pad(s, ((0, steps - len(s)), (0, 0))) for s in samples]
    CASES.append({
        "name": name, "arguments": arguments, "steps": steps, "inputs": int(bits[0].shape[1]),
        "spikes": [np.packbits(b.astype(np.uint8).ravel()).tobytes().hex() for b in bits],
        "labels": labels,
    })


def png(path, rows, colour):
    height, width = rows.shape[:2]
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    raw = b"".join(b"\0" + row.astype(np.uint8).tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def area(grey, width, height):
    """Exact means of areas."""
    rows, columns = grey.shape
    out = np.zeros((height, width), int)
    share = lambda i, j, old, new: max(Fraction(0), min(Fraction(i + 1), Fraction((j + 1) * old, new))
                                       - max(Fraction(i), Fraction(j * old, new)))
    for r in range(height):
        for c in range(width):
            total = sum(int(grey[y, x]) * share(y, r, rows, height) * share(x, c, columns, width)
                        for y in range(rows) for x in range(columns))
            out[r, c] = math.floor(total * Fraction(width * height, rows * columns) + Fraction(1, 2))
    return out


def pictures(rng):
    grey = rng.integers(0, 256, (7, 9))
    png("grey.png", grey, 0)
    colour = rng.integers(0, 256, (6, 5, 3))
    png("colour.png", colour, 2)
    luma = (299 * colour[..., 0] + 587 * colour[..., 1] + 114 * colour[..., 2] + 500) // 1000
    x = grey.reshape(1, -1)
    case("phase", ["grey.png", "--encoder", "phase:10"], [phase(x, 255, 10)])
    case("latency", ["grey.png", "--encoder", "latency:12"], [latency(x, 255, 12)])
    small = [area(g, 4, 3).reshape(1, -1) for g in (grey, luma)]
    case("rate", ["grey.png", "colour.png", "--size", "4x3", "--encoder", "rate:20,seed=7", "--labels", "3,5"],
         [rate(s, 255, 20, 7, i) for i, s in enumerate(small)], [3, 5])
    for shape, width, more, code in [
        ("gaussian", 0.5, "", lambda a, i: phase(a, 255, 9)),
        ("triangular", 1.25, ",shape=triangular,width=1.25", lambda a, i: phase(a, 255, 9)),
        ("gaussian", 0.5, ",code=latency", lambda a, i: latency(a, 255, 9)),
        ("gaussian", 0.5, ",code=rate,seed=11", lambda a, i: rate(a, 255, 9, 11, i)),
    ]:
        case(f"population{more}", ["grey.png", "colour.png", "--size", "4x3", "--encoder", f"population:9,fields=5{more}"],
             [code(fields(s, 255, 5, shape, width), i) for i, s in enumerate(small)])


def tables(rng):
    rows = np.round(np.cumsum(rng.normal(0, 1, (60, 3)), axis=0), 3)
    classes = rng.integers(0, 4, 60)
    with open("table.csv", "w") as f:
        f.write("# a walk\ntime,a,b,class\n")
        f.writelines(f"{r[0]},{r[1]},{r[2]},{c}\n" for r, c in zip(rows, classes))
    own = np.stack([whole(rows[:, c], rows[:, c].min(), rows[:, c].max()) for c in (1, 2)], axis=1)
    columns = ["table.csv", "--columns", "a,3"]
    case("delta", columns + ["--encoder", "delta:2,threshold=0.06"], [delta(own, 65535, 2, 0.06)])
    given = np.stack([whole(rows[:, 1], -3, 3), whole(rows[:, 2], -8.5, 1)], axis=1)
    windows = [given[i:i + 20] for i in range(0, 41, 10)]
    case("windows", columns + ["--range", "-3:3,-8.5:1", "--window", "20", "--stride", "10", "--encoder", "delta:1,threshold=0.1"],
         [delta(w, 65535, 1, 0.1) for w in windows])
    case("rows", columns + ["--window", "1", "--label-column", "class", "--encoder", "thermometer:3,levels=7"],
         [thermometer(row[None], 65535, 3, 7) for row in own], [int(c) for c in classes])
    case("frames", columns + ["--frames", "24", "--encoder", "onehot:1,levels=8"],
         [onehot(resample(own, 24), 65535, 1, 8)])
    case("signal", columns + ["--encoder", "phase:3"], [phase(own, 65535, 3)])


def sound():
    rate_hz = 8000
    t = np.arange(2400) / rate_hz
    chirp = np.sin(2 * np.pi * (300 * t + 3500 * t * t)) * (0.2 + 0.6 * t / t[-1])
    left, right = (np.round(20000 * chirp).astype(int), np.round(9000 * np.roll(chirp, 50)).astype(int))
    with wave.open("chirp.wav", "wb") as f:
        f.setnchannels(2)
        f.setsampwidth(2)
        f.setframerate(rate_hz)
        f.writeframes(np.stack([left, right], axis=1).astype("<i2").tobytes())
    x = (left / 32768 + right / 32768) / 2
    size, hop, count = 200, 80, 12
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    starts = range(0, len(x) - size + 1, hop)
    power = np.abs(np.fft.rfft(np.array([x[s:s + size] * window for s in starts]), axis=1)) ** 2
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = 700 * (10 ** (np.linspace(mel(150), mel(3900), count + 2) / 2595) - 1)
    f = np.arange(size // 2 + 1) * rate_hz / size
    bank = [np.maximum(0, np.minimum((f - a) / (b - a), (c - f) / (c - b))) for a, b, c in zip(edges, edges[1:], edges[2:])]
    decibels = 10 * np.log10(np.maximum(power @ np.array(bank).T, 1e-30))
    values = whole(decibels, decibels.max() - 50, decibels.max())
    common = ["chirp.wav", "--frame", "200", "--hop", "80", "--filters", "12", "--low", "150", "--high", "3900",
              "--decibels", "50"]
    case("mel", common + ["--encoder", "thermometer:1,levels=6"], [thermometer(values, 65535, 1, 6)])
    case("mel, frames", common + ["--frames", "10", "--encoder", "population:4,fields=3"],
         [phase(fields(resample(values, 10), 65535, 3, "gaussian", 0.5), 255, 4)])


def arrays(rng):
    images, labels = rng.integers(0, 256, (3, 4, 5)).astype(np.uint8), np.array([2, 0, 9])
    series = rng.normal(0, 2, (30, 2)).astype(np.float32)
    frames = rng.integers(0, 65536, (2, 6, 3)).astype(np.uint16)
    np.savez_compressed("arrays.npz", images=images, labels=labels, series=series, walk=frames)
    np.savez_compressed("frames.npz", frames=frames)
    case("images", ["arrays.npz", "--encoder", "phase:6"],
         [phase(i.reshape(1, -1), 255, 6) for i in images], labels.tolist())
    case("array", ["frames.npz", "--encoder", "latency:5"], [latency(f, 65535, 5) for f in frames])
    values = whole(series, -4, 4)
    case("series", ["arrays.npz", "--array", "series", "--series", "--range", "-4:4", "--window", "10", "--encoder",
                    "delta:1,threshold=0.2", "--labels", "1,2,3"],
         [delta(values[i:i + 10], 65535, 1, 0.2) for i in (0, 10, 20)], [1, 2, 3])


def nir_data(rng):
    spikes = rng.random((2, 12, 5)) < 0.2
    grid = nir.TimeGriddedData(spikes, dt=0.001)
    events = grid.to_event(n_events=30, time_shift=0.0004)
    voltage = nir.TimeGriddedData(rng.normal(0, 1, (2, 12, 3)), dt=0.001)
    # A nested graph is beyond nir 1.0.8: its write_data calls itself without end.
    nir.write_data("data.nir", nir.NIRGraphData({
        "input": nir.NIRNodeData({"spikes": grid}), "output": nir.NIRNodeData({"events": events}), "lif": nir.NIRNodeData({"v": voltage})}))
    case("nir grid", ["data.nir", "--node", "input"], list(spikes.astype(int)))
    case("nir events", ["data.nir", "--observable", "events", "--step", "0.002"],
         list(events.to_time_gridded(0.002).data.astype(int)))
    x = whole(voltage.data, -2, 2)
    case("nir values", ["data.nir", "--node", "lif", "--range", "-2:2", "--encoder", "thermometer:1,levels=3"],
         [thermometer(s, 65535, 1, 3) for s in x])


def camera(rng):
    times = np.sort(rng.integers(0, 50_000, 600)) + 1_600_000_000_000_000
    x, y, on = rng.integers(0, 12, 600), rng.integers(0, 8, 600), rng.integers(0, 2, 600).astype(bool)
    for name, kind in [("none", dv.CompressionType.NONE), ("lz4", dv.CompressionType.LZ4), ("zstd", dv.CompressionType.ZSTD)]:
        path = f"events_{name}.aedat4"
        config = dv.io.MonoCameraWriter.Config("DVXplorer_sample", kind)
        config.addEventStream((12, 8))
        config.addTriggerStream()
        writer = dv.io.MonoCameraWriter(path, config)
        for half in (slice(0, 250), slice(250, 600)):
            store = dv.EventStore()
            for event in zip(times[half], x[half], y[half], on[half]):
                store.push_back(int(event[0]), int(event[1]), int(event[2]), bool(event[3]))
            writer.writeEvents(store)
        writer.writeTrigger(dv.Trigger(int(times[300]), dv.TriggerType.TIMESTAMP_RESET))
        del writer
        read = np.concatenate([p["events"] for p in aedat.Decoder(path) if "events" in p])
        assert len(read) == 600
        t = read["t"].astype(int) - int(read["t"].min())
        out = np.zeros((t.max() // 4000 + 1, 2 * 6 * 4), int)
        half = np.where(read["on"], 0, 24)
        out[t // 4000, half + (read["y"] // 2) * 6 + read["x"] // 2] = 1
        case(f"aedat4 {name}", [path, "--step", "4000", "--size", "6x4"], [out])
        plain = np.zeros((t.max() // 10000 + 1, 12 * 8), int)
        plain[t // 10000, read["y"] * 12 + read["x"]] = 1
        case(f"aedat4 {name}, merged", [path, "--polarity", "merge", "--window", "2"], [plain[0:2], plain[2:4]])


if __name__ == "__main__":
    rng = np.random.default_rng(2026)
    pictures(rng)
    tables(rng)
    sound()
    arrays(rng)
    nir_data(rng)
    camera(rng)
    with open("cases.json", "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c) for c in CASES) + "\n]\n")
    print(f"{len(CASES)} cases")
