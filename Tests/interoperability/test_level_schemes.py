"""The predicted g2 curves of the multi-level presets against QuTiP's master equation."""

import json
import os
import pathlib
import re
import subprocess

import numpy as np
import pytest
import yaml

qutip = pytest.importorskip("qutip")

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("ANTIBUNCH", str(REPOSITORY / ".build/release/antibunch"))
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "ps": 1e-3}


def value(node):
    return node["value"] if isinstance(node, dict) else node


def nanoseconds(text):
    number, unit = text.split()
    return float(number) * NANOSECONDS[unit]


def megahertz(text):
    number, unit = text.split()
    assert unit == "MHz"
    return float(number)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "preset", ["nv-nanodiamond", "siv-nanodiamond", "gev-nanodiamond", "dbt-anthracene", "hbn-defect"])
def test_g2_curve(preset):
    scenario = f"Scenarios/emitters/{preset}.yaml"
    predicted = json.loads(
        run("predict", scenario, "--json", "--set", "detectors.0.dark_counts=0 cps",
            "--set", "detectors.1.dark_counts=0 cps"))["g2_curve"]

    # The same levels for QuTiP, read from the preset's text by other means than ours.
    description = yaml.safe_load(run("presets", preset))
    levels = value(description["levels"])
    absorption = re.match(r"([\d.]+) MHz", value(
        yaml.safe_load((REPOSITORY / scenario).read_text())["emitters"][0]["absorption_rate"]))
    rates = [(way.split(" -> "), float(value(w["weight"])) * float(absorption[1]) * 1e-3, 0.0)
             for way, w in description["absorptions"].items()]
    (state,) = description["states"].values()
    for way, t in state["transitions"].items():
        rate = 1 / nanoseconds(value(t["lifetime"]))
        if "light_induced" in t:
            limit, half = (megahertz(value(t["light_induced"][key])) for key in ("limit", "half_at"))
            rate += 1e-3 * limit * float(absorption[1]) / (float(absorption[1]) + half)
        rates.append((way.split(" -> "), rate, float(value(t["quantum_yield"]))))
    n = len(levels)

    def ket(name):
        return qutip.basis(n, levels.index(name))

    jumps = [np.sqrt(rate) * ket(to) * ket(start).dag() for (start, to), rate, _ in rates]
    (radiating,) = [way for way, _, quantum_yield in rates if quantum_yield > 0]
    excited, ground = radiating
    liouvillian = qutip.liouvillian(0 * qutip.qeye(n), jumps)
    steady = qutip.steadystate(liouvillian)
    population = steady[levels.index(excited), levels.index(excited)].real
    # After a photon the emitter is in the ground level; the chance of the next one follows the excited population.
    after = qutip.operator_to_vector(ket(ground) * ket(ground).dag())
    for tau, ours in list(zip(predicted["tau_ns"], predicted["g2"]))[::3]:
        rho = qutip.vector_to_operator((liouvillian * tau).expm() * after)
        theirs = rho[levels.index(excited), levels.index(excited)].real / population
        assert ours == pytest.approx(theirs, abs=1e-7, rel=1e-6), tau


def test_re_excitation_within_a_resonant_pulse():
    """g2(0) of the InGaAs dot, from the optical Bloch equations with a smooth Gaussian pulse."""
    predicted = json.loads(run("predict", "Scenarios/emitters/ingaas-dot.yaml", "--json"))
    lifetime, fwhm = 0.7, 0.010  # ns, as the preset and the scenario say
    length = 3 * fwhm  # cut off 1.5 full widths from the middle
    ground, excited = qutip.basis(2, 0), qutip.basis(2, 1)
    jump = ground * excited.dag() / np.sqrt(lifetime)
    turn = ground * excited.dag() + excited * ground.dag()

    def field(t):  # the root of the intensity
        return np.exp(-2 * np.log(2) * (t - length / 2) ** 2 / fwhm**2) * (t < length)

    grid = np.linspace(0, length, 2001)
    area = np.trapezoid([field(t) for t in grid], grid)
    hamiltonian = [[turn / 2, lambda t: np.pi / area * field(t)]]
    options = {"atol": 1e-12, "rtol": 1e-10, "max_step": fwhm / 20}

    def evolve(start, times):
        return np.array(qutip.mesolve(hamiltonian, start, times, [jump], e_ops=[jump.dag() * jump],
                                      options=options).expect[0]), times

    # From the ground level at time t: the mean number of photons from then on, what remains excited included.
    def photons_from(t):
        times = np.linspace(t, length, 400)
        flux, _ = evolve(ground * ground.dag(), times)
        return np.trapezoid(flux, times) + flux[-1] * lifetime

    times = np.linspace(0, length, 61)
    flux, _ = evolve(ground * ground.dag(), times)
    later = np.array([photons_from(t) if t < length else 0.0 for t in times])
    mean = photons_from(0.0)
    assert predicted["g2_zero_background_free"] == pytest.approx(
        2 * np.trapezoid(flux * later, times) / mean**2, rel=5e-3)
