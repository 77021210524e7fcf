"""`antibunch scan` as a user runs it."""

import json
import pathlib
import signal
import subprocess
import time

import numpy
import pytest

SCENARIO = "Scenarios/scan-strip.yaml"


@pytest.fixture(scope="module")
def scan(antibunch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scan")
    done = antibunch("scan", SCENARIO, "-o", folder, "--seed", 1, "--json")
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_image_of_the_paper(scan):
    folder, result = scan
    counts = numpy.load(folder / "counts.npy")
    assert counts.shape == (81, 21) and counts.dtype == numpy.int64
    assert counts.tolist() == result["counts"]
    assert result["x_um"][-1] == 10 and result["y_um"][-1] == 40
    assert not result["partial"]
    expected = numpy.load(folder / "expected.npy")
    assert numpy.allclose(expected, result["expected_counts"])
    table = numpy.genfromtxt(folder / "counts.csv", delimiter=",", names=True)
    assert table["counts"].reshape(81, 21).tolist() == counts.tolist()
    assert (numpy.load(folder / "signal.npy") <= counts).all()
    # Away from the nanocrystal counts are Poisson: sum of squared residuals, 6 standard deviations.
    y, x = numpy.indices(counts.shape) / 2
    quiet = (x - 6) ** 2 + (y - 16) ** 2 > 4
    residuals = ((counts - expected) ** 2 / expected)[quiet]
    assert abs(residuals.mean() - 1) < 6 * (2 / len(residuals)) ** 0.5 + 0.02


def test_the_nanocrystal_is_found_with_its_truth(scan):
    folder, result = scan
    assert len(result["spots"]) == 1 and result["false_spots"] == 0 and result["missed"] == []
    spot = result["spots"][0]
    assert abs(spot["x_um"] - 6) < 0.15 and abs(spot["y_um"] - 16) < 0.3
    assert spot["truth"]["name"] == "nanocrystal" and spot["truth"]["distance_um"] < 0.3
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["emitters"][0]["counts"] == spot["truth"]["counts"] == numpy.load(folder / "signal.npy").sum()
    assert {state["state"] for state in truth["emitters"][0]["states"]} <= {"neutral", "charged"}


def test_files_do_not_depend_on_threads(antibunch, scan, tmp_path):
    folder, _ = scan
    done = antibunch("scan", SCENARIO, "-o", tmp_path, "--seed", 1, "--threads", 3)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["counts.csv", "counts.npy", "expected.npy", "scan.json", "scan.png", "scan.svg", "scenario.yaml",
                     "signal.npy", "truth.json"]
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes(), name
    assert (folder / "scan.png").read_bytes().startswith(b"\x89PNG")


def test_resolved_scenario_gives_the_same_scan(antibunch, scan, tmp_path):
    folder, result = scan
    done = antibunch("scan", folder / "scenario.yaml", "-o", tmp_path, "--json")
    assert json.loads(done.stdout)["counts"] == result["counts"]


def test_interrupted_scan_is_marked_partial(antibunch, tmp_path):
    with subprocess.Popen(
        [antibunch.program, "scan", SCENARIO, "--set", "scan.dwell=100 s", "-o", tmp_path, "--json"],
        cwd=pathlib.Path(__file__).parents[2], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        time.sleep(1.5)
        running.send_signal(signal.SIGINT)
        output, error = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "marked partial" in error
    result = json.loads(output)
    counts = numpy.array(result["counts"])
    assert result["partial"] and 0 < (counts >= 0).sum() < counts.size and counts.min() == -1
    assert numpy.array_equal(numpy.load(tmp_path / "counts.npy"), counts)


@pytest.mark.parametrize("arguments, sentence", [
    (["scan", "Scenarios/glass-hbt.yaml"], "has no scan: section"),
    (["scan", SCENARIO, "--set", "scan.step=11 um"], "larger than the field's shorter side"),
    (["scan", SCENARIO, "--set", "scan.spot=0 nm"], "scan.spot must be above 0 um"),
    (["scan", SCENARIO, "--set", "scan.dwell=100 ns"], "shorter than the laser period"),
    (["run", SCENARIO], "use 'antibunch scan"),
    (["predict", SCENARIO], "use 'antibunch scan"),
])
def test_errors_teach(antibunch, arguments, sentence):
    done = antibunch(*arguments)
    assert done.returncode == 65
    assert sentence in done.stderr
    assert done.stdout == ""


def test_emitter_outside_the_field_is_a_warning(antibunch, tmp_path):
    done = antibunch("scan", SCENARIO, "--set", "sample.emitters[0].x=12 um", "-o", tmp_path, "--json")
    assert done.returncode == 0
    assert "warning: 'nanocrystal' at (12.00, 16.00) um lies outside the field of 10.00 x 40.00 um" in done.stderr
    assert json.loads(done.stdout)["spots"] == []
