"""Draws shared-photons.svg: how differences between neighbouring filters scatter over seeds, with shared photons and without.

    python .github/images/shared_photons.py .build/release/antibunch
"""

import json
import subprocess
import sys
import tempfile

import matplotlib
import numpy

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "antibunch"
from matplotlib import pyplot  # noqa: E402

SEEDS = 30


def g2_of_both_filters(seed):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.argv[1], "sweep", "Scenarios/fibre-hbt.yaml", "--set", "collection.coupling=0.3", "--duration", "10 s",
             "--vary", "filter.bandwidth=40nm,42nm", "--seed", str(seed), "--json", "-o", folder],
            capture_output=True, check=True, text=True)
    points = json.loads(done.stdout)["points"]
    return [p["simulation"]["g2_zero"] for p in points], [p["prediction"]["g2_zero"] for p in points]


simulated, predicted = zip(*(g2_of_both_filters(seed) for seed in range(1, SEEDS + 1)))
g2 = numpy.array(simulated)
shared = g2[:, 1] - g2[:, 0]
independent = numpy.roll(g2[:, 1], -1) - g2[:, 0]
figure, axes = pyplot.subplots(figsize=(7.6, 3.6))
for values, color, label in ((independent, "#D55E00", "other photons"), (shared, "#0072B2", "the same photons")):
    axes.plot(range(1, SEEDS + 1), values, "o", color=color,
              label=f"{label}: standard deviation {values.std(ddof=1):.4f}")
axes.axhline(predicted[0][1] - predicted[0][0], color="#222222", linewidth=1, label="predicted")
axes.set_xlabel("seed")
axes.set_ylabel("g2(0) behind 42 nm − behind 40 nm")
axes.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
for side in ("top", "right"):
    axes.spines[side].set_visible(False)
figure.tight_layout()
figure.savefig(".github/images/shared-photons.svg", metadata={"Date": None})
