"""Writes seeds for the fuzzing: make_corpus.py DIRECTORY. Files of our own writers, and of an independent one.

Afterwards DIRECTORY holds one folder per format.
"""

import json
import os
import pathlib
import struct
import subprocess
import sys
import time
import zlib

import numpy as np

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/interoperability"))
import older_formats  # noqa: E402

PROGRAM = os.environ.get("ANTIBUNCH", str(REPOSITORY / ".build/release/antibunch"))
# The record types that a PTU header can name.
RECORD_TYPES = [code | unit for unit in (3, 4, 5, 6, 7) for code in (0x00010200, 0x00010300)] + [0x01010204, 0x01010304]

# Bytes per value of the columns of a journal, in the order of their numbers. The first eight are of photons.
COLUMN_SIZES = (8, 1, 2, 2, 8, 8, 8, 2, 8, 2, 2, 2, 8, 2, 8)


def small_journal(directory, mode):
    """What a run of this mode leaves when it is killed, with short columns in place of its own: both files, one behind the other."""
    path = directory / "part/run.h5"
    journal = path.with_name("run.h5.part")
    process = subprocess.Popen(
        [PROGRAM, "simulate", str(REPOSITORY / "Scenarios/fibre-hbt.yaml"), "--duration", "100 s", "--mode", mode,
         "--truth", "all", "-o", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (journal.exists() and journal.stat().st_size > 1 << 16):
        time.sleep(0.01)
    process.kill()
    process.wait()
    content = journal.read_bytes()
    journal.unlink()
    path.with_name("run.h5.rest.part").unlink(missing_ok=True)
    head = 128
    settings = json.loads(content[head + 16:head + 16 + int.from_bytes(content[head + 8:head + 12], "little")])
    settings["states"] = [states[:2] for states in settings["states"]]
    photons, rest = [(0, 0, 0, json.dumps(settings).encode())], []
    for column, size in enumerate(COLUMN_SIZES):
        (photons if column < 8 else rest).append((column, 1, 65_536, zlib.compress(bytes(65_536 * size), 1)))
        rest.append((column, 2, 20, (65_536).to_bytes(8, "little") + bytes(20 * size)))
    return b"".join(
        start + b"".join(
            struct.pack("<HHIII", column, kind, count, len(payload), zlib.crc32(payload)) + payload
            for column, kind, count, payload in frames)
        for start, frames in [(content[:head], photons), (b"ABTREST\4" + bytes(head - 8), rest)])


def main(directory):
    for ending in ("ptu", "pt3", "ht3", "h5", "csv", "spc", "set", "part"):
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
    for mode in ("t2", "t3"):
        (directory / f"part/{mode}").write_bytes(small_journal(directory, mode))
    times = np.cumsum(np.random.default_rng(1).integers(0, 3000, 60))
    channel = np.arange(60) % 2
    nanotime = np.arange(60) * 50
    for version in ("1.0", "2.0"):
        older_formats.write_harp(str(directory / f"ht3/{version}.ht3"), 3, times, channel, nanotime, version)
        older_formats.write_harp(
            str(directory / f"ht3/{version}.ht2"), 2, times * 40_000, channel, 0 * nanotime, version)
    older_formats.write_pt2(str(directory / "pt3/seed.pt2"), times * 400_000, channel)
    older_formats.write_spc(str(directory / "spc/seed.spc"), times, channel, nanotime, setup=False)
    (directory / "set/seed.set").write_bytes(older_formats.set_file())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
