"""Correlation of PTU files on disk: the program against trattoria, tttrlib, pycorrelate and multipletau, in the same run.

    make build
    python3 -m venv v && v/bin/pip install numpy ptufile trattoria tttrlib pycorrelate multipletau
    v/bin/python Benchmarks/correlation.py [linear] [logarithmic]

HydraHarp T2 files of 2e7 Poissonian photons (ANTIBUNCH_PHOTONS says another number) in two channels, 100 kcps and 1 Mcps per
channel, are written to a temporary folder (ANTIBUNCH_DATA names another) and read from the page cache, each by everybody in turn,
three times after a warm-up. Linear: ±1 µs in bins of 1 ns. Logarithmic: nine decades, 1 ns to 1 s, ten bins each.

What each does: ours is the whole command, the start of the process and its JSON included, and finds out by itself which channels
there are and that the light is continuous, unless it is "told"; trattoria reads the file, too; tttrlib
reads the file and then correlates 2,000 bins of a 1 ns clock, or, as its logarithmic mode has no finer steps than its clock, 9
bins in each of 27 octaves of it; pycorrelate gets times in memory, and only as many as it can do in a few seconds (its cost is
proportional to them); multipletau needs a trace of equal bins, and nine decades of it do not fit into memory, so it gets 1 µs
bins and six decades, binning included. Of these only pycorrelate and ours count every pair at every delay.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import multipletau
import numpy as np
import ptufile
import pycorrelate
import trattoria
import tttrlib

from reading import PHOTONS, write

ROUNDS = 3
PROGRAM = pathlib.Path(__file__).parents[1] / ".build/release/antibunch"
FEW = 100_000


def ours(path, *options):
    command = [PROGRAM, "g2", path, "--json", *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


TOLD = "--channels", "0,1", "--excitation", "cw"


def linear(path, threads, *told):
    return ours(path, *told, "--bin", "1 ns", "--range", "1 us", "--threads", str(threads))


def logarithmic(path, threads):
    return ours(path, "--channels", "0,1", "--logarithmic", "--range", "1ns..1s", "--threads", str(threads))


def with_trattoria(path):
    parameters = trattoria.G2Parameters(
        channel_1=1, channel_2=2, correlation_window=1e-6, resolution=1e-9, record_ranges=None)
    trattoria.PTUFile(pathlib.Path(path)).g2(parameters, "symmetric")


def with_tttrlib(path, bins, cascades):
    data = tttrlib.TTTR(path, "PTU")
    times, channels = data.macro_times, data.routing_channels
    a, b = ((times[channels == c] // 1000).astype(np.uint64) for c in (0, 1))
    correlator = tttrlib.Correlator(method="wahl", n_bins=bins, n_casc=cascades)
    correlator.set_events(a, np.ones(len(a)), b + np.uint64(1000 if cascades == 1 else 0), np.ones(len(b)))
    np.array(correlator.correlation)


def with_multipletau(a, b):
    size = int(max(a[-1], b[-1]) // 1_000_000) + 1
    traces = [np.bincount(t // 1_000_000, minlength=size).astype(float) for t in (a, b)]
    multipletau.correlate(*traces, m=16, deltat=1e-6, normalize=True)


def main():
    # tttrlib on one thread: its own are slower
    os.environ.setdefault("TTTRLIB_USE_OPENMP", "0")
    with tempfile.TemporaryDirectory(dir=os.environ.get("ANTIBUNCH_DATA")) as directory:
        path = f"{directory}/recording.ptu"
        for rate in (2e5, 2e6):
            write(path, "HydraHarp T2", rate)
            with ptufile.PtuFile(path) as file:
                records = file.decode_records()
                a, b = (records["time"][records["channel"] == c].astype(np.int64) for c in (0, 1))
            few = a[:FEW], b[:FEW]
            steps = np.arange(-1_000_000, 1_000_001, 1000)
            decades = np.array(logarithmic(path, 2)["edges_ps"])
            work = {
                "linear": {
                    "ours, two threads": (PHOTONS, lambda: linear(path, 2)),
                    "told": (PHOTONS, lambda: linear(path, 2, *TOLD)),
                    "ours, one thread": (PHOTONS, lambda: linear(path, 1)),
                    "told, one thread": (PHOTONS, lambda: linear(path, 1, *TOLD)),
                    "trattoria": (PHOTONS, lambda: with_trattoria(path)),
                    "tttrlib": (PHOTONS, lambda: with_tttrlib(path, 2000, 1)),
                    "pycorrelate": (2 * FEW, lambda: pycorrelate.pcorrelate(*few, steps)),
                },
                "logarithmic": {
                    "ours, two threads": (PHOTONS, lambda: logarithmic(path, 2)),
                    "ours, one thread": (PHOTONS, lambda: logarithmic(path, 1)),
                    "tttrlib": (PHOTONS, lambda: with_tttrlib(path, 9, 27)),
                    "multipletau": (PHOTONS, lambda: with_multipletau(a, b)),
                    "pycorrelate": (2 * FEW, lambda: pycorrelate.pcorrelate(*few, decades)),
                },
            }
            for kind in sys.argv[1:] or work:
                contestants = work[kind]
                seconds = {who: [] for who in contestants}
                for round_ in range(ROUNDS + 1):
                    for who, (_, action) in contestants.items():
                        start = time.perf_counter()
                        action()
                        if round_:
                            seconds[who].append(time.perf_counter() - start)
                print(f"{kind}, {rate / 2e3:.0f} kcps per channel, M tags/s: " + ", ".join(
                    f"{who} {contestants[who][0] / statistics.median(t) / 1e6:.3g}"
                    f" (best {contestants[who][0] / min(t) / 1e6:.3g})" for who, t in seconds.items()), flush=True)


if __name__ == "__main__":
    main()
