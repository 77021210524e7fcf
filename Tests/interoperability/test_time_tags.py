"""Independent readers open our time-tag files and find the same photons in them.

Known defects of these readers that the tests steer around (Sources/TimeTags/README.md has the list):
phconvert 0.10.2's default decoder of PicoHarp T2 fails with NumPy 2 on every file, real ones too, so its "loop" decoder
is used; ptufile numbers the PicoHarp's T3 channels from 0 instead of 1.
"""

import warnings

import h5py
import numpy as np
import phconvert.hdf5
import phconvert.pqreader
import ptufile
import pytest
import tttrlib

MODES = ["t2", "t3"]


def with_ptufile(path, mode):
    with ptufile.PtuFile(path) as file:
        records = file.decode_records()
        photons = records[(records["channel"] >= 0) & (records["marker"] == 0)]
        channel = photons["channel"].astype(int) + (1 if mode == "t3" else 0)
        nanotime = photons["dtime"].astype(int) if mode == "t3" else np.zeros(len(photons), int)
        return photons["time"].astype(np.int64), channel, nanotime


def with_phconvert(path, mode):
    time, channel, nanotime, _, markers = phconvert.pqreader.load_ptu(path, ovcfunc="loop")
    assert len(markers) == 0
    nanotime = np.zeros(len(time), int) if nanotime is None else nanotime.astype(int)
    return time.astype(np.int64), channel.astype(int), nanotime


def with_tttrlib(path, mode, container="PTU"):
    data = tttrlib.TTTR(path, container)
    if container == "PTU":  # from Photon-HDF5 files tttrlib leaves the event types uninitialised
        assert np.all(data.event_types == 0)
    return data.macro_times.astype(np.int64), data.routing_channels.astype(int), data.micro_times.astype(int)


def with_h5py(path):
    with h5py.File(path) as file:
        photons = file["photon_data"]
        nanotime = photons["nanotimes"][:].astype(int) if "nanotimes" in photons else None
        return photons["timestamps"][:], photons["detectors"][:].astype(int), nanotime


def assert_same(found, expected):
    for name, a, b in zip(("time", "channel", "nanotime"), found, expected):
        assert len(a) == len(b), name
        np.testing.assert_array_equal(a, b, err_msg=name)


@pytest.mark.parametrize("mode", MODES)
def test_readers_of_ptu_agree(files, mode):
    path = files[f"stream-{mode}.ptu"]
    expected = with_ptufile(path, mode)
    assert len(expected[0]) > 1000
    assert np.all(np.diff(expected[0]) >= 0)
    assert set(expected[1]) == ({0, 1} if mode == "t2" else {1, 2})
    assert_same(with_phconvert(path, mode), expected)
    # tttrlib takes a PicoHarp T3 photon with nanotime 0 for a marker.
    if mode == "t2" or np.all(expected[2] > 0):
        assert_same(with_tttrlib(path, mode), expected)


@pytest.mark.parametrize("mode", MODES)
def test_headers_of_ptu(files, mode):
    path = files[f"stream-{mode}.ptu"]
    with ptufile.PtuFile(path) as file:
        assert str(file)
        assert file.record_type.name == f"PicoHarp{mode.upper()}"
        assert file.measurement_mode == int(mode[1])
        assert file.number_markers == 0
        assert file.tags["TTResult_NumberOfRecords"] == file.number_records
        rate = file.tags.get("UsrLaserRepetitionRate")
        if mode == "t3":
            assert file.global_resolution == pytest.approx(1 / rate, rel=1e-12)
            assert file.tags["TTResult_SyncRate"] == round(rate)
        else:
            assert file.global_resolution == 4e-12
    meta = phconvert.pqreader.load_ptu(path, ovcfunc="loop")[3]
    assert meta["acquisition_duration"] == pytest.approx(5)
    data = tttrlib.TTTR(path, "PTU")  # its header does not outlive it
    assert data.header.macro_time_resolution == pytest.approx(meta["timestamps_unit"], rel=1e-9)


