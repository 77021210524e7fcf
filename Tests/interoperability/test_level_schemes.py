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


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("preset", ["nv-nanodiamond", "gev-nanodiamond", "dbt-anthracene", "hbn-defect"])
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
    rates += [(way.split(" -> "), 1 / nanoseconds(value(t["lifetime"])), float(value(t["quantum_yield"])))
              for way, t in state["transitions"].items()]
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
