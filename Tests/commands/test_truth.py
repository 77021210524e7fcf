"""`simulate --truth all`: what is emitted is recorded or lost, place by place; the project's own reader reads it."""

import collections
import hashlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import warnings

import h5py
import numpy as np
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "notebooks-export"))
import antibunch_truth  # noqa: E402

# Of the presets spcm-aqrh-14 and picoharp-300.
DETECTOR_DEAD_S = 22e-9
INPUT_DEAD_S = 86.4e-9
GOLDEN = (pathlib.Path(__file__).parent / "golden.yaml").read_text()


def replaced(text, *pairs):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """The golden bench with everything that can lose something: crosstalk, laser leak, an arm filter, a lossy splitter."""
    path = tmp_path_factory.mktemp("truth") / "bench.yaml"
    path.write_text(replaced(
        GOLDEN, ("duration: 1 s", "duration: 0.4 s"),
        ("beamsplitter: {first_arm: 0.5}", "beamsplitter: {first_arm: 0.5, loss: 0.2 dB}"),
        ("detectors: [{preset: spcm-aqrh-14}",
         "laser_leak: {photons_per_pulse: 1e5, share: 2e-6}\ncrosstalk: {probability: 2 %, delay: 20 ns}\n"
         "detectors: [{preset: spcm-aqrh-14}")))
    return path


@pytest.fixture(scope="module")
def all_truth(antibunch, bench, tmp_path_factory):
    path = tmp_path_factory.mktemp("truth") / "all.h5"
    done = antibunch("simulate", bench, "--truth", "all", "-o", path, "--seed", 5)
    assert done.returncode == 0, done.stderr
    return path, done


def test_balance_is_exact(all_truth):
    truth = antibunch_truth.read(all_truth[0])
    assert truth.layout_version == 3 and not truth.is_partial
    emitted, recorded, lost = truth.balance()
    np.testing.assert_array_equal(emitted, recorded + lost.sum(axis=1))
    # Each cause has something on both sides, so that the balance says something.
    kinds = collections.Counter()
    for kind, count in zip(truth.origin_kind, lost.sum(axis=1)):
        kinds[kind] += count
    assert set(kinds) == {"emission", "background", "leak", "dark", "afterpulse", "crosstalk"}
    assert all(count > 0 for kind, count in kinds.items() if kind not in ("dark", "afterpulse")), kinds
    places = collections.Counter()
    for kind, count in zip(truth.lost.place_kind, lost.sum(axis=0)):
        places[kind] += count
    for kind in ("coupling", "loss", "filter", "arm", "efficiency", "detector dead", "electronics dead"):
        assert places[kind] > 0, places
    # What a detector does itself is lost nowhere before it.
    own = np.isin(truth.origin_kind, ["dark", "afterpulse", "crosstalk"])
    before = np.isin(truth.lost.place_kind, ["coupling", "loss", "filter", "port", "arm", "efficiency"])
    assert lost[np.ix_(own, before)].sum() == 0
    assert (np.diff(truth.lost.time) >= 0).all() and truth.lost.time[0] >= 0


def test_summary_is_the_files(all_truth):
    truth = antibunch_truth.read(all_truth[0])
    emitted, recorded, lost = truth.balance()
    lines = all_truth[1].stdout.splitlines()
    head = next(i for i, line in enumerate(lines) if line.split()[:1] == ["cause"])
    rows = {}
    for line in lines[head + 1:]:
        cells = re.split(r"\s{2,}", line.strip())
        if len(cells) > 3 and cells[0] in truth.origin_name:
            rows[cells[0]] = [int(re.sub(r"\D", "", cell)) for cell in cells[1:]]
    for i, name in enumerate(truth.origin_name):
        same = truth.origin_name == name
        if emitted[i] > 0 and same.sum() == 1:
            assert rows[name][0] == emitted[i] and rows[name][1] == recorded[i]
            assert sum(rows[name][2:]) == lost[i].sum()
    assert rows["laser leak"] and rows["band"]


