"""A spiking network steers a robot by a laser scanner, in a map of real corridors.

    examples/robot/run.sh [PORT] [--decisions N] [--live N] [--steps N]

A hundred drives that start in the southern wing, where the network was not trained: through the model with 8 and with 4 bits, by a
rule on the same scan, always straight, and at random. Then N decisions of one drive are made again on the board, every bit
compared with the model; with --live, N steps of a drive are steered by the board itself, one run for each. Draws robot.png. Exit
status 1: a bit differs.
"""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import board
from plots import COLOURS, figure, save
from world import CELL, STEP, World, pixels, rule, south, starts

DRIVES = 100


def main():
    args = board.arguments(__doc__, decisions=(30, "decisions of a drive that are made again on the board"),
                           live=(0, "steps that the board itself steers"), steps=(300, "steps of a drive"))
    world = World()
    begin = starts(world, DRIVES, 2026, south)
    rng = np.random.default_rng(1)
    eight, four = (board.Network(HERE / name, "model", *options)
                   for name, options in (("robot.nir", ()), ("robot_4bit.nir", ("--bits", "4"))))
    policies = {
        "spiking, 8 bits": lambda scans: eight.run(images=pixels(scans)).answers,
        "spiking, 4 bits": lambda scans: four.run(images=pixels(scans)).answers,
        "a rule on the same scan": rule,
        "always straight": lambda scans: np.ones(len(scans), int),
        "at random": lambda scans: rng.integers(0, 3, len(scans)),
    }
    print(f"{DRIVES} drives of at most {args.steps * STEP:.0f} m    collisions  mean distance  away from the start")
    results = {}
    for name, policy in policies.items():
        results[name] = path, ended = world.drive(begin, policy, args.steps)
        away = np.linalg.norm(path[..., :2] - begin[:, :2], axis=-1).max(0).mean()
        print(f"  {name:25}  {int((ended < args.steps).sum()):3} of {DRIVES}  {STEP * ended.mean():10.1f} m  {away:15.1f} m", flush=True)

    path, ended = results["spiking, 8 bits"]
    # Of the drives that got far, the one that turned most.
    far = (ended == args.steps) & (np.linalg.norm(path[-1, :, :2] - path[0, :, :2], axis=1) > 20)
    chosen = int(np.argmax(np.where(far, np.abs(np.diff(path[..., 2], axis=0)).sum(0), -1)))
    device = board.Network(HERE / "robot.nir", args.port)
    drive = path[: args.decisions, chosen]
    scans = world.scan(drive)
    part = device.run(images=pixels(scans), sims=2)
    taken = np.round(np.diff(path[: args.decisions + 1, chosen, 2]) / np.radians(12)).astype(int) + 1
    same = np.array_equal(part.answers[: len(taken)], taken)
    print(f"{args.decisions} decisions of drive {chosen + 1} on the {board.where(args.port)}: "
          f"{'the same' if same else 'NOT the same'} as in the model")
    parts = [part]
    for step in range(args.live):
        parts.append(device.run(images=pixels(world.scan(path[step, chosen][None]))))
        same &= parts[-1].answers[0] == taken[step] if step < len(taken) else True
    if args.live:
        print(f"{args.live} steps steered by the {board.where(args.port)}: {'the same way' if same else 'NOT the same way'}")
    if not args.no_picture:
        draw(args, world, results, chosen)
    return board.verdict(parts) or int(not same)


def draw(args, world, results, chosen):
    begin = results["spiking, 8 bits"][0][0]
    fig, axes = figure(9.6, 4.9, columns=2, widths=(1.15, 1))
    rows, columns = np.nonzero(world.clearance)
    whole = world.poses[:, :2]

    def ground(axis):
        picture = np.where(world.clearance > 0, 1.0, 0.0)
        axis.imshow(picture, origin="lower", extent=(0, picture.shape[1] * CELL, 0, picture.shape[0] * CELL), cmap="gray", vmin=-6.5, vmax=1.02,
                    interpolation="nearest")
        axis.set_aspect("equal")
        axis.set_xticks([])
        axis.set_yticks([])
        axis.spines[:].set_visible(False)

    path, ended = results["spiking, 8 bits"]
    for number, axis in enumerate(axes):
        ground(axis)
        for robot in range(path.shape[1]):
            way = path[: ended[robot] + 1, robot]
            axis.plot(way[:, 0], way[:, 1], color=COLOURS["data"], linewidth=0.8, alpha=0.75, label="drives of the network" if robot == 0 else None)
        hit = ended < args.steps
        last = path[ended, np.arange(path.shape[1])]
        axis.plot(begin[:, 0], begin[:, 1], ".", color=COLOURS["good"], markersize=4 - 1.5 * (1 - number), label="starts")
        axis.plot(last[hit, 0], last[hit, 1], "x", color=COLOURS["found"], markersize=7, markeredgewidth=2, label=f"collisions ({hit.sum()} of {DRIVES})")
    way = path[:, chosen]
    axes[1].plot(way[:, 0], way[:, 1], color=COLOURS["other"], linewidth=1.2, label="a drive")
    axes[1].plot(way[: args.decisions, 0], way[: args.decisions, 1], color=COLOURS["other"], linewidth=3.2, solid_capstyle="butt",
                 label=f"its {args.decisions} decisions on the {board.where(args.port)}")
    axes[1].legend(loc="upper right", fontsize=8)
    centre = way[:, :2].mean(0)
    axes[1].set_xlim(centre[0] - 26, centre[0] + 26)
    axes[1].set_ylim(centre[1] - 26, centre[1] + 26)
    axes[0].plot([centre[0] - 26, centre[0] + 26, centre[0] + 26, centre[0] - 26, centre[0] - 26],
                 [centre[1] - 26, centre[1] - 26, centre[1] + 26, centre[1] + 26, centre[1] - 26], color=COLOURS["other"], linewidth=1)
    axes[0].set_xlim(columns.min() * CELL, columns.max() * CELL)
    axes[0].set_ylim(rows.min() * CELL, rows.max() * CELL)
    axes[0].plot(whole[:, 0], whole[:, 1], color=COLOURS["quiet"], linewidth=0.7, zorder=1, label="the real robot's way")
    names = list(results)
    text = "\n".join(f"{name:24}{int((results[name][1] < args.steps).sum()):4}" for name in names)
    axes[0].text(0.98, 0.55, f"collisions of {DRIVES} drives\n{text}", transform=axes[0].transAxes, family="monospace", fontsize=7.5,
                 va="top", ha="right", multialignment="left")
    axes[0].legend(loc="upper left", fontsize=8)
    save(fig, args, HERE, "robot.png")


if __name__ == "__main__":
    board.main(main)
