"""Write map.npz: a map of the real building, and real scans, from the Killian Court log in the wheel of rtb-data 2.0.0.

A robot with a laser scanner (180 beams over 180 degrees) drove 1.9 km through corridors of MIT; the log has 3,873 scans
with their poses. A cell of 0.1 m is free if beams went through it, and more than twice as often as they ended there; all
else is blocked, also what no beam saw.

* `clearance`: uint8 (rows, columns), the distance of each cell to the next blocked one, in cells, at most 60. 0: blocked.
* `origin`: x, y of the map's corner in the log's metres. `poses`: (3873, 3), x, y in the map's metres, and the heading.
* `scans`: uint8 (3873, 18), the nearest real range in each sector of 10 degrees, from right to left, in units of 2 cm.

    pip install numpy scipy
    python make_map.py
"""

import io
import pathlib
import sys
import zipfile

import numpy as np
from scipy.ndimage import distance_transform_edt

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

from packages import from_wheel

CELL = 0.1
REACH = 12.0  # metres of a beam that are believed


def log():
    """Poses (n, 3) and ranges (n, 180)."""
    data = from_wheel("rtb-data", "2.0.0", "rtbdata/data/killian.g2o.zip",
                      "484a895237f70c1d686e3e6504b7c383ea1a45f5848cbc554467f4157718a00e")
    text = zipfile.ZipFile(io.BytesIO(data)).read("killian.g2o").decode()
    rows = [line.split() for line in text.splitlines()]
    poses = [[float(v) for v in row[2:5]] for row in rows if row[0] == "VERTEX_SE2"]
    scans = [[float(v) for v in row[9:189]] for row in rows if row[0] == "ROBOTLASER1"]
    return np.array(poses), np.array(scans)


def counts(poses, scans, origin, shape):
    """How many scans went through each cell, and how many ended there."""
    through, ended = np.zeros(shape[0] * shape[1], np.int32), np.zeros(shape[0] * shape[1], np.int32)
    along = np.arange(0, REACH, 0.07)[:, None]
    angles = -np.pi / 2 + np.arange(180) * np.pi / 180
    for (x, y, heading), ranges in zip(poses, scans):
        cos, sin = np.cos(heading + angles), np.sin(heading + angles)

        def cells(r):
            column, row = (((x + r * cos) - origin[0]) / CELL).astype(int), (((y + r * sin) - origin[1]) / CELL).astype(int)
            return row * shape[1] + column

        through[np.unique(cells(along)[along < np.minimum(ranges, REACH) - CELL])] += 1
        ended[np.unique(cells(ranges)[ranges < REACH])] += 1
    return through.reshape(shape), ended.reshape(shape)


def main():
    poses, scans = log()
    origin = poses[:, :2].min(0) - 15
    shape = np.ceil((poses[:, :2].max(0) + 15 - origin)[::-1] / CELL).astype(int)
    through, ended = counts(poses, scans, origin, shape)
    free = through > 2 * ended
    clearance = np.minimum(distance_transform_edt(free), 60).astype(np.uint8)
    poses[:, :2] -= origin
    ranges = np.minimum(np.round(scans.reshape(-1, 18, 10).min(2) / 0.02), 255).astype(np.uint8)
    np.savez_compressed(HERE / "map.npz", clearance=clearance, origin=origin, poses=poses.astype(np.float32), scans=ranges)
    print(f"{len(poses)} scans; map {shape[1] * CELL:.0f} x {shape[0] * CELL:.0f} m, {free.sum() * CELL**2:.0f} square metres free")


if __name__ == "__main__":
    main()
