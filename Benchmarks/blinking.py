"""Change points: the project against published programs, in the same run and at equal false alarms.

    swift build -c release
    .venv/bin/pip install numba h5py
    git clone https://github.com/AMOLFResonantNanophotonics/CPA peers/CPA
    ANTIBUNCH_PEERS=peers .venv/bin/python Benchmarks/blinking.py

Workload W5 over contrast and count rate: on and off stays with p(t) ~ t^-1.5 e^(-t/2 s) from 1 ms, Poissonian photons. The
stream of 194 kHz and contrast 20 is W5 itself.

- ours: the command `antibunch blinking --json --threads 1` on a Photon-HDF5 file, from its start to its last letter: reading
  twice, levels, stays and JSON included;
- AMOLF CPA (Palstra & Koenderink, J. Phys. Chem. C 125, 12050 (2021)): `FindMultipleJumps`, as it is, on arrival times in memory;
- halving: the likelihood ratio of Watkins & Yang (2005) at every photon of a stretch, the stretch halved at the largest,
  compiled with numba. What most own scripts do.

Equal false alarms, in two senses:

1. In steady light. Ours is asked for FALSE_ALARMS changes per recording (an upper limit that it keeps). The others have a
   threshold instead; it is set so that a share FALSE_ALARMS of STEADY recordings of the same number of photons exceeds it. The
   threshold holds for one test, and a blinking stream has as many as stretches: their precision shows it.
2. In the blinking stream itself. The others' threshold is raised, by up to 20 decades of the ratio, until they make no more
   false changes there than ours. Only who knows the truth can do that, so it flatters them.

A true switch is found if a change lies within the time that carries ten nats between the two rates, at least 200 us; each
change counts once. Recall is the share of true switches found, precision the share of changes that are true ones. Many
switches are too close to each other for anybody.

Then the whole command by the clock on LONG photons at contrast 20, on one and on two threads; on its own with
`Benchmarks/blinking.py clock`, without numba and peers.

Not compared: Full SMS (Botha, van Heerden & Krueger, arXiv:2404.18945), a program with a window whose critical values
are tables for four confidences per 1000 photons, without a setting for false alarms per recording; Watkins & Yang's own
program, quadratic in the photons of a stretch. Neither is on PyPI.
"""

import contextlib
import importlib.util
import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

try:
    import numba
except ImportError:
    if sys.argv[1:] != ["clock"]:
        raise
    numba = None

PROGRAM = os.environ.get("ANTIBUNCH", str(pathlib.Path(__file__).resolve().parents[1] / ".build/release/antibunch"))
FALSE_ALARMS = 0.05
STEADY = int(os.environ.get("STEADY", "400"))
PHOTONS = 1_000_000
LONG = 10_000_000
ON_HZ = (1_000_000.0, 194_000.0, 20_000.0)
CONTRASTS = (20.0, 5.0, 2.0, 1.3)


def compiled(function):
    return numba.njit(function) if numba else function


def steady(seed, photons):
    return np.cumsum(np.random.default_rng(seed).exponential(1e6, photons)).astype(np.int64)  # a photon per us


def stays(random, seconds):
    """Stays until the end of a recording."""
    drawn, total = [], 0.0
    while total < seconds:
        t = 1e-3 / random.random(4096) ** 2
        t = t[random.random(t.size) < np.exp(-(t - 1e-3) / 2)]
        drawn.append(t)
        total += t.sum()
    return np.concatenate(drawn)


def switching(seed, on, off, photons):
    """Arrival times and true switches in picoseconds."""
    random = np.random.default_rng(seed)
    seconds = 4 * photons / (on + off)
    edges = np.cumsum(stays(random, seconds))
    edges = edges[: np.searchsorted(edges, seconds) + 1]
    lengths = np.diff(edges, prepend=0)
    rates = np.where(np.arange(edges.size) % 2 == 0, on, off)
    counts = random.poisson(lengths * rates)
    starts = np.repeat(edges - lengths, counts)
    times = np.sort(starts + random.random(counts.sum()) * np.repeat(lengths, counts))[:photons]
    return (times * 1e12).astype(np.int64), edges[edges < times[-1]] * 1e12


@compiled
def strongest(t, a, b):
    """The likelihood ratio's maximum over the photons a ... b - 1, and where."""
    n, best, place = b - a, 0.0, -1
    scale = 1.0 / (t[b - 1] - t[a]) if t[b - 1] > t[a] else 0.0
    for k in range(2, n - 2):
        v = (t[a + k] - t[a]) * scale
        if 0.0 < v < 1.0:
            ratio = k * math.log(k / (n * v)) + (n - k) * math.log((n - k) / (n * (1.0 - v)))
            if ratio > best:
                best, place = ratio, a + k
    return best, place


@compiled
def halve(t, threshold):
    found = [0 for _ in range(0)]
    pending = [(0, t.size)]
    while len(pending) > 0:
        a, b = pending.pop()
        if b - a < 8:
            continue
        best, place = strongest(t, a, b)
        if best > threshold:
            found.append(place)
            pending.append((a, place))
            pending.append((place, b))
    return np.sort(np.array(found, dtype=np.int64))


