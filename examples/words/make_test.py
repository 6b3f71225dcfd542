"""Write words_test.npz, the spikes of the 60 test recordings of voices.py, and wav/: ten of them as they are: the real voice, slower and in noise.

    python voices.py
    python make_test.py
"""

import pathlib

import numpy as np

from features import decibels, thermometer, trimmed, values
from voices import FOLDER, WORDS, read, write

HERE = pathlib.Path(__file__).resolve().parent


def main():
    spikes, labels, voices = [], [], []
    for path in sorted((FOLDER / "test").glob("*.wav")):
        voice, _, word = path.stem.rpartition("_")
        sound = trimmed(read(path.read_bytes())[0])
        spikes.append(thermometer(values(decibels(sound))))
        labels.append(int(word))
        voices.append(voice)
        if voice == "allison_9100":
            write(HERE / "wav" / f"{WORDS[int(word)]}.wav", sound)
    np.savez_compressed(HERE / "words_test.npz", spikes=np.array(spikes), labels=np.array(labels, np.uint8), voices=np.array(voices))
    print(f"words_test.npz: {len(labels)} recordings")


if __name__ == "__main__":
    main()
