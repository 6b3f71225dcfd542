"""A robot with a laser scanner in the map of the real building. numpy alone; many robots at once.

In each step a robot turns 12 degrees to the left or right, or does not, and goes 0.15 m on. It has collided when its
middle is less than 0.3 m from a blocked cell.
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
CELL, STEP, TURN, RADIUS = 0.1, 0.15, np.radians(12), 0.3
RIGHT, STRAIGHT, LEFT = 0, 1, 2
REACH = 5.0
BEAMS, SECTORS = 90, 18
#: Direction of each beam of a simulated scan, from right to left.
ANGLES = np.radians(-90 + 2 * np.arange(BEAMS) + 1)


class World:
    def __init__(self):
        with np.load(HERE / "map.npz") as file:
            self.clearance = file["clearance"]
            self.poses, self.scans = file["poses"].astype(float), file["scans"] * 0.02

    def clear(self, x, y):
        """Metres to the next blocked cell."""
        row, column = (np.asarray(y) / CELL).astype(int), (np.asarray(x) / CELL).astype(int)
        inside = (row >= 0) & (row < self.clearance.shape[0]) & (column >= 0) & (column < self.clearance.shape[1])
        cells = self.clearance[np.where(inside, row, 0), np.where(inside, column, 0)]
        return np.where(inside, cells, 0) * CELL

    def scan(self, poses):
        """Ranges of robots (n, 3): (n, BEAMS), at most REACH."""
        angles = poses[:, 2:] + ANGLES
        dx, dy = np.cos(angles).ravel() / CELL, np.sin(angles).ravel() / CELL
        x, y = np.repeat(poses[:, 0] / CELL, BEAMS), np.repeat(poses[:, 1] / CELL, BEAMS)
        ranges, beam, width = np.full(angles.size, REACH), np.arange(angles.size), self.clearance.shape[1]
        r = np.zeros(angles.size)
        cells = self.clearance.ravel()
        # Each beam goes on as far as nothing can be in its way; those that have ended are left out.
        while len(beam):
            clear = cells[(y + r * dy).astype(np.int32) * width + (x + r * dx).astype(np.int32)]
            ended = clear == 0
            ranges[beam[ended]] = r[ended]
            r = r + np.maximum(clear - 1.5, 0.5) * CELL
            going = ~ended & (r < REACH)
            x, y, dx, dy, r, beam = x[going], y[going], dx[going], dy[going], r[going], beam[going]
        return ranges.reshape(angles.shape)

    def move(self, poses, actions):
        """The poses after a step, and who has collided."""
        heading = poses[:, 2] + TURN * (np.asarray(actions) - 1)
        after = np.stack([poses[:, 0] + STEP * np.cos(heading), poses[:, 1] + STEP * np.sin(heading), heading], 1)
        return after, self.clear(after[:, 0], after[:, 1]) < RADIUS

    def drive(self, starts, policy, steps=300, from_scans=True):
        """Robots driven by `policy`, from scans (n, BEAMS) (or poses (n, 3)) to actions (n,): their paths (steps + 1, n, 3), and
        the step in which each collided (`steps` if it did not)."""
        poses, alive = starts.copy(), np.ones(len(starts), bool)
        ended, path = np.full(len(starts), steps), [starts.copy()]
        for step in range(steps):
            if alive.any():
                moving = np.flatnonzero(alive)
                seen = self.scan(poses[moving]) if from_scans else poses[moving]
                after, hit = self.move(poses[moving], policy(seen))
                poses[moving] = after
                ended[moving[hit]] = step + 1
                alive[moving[hit]] = False
            path.append(poses.copy())
        return np.array(path), ended


def sectors(scans):
    """The nearest range in each of 18 sectors of 10 degrees, from right to left."""
    return scans.reshape(len(scans), SECTORS, -1).min(2)


def pixels(scans):
    """What the network sees, uint8 (n, 19): nearness in each sector, and a line that is always on.

    Nearness is 1 / (range + 0.5 m), from 0 at REACH to 255 at RADIUS: what is near is seen more exactly.
    """
    far, touching = 1 / (REACH + 0.5), 1 / (RADIUS + 0.5)
    near = np.clip((1 / (sectors(scans) + 0.5) - far) / (touching - far), 0, 1)
    return np.concatenate([np.round(255 * near), np.full((len(scans), 1), 255)], axis=1).astype(np.uint8)


def rule(scans):
    """A rule on the scan to compare with: turn to the freer side if there is something ahead or a wall is near, else straight."""
    near = sectors(scans)
    ahead = near[:, 6:12].min(1)
    right, left = near[:, 2:7].mean(1), near[:, 11:16].mean(1)
    action = np.full(len(scans), STRAIGHT)
    action[near[:, :7].min(1) < 0.5] = LEFT
    action[near[:, 11:].min(1) < 0.5] = RIGHT
    blocked = ahead < 1.6
    action[blocked] = np.where(left > right, LEFT, RIGHT)[blocked]
    return action


def south(poses):
    """The southern wing: no training there."""
    return poses[:, 1] < 100


def starts(world, count, seed, where):
    """Random poses on the log's way where `where` is true: up to 0.3 m aside and 30 degrees off, without a collision."""
    rng = np.random.default_rng(seed)
    pool, found = world.poses[where(world.poses)], []
    while len(found) < count:
        pose = pool[rng.integers(len(pool))] + [*rng.uniform(-0.3, 0.3, 2), rng.uniform(-1, 1) * np.radians(30)]
        if rng.random() < 0.5:
            pose[2] += np.pi
        if world.clear(pose[0], pose[1]) >= RADIUS + 0.1:
            found.append(pose)
    return np.array(found)
