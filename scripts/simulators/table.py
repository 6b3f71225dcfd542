"""The results of all simulators as one table.

    python table.py FOLDER OUT      reads FOLDER/*.result, prints the table, writes OUT.md and OUT.json"""

import json
import os
import pathlib
import platform
import sys

HEAD = ["network", "simulator", "batch 1, samples/s", "best, samples/s", "at batch", "threads",
        "model is faster at batch 1", "at each one's best", "samples with the model's spike counts", "class"]


def processor():
    """Name of the processor, as Linux tells it."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def best(speeds):
    return max(speeds, key=lambda s: s["samples_per_second"])


def cells(network, name, speeds, model, agreement):
    """A line of the table."""
    one = best([s for s in speeds if s["batch"] == 1])
    top = best(speeds)
    line = [network, name, f"{one['samples_per_second']:,.0f}", f"{top['samples_per_second']:,.0f}",
            str(top["batch"]), str(top["threads"])]
    if agreement is None:
        return line + ["", "", "", ""]
    single = best([s for s in model if s["batch"] == 1])["samples_per_second"] / one["samples_per_second"]
    ratio = best(model)["samples_per_second"] / top["samples_per_second"]
    count = agreement["samples"]
    return line + [f"{single:,.0f} x", f"{ratio:,.1f} x", f"{agreement['same_counts']} of {count}",
                   f"{agreement['same_most_spikes']} of {count}"]


def main():
    folder, out = pathlib.Path(sys.argv[1]), sys.argv[2]
    results = [json.loads((folder / f"{n}.result").read_text()) for n in ("model", "snntorch", "norse", "brian2")]
    model, others = results[0], results[1:]
    if not model["equal"]:
        raise SystemExit("the model differs from its reference path: there is nothing to compare")
    rows, words = [HEAD], []
    for network in model["model"]:
        name, speeds = network["network"], network["speeds"]
        words.append(f"{name}: {network['words']}")
        rows.append(cells(name, "ferrospike's model", speeds, speeds, None))
        for other in others:
            result = other["networks"][name]
            title = f"{other['simulator']} {other['versions'][other['simulator']]}"
            rows.append(cells(name, title, result["speeds"], speeds, result["agreement"]))
    batches = {s["simulator"]: {n: sorted({x["batch"] for x in r["speeds"]}) for n, r in s["networks"].items()}
               for s in others}
    torch = others[0]["versions"]["torch"]
    notes = [f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, torch {torch}, "
             f"ferrospike {model['version']}"]
    tried = sorted({s["batch"] for n in model["model"] for s in n["speeds"]})
    notes.append(f"batches tried: model {tried}; " + "; ".join(f"{n} {b}" for n, b in batches.items()))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "| " + " | ".join("---" for _ in HEAD) + " |")
    text = "\n".join(lines + [""] + [f"* {note}" for note in words + notes]) + "\n"
    pathlib.Path(out + ".md").write_text(text)
    pathlib.Path(out + ".json").write_text(json.dumps({"notes": notes, "results": results}, indent=1) + "\n")
    print(text, end="")


if __name__ == "__main__":
    main()
