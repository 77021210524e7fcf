"""Writing of recordings: against the pace of our own engine, and against tttrlib, in the same run.

    make dependencies && swift build --package-path Benchmarks -c release --product write-recordings
    python3 -m venv v && v/bin/pip install tttrlib
    v/bin/python Benchmarks/writing.py

W1 at 1 Mcps, 20 s, is simulated into memory on one thread and then written to /dev/shm: PTU in T2 and T3, and Photon-HDF5 of
T3 without truth. tttrlib writes the T3 recording, which it has read before, in the format it has for that (HydraHarp T3). It
writes no T2. Five rounds; medians of records per second of processor time, the kernel's part included.
"""

import pathlib
import statistics
import subprocess
import tempfile
import time

import tttrlib

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / ".build/release/write-recordings"
ROUNDS = 5


def main():
    rates = {}
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        for _ in range(ROUNDS):
            for mode, files in (("t2", ["t2.ptu"]), ("t3", ["t3.ptu", "t3.h5"])):
                done = subprocess.run(
                    [PROGRAM, HERE.parent / "Scenarios/w1-1m.yaml", "20 s", mode, *[f"{folder}/{name}" for name in files]],
                    check=True, capture_output=True, text=True)
                for line in done.stdout.splitlines():
                    what, records, _, processor = line.split()
                    who = f"engine {mode}" if what == "engine" else pathlib.Path(what).name
                    rates.setdefault(who, []).append(int(records) / float(processor))
            recording = tttrlib.TTTR(f"{folder}/t3.ptu", "PTU")
            start = time.process_time()
            assert recording.write(f"{folder}/peer.ptu")
            rates.setdefault("tttrlib t3.ptu", []).append(len(recording) / (time.process_time() - start))
    for who, own in sorted(rates.items()):
        print(f"{who:15} {statistics.median(own) / 1e6:6.1f} M records/s (best {max(own) / 1e6:.1f})", flush=True)


if __name__ == "__main__":
    main()
