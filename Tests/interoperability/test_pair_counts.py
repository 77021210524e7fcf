"""Pair counts equal those of pycorrelate, bin for bin, on linear and logarithmic delays.

pycorrelate divides its counts by the width of the bins, which is undone and rounded to the whole number it came from.
"""

import collections
import json
import os
import pathlib
import subprocess

import numpy as np
import ptufile
import pycorrelate
import pytest

PROGRAM = os.environ.get(
    "ANTIBUNCH", str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/antibunch"))
CHANNELS = {"t2": (0, 1), "t3": (1, 2)}


def photons(path, mode):
    """Times in picoseconds by channel, from ptufile."""
    with ptufile.PtuFile(path) as file:
        records = file.decode_records()
        records = records[(records["channel"] >= 0) & (records["marker"] == 0)]
        unit = round(file.global_resolution * 1e12)
        times = records["time"].astype(np.int64) * unit
        if mode == "t3":
            times += records["dtime"].astype(np.int64) * round(file.tcspc_resolution * 1e12)
        # ptufile numbers the PicoHarp's T3 channels from 0
        return {c: np.sort(times[records["channel"] == c - (mode == "t3")]) for c in CHANNELS[mode]}


def g2(path, *options):
    done = subprocess.run([PROGRAM, "g2", path, *options, "--json"], check=True, capture_output=True, timeout=120)
    return json.loads(done.stdout)


def pairs(first, second, edges):
    edges = np.asarray(edges, np.int64)
    return np.rint(pycorrelate.pcorrelate(first, second, edges) * np.diff(edges)).astype(int)


@pytest.mark.parametrize("mode", ["t2", "t3"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0)])
def test_logarithmic_delays(files, mode, order):
    path = files[f"stream-{mode}.ptu"]
    first, second = (CHANNELS[mode][i] for i in order)
    found = g2(path, "--logarithmic", "--channels", f"{first},{second}", "--range", "1ns..2s", "--threads", "3")
    times = photons(path, mode)
    expected = pairs(times[first], times[second], found["edges_ps"])
    assert len(expected) > 70 and expected.sum() > 1e6
    np.testing.assert_array_equal(found["coincidences"], expected)
    for i, count in enumerate(expected):
        if count > 100:
            # the normalization of independent light, roughly: blinking is stronger
            assert 0.05 < found["normalized"][i] < 20


@pytest.mark.parametrize("peaks", [20, 300])
def test_pulse_differences(files, peaks):
    """Coincidences by pulse number and each normalization against counting by brute force."""
    path = files["stream-t3.ptu"]
    found = g2(path, "--channels", "1,2", "--peaks", str(peaks))
    with ptufile.PtuFile(path) as file:
        records = file.decode_records()
    clicks = records[(records["channel"] >= 0) & (records["marker"] == 0)]
    one, two = (collections.Counter(clicks["time"][clicks["channel"] == c].tolist()) for c in (0, 1))
    areas = [0] * (2 * peaks + 1)
    later = np.array(sorted(two))
    for pulse, count in one.items():
        low, high = np.searchsorted(later, [pulse - peaks, pulse + peaks + 1])
        for other in later[low:high].tolist():
            areas[other - pulse + peaks] += count * two[other]
    assert found["estimates"]["pulse_number"]["areas"] == areas
    center = peaks + found["center_peak"]
    side = {abs(i - center): 0 for i in range(len(areas))}
    number = dict.fromkeys(side, 0)
    for i, area in enumerate(areas):
        side[abs(i - center)] += area
        number[abs(i - center)] += 1
    quarter = peaks // 4
    for key, near, far in (("near_side_peaks", 1, quarter), ("far_side_peaks", peaks - quarter + 1, peaks)):
        mean = sum(side[k] for k in range(near, far + 1)) / sum(number[k] for k in range(near, far + 1))
        assert found["normalizations"][key]["value"] == pytest.approx(areas[center] / mean, rel=1e-12)
    whole = records["time"][-1] - records["time"][0]
    absolute = areas[center] * float(whole) / sum(one.values()) / sum(two.values())
    assert found["normalizations"]["absolute"]["value"] == pytest.approx(absolute, rel=1e-6)


@pytest.mark.parametrize("mode", ["t2", "t3"])
def test_linear_delays(files, mode):
    path = files[f"stream-{mode}.ptu"]
    first, second = CHANNELS[mode]
    found = g2(path, "--excitation", "cw", "--channels", f"{first},{second}", "--bin", "2 ns", "--range", "2 us")
    if mode == "t2":
        again = g2(path, "--excitation", "cw", "--channels", f"{first},{second}", "--bin", "2 ns", "--range", "2 us",
                   "--threads", "1")
        assert again == found
    times = photons(path, mode)
    width = found["bin_width_ps"]
    edges = np.append(np.array(found["tau_ps"]) - width // 2, found["tau_ps"][-1] + width // 2)
    # shifted, since pycorrelate wants delays above 0
    shift = 10 * int(-edges[0])
    np.testing.assert_array_equal(found["coincidences"], pairs(times[first], times[second] + shift, edges + shift))
