"""Train the steering network, 19-64-64-3: robot.nir with weights of 8 bits, robot_4bit.nir with 4.

Its teacher is the plan of plan.py, which knows the map: for a state, a robot's pose in the map, it says how well each action can
end. The network sees the scan of that state alone, and learns for each action a probability that falls with what the action loses
against the best one. States in which much depends on the action weigh more. The first states come from drives of the teacher, those of
each later round from drives of the network itself, so that it learns to get out of where it gets. No state and no start is in the
southern wing, and the plan of the training ends where that begins.

    pip install -r ../common/requirements-train.txt
    python train.py                 some minutes on one core
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import lif
import torch
from plan import Plan
from world import CELL, World, pixels, rule, south, starts

STEPS, SIZES = 16, (19, 64, 64, 3)
ROUNDS, DRIVES, STATES = 10, 150, 6000
#: What an action may lose for its probability to fall to 1 / e.
SOFT = 0.02
TABLE = np.array([[(t + 1) * p // 255 - t * p // 255 for t in range(STEPS)] for p in range(256)], np.uint8)


def north(poses):
    return ~south(poses)


def encoded(scans):
    """Spikes (n, STEPS, 19) of the encoder phase:16."""
    return TABLE[pixels(scans)].transpose(0, 2, 1)


def policy_of(net):
    return lambda scans: lif.answers(net, encoded(scans), batch=4000)[0]


def visited(path, ended, rng):
    """Poses on drives, more of them shortly before a collision."""
    step, robot = np.nonzero(np.arange(len(path))[:, None] < ended)
    weight = np.where(ended[robot] - step < 40, 4.0, 1.0) * np.where(ended[robot] < 300, 1.0, 0.5)
    pick = rng.choice(len(step), min(STATES, len(step)), replace=False, p=weight / weight.sum())
    poses = path[step[pick], robot[pick]]
    return poses[north(poses)]


def labelled(world, plan, poses):
    """Spikes, the probability of each action, and how much depends on the action; the same in a mirror too."""
    values = plan.values(world, poses)
    useful = values.max(1) > -0.8  # else all is lost already
    lost = values[useful].max(1, keepdims=True) - values[useful]
    wanted = np.exp(-lost / SOFT)
    wanted /= wanted.sum(1, keepdims=True)
    x, matters = encoded(world.scan(poses[useful])), 0.05 + lost.max(1)
    mirror = np.concatenate([x[:, :, 17::-1], x[:, :, 18:]], axis=2)
    return np.concatenate([x, mirror]), np.concatenate([wanted, wanted[:, ::-1]]), np.tile(matters, 2)


def score(world, policy, seed=77):
    _, ended = world.drive(starts(world, 200, seed, north), policy)
    return f"{(ended < 300).sum()} of 200 collide, {0.15 * ended.mean():.1f} m"


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    world = World()
    plan = Plan(world, first=round(100 / CELL))
    print("validation starts, north: rule", score(world, rule), flush=True)

    def careless(poses):
        """The plan, but one action in ten at random."""
        return np.where(rng.random(len(poses)) < 0.1, rng.integers(0, 3, len(poses)), plan.values(world, poses).argmax(1))

    net, every = lif.Net(SIZES, gain=2.0), []

    def round_of(name, begin, epochs, lr):
        """Drives, adds their states, trains on all, and drives the validation starts."""
        if every:
            path, ended = world.drive(begin, policy_of(net))
        else:
            path, ended = world.drive(begin, careless, from_scans=False)
        every.append(labelled(world, plan, visited(path, ended, rng)))
        x, y, matters = (np.concatenate(column) for column in zip(*every))
        lif.train(net, x, y, epochs=epochs, lr=lr, batch=200, seed=len(every), importance=matters / matters.mean(), every=100)
        print(f"{name}: {len(x):,} states; {score(world, policy_of(net))}", flush=True)

    for number in range(ROUNDS):
        round_of(f"round {number + 1}", starts(world, DRIVES, 1000 + number, north), 6, 5e-3 if number < ROUNDS // 2 else 3e-3)
    for bits, name in ((8, "robot.nir"), (4, "robot_4bit.nir")):
        net.bits = bits
        round_of(f"{bits} bits", starts(world, DRIVES, 2000 + bits, north), 10, 3e-3)
        net.save(HERE / name, encoder=f"phase:{STEPS}")


if __name__ == "__main__":
    main()
