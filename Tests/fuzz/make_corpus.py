"""Writes seeds for the fuzzing: make_corpus.py DIRECTORY. Files of our own writers, and of an independent one.

Afterwards DIRECTORY holds one folder per format.
"""

import os
import pathlib
import subprocess
import sys

import numpy as np

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/interoperability"))
import older_formats  # noqa: E402

PROGRAM = os.environ.get("ANTIBUNCH", str(REPOSITORY / ".build/release/antibunch"))
# The record types that a PTU header can name.
RECORD_TYPES = [code | unit for unit in (3, 4, 5, 6, 7) for code in (0x00010200, 0x00010300)] + [0x01010204, 0x01010304]


def main(directory):
    for ending in ("ptu", "pt3", "ht3", "h5", "csv", "spc"):
        (directory / ending).mkdir(parents=True, exist_ok=True)
    for mode in ("t2", "t3"):
        outputs = [str(directory / ending / f"{mode}.{ending}") for ending in ("ptu", "h5", "csv")]
        if mode == "t3":
            outputs.append(str(directory / "pt3/t3.pt3"))
        subprocess.run(
            [PROGRAM, "simulate", str(REPOSITORY / "Scenarios/fibre-hbt.yaml"), "--duration", "2 ms", "--mode", mode,
             *[word for path in outputs for word in ("-o", path)]], check=True, stdout=subprocess.DEVNULL)
    ptu = (directory / "ptu/t3.ptu").read_bytes()
    place = ptu.index(b"TTResultFormat_TTTRRecType") + 40
    for code in RECORD_TYPES:
        other = ptu[:place] + code.to_bytes(8, "little") + ptu[place + 8:]
        (directory / f"ptu/{code:08x}.ptu").write_bytes(other)
    time = np.cumsum(np.random.default_rng(1).integers(0, 3000, 60))
    channel = np.arange(60) % 2
    nanotime = np.arange(60) * 50
    for version in ("1.0", "2.0"):
        older_formats.write_harp(str(directory / f"ht3/{version}.ht3"), 3, time, channel, nanotime, version)
        older_formats.write_harp(
            str(directory / f"ht3/{version}.ht2"), 2, time * 40_000, channel, 0 * nanotime, version)
    older_formats.write_pt2(str(directory / "pt3/seed.pt2"), time * 400_000, channel)
    older_formats.write_spc(str(directory / "spc/seed.spc"), time, channel, nanotime, setup=False)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
