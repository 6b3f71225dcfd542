"""Train the steering network, 19-48-3: robot.nir in floats, robot_4bit.nir with weights of 4 bits.

It learns from the rule of world.py, the teacher, and from what becomes of its decisions. A state is a robot's pose in the
map; its scan is what the network sees. The label is the teacher's action, unless another action keeps the robot longer from a
collision when the teacher (later the network of the round before) goes on, 45 steps in all: then that one. States in which
much depends on the action weigh more. In the second round the states that the network itself got into are added. No state and no start is in the southern wing.

    pip install -r ../common/requirements-train.txt
    python train.py                 a few minutes on one core
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import lif
import torch
from world import RIGHT, STRAIGHT, LEFT, World, pixels, rule, south, starts

STEPS, HIDDEN = 16, 48
HORIZON, ROUNDS, STATES = 45, 2, 1500
#: Steps that an action is tried for before the policy goes on.
HOLDS = (1, 4)
TABLE = np.array([[(t + 1) * p // 255 - t * p // 255 for t in range(STEPS)] for p in range(256)], np.uint8)


def north(poses):
    return ~south(poses)


def encoded(scans):
    """Spikes (n, STEPS, 19) of the encoder phase:16."""
    return TABLE[pixels(scans)].transpose(0, 2, 1)


def policy_of(net):
    return lambda scans: lif.answers(net, encoded(scans), batch=4000)[0]


def visited(world, policy, count, rng):
    """Poses on drives of a policy, more of them shortly before a collision."""
    path, ended = world.drive(starts(world, 120, int(rng.integers(1 << 30)), north), policy, steps=250)
    step, robot = np.nonzero(np.arange(len(path))[:, None] < ended)
    weight = np.where(ended[robot] - step < 40, 4.0, 1.0) * np.where(ended[robot] < 250, 1.0, 0.5)
    pick = rng.choice(len(step), min(count, len(step)), replace=False, p=weight / weight.sum())
    poses = path[step[pick], robot[pick]]
    poses[:, 2] += rng.normal(0, np.radians(8), len(poses))
    return poses[north(poses)]


def labelled(world, poses, policy):
    """The teacher's action for each pose, or the one after which `policy` goes on longest; and how much depends on it."""
    wanted = rule(world.scan(poses))
    lasts = np.zeros((3, len(poses)))
    for action in (RIGHT, STRAIGHT, LEFT):
        for hold in HOLDS:
            after, alive, steps = poses, np.ones(len(poses), bool), np.zeros(len(poses))
            for _ in range(hold):
                after, hit = world.move(after, np.full(len(poses), action))
                alive &= ~hit
                steps += alive
            steps[alive] += world.drive(after[alive], policy, steps=HORIZON - hold)[1]
            lasts[action] = np.maximum(lasts[action], steps)
    of_rule = lasts[wanted, np.arange(len(poses))]
    label = np.where(of_rule >= lasts.max(0), wanted, lasts.argmax(0))
    matters = 0.2 + (lasts.max(0) - lasts.min(0)) / HORIZON
    useful = lasts.max(0) > 5  # else all is lost already
    print(f"  {len(poses)} states, {useful.mean():.1%} of use; the teacher's action is replaced in {(label != wanted)[useful].mean():.1%}", flush=True)
    return poses[useful], label[useful], matters[useful]


def mirrored(x, y):
    """The same states seen in a mirror."""
    return np.concatenate([x[:, :, 17::-1], x[:, :, 18:]], axis=2), LEFT - y


def score(world, policy, seed=77):
    _, ended = world.drive(starts(world, 100, seed, north), policy)
    return f"{(ended < 300).sum()} of 100 collide, {0.15 * ended.mean():.1f} m"


def fit(net, x, y, importance, epochs, lr, seed):
    lif.train(net, x, y, epochs=epochs, lr=lr, batch=200, seed=seed, importance=importance / importance.mean(), every=20)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    world = World()
    print("validation starts, north: teacher", score(world, rule))
    poses = np.concatenate([visited(world, rule, STATES, rng), starts(world, STATES // 2, 5, north)])
    net, policy, every = lif.Net((19, HIDDEN, 3), gain=2.0), rule, []
    for round in range(ROUNDS):
        every.append(labelled(world, poses, policy))
        known, y, matters = (np.concatenate(column) for column in zip(*every))
        x = encoded(world.scan(known))
        other, turned = mirrored(x, y)
        x, y, matters = np.concatenate([x, other]), np.concatenate([y, turned]), np.tile(matters, 2)
        fit(net, x, y, matters, 60, 5e-3, round)
        policy = policy_of(net)
        print(f"round {round + 1}: {100 * float((lif.answers(net, x)[0] == y).mean()):.1f} % of the labels; {score(world, policy)}", flush=True)
        poses = visited(world, policy, STATES, rng)
    net.save(HERE / "robot.nir", encoder=f"phase:{STEPS}")
    net.bits = 4
    fit(net, x, y, matters, 40, 2e-3, 9)
    print(f"4 bits: {100 * float((lif.answers(net, x)[0] == y).mean()):.1f} % of the labels; {score(world, policy)}")
    net.save(HERE / "robot_4bit.nir", encoder=f"phase:{STEPS}")


if __name__ == "__main__":
    main()
