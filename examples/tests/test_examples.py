"""Each example in the model, with its committed network and excerpt: the numbers that its README shows.

Needs numpy and the `ferrospike` program: scripts/python_test.sh builds it and names it in $FERROSPIKE.
"""

import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import wave

import numpy as np
import pytest

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif("FERROSPIKE" not in os.environ, reason="$FERROSPIKE names no program: see scripts/python_test.sh")


def run(example, *arguments, **environment):
    """run.py of an example, its pictures left out: exit status and what it printed."""
    command = [sys.executable, EXAMPLES / example / "run.py", "--no-picture", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    return done.returncode, done.stdout + done.stderr


def shown(example):
    """The output in the example's README."""
    text = (EXAMPLES / example / "README.md").read_text()
    return text.split("<!-- output: begin -->")[1].split("<!-- output: end -->")[0]


def figures(text):
    """Lines of figures that do not depend on the port or the time."""
    lines = [line.strip() for line in text.splitlines()]
    port = re.compile(r" on the |^(EQUAL|nothing|picture)|^$")
    return [line for line in lines if not port.search(line)]


def faulty(folder):
    """A `ferrospike` whose comparisons find a bit that differs."""
    path = folder / "ferrospike"
    path.write_text(f"""#!{sys.executable}
import json, os, subprocess, sys
done = subprocess.run([os.environ["REAL"], *sys.argv[1:]], capture_output=True, text=True)
sys.stderr.write(done.stderr)
told = json.loads(done.stdout) if done.returncode == 0 else {{}}
if (told.get("summary") or {{}}).get("comparison"):
    told["summary"]["comparison"]["differing"] = 1
    done.returncode = 1
print(json.dumps(told))
sys.exit(done.returncode)
""")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


RUNS = ["edges", "timeseries", "speech", "fashion", "words", "learning"]


@pytest.mark.parametrize("example", RUNS)
def test_the_figures_of_the_readme(example):
    status, text = run(example, "--port", "model")
    assert status == 0, text
    assert figures(text) and figures(text) == figures(shown(example))


def test_drives_of_the_robot():
    status, text = run("robot", "--port", "model", "--steps", "60", "--decisions", "20")
    assert status == 0, text
    for line in ("spiking, 8 bits              3 of 100", "spiking, 4 bits              4 of 100", "a rule on the same scan      7 of 100",
                 "20 decisions of drive 1 on the model: the same"):
        assert line in text, text


@pytest.mark.parametrize("path", sorted((EXAMPLES / "words/wav").glob("*.wav")), ids=lambda path: path.stem)
def test_encode_makes_the_spikes_of_a_word(path, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES / "words")
    import features
    import sound

    samples, rate = sound.read(path.read_bytes())
    samples = features.trimmed(samples)
    with wave.open(str(tmp_path / "word.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32768).astype("<i2").tobytes())
    subprocess.run([os.environ["FERROSPIKE"], "encode", tmp_path / "word.wav", "-o", tmp_path / "word.npz", "--quiet",
                    *map(str, features.ENCODE)], check=True)
    with np.load(tmp_path / "word.npz") as file:
        (encoded,) = file["spikes"]
    expected = features.thermometer(features.values(features.decibels(samples)))
    assert expected.any() and np.array_equal(encoded, expected)


def test_a_bit_that_differs_ends_with_1(tmp_path):
    real = os.environ["FERROSPIKE"]
    sim = ["--port", "sim", "--only", "ecg", "--samples", "40"]
    status, text = run("timeseries", *sim)
    assert status == 0 and "EQUAL" in text and " 0 differ" in text, text
    status, text = run("timeseries", *sim, FERROSPIKE=faulty(tmp_path), REAL=real)
    assert status == 1 and "DIFFERENT" in text and " 1 differ" in text, text


def test_a_program_that_is_not_there(tmp_path):
    status, text = run("edges", "--port", "model", FERROSPIKE=str(tmp_path / "none"))
    assert status == 2 and "error:" in text, text
