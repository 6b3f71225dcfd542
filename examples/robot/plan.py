"""How well each action ends for a robot that knows the map: the teacher of train.py.

For every free cell of the map and each of 30 headings the best that can still come is computed, by value iteration: a collision
costs 1, a cell that is less than 0.9 m from something up to 0.03, a turn 0.003; what comes a step later counts 3 % less. Between the
cells and headings values are interpolated. What turns cost keeps it from going round in circles.

    python plan.py       the hundred drives of run.py by the plan and by the rule; a minute
"""

import numpy as np
from world import CELL, RADIUS, STEP, TURN, World, rule, south, starts

HEADINGS = round(2 * np.pi / TURN)
DISCOUNT, TURNING, TOO_NEAR, COMFORT = 0.97, 0.003, 0.03, 0.9


class Plan:
    """Of the cells in the rows of the map from `first` to `last`. What is beyond these rows is as good as can be: 0."""

    def __init__(self, world, first=0, last=None):
        last = world.clearance.shape[0] if last is None else last
        free = world.clearance * CELL >= RADIUS
        rows, columns = np.nonzero(free)
        inside = (rows >= first) & (rows < last)
        rows, columns = rows[inside], columns[inside]
        count = len(rows)
        # Numbers of the cells; two more stand for a collision and for what is beyond.
        self.number = np.full(free.shape, count, np.int32)
        self.number[free] = count + 1
        self.number[rows, columns] = np.arange(count)
        near = np.clip((COMFORT - world.clearance[rows, columns] * CELL) / (COMFORT - RADIUS), 0, 1)
        self.value = np.zeros((HEADINGS, count + 2), np.float32)
        self.value[:, count] = -1
        after = []
        for heading in range(HEADINGS):
            down, right = STEP / CELL * np.sin(heading * TURN), STEP / CELL * np.cos(heading * TURN)
            after.append([(np.float32(weight), self.number[rows + row, columns + column]) for row, column, weight in around(down, right)])
        best = np.zeros((HEADINGS, count), np.float32)
        change = 1.0
        while change > 1e-4:
            self.value[:, :count] = best - (TOO_NEAR * near**2).astype(np.float32)
            straight = np.stack([sum(weight * self.value[h][cells] for weight, cells in after[h]) for h in range(HEADINGS)]) * np.float32(DISCOUNT)
            better = np.maximum(straight, np.maximum(np.roll(straight, 1, 0), np.roll(straight, -1, 0)) - np.float32(TURNING))
            change, best = np.abs(better - best).max(), better

    def values(self, world, poses):
        """What comes after each action, at best: (n, 3), from -1 (a collision) to 0."""
        found = np.empty((len(poses), 3))
        for action in range(3):
            after, hit = world.move(poses, np.full(len(poses), action))
            row, column, heading = after[:, 1] / CELL - 0.5, after[:, 0] / CELL - 0.5, after[:, 2] / TURN
            value = 0
            for number, share in ((np.floor(heading), 1 - heading % 1), (np.floor(heading) + 1, heading % 1)):
                for r, c, weight in around(row, column):
                    value = value + share * weight * self.value[number.astype(int) % HEADINGS, self.number[r, c]]
            found[:, action] = np.where(hit, -1, DISCOUNT * value - TURNING * (action != 1))
        return found


def around(row, column):
    """The four cells around a point, and how much each weighs there."""
    r, c = np.floor(row).astype(int), np.floor(column).astype(int)
    down, right = row - r, column - c
    return [(r, c, (1 - down) * (1 - right)), (r, c + 1, (1 - down) * right), (r + 1, c, down * (1 - right)), (r + 1, c + 1, down * right)]


def main():
    world = World()
    begin = starts(world, 100, 2026, south)
    plan = Plan(world)
    for name, policy, seen in (("the plan", lambda poses: plan.values(world, poses).argmax(1), False), ("the rule", rule, True)):
        _, ended = world.drive(begin, policy, from_scans=seen)
        print(f"{name}: {(ended < 300).sum()} of 100 drives collide, {STEP * ended.mean():.1f} m")


if __name__ == "__main__":
    main()
