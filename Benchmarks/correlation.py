"""Correlation of files on disk: the program against trattoria, tttrlib, photon_gn, pycorrelate and multipletau, in the same run.

    make build
    python3 -m venv v && v/bin/pip install numpy ptufile trattoria tttrlib pycorrelate multipletau
    [PHOTON_GN=…/photon_gn] v/bin/python Benchmarks/correlation.py [linear] [logarithmic]

photon_gn is built from https://github.com/tsbischof/photon_correlation; where neither the PATH nor PHOTON_GN has it, its row is
left out.

HydraHarp T2 files of 2e7 Poissonian photons (ANTIBUNCH_PHOTONS says another number) in two channels, 100 kcps and 1 Mcps per
channel, are written to a temporary folder (ANTIBUNCH_DATA names another) and read from the page cache, each by everybody in turn,
three times after a warm-up. Linear: ±1 µs in bins of 1 ns. Logarithmic: nine decades, 1 ns to 1 s, ten bins each.

What each does: ours is the whole command, the start of the process and its JSON included, and finds out by itself which channels
there are and that the light is continuous, unless it is "told"; trattoria reads the file, too; tttrlib
reads the file and then correlates 2,000 bins of a 1 ns clock, or, as its logarithmic mode has no finer steps than its clock, 9
bins in each of 27 octaves of it; pycorrelate gets times in memory, and only as many as it can do in a few seconds (its cost is
proportional to them); multipletau needs a trace of equal bins, and nine decades of it do not fit into memory, so it gets 1 µs
bins and six decades, binning included, and ours is asked for these beside it; photon_gn reads text and no PTU, so it gets the
first 2e6 photons as `channel,time` (its reading counts as its reading of a file) and ours the same text beside it; it writes
the pairs of each channel with itself, too, and a trace of the intensity. Of these only photon_gn, pycorrelate and ours count
every pair at every delay. The counts of photon_gn and ours must be the same in every bin, or the run stops; its edges are asked
for half a picosecond early, as it finds a bin by a division in floating point, which puts delays on 12 of the 2,000 edges into
the bin before, and leaves out a delay of just -1 µs.
"""

import json
import os
import pathlib
import shutil
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
PHOTON_GN = os.environ.get("PHOTON_GN") or shutil.which("photon_gn")
FEW = 100_000
TEXT = min(2_000_000, PHOTONS)


def ours(path, *options):
    command = [PROGRAM, "g2", path, "--json", *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


TOLD = "--channels", "0,1", "--excitation", "cw"


def linear(path, threads, *told):
    return ours(path, *told, "--bin", "1 ns", "--range", "1 us", "--threads", str(threads))


def logarithmic(path, threads, delays="1ns..1s"):
    return ours(path, "--channels", "0,1", "--logarithmic", "--range", delays, "--threads", str(threads))


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


def with_photon_gn(path):
    """The counts of channel 0 before or after channel 1."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([
            PHOTON_GN, "--file-in", path, "--file-out", f"{directory}/of", "--mode", "t2", "--order", "2", "--channels", "2",
            "--time", "-1000000.5,2000,999999.5"], check=True, capture_output=True)
        with open(f"{directory}/of.g2.run/g2") as lines:
            return [int(line.rsplit(",", 1)[1]) for line in lines if line.startswith("0,1,")]


def with_multipletau(a, b):
    size = int(max(a[-1], b[-1]) // 1_000_000) + 1
    traces = [np.bincount(t // 1_000_000, minlength=size).astype(float) for t in (a, b)]
    multipletau.correlate(*traces, m=16, deltat=1e-6, normalize=True)


def main():
    # tttrlib on one thread: its own are slower
    os.environ.setdefault("TTTRLIB_USE_OPENMP", "0")
    if not PHOTON_GN:
        print("photon_gn is not on the PATH, and PHOTON_GN does not name it: left out", flush=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("ANTIBUNCH_DATA")) as directory:
        path, text = f"{directory}/recording.ptu", f"{directory}/recording.csv"
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
                    "ours, six decades": (PHOTONS, lambda: logarithmic(path, 2, "1us..1s")),
                    "tttrlib": (PHOTONS, lambda: with_tttrlib(path, 9, 27)),
                    "multipletau": (PHOTONS, lambda: with_multipletau(a, b)),
                    "pycorrelate": (2 * FEW, lambda: pycorrelate.pcorrelate(*few, decades)),
                },
            }
            kinds = sys.argv[1:] or list(work)
            if PHOTON_GN and "linear" in kinds:
                photons = records[records["channel"] >= 0][:TEXT]
                np.savetxt(text, np.column_stack([photons["channel"], photons["time"]]), fmt="%d", delimiter=",")
                if linear(text, 2)["coincidences"] != with_photon_gn(text):
                    sys.exit("photon_gn and antibunch g2 count differently")
                work["linear"]["photon_gn"] = TEXT, lambda: with_photon_gn(text)
                work["linear"]["ours of the same text"] = TEXT, lambda: linear(text, 2)
            for kind in kinds:
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