@pytest.mark.parametrize("mode", MODES)
def test_phconvert_validates_photon_hdf5(files, mode):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # author and the like are optional
        file = phconvert.hdf5.load_photon_hdf5(
            files[f"stream-{mode}.h5"], strict_description=True, require_setup=True, require_rootformat=True)
    assert file.root.identity.format_version.read() == b"0.5"
    assert len(file.root.photon_data.timestamps) > 1000
    file.close()


@pytest.mark.parametrize("mode", MODES)
def test_photon_hdf5_holds_the_photons_of_ptu(files, mode):
    time, channel, nanotime = with_ptufile(files[f"stream-{mode}.ptu"], mode)
    path = files[f"stream-{mode}.h5"]
    found = with_h5py(path)
    np.testing.assert_array_equal(found[0], time)
    np.testing.assert_array_equal(found[1], channel)
    if mode == "t3":
        np.testing.assert_array_equal(found[2], nanotime)
    else:
        assert found[2] is None
    assert_same(with_tttrlib(path, mode, "PHOTON-HDF5"), (time, channel, nanotime))


@pytest.mark.parametrize("mode", MODES)
def test_fretbursts_loads_photon_hdf5(files, mode):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fretbursts import loader
        data = loader.photon_hdf5(files[f"stream-{mode}.h5"])
    time = with_h5py(files[f"stream-{mode}.h5"])[0]
    assert len(data.ph_times_m[0]) == len(time)
    np.testing.assert_array_equal(data.ph_times_m[0][:], time)


@pytest.mark.parametrize("mode", MODES)
def test_truth(files, mode):
    with h5py.File(files[f"stream-{mode}.h5"]) as file:
        count = len(file["photon_data/timestamps"])
        unit = file["photon_data/timestamps_specs/timestamps_unit"][()]
        timestamps = file["photon_data/timestamps"][:]
        particles = file["photon_data/particles"][:]
        truth = file["user/antibunch"]
        assert truth.attrs["layout_version"] == 3
        assert truth.attrs["partial"] == 0
        for name in ("origin", "emission_time", "detection_delay", "parent"):
            assert len(truth[name]) == count, name
        assert truth["origin"].dtype == np.uint16
        assert truth["emission_time"].dtype == np.int64
        origins = truth["origins"]
        kinds = [kind.decode() for kind in origins["kind"][:]]
        assert len(kinds) == len(origins["name"]) == len(origins["emitter"])
        assert set(kinds) <= {"emission", "background", "leak", "dark", "afterpulse", "crosstalk"}
        assert truth["origin"][:].max() < len(kinds)
        np.testing.assert_array_equal(particles, origins["emitter"][:][truth["origin"][:]])
        parent = truth["parent"][:]
        assert parent.min() >= -1
        assert np.all(parent < np.arange(count))
        # The true detection and the recorded time differ by jitter, channel delay and quantisation only.
        seconds = (truth["emission_time"][:] + truth["detection_delay"][:]) / 16e12
        assert np.median(np.abs(seconds - timestamps * unit)) < 1e-6
        for name in ("emission_time", "detection_delay", "state_changes/time"):
            assert truth[name].attrs["unit"] == b"1/16 picosecond"
        changes = truth["state_changes"]
        assert len(changes["time"]) == len(changes["emitter"]) == len(changes["state"])
        assert np.all(np.diff(changes["time"][:]) >= 0)
        if len(changes["time"]):
            assert changes["emitter"][:].max() < truth["state_names"].shape[0]
            assert changes["state"][:].max() < truth["state_names"].shape[1]


def test_both_modes_hold_the_same_photons(files):
    """T2 and T3 of one seed: the same origins and true times, photon by photon where both kept them."""
    with h5py.File(files["stream-t2.h5"]) as t2, h5py.File(files["stream-t3.h5"]) as t3:
        times = [file["user/antibunch/emission_time"][:] + file["user/antibunch/detection_delay"][:] for file in (t2, t3)]
        common = np.intersect1d(*times)
        # The dead times of the two modes differ (one per input, one for all), so a few photons may.
        assert len(common) > 0.9 * max(map(len, times))