def test_records_are_the_reference_engines(antibunch, bench, tmp_path):
    """Asking for the losses changes no record; and the default engine is named."""
    files = {}
    for name, options in {"all": ["--truth", "all"], "reference": ["--engine", "reference"]}.items():
        done = antibunch("simulate", bench, "-o", tmp_path / f"{name}.ptu", *options)
        assert done.returncode == 0, done.stderr
        files[name] = hashlib.sha256((tmp_path / f"{name}.ptu").read_bytes()).hexdigest()
        assert ("reference engine" in done.stderr) == (name == "all")
    assert files["all"] == files["reference"]


def test_threads_do_not_matter(antibunch, bench, all_truth, tmp_path):
    one = hashlib.sha256(all_truth[0].read_bytes()).hexdigest()
    for threads in (1, 3):
        done = antibunch(
            "simulate", bench, "--truth", "all", "-o", tmp_path / "x.h5", "--seed", 5, "--threads", threads)
        assert done.returncode == 0, done.stderr
        assert hashlib.sha256((tmp_path / "x.h5").read_bytes()).hexdigest() == one


def test_fast_engine_is_refused(antibunch, tmp_path):
    done = antibunch("simulate", "Tests/commands/golden.yaml", "--truth", "all", "--engine", "fast", "-o", tmp_path / "x.h5")
    assert done.returncode == 64
    assert "--truth all needs --engine reference" in done.stderr
    assert os.listdir(tmp_path) == []


def test_times_and_parents(all_truth):
    truth = antibunch_truth.read(all_truth[0])
    kinds = truth.origin_kind[truth.origin]
    later = truth.detection_time - truth.emission_time
    light = np.isin(kinds, ["emission", "background", "leak", "dark"])
    assert (later[light] == 0).all()  # no twilight in these detectors
    # Of afterpulses and crosstalk the emission is the parent's avalanche; crosstalk comes a path's delay later.
    for kind in ("afterpulse", "crosstalk"):
        children = np.flatnonzero((kinds == kind) & (truth.parent >= 0))
        assert len(children) > 0
        np.testing.assert_array_equal(truth.emission_time[children], truth.detection_time[truth.parent[children]])
        assert (later[children] > 0).all()
    assert (later[kinds == "crosstalk"] == 20 * 16000).all()


def test_live_time(all_truth):
    """Every click of a detector costs its dead time, every record that of its input."""
    truth = antibunch_truth.read(all_truth[0])
    kind, place = truth.lost.place_kind[truth.lost.place], truth.lost.place_detector[truth.lost.place]
    for d in range(2):
        records = (truth.channel == d).sum()
        # Clicks are recorded, or lost in the electronics, or at most a few outside the recording.
        clicks = records + ((kind == "electronics dead") & (place == d)).sum()
        assert truth.detector_live_s[d] == pytest.approx(0.4 - clicks * DETECTOR_DEAD_S, abs=5 * DETECTOR_DEAD_S)
        assert truth.input_live_s[d] == pytest.approx(0.4 - records * INPUT_DEAD_S, abs=1e-9)


def test_hidden_variables_are_told_apart(antibunch, tmp_path):
    """Blinking, centres, line position and bleaching as columns, also where the names of states round to the same text."""
    path = tmp_path / "bench.yaml"
    path.write_text(replaced(
        GOLDEN, ("    states:\n",
                 "    spectral_diffusion: {motion: jumps, sigma: 0.05 meV, correlation: 1 ms}\n"
                 "    bleaching: {after: 0.5 s, stages: 3, shift: 40 meV}\n    states:\n")))
    done = antibunch("simulate", path, "-o", tmp_path / "x.h5")
    assert done.returncode == 0, done.stderr
    truth = antibunch_truth.read(tmp_path / "x.h5")
    hidden = truth.hidden(0)
    assert len(hidden["state"]) == 2 * 17 * 4
    assert len(set(truth.state_names[0])) < len(hidden["state"])  # names round
    keys = set(zip(hidden["slow_state"], np.round(hidden["shift_mev"], 9), hidden["bleaching_stage"]))
    live = hidden["is_bleached"] == 0
    assert len(keys) == len(hidden["state"])
    assert (hidden["bleaching_stage"][~live] == 3).all() and set(hidden["slow_state"]) == {"neutral", "charged"}
    times, states = truth.trajectory(0)
    assert times[0] == 0 and (np.diff(times) >= 0).all()
    assert len(set(hidden["slow_state"][states])) == 2 and len(set(hidden["shift_mev"][states])) > 5
    # Bleaching goes one way, a stage at a time; from the dark state no light comes.
    assert set(np.diff(hidden["bleaching_stage"][states])) <= {0, 1}
    emitted = truth.origin_kind[truth.origin] == "emission"
    dark = hidden["is_bleached"][truth.state_at(0, truth.emission_s)] == 1
    grace = truth.emission_s - np.min(times[hidden["is_bleached"][states] == 1], initial=np.inf) > 1e-6
    assert not (emitted & dark & grace).any()


