"""Writing of recordings: against the pace of our own engine, in the same run.

    make dependencies && swift build --package-path Benchmarks -c release --product write-recordings
    python3 Benchmarks/writing.py [ROUNDS]

W1 at 1 Mcps, 20 s, is simulated on one thread and written to /dev/shm as it comes: PTU and Photon-HDF5 in T2 and T3, the second
without truth and with the truth of every record. The engine's time is that of a simulation of which nothing is kept. Five rounds
(or as many as the argument says); medians of records per second of processor time, the kernel's part included, and of the time of
writing over that of the engine in the same process. No peer stands beside it: tttrlib writes neither T2 nor PicoHarp T3 ("Record
type 5 not supported", yet it leaves a file).
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / ".build/release/write-recordings"
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
RUNS = [
    ("t2", ["t2.ptu", "t2.h5"]), ("t3", ["t3.ptu", "t3.h5"]), ("t2 truth", ["t2-truth.h5"]), ("t3 truth", ["t3-truth.h5"])]


def main():
    rates, shares = {}, {}
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        for _ in range(ROUNDS):
            for mode, files in RUNS:
                paths = [f"{folder}/{name}" for name in files]
                done = subprocess.run(
                    [PROGRAM, HERE.parent / "Scenarios/w1-1m.yaml", "20 s", *mode.split(), *paths],
                    check=True, capture_output=True, text=True)
                for line in done.stdout.splitlines():
                    what, records, processor = line.split()
                    who = f"engine {mode}" if what == "engine" else pathlib.Path(what).name
                    rates.setdefault(who, []).append(int(records) / float(processor))
                    if what == "engine":
                        engine = float(processor)
                    else:
                        shares.setdefault(who, []).append(float(processor) / engine)
    for who, own in sorted(rates.items()):
        share = ""
        if who in shares:
            least, most = min(shares[who]), max(shares[who])
            share = f", {statistics.median(shares[who]):.2f} of the engine's time ({least:.2f} to {most:.2f})"
        print(f"{who:15} {statistics.median(own) / 1e6:6.1f} M records/s (best {max(own) / 1e6:.1f}){share}", flush=True)


if __name__ == "__main__":
    main()
