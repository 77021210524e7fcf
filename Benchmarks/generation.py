"""Tags per second of the simulator against a compiled event loop in Python (numba), in the same run.

    swift build -c release
    swift build -c release --package-path Benchmarks
    .venv/bin/pip install numba
    .venv/bin/python Benchmarks/generation.py

All draw workload W1 (`Scenarios/w1-100k.yaml`, `w1-1m.yaml`) for 60 s. The peer runs on one thread and keeps its tags in
memory. Ours runs

- as a command: starts as a process, reads the scenario and writes a PTU file in memory (/dev/shm), one thread;
- counted: the simulator alone, its records counted and dropped, one thread and two;
- kept: the same with all records kept in memory as the peer does, one thread.

After a warm-up seven rounds in which each takes its turn, peer first; medians, and the median of the ratios round by round.
Two threads of ours are compared with the peer's one: its loop carries a state from photon to photon.
"""

import math
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numba
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("ANTIBUNCH", str(HERE.parent / ".build/release/antibunch"))
IN_MEMORY = str(HERE / ".build/release/generate-into-memory")
PERIOD, DEAD, JITTER, AFTERPULSE, TRAP = 200_000.0, 22_000.0, 150.0, 0.005, 30_000.0
SECONDS = 60.0
ROUNDS = 7


@numba.njit
def dwell(random):
    while True:
        u = 1.0 - random.random()
        t = 1e-3 / (u * u)
        if random.random() < math.exp(-t / 2.0):
            return t


@numba.njit
def photons(random, probability, out):
    """Arrival times (ps) at both detectors, in order, with the detector in the last bit of the index array."""
    pulses = int(SECONDS * 1e12 / PERIOD)
    n, pulse, bright, ends = 0, 0, True, 0.0
    flat = 300.0 * 2
    next_flat = -math.log(1.0 - random.random()) / flat * 1e12
    while pulse < pulses:
        ends += dwell(random)
        end = min(int(ends * 1e12 / PERIOD), pulses)
        p = probability if bright else 0.05 * probability
        scale = 1.0 / math.log1p(-p)
        k = pulse + int(math.log(1.0 - random.random()) * scale)
        while k < end:
            tau = 20_000.0 if random.random() < 0.7 else 3_000.0
            t = k * PERIOD - tau * math.log(1.0 - random.random())
            while next_flat < t:
                out[n] = next_flat
                n += 1
                next_flat += -math.log(1.0 - random.random()) / flat * 1e12
            out[n] = t
            n += 1
            k += 1 + int(math.log(1.0 - random.random()) * scale)
        pulse = end
        bright = not bright
    return n


@numba.njit
def detect(random, times, n, tags, channels):
    last = np.full(2, -1e18)
    pending = np.full((2, 16), 1e300)
    m = 0
    for i in range(n):
        t = times[i]
        d = 0 if random.random() < 0.5 else 1
        for j in range(16):
            if pending[d, j] < t:
                a = pending[d, j]
                pending[d, j] = 1e300
                if a - last[d] >= DEAD:
                    last[d] = a
                    tags[m] = int((a + JITTER * random.standard_normal()) / 4.0)
                    channels[m] = d
                    m += 1
        if t - last[d] < DEAD:
            continue
        last[d] = t
        tags[m] = int((t + JITTER * random.standard_normal()) / 4.0)
        channels[m] = d
        m += 1
        if random.random() < AFTERPULSE:
            for j in range(16):
                if pending[d, j] > 1e299:
                    pending[d, j] = t + DEAD - TRAP * math.log(1.0 - random.random())
                    break
    # Jitter and the two detectors leave the list nearly sorted.
    for i in range(1, m):
        tag, channel, j = tags[i], channels[i], i
        while j > 0 and tags[j - 1] > tag:
            tags[j], channels[j] = tags[j - 1], channels[j - 1]
            j -= 1
        tags[j], channels[j] = tag, channel
    return m


def peer(coupling, seed):
    random = np.random.Generator(np.random.PCG64(seed))
    room = int(SECONDS * 5e6 * coupling + SECONDS * 2_000 + 10_000)
    times = np.empty(room)
    start = time.perf_counter()
    n = photons(random, coupling, times)
    tags, channels = np.empty(n + n // 50 + 1000, np.int64), np.empty(n + n // 50 + 1000, np.uint8)
    m = detect(random, times, n, tags, channels)
    return m, time.perf_counter() - start


def command(scenario, seed, folder):
    start = time.perf_counter()
    done = subprocess.run(
        [PROGRAM, "simulate", scenario, "--threads", "1", "--seed", str(seed), "-o", folder + "/x.ptu"],
        capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    photons = sum(int("".join(c for c in line.split("  ")[-2] if c.isdigit()))
                  for line in done.stdout.splitlines() if line[:1] in "01" and "cps" in line)
    return photons, seconds


def in_memory(scenario, seed, *options):
    done = subprocess.run(
        [IN_MEMORY, scenario, "--seed", str(seed), *options], capture_output=True, text=True, check=True)
    records, seconds, _ = done.stdout.split()
    return int(records), float(seconds)


def main():
    for name, scenario, coupling in (("100 kcps", "w1-100k.yaml", 0.0388), ("1 Mcps", "w1-1m.yaml", 0.40)):
        scenario = str(HERE.parent / "Scenarios" / scenario)
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            contestants = {
                "numba": lambda seed: peer(coupling, seed),
                "command": lambda seed: command(scenario, seed, folder),
                "counted, 1 thread": lambda seed: in_memory(scenario, seed),
                "counted, 2 threads": lambda seed: in_memory(scenario, seed, "--threads", "2"),
                "kept, 1 thread": lambda seed: in_memory(scenario, seed, "--keep"),
            }
            rates = {who: [] for who in contestants}
            for seed in range(ROUNDS + 1):
                for who, run in contestants.items():
                    count, seconds = run(seed)
                    if seed:
                        rates[who].append(count / seconds)
        for who, own in rates.items():
            ratio = statistics.median(a / b for a, b in zip(own, rates["numba"]))
            print(f"{name:9} {who:19} {statistics.median(own) / 1e6:6.1f} M tags/s {ratio:6.2f}", flush=True)


if __name__ == "__main__":
    main()
