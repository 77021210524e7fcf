"""How a repository tests its own analysis against recordings whose true values are known.

Take this file, put your analysis in place of `g2_zero`, and run pytest with the package `antibunch` installed and the program
`antibunch` on the path. The recordings are built when they are first asked for, and kept.
"""

import numpy as np
import ptufile
import pytest


def g2_zero(times_ps, channels, period_ps, half_width_ps, peaks=10):
    """The analysis under test: coincidences of two detectors in the centre peak over the mean of the side peaks."""
    start, stop = times_ps[channels == 0], times_ps[channels == 1]

    def coincidences(delay):
        edges = start + delay
        return (np.searchsorted(stop, edges + half_width_ps) - np.searchsorted(stop, edges - half_width_ps)).sum()

    side = [coincidences(k * period_ps) for k in range(-peaks, peaks + 1) if k != 0]
    return coincidences(0) / np.mean(side)


@pytest.mark.parametrize("case", ["antibunching/perfect", "antibunching/low", "antibunching/low-counts"])
def test_g2_zero(antibunch_dataset, case):
    dataset = antibunch_dataset(case)
    with ptufile.PtuFile(dataset.t2) as file:
        records = file.decode_records()
        times_ps = np.rint(records["time"] * file.global_resolution * 1e12).astype(np.int64)
        channels = records["channel"]
        period_ps = round(1e12 / file.tags["UsrLaserRepetitionRate"])
    dataset.check(g2_zero=g2_zero(times_ps, channels, period_ps, half_width_ps=period_ps // 2))


def test_counts(antibunch_dataset):
    """A file with nothing in it is where many readers fail."""
    dataset = antibunch_dataset("artefacts/empty")
    with ptufile.PtuFile(dataset.t2) as file:
        records = file.decode_records()
    dataset.check(photons_t2_channel_0=int((records["channel"] == 0).sum()))
