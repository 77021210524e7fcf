"""Files of every instrument in both modes: independent readers find the same photons, record for record.

What readers get wrong is left out by option: no markers and no sync events unless the scenario asks for them, and a
PicoHarp's nanotimes count from 1 (`electronics.first_nanotime_bin`).
"""

import os
import pathlib
import subprocess

import numpy as np
import phconvert.pqreader
import ptufile
import pytest
import tttrlib

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("ANTIBUNCH", str(REPOSITORY / ".build/release/antibunch"))
BENCH = (REPOSITORY / "Tests/commands/golden.yaml").read_text()

# Name of the record type in ptufile (MultiHarp records are its "Generic" ones), base resolution in ps, overflow periods of T2 and T3.
INSTRUMENTS = {
    "picoharp-300": ("PicoHarp", 4, 210_698_240, 65_536),
    "hydraharp-400": ("HydraHarp2", 1, 1 << 25, 1024),
    "timeharp-260-pico": ("TimeHarp260P", 25, 1 << 25, 1024),
    "timeharp-260-nano": ("TimeHarp260N", 250, 1 << 25, 1024),
    "multiharp-150-p": ("Generic", 5, 1 << 25, 1024),
    "multiharp-150-n": ("Generic", 80, 1 << 25, 1024),
}


def simulate(directory, instrument, *outputs, more="", arguments=()):
    scenario = directory / "bench.yaml"
    scenario.write_text(BENCH.replace("preset: picoharp-300", f"preset: {instrument}{more}"))
    files = [directory / name for name in outputs]
    options = [word for file in files for word in ("-o", str(file))]
    done = subprocess.run([PROGRAM, "simulate", str(scenario), *options, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return files, done


@pytest.fixture(scope="module", params=INSTRUMENTS)
def pair(request, tmp_path_factory):
    """The matched T2 and T3 pair of one instrument, written by one command."""
    directory = tmp_path_factory.mktemp(request.param)
    files, _ = simulate(directory, request.param, "pair.t2.ptu", "pair.t3.ptu", "pair.t2.h5", "pair.t3.h5")
    return request.param, dict(zip(["t2", "t3", "t2.h5", "t3.h5"], files))


def with_ptufile(path):
    with ptufile.PtuFile(path) as file:
        records = file.decode_records()
        photons = records[(records["channel"] >= 0) & (records["marker"] == 0)]
        # ptufile numbers the PicoHarp's T3 channels from 0.
        first = 1 if file.record_type.name == "PicoHarpT3" else 0
        nanotime = photons["dtime"].astype(int) if file.is_t3 else np.zeros(len(photons), int)
        return photons["time"].astype(np.int64), photons["channel"].astype(int) + first, nanotime


def with_phconvert(path):
    time, channel, nanotime, _, markers = phconvert.pqreader.load_ptu(str(path), ovcfunc="loop")
    assert len(markers) == 0
    return time.astype(np.int64), channel.astype(int), np.zeros(len(time), int) if nanotime is None else nanotime.astype(int)


def with_tttrlib(path):
    data = tttrlib.TTTR(str(path), "PTU")
    assert np.all(data.event_types == 0)
    return data.macro_times.astype(np.int64), data.routing_channels.astype(int), data.micro_times.astype(int)


def as_libpicoquant(path, instrument, mode):
    """Record by record as libpicoquant's C does, its wrong period of HydraHarp V2 T2 put right.

    The record layouts are those of PicoQuant's document, not of our sources.
    """
    data = path.read_bytes()
    words = np.frombuffer(data[data.index(b"Header_End") + 48:], "<u4").tolist()
    period = INSTRUMENTS[instrument][2 if mode == "t2" else 3]
    found, overflow = [], 0
    for word in words:
        if instrument == "picoharp-300":
            channel = word >> 28
            if channel == 15:
                assert word & 0x0FFFFFFF == 0
                overflow += period
            elif mode == "t2":
                found.append((overflow + (word & 0x0FFFFFFF), channel, 0))
            else:
                found.append((overflow + (word & 0xFFFF), channel, word >> 16 & 0xFFF))
        else:
            channel, count = word >> 25 & 63, word & (0x1FFFFFF if mode == "t2" else 0x3FF)
            if word >> 31:
                assert channel == 63
                overflow += period * max(1, count)
            else:
                found.append((overflow + count, channel, 0 if mode == "t2" else word >> 10 & 0x7FFF))
    return tuple(np.array(found, np.int64).T)


def assert_same(found, expected):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("mode", ["t2", "t3"])
def test_readers_agree(pair, mode):
    instrument, files = pair
    expected = as_libpicoquant(files[mode], instrument, mode)
    assert len(expected[0]) > 10_000
    assert set(expected[1]) == ({1, 2} if (instrument, mode) == ("picoharp-300", "t3") else {0, 1})
    for reader in with_ptufile, with_phconvert, with_tttrlib:
        assert_same(reader(files[mode]), expected)
    import h5py

    with h5py.File(files[mode + ".h5"]) as file:
        photons = file["photon_data"]
        np.testing.assert_array_equal(photons["timestamps"][:], expected[0])
        np.testing.assert_array_equal(photons["detectors"][:], expected[1])
        if mode == "t3":
            np.testing.assert_array_equal(photons["nanotimes"][:], expected[2])


@pytest.mark.parametrize("mode", ["t2", "t3"])
def test_headers(pair, mode):
    instrument, files = pair
    name, base, *_ = INSTRUMENTS[instrument]
    with ptufile.PtuFile(files[mode]) as file:
        assert file.record_type.name == name + mode.upper()
        assert file.tags["HW_BaseResolution"] == pytest.approx(base * 1e-12, rel=1e-12)
        assert file.global_resolution == pytest.approx(base * 1e-12 if mode == "t2" else 200e-9, rel=1e-12)
        if mode == "t3":
            assert file.tags["MeasDesc_Resolution"] == pytest.approx(base * file.tags["MeasDesc_BinningFactor"] * 1e-12)
        assert file.tags["TTResult_StopReason"] == 0


def test_gaps(pair):
    """A routed PicoHarp has no two records less than its dead time apart; all others have, across channels."""
    instrument, files = pair
    time, channel, nanotime = with_ptufile(files["t3"])
    with ptufile.PtuFile(files["t3"]) as file:
        unit = file.tags["MeasDesc_Resolution"]
    ns = (time * 200e-9 + nanotime * unit) * 1e9
    gaps = np.diff(ns)
    smallest = gaps.min()
    if instrument == "picoharp-300":
        assert 86 < smallest < 88
    else:
        assert gaps[np.diff(channel) != 0].min() < 5


def test_pair_of_ideal_inputs_is_the_same_record_for_record(tmp_path):
    for instrument in ("picoharp-300", "hydraharp-400"):
        (t2, t3), _ = simulate(tmp_path, instrument, "a.t2.ptu", "a.t3.ptu", more=", dead_time: 0 ns")
        a, b = with_ptufile(t2), with_ptufile(t3)
        first = b[1].min()
        np.testing.assert_array_equal(a[1], b[1] - first)
        with ptufile.PtuFile(t2) as one, ptufile.PtuFile(t3) as other:
            bin = other.tags["MeasDesc_Resolution"]
            ns = a[0] * one.global_resolution - (b[0] * other.global_resolution + (b[2] - first) * bin)
        assert np.all((ns > -1e-12) & (ns < bin + 1e-12))


def test_sync_and_markers(tmp_path):
    """ptufile counts what the scenario asked for; without them the photons are the same."""
    more = ", record_sync: true, sync_divider: 8, markers: [{line: 2, period: 1 ms}]"
    (plain,), _ = simulate(tmp_path, "hydraharp-400", "plain.ptu")
    (full,), _ = simulate(tmp_path, "hydraharp-400", "full.ptu", more=more)
    with ptufile.PtuFile(full) as file:
        records = file.decode_records()
        markers = records[records["marker"] > 0]
        assert len(markers) == 1000 and set(markers["marker"]) == {2}
        np.testing.assert_array_equal(markers["time"], np.arange(1000) * 1_000_000_000)
        assert file.tags["HWSync_Divider"] == 8
        assert file.tags["TTResult_SyncRate"] == 5_000_000
    data = tttrlib.TTTR(str(full), "PTU")
    photons = data.event_types == 0
    np.testing.assert_array_equal(data.macro_times[photons], with_tttrlib(plain)[0])
    # 625,000 sync events a second and the markers
    assert np.count_nonzero(~photons) == 625_000 + 1000


def test_overrun(tmp_path):
    (path,), done = simulate(
        tmp_path, "picoharp-300", "x.ptu", more=", buffer: {records: 2000, readout_rate: 10 kcps}")
    assert "buffer of the PicoHarp 300, 2000 records read at 10.0 kcps, overran after" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    with ptufile.PtuFile(path) as file:
        assert file.tags["TTResult_StopReason"] == ptufile.PtuStopReason.FIFO_OVERRUN
        assert file.tags["File_Comment"].startswith("PARTIAL: buffer overrun after 0.0")
        photons = len(with_ptufile(path)[0])
        seconds = file.tags["UsrAcquisitionTime"]
    # 2000 fit and 10 a millisecond have been read.
    assert photons <= 2000 + 10 * (seconds * 1000 + 1)
    assert photons >= 2000 + 10 * (seconds * 1000 - 1) - 10
