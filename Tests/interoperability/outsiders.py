"""What three outsiders answer to a dataset's questions, each as its own documentation suggests; nothing is tuned to the truth.

They see the files, the conditions and the names of the questions, never a value.
"""

import json
import pathlib
import warnings

import lmfit
import numpy as np
import phconvert.hdf5
import phconvert.pqreader
import ptufile
import pycorrelate
import tttrlib

SIDE_PEAKS = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]


def cases(folder):
    for path in sorted(pathlib.Path(folder).rglob("expected.json")):
        case = json.loads(path.read_text())
        yield case, path.parent, set(case["quantities"])


def answers(folder, outsider):
    """{case: {quantity: value}}, and {case: what the outsider said} where it gave up."""
    given, errors = {}, {}
    for case, path, asked in cases(folder):
        given[case["name"]] = {}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for name, value in outsider(case, path, asked):
                    if name in asked and np.isfinite(value):
                        given[case["name"]][name] = float(value)
        except Exception as error:  # whatever it is, it is what a user would meet
            errors[case["name"]] = f"{type(error).__name__}: {error}"
    return given, errors


def counts(mode, channels, markers, case, asked):
    """Photons by channel, markers, and the rates that follow."""
    for name in asked:
        if name.startswith(f"photons_{mode}_channel_"):
            yield name, np.count_nonzero(channels == int(name.rsplit("_", 1)[1]))
        elif name.startswith("rate_channel_") and mode == list(m for m in ("t2", "t3") if m in case["files"])[0]:
            yield name, np.count_nonzero(channels == int(name.split("_")[2])) / case["conditions"]["duration_s"]
    yield f"markers_{mode}", markers


def with_tttrlib(case, folder, asked):
    """Counts, and of single exponentials the lifetime by the method of moments (TTTR.compute_mean_lifetime)."""
    for mode in ("t2", "t3"):
        if mode not in case["files"]:
            continue
        data = tttrlib.TTTR(str(folder / case["files"][mode]), "PTU")
        kind = np.asarray(data.event_types)
        channels = np.asarray(data.routing_channels).astype(int)
        yield from counts(mode, channels[kind == 0], np.count_nonzero(kind != 0), case, asked)
        if mode == "t3" and case["conditions"].get("components") == 1:
            time, mass = np.loadtxt(folder / case["files"]["irf"], delimiter=",", skiprows=1).T
            resolution = time[1] - time[0]
            # Moments in bins of the nanotime, result in seconds.
            first = float((mass * (time / resolution - 0.5)).sum())
            yield "lifetime_1_ns", 1e9 * tttrlib.TTTR.compute_mean_lifetime(
                data, m0_irf=float(mass.sum()), m1_irf=first, dt=1e-9 * resolution)


def with_phconvert(case, folder, asked):
    """Counts of the PTU files; g2(0) of Photon-HDF5 in T3 by pycorrelate, whose lags then are laser pulses."""
    for mode in ("t2", "t3"):
        if mode in case["files"]:
            path = str(folder / case["files"][mode])
            try:
                _, channels, _, _, marker_ids = phconvert.pqreader.load_ptu(path, return_marker=True)
            except OverflowError:
                # The default decoder of PicoHarp T2 fails with NumPy 2 on every file.
                _, channels, _, _, marker_ids = phconvert.pqreader.load_ptu(path, return_marker=True, ovcfunc="loop")
            is_marker = np.isin(channels, np.asarray(marker_ids))
            yield from counts(mode, channels[~is_marker], np.count_nonzero(is_marker), case, asked)
    if "g2_zero" in asked and "truth" in case["files"] and "laser_period_ns" in case["conditions"]:
        with phconvert.hdf5.load_photon_hdf5(str(folder / case["files"]["truth"])) as file:
            photons = file.root.photon_data
            detectors, times = photons.detectors[:], photons.timestamps[:]
            unit = photons.timestamps_specs.timestamps_unit[()]
            has_nanotimes = "nanotimes" in photons
        if not has_nanotimes:
            return
        first, second = (times[detectors == channel].astype(np.int64) for channel in np.unique(detectors)[:2])
        assert abs(unit * 1e9 - case["conditions"]["laser_period_ns"]) < 1e-6
        # The bin [k, k + 1) of lags holds those of k pulses.
        forward = pycorrelate.pcorrelate(first, second, np.arange(0, 7))
        backward = pycorrelate.pcorrelate(second, first, np.arange(0, 7))
        yield "g2_zero", forward[0] / np.mean(np.concatenate([forward[1:6], backward[1:6]]))


def with_ptufile(case, folder, asked):
    """Counts; lifetimes by lmfit's least squares, weighted with the root of the counts, on the decay and response."""
    for mode in ("t2", "t3"):
        if mode not in case["files"]:
            continue
        with ptufile.PtuFile(folder / case["files"][mode]) as file:
            records = file.decode_records()
            resolution = file.tcspc_resolution * 1e9 if mode == "t3" else None
        photons = records[(records["channel"] >= 0) & (records["marker"] == 0)]
        markers = np.count_nonzero((records["marker"] > 0))
        yield from counts(mode, photons["channel"].astype(int), markers, case, asked)
        if mode == "t3" and "lifetime_1_ns" in asked:
            components = round(case["conditions"]["components"])
            lifetimes = fit(photons["dtime"].astype(int), resolution, folder / case["files"]["irf"], components)
            for i, lifetime in enumerate(lifetimes):
                yield f"lifetime_{i + 1}_ns", lifetime


def fit(dtime, resolution, irf, components):
    """The script that a laboratory would write."""
    time, mass = np.loadtxt(irf, delimiter=",", skiprows=1).T
    # Bins of about a tenth of a nanosecond.
    group = max(1, round(0.1 / resolution))
    bins = len(time) // group
    histogram = np.bincount(dtime, minlength=len(time))[: bins * group].reshape(bins, group).sum(axis=1)
    response = mass[: bins * group].reshape(bins, group).sum(axis=1)
    response = response / response.sum()
    t = np.arange(bins) * group * resolution
    period = bins * group * resolution

    def model(parameters):
        decay = np.zeros(bins)
        for k in range(components):
            tau = parameters[f"tau{k}"].value
            decay += parameters[f"a{k}"].value * np.exp(-t / tau) / (1 - np.exp(-period / tau))
        folded = np.fft.irfft(np.fft.rfft(decay) * np.fft.rfft(response), bins)
        return folded + parameters["background"].value

    weights = 1 / np.sqrt(np.maximum(histogram, 1))
    parameters = lmfit.Parameters()
    for k in range(components):
        parameters.add(f"tau{k}", value=[3, 10, 1][k] if components > 1 else 5, min=0.05, max=period)
        parameters.add(f"a{k}", value=histogram.max(), min=0)
    parameters.add("background", value=max(histogram.min(), 0.1), min=0)
    found = lmfit.minimize(lambda p: (model(p) - histogram) * weights, parameters)
    return sorted(found.params[f"tau{k}"].value for k in range(components))


OUTSIDERS = {"tttrlib": with_tttrlib, "phconvert + pycorrelate": with_phconvert, "ptufile + lmfit": with_ptufile}
