"""The voices of this example: the ten digits spoken, as WAV files of 8 kHz in .cache/voices/{train,test}.

For training:
* a real voice: the digits of Debian's asterisk-core-sounds-en-wav 1.6.1 (Allison Smith, CC BY-SA 3.0), one recording each;
* synthetic ones: espeak-ng (six accents of English, sixteen variants, two speeds, chosen at random) and the voices kal, awb and
  rms of flite.

For the test, never in the training:
* `slt` of flite, synthetic, at three speeds;
* the digits of the wheel captcha 0.7.1, whose voice is not named there, short and of 8 bits;
* the real voice again, 12 % faster and slower with noise at 15 dB, which the training does not have.

    apt-get install espeak-ng flite
    python voices.py
"""

import pathlib
import subprocess
import sys
import tempfile
import wave

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

from packages import from_debian, from_wheel
from sound import read

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
RATE = 8000
FOLDER = HERE / ".cache" / "voices"
ACCENTS = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-029"]
VARIANTS = ["m1", "m2", "m3", "m4", "m5", "m6", "m7", "f1", "f2", "f3", "f4", "f5", "klatt", "klatt2", "klatt4", "steph"]


def write(path, samples):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.clip(np.round(samples * 32767), -32768, 32767).astype("<i2").tobytes())


def at_rate(samples, rate, wanted=RATE):
    """Another sampling rate, band-limited."""
    from scipy.signal import resample_poly

    divisor = np.gcd(int(rate), int(wanted))
    return resample_poly(samples, wanted // divisor, rate // divisor)


def spoken(command):
    """What a synthesiser writes to a file: its last argument."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run([*command, file.name], check=True, capture_output=True)
        samples, rate = read(pathlib.Path(file.name).read_bytes())
    return at_rate(samples, rate)


def flite(voice, word, stretch):
    return spoken(["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", word, "-o"])


def espeak(voice, speed, word):
    return spoken(["espeak-ng", "-v", voice, "-s", str(speed), word, "-w"])


DIGESTS = {
    "allison 0": "62debe1daf11756460c0de78d0e1ac7fe28b12fb51a30df3364ce74b90f05d31",
    "captcha 0": "84e0fdf4413d1a7dfc86dabc52cb8295e5d3fd57a0553774571a6910535da92d",
    "allison 1": "fb38aca5558d50f7bd4d7986adeea19b97eba894c574fc92acc3b33b480eb701",
    "captcha 1": "7b7c717cc27bf7a3a3f5df30c7b1635f476e2eaa1ac6b23df0ea75ea13edfb77",
    "allison 2": "6ef0a6b67a1741e950c491ef664bbfb424b63fab314d616d6f0e467cc0838dee",
    "captcha 2": "45cd9a3aeb48c40c3d5064b9df661acd15975d76cdb3cb4ce36734c2620db4e9",
    "allison 3": "4ec0371d15f721c61be36fe6ca54d0de29d9b9a48062634969556c50ff81faed",
    "captcha 3": "5d4a139793f0c665aec621a295af1577ef7d83938454771fb471cabd36867834",
    "allison 4": "f1c007fbd2eefa235ea10260b79527b89b88f6d2182008e86221572ad92f204f",
    "captcha 4": "29a5fe029b23be260aa339634b52b0aa109db155ee0e323c27092049826a0d20",
    "allison 5": "412b4b7729a8bae7b2b13ad8af9f6989abba8a4b9d5fc1c499b13a3b986653a5",
    "captcha 5": "5aba047eb491a0ff8370de7065e7a57342970ef293afb7fb23bd8bd110e9d36b",
    "allison 6": "89c80e3c120f90112159d911568d2ca4a13f369a864ee26e882802385fab2474",
    "captcha 6": "e12b6c5ed0a6cb1175312f7654a0daa74cf899ab5c9c1a6c86911a1223e903ec",
    "allison 7": "125c9acb8b5b6549079233c922782bfdf585d8c438906467921329669c6939fe",
    "captcha 7": "051dcc01316001ce3af03de9397a5082b76ce6c7236e236563034d962013ef84",
    "allison 8": "854114f9f3bb94d36490b2951957a662e75212648a5e2330f1f3c56184d30488",
    "captcha 8": "df34436176942bca19b4498803e4500fb403e947a0a285fcc3b3295fe3e3a58a",
    "allison 9": "535d4117923ad8bac20185eb0746b421479ddec4f4acd2329285096a573d6e34",
    "captcha 9": "c4106b2779a7925c68f307d7c31989aa8021acaa4093129865b0b9d65fddf9ec",
}


def allison(word):
    member = f"usr/share/asterisk/sounds/en_US_f_Allison/digits/{word}.wav"
    return read(from_debian("asterisk-core-sounds-en-wav", "1.6.1-1", member, DIGESTS[f"allison {word}"]))[0]


def captcha(word):
    return read(from_wheel("captcha", "0.7.1", f"captcha/data/{word}/default.wav", DIGESTS[f"captcha {word}"]))[0]


def main():
    rng = np.random.default_rng(1)
    combinations = [f"{a}+{v}" for a in ACCENTS for v in VARIANTS]
    for n, word in enumerate(WORDS):
        real = allison(n)
        write(FOLDER / f"train/allison_{n}.wav", real)
        for voice in combinations:
            write(FOLDER / f"train/espeak_{voice}_{n}.wav", espeak(voice, int(rng.integers(120, 220)), word))
        for voice in ("kal", "awb", "rms"):
            for stretch in (0.8, 1.0, 1.25):
                write(FOLDER / f"train/flite_{voice}_{stretch}_{n}.wav", flite(voice, word, stretch))
        for stretch in (0.85, 1.0, 1.2):
            write(FOLDER / f"test/slt_{stretch}_{n}.wav", flite("slt", word, stretch))
        write(FOLDER / f"test/captcha_{n}.wav", captcha(n))
        for rate in (7100, 9100):
            other = at_rate(real, RATE, rate)
            noise = rng.normal(0, 1, len(other)) * np.sqrt((other**2).mean()) * 10 ** (-15 / 20)
            write(FOLDER / f"test/allison_{rate}_{n}.wav", 0.7 * (other + noise))
    for part in ("train", "test"):
        print(f"{part}: {len(list((FOLDER / part).glob('*.wav')))} recordings")


if __name__ == "__main__":
    main()