def test_interrupted_run_balances(antibunch, tmp_path):
    path = tmp_path / "long.yaml"
    path.write_text(GOLDEN.replace("duration: 1 s", "duration: 1000 s"))
    output = tmp_path / "x.h5"
    process = subprocess.Popen(
        [antibunch.program, "simulate", str(path), "--truth", "all", "-o", str(output)], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE)
    while not (tmp_path / "x.h5.part").exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    truth = antibunch_truth.read(output)
    assert truth.is_partial
    emitted, recorded, lost = truth.balance()
    assert recorded.sum() > 1000
    np.testing.assert_array_equal(emitted, recorded + lost.sum(axis=1))


def test_overrun_balances(antibunch, tmp_path):
    path = tmp_path / "bench.yaml"
    path.write_text(replaced(
        GOLDEN, ("electronics: {preset: picoharp-300}",
                 "electronics: {preset: picoharp-300, buffer: {records: 2000, readout_rate: 1 kcps}}")))
    done = antibunch("simulate", path, "--truth", "all", "-o", tmp_path / "x.h5")
    assert done.returncode == 0 and "overran" in done.stderr, done.stderr
    truth = antibunch_truth.read(tmp_path / "x.h5")
    emitted, recorded, lost = truth.balance()
    assert truth.is_partial and lost[:, truth.lost.place_kind == "buffer"].sum() > 0
    np.testing.assert_array_equal(emitted, recorded + lost.sum(axis=1))
    # Without the losses, too, the bytes of a recording that ends within a batch do not depend on how large batches are.
    files = []
    for threads in (1, 3):
        antibunch("simulate", path, "-o", tmp_path / "y.h5", "--threads", threads)
        files.append((tmp_path / "y.h5").read_bytes())
    assert files[0] == files[1]


def test_reader_refuses_what_it_does_not_know(all_truth, tmp_path):
    path = tmp_path / "x.h5"
    path.write_bytes(all_truth[0].read_bytes())
    with h5py.File(path, "r+") as file:
        file["user/antibunch"].attrs["layout_version"] = 4
    with pytest.raises(antibunch_truth.NoTruth, match="layout 4"):
        antibunch_truth.read(path)
    with h5py.File(path, "r+") as file:
        del file["user/antibunch"]
    with pytest.raises(antibunch_truth.NoTruth, match="no truth"):
        antibunch_truth.read(path)


def test_reader_reads_layout_2(all_truth, tmp_path):
    path = tmp_path / "x.h5"
    path.write_bytes(all_truth[0].read_bytes())
    with h5py.File(path, "r+") as file:
        truth = file["user/antibunch"]
        truth.attrs["layout_version"] = 2
        truth["detection_time"] = truth["emission_time"][:] + truth["detection_delay"][:]
        del truth["detection_delay"]
    old, new = antibunch_truth.read(path), antibunch_truth.read(all_truth[0])
    assert old.layout_version == 2
    np.testing.assert_array_equal(old.detection_time, new.detection_time)
    assert (new.detection_time > new.emission_time).any(), "afterpulses and twilight counts"


def test_validator_accepts_the_losses(all_truth):
    phconvert = pytest.importorskip("phconvert")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # author and the like are optional
        phconvert.hdf5.load_photon_hdf5(
            str(all_truth[0]), strict_description=True, require_setup=True, require_rootformat=True).close()


def test_detected_truth_has_no_losses(antibunch, tmp_path):
    assert antibunch("simulate", "Tests/commands/golden.yaml", "-o", tmp_path / "x.h5").returncode == 0
    truth = antibunch_truth.read(tmp_path / "x.h5")
    assert truth.lost is None
    with pytest.raises(antibunch_truth.NoTruth):
        truth.balance()
