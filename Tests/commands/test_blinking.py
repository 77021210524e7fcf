"""`antibunch blinking`: changes held against the truth of a simulated dot, and what it says when something is wrong."""

import json

import h5py
import numpy
import pytest


@pytest.fixture(scope="module")
def dot(antibunch, repository, tmp_path_factory):
    path = tmp_path_factory.mktemp("blinking") / "dot.h5"
    done = antibunch(
        "simulate", repository / "Scenarios/w1-100k.yaml", "-o", path, "--mode", "t3", "--duration", "12 s", "--seed", 3)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def result(antibunch, dot):
    done = antibunch("blinking", dot, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_changes_are_the_true_ones(dot, result):
    with h5py.File(dot) as file:
        group = file["user/antibunch/state_changes"]
        unit = file["photon_data/timestamps_specs/timestamps_unit"][()]
        # the truth is in sixteenths of a picosecond
        times, states = group["time"][:] / 16e12, group["state"][:]
        begin = file["photon_data/timestamps"][0] * unit
    # the first entry is the state at the start
    truth = times[1:][numpy.diff(states.astype(int)) != 0]
    truth = truth[(truth > begin) & (truth < 12)]
    found = numpy.array(result["change_points"]["times_s"]) + begin
    assert result["change_points"]["count"] == len(found)
    missed = [t for t in truth if numpy.abs(found - t).min() > 300e-6]
    wrong = [t for t in found if numpy.abs(truth - t).min() > 300e-6]
    assert len(truth) > 100
    assert len(missed) <= 0.03 * len(truth)
    assert len(wrong) <= 0.03 * len(found)


def test_levels_and_lifetimes(result):
    bright, dark = result["levels"][0], result["levels"][-1]
    assert bright["rate_hz"] > 10 * dark["rate_hz"]
    assert abs(sum(level["share_of_time"] for level in result["levels"]) - 1) < 1e-9
    # 70 % of 20 ns and 30 % of 3 ns by area, as one exponential
    assert 12 < bright["lifetime_ns"] < 21
    assert len(result["flid"]["bins"]) == len(result["flid"]["lifetime_edges_ns"]) - 1


def test_threads_change_no_byte(antibunch, dot):
    outputs = {antibunch("blinking", dot, "--json", "--threads", n).stdout for n in ("1", "2", "5")}
    assert len(outputs) == 1 and "change_points" in outputs.pop()


def test_text_says_method_and_limit(antibunch, dot, result):
    assert result["levels_at_limit"] is False
    done = antibunch("blinking", dot)
    assert done.returncode == 0, done.stderr
    for words in ("Watkins & Yang", "number by BIC", "Clauset"):
        assert words in done.stdout
    assert "the intensity may have none" not in done.stdout


def test_light_without_levels_is_said(antibunch, tmp_path):
    # a new rate every 50 ms, from 5 to 100 kHz
    random = numpy.random.default_rng(1)
    rates = random.uniform(5e3, 1e5, 400)
    photons = numpy.sort(numpy.concatenate(
        [0.05 * (i + random.random(random.poisson(0.05 * rate))) for i, rate in enumerate(rates)]))
    path = tmp_path / "wandering.h5"
    with h5py.File(path, "w") as file:
        file["photon_data/timestamps"] = (photons * 1e12).astype(numpy.int64)
        file["photon_data/detectors"] = numpy.zeros(len(photons), numpy.uint8)
        file["photon_data/timestamps_specs/timestamps_unit"] = 1e-12
    assert json.loads(antibunch("blinking", path, "--json").stdout)["levels_at_limit"] is True
    assert "all 12 that are tried: the intensity may have none" in antibunch("blinking", path).stdout


def test_stays(result):
    for stays in (result["on_times"], result["off_times"]):
        assert stays["count"] == len(stays["times_s"]) > 50
        assert abs(stays["exponent"] - 1.5) < 5 * stays["exponent_uncertainty"]
    assert "caution" in result["threshold"]
    assert result["trace"]["bin_s"] * len(result["trace"]["counts"]) == pytest.approx(12, rel=0.01)


def test_csv_and_folder(antibunch, dot, tmp_path):
    done = antibunch("blinking", dot, "--csv", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (tmp_path / "out/segments.csv").read_text()
    assert done.stdout.startswith("start_s,seconds,photons,rate_hz,level,lifetime_ns")
    for name in ("trace", "stays", "flid", "emission-rates", "autocorrelation", "power-spectrum"):
        assert (tmp_path / f"out/{name}.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["--false-alarms", "2"], 64, "below 1"), (["--levels", "0"], 64, "between 1 and 12"),
        (["--threads", "0"], 64, "--threads must be between 1 and 1024"),
        (["--bin", "0 s"], 64, "above 0"), (["--bin", "1 h"], 65, "does not suit"), (["--bin", "5 nm"], 64, "--bin"),
    ])
def test_bad_input(antibunch, dot, arguments, code, words):
    done = antibunch("blinking", dot, *arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr


def test_missing_file(antibunch):
    assert antibunch("blinking", "nowhere.ptu").returncode == 66