def ours(path, photons):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [PROGRAM, "blinking", path, "--json", "--false-alarms", str(FALSE_ALARMS), "--threads", "1"],
        check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    times = np.array(json.loads(done.stdout)["change_points"]["times_s"]) * 1e12 + photons[0]
    return times, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def clock():
    """The whole command by the clock, the best of five."""
    print(f"the whole command by the clock, {LONG} photons, contrast 20: M photons per second")
    with tempfile.TemporaryDirectory(dir=os.environ.get("ANTIBUNCH_DATA")) as folder:
        path = folder + "/photons.h5"
        for on in ON_HZ:
            save(path, switching(100, on, on / 20, LONG)[0])
            row, outputs = [], set()
            for threads in ("1", "2"):
                best = math.inf
                for _ in range(5):
                    start = time.perf_counter()
                    done = subprocess.run(
                        [PROGRAM, "blinking", path, "--json", "--threads", threads], check=True, capture_output=True)
                    best = min(best, time.perf_counter() - start)
                outputs.add(done.stdout)
                row.append(f"{LONG / best / 1e6:.1f} on {threads} thread{'s' if threads > '1' else ''}")
            assert len(outputs) == 1, "threads change the result"
            print(f"{on / 1e3:g} kHz: " + ", ".join(row), flush=True)


def save(path, photons):
    with h5py.File(path, "w") as file:
        file["photon_data/timestamps"] = photons
        file["photon_data/detectors"] = np.zeros(photons.size, np.uint8)
        file["photon_data/timestamps_specs/timestamps_unit"] = 1e-12


def amolf():
    """Their function, where ANTIBUNCH_PEERS holds a clone."""
    path = pathlib.Path(os.environ.get("ANTIBUNCH_PEERS", "peers")) / "CPA/Scripts_process_data/CPA_functions.py"
    if not path.exists():
        print(f"AMOLF CPA is left out: no {path}, see the top of this script")
        return None
    specification = importlib.util.spec_from_file_location("cpa", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def quantile(values):
    """The threshold that a share FALSE_ALARMS exceeds, and its range of one standard deviation."""
    ordered = np.sort(values)[::-1]
    expected = FALSE_ALARMS * len(values)
    spread = math.sqrt(expected)
    return ordered[int(expected)], ordered[int(expected + spread)], ordered[max(int(expected - spread), 0)]


def score(found, truth, tolerance):
    """Pairs of true switches and changes, each used once."""
    found = np.sort(found)
    i = hits = 0
    for switch in truth:
        while i < found.size and found[i] < switch - tolerance:
            i += 1
        if i < found.size and found[i] <= switch + tolerance:
            hits += 1
            i += 1
    return hits


def recall_at(find, photons, truth, tolerance, allowed):
    """Recall at the lowest threshold with at most `allowed` false changes, as text.

    Halving cuts at times far from any switch and again at the switch; no threshold removes such a cut, since nothing
    tests it again.
    """
    for more in (0, 0.5, 1, 2, 3, 5, 8, 12, 20):
        times = find(photons, more)
        hits = score(times, truth, tolerance)
        if len(times) - hits <= allowed:
            return f"{hits / truth.size:.3f}"
    return "never"


def main():
    cpa = amolf()
    contestants = {}
    print(f"thresholds for {FALSE_ALARMS} false alarms in {PHOTONS} steady photons, from {STEADY} recordings")
    halving, sums = [], []
    for seed in range(STEADY):
        photons = steady(seed, PHOTONS)
        halving.append(strongest(photons, 0, photons.size)[0])
        if cpa:
            sums.append(cpa.BayesianlistTimeStamps(photons - photons[0])[1])
    threshold, low, high = quantile(halving)
    print(f"  halving: ln R > {threshold:.2f} ({low:.2f} to {high:.2f})")
    contestants["halving"] = lambda photons, more: photons[halve(photons, threshold + math.log(10) * more)]
    if cpa:
        skepticism, low, high = quantile(sums)
        print(f"  AMOLF CPA: skepticism {skepticism:.2f} ({low:.2f} to {high:.2f})")

        def their(photons, more):
            with np.errstate(all="ignore"):
                places = cpa.FindMultipleJumps(photons, skepticism + more, printsignal=False)[0]
            return np.array([]) if places[0] == -1 else photons[places]

        contestants["AMOLF CPA"] = their

    with tempfile.TemporaryDirectory(dir=os.environ.get("ANTIBUNCH_DATA")) as folder:
        path = folder + "/photons.h5"

        def everybody(photons):
            save(path, photons)
            results = {"ours": ours(path, photons)}
            for name, find in contestants.items():
                start = time.process_time()
                results[name] = find(photons, 0.0), time.process_time() - start
            return results

        everybody(steady(0, 100_000))  # compiles
        found = dict.fromkeys(["ours", *contestants], 0)
        fresh = STEADY // 4
        for seed in range(fresh):
            for name, (changes, _) in everybody(steady(10_000 + seed, PHOTONS)).items():
                found[name] += len(changes)
        print(f"false alarms per recording in {fresh} fresh ones: "
              + ", ".join(f"{name} {number / fresh:.3f}" for name, number in found.items()), flush=True)

        print("recall / precision / M photons per second of processor time; others: [recall with as few false changes as ours]")
        for on in ON_HZ:
            for contrast in CONTRASTS:
                off = on / contrast
                nats = min(on * math.log(contrast) - on + off, on - off - off * math.log(contrast))
                tolerance = max(200e-6, 10 / nats) * 1e12
                photons, truth = switching(100, on, off, PHOTONS)
                row = []
                allowed = 0
                for name, (times, taken) in everybody(photons).items():
                    hits = score(times, truth, tolerance)
                    text = (f"{name} {hits / truth.size:.3f} / {hits / max(len(times), 1):.3f} / "
                            f"{PHOTONS / taken / 1e6:.1f}")
                    if name == "ours":
                        allowed = len(times) - hits
                    else:
                        text += f" [{recall_at(contestants[name], photons, truth, tolerance, allowed)}]"
                    row.append(text)
                print(f"{on / 1e3:g} kHz, contrast {contrast:g}, {truth.size} switches: " + "; ".join(row), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] != ["clock"]:
        main()
    clock()
