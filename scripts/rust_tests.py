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
LONG = ["random_networks", "netlist", "bitstreams", "formal", "board_networks", "commands", "lint", "link", "costs"]


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
    """Runs a test file; its source, its exit status and what it has printed."""
    program, folder, source = file
    environment = {**os.environ, "CARGO_MANIFEST_DIR": folder}
    ended = subprocess.run(
        [program], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return source, ended.returncode, ended.stdout.decode(errors="replace")


def main():
    files = test_files()
    failed = not files
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for ended in concurrent.futures.as_completed([pool.submit(run, file) for file in files]):
            source, status, output = ended.result()
            print(f"Running {source}\n{output}", flush=True)
            if status != 0:
                failed = True
                print(f"error: {source} has ended with {status}", flush=True)
    documentation = subprocess.run([*CARGO, "--doc"], cwd=ROOT)
    sys.exit(1 if failed or documentation.returncode != 0 else 0)


if __name__ == "__main__":
    main()
