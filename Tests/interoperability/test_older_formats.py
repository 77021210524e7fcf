"""Formats that others write: files of an independent writer, read by other programs and by ours.

The other programs say what is in the files; ours must find the same. `inspect` gives counts, overflows and the last time,
`lifetime --csv` every nanotime, `g2 --csv` pairs. Record for record the readers are tested in `Tests/TimeTagsTests`.
"""

import csv
import io
import json
import os
import pathlib
import subprocess
import warnings

import numpy as np
import phconvert.bhreader
import phconvert.pqreader
import pytest
import tttrlib

import older_formats

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("ANTIBUNCH", str(REPOSITORY / ".build/release/antibunch"))
RECORDINGS = pathlib.Path(os.environ.get("ANTIBUNCH_RECORDINGS", REPOSITORY.parent / "shared/recordings"))


def antibunch(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=True).stdout


def inspect(path):
    return json.loads(antibunch("inspect", path, "--json"))


def photons(mode, largest_nanotime=12_000):
    """Half a second of photons in channels 0 and 1; T3 with pulses of 5 MHz."""
    random = np.random.default_rng(7)
    if mode == 2:
        time = np.cumsum(random.integers(100, 50_000_000, 20_000))
        return time, random.integers(0, 2, len(time)), np.zeros(len(time), int)
    time = np.cumsum(random.integers(1, 250, 20_000))
    return time, random.integers(0, 2, len(time)), 1 + random.exponential(1000, len(time)).astype(int) % largest_nanotime


def assert_counts(path, time, channel, seconds):
    found = inspect(path)
    assert found["photons_per_channel"] == {
        str(number): int(count) for number, count in zip(*np.unique(channel, return_counts=True))}
    assert found["markers"] == 0
    assert found["duration_s"] == pytest.approx(seconds, rel=1e-9)
    return found


