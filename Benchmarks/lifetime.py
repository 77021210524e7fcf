"""Fits of two exponentials with an instrument response: the project against lmfit and SciPy, in the same run.

    make dependencies && swift build --package-path Benchmarks -c release --product fit-decays
    python3 -m venv v && v/bin/pip install numpy scipy lmfit
    v/bin/python Benchmarks/lifetime.py

One histogram: 4096 bins over 200 ns, a million counts (20 and 3 ns, amplitudes 0.7 and 0.3, 2 % flat), response 350 ps wide. All begin
at the same lifetimes, 2 and 12 ns, take turns for five rounds on one thread, and the median of the processor times counts, which neighbours disturb less. "own starts" is what
`antibunch lifetime` does: it looks for its starts itself. FIT_DECAYS names another program.
"""

import os
import pathlib
import statistics
import subprocess
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import lmfit  # noqa: E402
import numpy as np  # noqa: E402
from scipy.optimize import least_squares  # noqa: E402

PROGRAM = os.environ.get("FIT_DECAYS", pathlib.Path(__file__).parent / ".build/release/fit-decays")
BINS, PERIOD = 4096, 200.0
STEP = PERIOD / BINS
FITS, ROUNDS = 20, 5

t = np.arange(BINS) * STEP
response = np.exp(-0.5 * ((t + STEP / 2 - 5) / (0.35 / 2.3548)) ** 2)
response /= response.sum()
spectrum, frequencies = np.fft.rfft(response), np.fft.rfftfreq(BINS, STEP)


def decay(tau):
    return np.exp(-t / tau) / -np.expm1(-PERIOD / tau)


def model(p):
    amplitude, share, first, second, shift, background = p
    both = share * decay(first) + (1 - share) * decay(second)
    return amplitude * np.fft.irfft(np.fft.rfft(both) * spectrum * np.exp(-2j * np.pi * frequencies * shift), BINS) + background


mean = model([1, 0.7, 20, 3, 0, 0])
counts = np.random.default_rng(5).poisson(mean * 0.98e6 / mean.sum() + 0.02e6 / BINS)
weights = 1 / np.sqrt(np.maximum(counts, 1))
start = np.array([counts.max() * 0.8, 0.5, 12, 2, 0.02, 3])


def root_deviance(p):
    m = np.maximum(model(p), 1e-9)
    r = 2 * (m - counts + np.where(counts > 0, counts * np.log(np.maximum(counts, 1e-9) / m), 0))
    return np.sign(m - counts) * np.sqrt(np.maximum(r, 0))


def scipy_fit():
    p = least_squares(root_deviance, start, method="lm", x_scale=np.abs(start) + 0.01).x
    return p[3], p[2], np.sum(root_deviance(p) ** 2)


parameters = lmfit.Parameters()
for name, value, low, high in zip(
        ("a", "share", "first", "second", "shift", "background"), start, (0, 0, 0.1, 0.1, -1, 0),
        (1e7, 1, 100, 100, 1, 1e3)):
    parameters.add(name, value, min=low, max=high)


def lmfit_fit():
    found = lmfit.minimize(lambda q: (model([q[k].value for k in q]) - counts) * weights, parameters).params
    return found["second"].value, found["first"].value, np.nan


def timed(fit):
    begin = time.process_time()
    for _ in range(FITS):
        found = fit()
    return (time.process_time() - begin) / FITS, *found


text = f"{STEP!r} {PERIOD!r}\n" + "".join(
    f"{n} {r}\n" for n, r in zip(counts, np.rint(response * 1e9).astype(int)))


def ours(*arguments):
    done = subprocess.run([PROGRAM, str(10 * FITS), *arguments], input=text, capture_output=True, text=True, check=True)
    return tuple(map(float, done.stdout.split()))


contestants = {
    "antibunch, maximum likelihood": ours, "antibunch, own starts": lambda: ours("free"),
    "scipy lm, maximum likelihood": lambda: timed(scipy_fit), "lmfit, least squares": lambda: timed(lmfit_fit)}
seconds = {name: [] for name in contestants}
for _ in range(ROUNDS):
    for name, run in contestants.items():
        result = run()
        seconds[name].append(result[0])
        found = result[1:]
        seconds[name, "found"] = found
middle = {name: statistics.median(seconds[name]) for name in contestants}
for name in contestants:
    short, long, deviance = seconds[name, "found"]
    print(f"{name:32} {1 / middle[name]:8.0f} fits/s, {middle['lmfit, least squares'] / middle[name]:5.1f} x lmfit   "
          f"{short:.3f} ns {long:.3f} ns   deviance {deviance:.2f}")
