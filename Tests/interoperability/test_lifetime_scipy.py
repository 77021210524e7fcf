"""Lifetime fits with an instrument response against SciPy on the same histograms: the same minimum.

SciPy's model is written out anew: every mass of the response, spread evenly over its bin, convolved with an exponential in
closed form, bin by bin, as a matrix; no recursion. Matrices hold the response: row i, column k: the mass k bins before bin i.
"""

import json
import math
import os
import pathlib
import subprocess

import numpy as np
import pytest
from scipy.optimize import minimize

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("ANTIBUNCH", str(REPOSITORY / ".build/release/antibunch"))
BINS, PERIOD = 400, 50.0
STEP = PERIOD / BINS


def twice_integrated(t, tau):
    """The exponential density of mean tau integrated twice from 0 to t, with all earlier pulses' tails."""
    inside = np.maximum(t, 0)
    first = np.where(t > 0, inside - tau * -np.expm1(-inside / tau), 0)
    # earlier pulses: e^{-(t + nT)/tau}/tau for n >= 1, integrated twice up to constants that differences drop
    ratio = math.exp(-PERIOD / tau) / -math.expm1(-PERIOD / tau)
    return first + ratio * tau * np.exp(-t / tau)


def matrix(masses):
    return masses[(np.arange(BINS)[:, None] - np.arange(BINS)[None, :]) % BINS]


def sharpened(masses):
    """As the program does it: a sixth of a squared bin off the variance, and no bin gives more than it has."""
    on, back = (np.maximum(np.roll(masses, -side) - masses, 0) / 12 for side in (1, -1))
    given = np.minimum(on + back, masses)
    share = np.divide(given, on + back, out=np.zeros_like(masses), where=on + back > 0)
    return masses - given + np.roll(share * on, 1) + np.roll(share * back, -1)


def decay(response, tau, shift):
    lag = np.arange(BINS) * STEP - shift
    # a mass that lies later in the period than a bin reached it a period ago
    lag = (lag + STEP) % PERIOD - STEP
    wrapped = twice_integrated(lag + STEP, tau) - 2 * twice_integrated(lag, tau) + twice_integrated(lag - STEP, tau)
    return response @ wrapped / STEP


def deviance(parameters, counts, response, count):
    model = np.full(BINS, np.exp(parameters[0]))
    for k in range(count):
        amplitude, tau = np.exp(parameters[1 + 2 * k:3 + 2 * k])
        model += amplitude * tau / STEP * decay(response, tau, parameters[-1])
    seen = counts > 0
    logs = np.zeros(BINS)
    logs[seen] = counts[seen] * np.log(counts[seen] / model[seen])
    return 2 * float(np.sum(model - counts + logs))


def write_t3_csv(path, counts):
    """One photon per laser pulse, as channel, pulse, time in ps."""
    bins = np.repeat(np.arange(BINS), counts)
    path.write_text("".join(f"0,{i},{bin * int(1e3 * STEP)}\n" for i, bin in enumerate(bins)))


@pytest.mark.parametrize("taus", [(4.0,), (1.2, 9.0)])
def test_same_minimum_as_scipy(taus, tmp_path):
    rng = np.random.default_rng(7)
    irf = rng.poisson(2e5 * np.exp(-0.5 * ((np.arange(BINS) - 40) / 3.0) ** 2))
    irf[:31] = irf[50:] = 0  # nothing that the program could take for floor
    masses = irf / irf.sum()
    response = matrix(sharpened(masses))
    truth = sum(2e5 * decay(response, tau, 0.3 * STEP) / len(taus) for tau in taus) + 5
    counts = rng.poisson(truth)
    (tmp_path / "irf.csv").write_text("time_ns,counts\n" + "".join(
        f"{(i + 0.5) * STEP!r},{n}\n" for i, n in enumerate(irf)))
    write_t3_csv(tmp_path / "decay.csv", counts)
    done = subprocess.run(
        [PROGRAM, "lifetime", str(tmp_path / "decay.csv"), "--irf", str(tmp_path / "irf.csv"), "--components",
         str(len(taus)), "--period", "50 ns", "--json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)
    assert ours["histogram"][:BINS] == counts.tolist()
    point = [math.log(ours["background_per_bin"])]
    for component in ours["components"]:
        point += [math.log(component["amplitude"]), math.log(component["lifetime_ns"])]
    point = np.array(point + [ours["shift_ps"] / 1e3])
    assert deviance(point, counts, response, len(taus)) == pytest.approx(ours["deviance"], rel=1e-6)
    found = minimize(
        deviance, point + 0.003, args=(counts, response, len(taus)), method="Nelder-Mead",
        options=dict(maxfev=6000, maxiter=6000, xatol=1e-9, fatol=1e-8, adaptive=True))
    assert ours["deviance"] == pytest.approx(found.fun, rel=1e-6)