def assert_nanotimes(path, nanotime):
    table = list(csv.DictReader(io.StringIO(antibunch("lifetime", path, "--components", "1", "--csv"))))
    # Channels are aligned by whole bins, so only the number of photons must be the same.
    assert sum(int(row["counts"]) for row in table) == len(nanotime)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_ht3(tmp_path, version):
    time, channel, nanotime = photons(3)
    path = str(tmp_path / "a.ht3")
    older_formats.write_harp(path, 3, time, channel, nanotime, version)
    data = tttrlib.TTTR(path, "HT3")
    if version == "1.0":  # what phconvert reads of .ht3
        found_time, found_channel, found_nanotime, meta, _ = phconvert.pqreader.load_ht3(path)
        is_photon = found_channel < 2
        np.testing.assert_array_equal(found_time[is_photon], time)
        np.testing.assert_array_equal(found_channel[is_photon], channel)
        np.testing.assert_array_equal(found_nanotime[is_photon], nanotime)
        assert meta["timestamps_unit"] == 1 / 5e6
        assert meta["nanotimes_unit"] == pytest.approx(16e-12)
    else:
        np.testing.assert_array_equal(data.macro_times.astype(np.int64), time)
        np.testing.assert_array_equal(data.routing_channels, channel)
        np.testing.assert_array_equal(data.micro_times, nanotime)
    found = assert_counts(path, time, channel, time[-1] / 5e6)
    assert found["format"] == "HT3"
    assert found["record_type"] == f"HydraHarp V{version[0]} T3"
    assert found["resolution_ps"] == pytest.approx(16)
    assert found["sync_rate_hz"] == 5e6
    wraps = np.diff(time // 1024, prepend=0)
    assert found["overflows"] == (wraps.sum() if version == "1.0" else np.count_nonzero(wraps))
    assert_nanotimes(path, nanotime)


@pytest.mark.parametrize("version,unit", [("1.0", 0.5e-12), ("2.0", 1e-12)])
def test_ht2(tmp_path, version, unit):
    time, channel, nanotime = photons(2)
    path = str(tmp_path / "a.ht2")
    older_formats.write_harp(path, 2, time, channel, nanotime, version)
    # No other reader at hand takes .ht2; the records behind the header are those of PTU.
    found = assert_counts(path, time, channel, time[-1] * unit)
    assert found["format"] == "HT2"
    assert found["record_type"] == f"HydraHarp V{version[0]} T2"


def test_pt2(tmp_path):
    time, channel, _ = photons(2)
    path = str(tmp_path / "a.pt2")
    older_formats.write_pt2(path, time, channel)
    found = assert_counts(path, time, channel, time[-1] * 4e-12)
    assert found["format"] == "PT2"
    assert found["record_type"] == "PicoHarp 300 T2"
    assert found["overflows"] == time[-1] // 210_698_240


@pytest.mark.parametrize("setup", [True, False])
def test_spc(tmp_path, setup):
    time, channel, nanotime = photons(3, largest_nanotime=4000)
    time = time * 40
    path = str(tmp_path / "a.spc")
    older_formats.write_spc(path, time, channel, nanotime, setup=setup)
    data = tttrlib.TTTR(path, "SPC-130")
    np.testing.assert_array_equal(data.macro_times.astype(np.int64), time)
    np.testing.assert_array_equal(data.routing_channels, channel)
    np.testing.assert_array_equal(data.micro_times, nanotime)
    found = assert_counts(path, time, channel, time[-1] * 12.5e-9)
    assert found["format"] == "SPC"
    if setup:
        assert found["sync_rate_hz"] == pytest.approx(80e6)
        assert found["resolution_ps"] == pytest.approx(5e4 / 4 / 4096)
        assert found["hardware"] == "SPC-150"


@pytest.mark.skipif(not (RECORDINGS / "test_noise.spc").exists(), reason="the real recordings are not here")
def test_real_spc():
    path = str(RECORDINGS / "test_noise.spc")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = phconvert.bhreader.load_spc(path)["photon_data"]
    data = tttrlib.TTTR(path, "SPC-130")
    np.testing.assert_array_equal(theirs["timestamps"].astype(np.int64), data.macro_times.astype(np.int64))
    time = theirs["timestamps"].astype(np.int64)
    found = assert_counts(path, time, theirs["detectors"], time[-1] * 9.5e-9)
    assert sum(found["photons_per_channel"].values()) == 6114


def test_csv_and_pt3_hold_the_photons_of_ptu(tmp_path):
    """One run into every format; photon_gn's text and phconvert's .pt3 reader against ptufile's PTU."""
    import ptufile
    for mode in ("t2", "t3"):
        outputs = [str(tmp_path / f"{mode}.{ending}") for ending in ("ptu", "csv") + (("pt3",) if mode == "t3" else ())]
        antibunch("simulate", REPOSITORY / "Scenarios/fibre-hbt.yaml", "--duration", "2 s", "--mode", mode,
                  *[word for path in outputs for word in ("-o", path)])
        with ptufile.PtuFile(outputs[0]) as file:
            records = file.decode_records()
            records = records[records["channel"] >= 0]
            rate = file.tags["UsrLaserRepetitionRate"]
        rows = np.loadtxt(outputs[1], delimiter=",", dtype=np.int64)
        ours, text = inspect(outputs[0]), inspect(outputs[1])
        assert text["photons_per_channel"] == ours["photons_per_channel"]
        channel = records["channel"].astype(np.int64)
        if mode == "t2":
            np.testing.assert_array_equal(rows, np.stack([channel, records["time"].astype(np.int64) * 4], axis=1))
            continue
        resolution = round(ours["resolution_ps"])
        nanotime = records["dtime"].astype(np.int64)
        np.testing.assert_array_equal(
            rows, np.stack([channel + 1, records["time"].astype(np.int64), nanotime * resolution], axis=1))
        assert text["resolution_ps"] % resolution == 0
        time, found_channel, found_nanotime, meta, _ = phconvert.pqreader.load_pt3(outputs[2])
        is_photon = found_channel < 15
        np.testing.assert_array_equal(time[is_photon], records["time"])
        np.testing.assert_array_equal(found_channel[is_photon], channel + 1)
        np.testing.assert_array_equal(found_nanotime[is_photon], nanotime)
        assert meta["timestamps_unit"] == pytest.approx(1 / rate)
        assert meta["nanotimes_unit"] == pytest.approx(resolution * 1e-12)
        assert inspect(outputs[2])["photons_per_channel"] == ours["photons_per_channel"]
        # The period, which the text cannot tell, is given.
        period = f"{1e9 / rate} ns"
        g2 = [json.loads(antibunch("g2", path, "--json", "--period", period)) for path in outputs]
        assert g2[0]["coincidences"] == g2[1]["coincidences"] == g2[2]["coincidences"]
        assert g2[0]["g2_zero"] == g2[1]["g2_zero"]
        # counts only: the units, rounded differently, move the last digits of the fit
        decays = [[row["counts"] for row in csv.DictReader(io.StringIO(
            antibunch("lifetime", path, "--csv", "--period", period)))] for path in (outputs[0], outputs[2])]
        assert decays[0] == decays[1]


def test_text_without_a_period_says_so(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("1,5,100\n2,5,200\n1,9,300\n")
    assert inspect(path)["sync_rate_hz"] is None
    for command in ("g2", "lifetime"):
        run = subprocess.run([PROGRAM, command, str(path)], capture_output=True, text=True)
        assert run.returncode == 65
        assert run.stderr == "error: The file states no sync period; give the period.\n"
        assert run.stdout == ""


def test_pt3_needs_t3(tmp_path):
    run = subprocess.run(
        [PROGRAM, "simulate", str(REPOSITORY / "Scenarios/fibre-hbt.yaml"), "--mode", "t2", "-o", str(tmp_path / "a.pt3")],
        capture_output=True, text=True)
    assert run.returncode == 64
    assert "a .pt3 file holds T3 records and the bench records T2; add --mode t3" in run.stderr
    assert not list(tmp_path.iterdir())
