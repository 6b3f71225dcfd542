#!/usr/bin/env python3
"""All tests of the workspace, those that `cargo test --workspace` runs.

Cargo runs one test file after the other, and many of them end with one long simulation, proof or placement, so that of
two cores one has nothing to do. Here two files run at once, those that take longest first. What a file prints is shown
when it has ended; the exit status is 1 if any has failed.

    scripts/rust_tests.py
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CARGO = ["cargo", "test", "--locked", "--workspace"]
AT_ONCE = 2
# Minutes each, where others take seconds.
LONG = ["bitstreams", "random_networks", "board_networks", "netlist", "link", "fuzzed_commands", "formal", "learning"]


def test_files():
    """Compiles all; a program, the folder to run it in and its source for each test file, the longest first."""
    command = [*CARGO, "--no-run", "--message-format=json-render-diagnostics"]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        sys.exit(built.returncode)
    files = []
    for message in map(json.loads, built.stdout.splitlines()):
        if message["reason"] == "compiler-artifact" and message["profile"]["test"] and message["executable"]:
            source = os.path.relpath(message["target"]["src_path"], ROOT)
            folder = os.path.dirname(message["manifest_path"])
            files.append((message["executable"], folder, source))

    def rank(file):
        name = pathlib.Path(file[2]).stem
        return LONG.index(name) if name in LONG else len(LONG)

    return sorted(files, key=rank)


def run(file):
    """Runs a test file; whether it has passed."""
    program, folder, source = file
    environment = {**os.environ, "CARGO_MANIFEST_DIR": folder}
    ended = subprocess.run(
        [program], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output = ended.stdout.decode(errors="replace")
    print(f"Running {source}\n{output}", end="", flush=True)
    if ended.returncode != 0:
        print(f"error: {source} has ended with {ended.returncode}", flush=True)
    return ended.returncode == 0


def main():
    files = test_files()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        passed = list(pool.map(run, files))
    documentation = subprocess.run([*CARGO, "--doc"], cwd=ROOT)
    sys.exit(0 if files and all(passed) and documentation.returncode == 0 else 1)


if __name__ == "__main__":
    main()
