"""`antibunch gate`, `trace`, `analyze`, and the options that choose photons: keys, equal counts, what they refuse."""

import csv
import io
import json
import os
import pathlib

import pytest

RECORDINGS = pathlib.Path(os.environ.get("ANTIBUNCH_RECORDINGS", pathlib.Path(__file__).resolve().parents[3] / "shared/recordings"))


def recorded(antibunch, repository, path, mode):
    done = antibunch(
        "simulate", repository / "Scenarios/w1-100k.yaml", "-o", path, "--mode", mode, "--duration", "4 s", "--seed", 3)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def dot(antibunch, repository, tmp_path_factory):
    return recorded(antibunch, repository, tmp_path_factory.mktemp("gate") / "dot.ptu", "t3")


def result(antibunch, *arguments):
    done = antibunch(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("mode", ["t3", "t2"])
def test_gates_are_those_of_g2(antibunch, repository, dot, tmp_path, mode):
    if mode == "t2":
        dot = recorded(antibunch, repository, tmp_path / "dot.ptu", mode)
    scan = result(antibunch, "gate", dot, "--start", "0.5 ns,5 ns,50 ns", "--stop", "20 ns..100 ns:2")
    # the last but one reaches round the next pulse
    assert [(gate["start_ns"], gate["stop_ns"]) for gate in scan["gates"]] == [
        (0.5, 20), (0.5, 100), (5, 20), (5, 100), (50, 20), (50, 100)]
    for gate in scan["gates"]:
        g2 = result(antibunch, "g2", dot, "--gate", f"{gate['start_ns']} ns:{gate['stop_ns']} ns")
        assert gate["center_counts"] == g2["center_counts"]
        assert gate["side_peak_mean"] == pytest.approx(g2["side_peak_mean"], abs=1e-9)
        assert gate["g2_zero"] == g2["g2_zero"]
        assert gate["g2_zero_uncertainty"] == g2["g2_zero_uncertainty"]
        assert gate["photons"] == sum(g2["photons"])
        assert 0 < gate["signal_kept"] < 1 and 0 < gate["background_kept"] < 1
    assert {"start_ns", "stop_ns", "g2_zero", "signal_kept"} <= scan["best"].keys()


def test_whole_scan(antibunch, dot, tmp_path):
    scan = result(antibunch, "gate", dot, "--keep", "0.8", "-o", tmp_path / "gate")
    assert scan["best"]["signal_kept"] >= 0.8
    assert scan["best"]["g2_zero"] == min(gate["g2_zero"] for gate in scan["gates"] if gate["signal_kept"] >= 0.8)
    assert json.loads((tmp_path / "gate/gate.json").read_text()) == scan
    rows = list(csv.DictReader(io.StringIO((tmp_path / "gate/gates.csv").read_text())))
    assert len(rows) == len(scan["gates"]) > 100
    assert [float(row["g2_zero"]) for row in rows] == [gate["g2_zero"] for gate in scan["gates"]]
    for name in ("gates", "signal", "front"):
        assert (tmp_path / f"gate/{name}.svg").read_text().startswith("<svg")
    pure = result(antibunch, "gate", dot, "--criterion", "purity")
    assert pure["best"]["purity_per_root_second"] == max(gate["purity_per_root_second"] for gate in pure["gates"])


def test_trace(antibunch, dot, tmp_path):
    trace = result(antibunch, "trace", dot, "-o", tmp_path / "trace")
    assert trace["trace"]["bin_s"] == 0.01
    inside = {channel: sum(counts) for channel, counts in trace["trace"]["counts"].items()}
    photons = result(antibunch, "inspect", dot)["photons_per_channel"]
    for channel, count in photons.items():
        assert 0.98 * count < inside[channel] <= count
    assert sum(map(sum, trace["delay_map"]["photons"])) == sum(photons.values())
    assert sum(trace["antibunching"]["center_counts"]) == result(antibunch, "g2", dot)["center_counts"]
    # a blinking dot: far above Poisson in long bins, and the histogram shows it
    assert trace["fano"][-5]["mandel_q"] > 10
    assert sum(trace["count_histogram"]["bins"]) == len(trace["trace"]["counts"]["1"])
    done = antibunch("trace", dot, "--csv")
    assert done.stdout == (tmp_path / "trace/trace.csv").read_text()
    for name in ("intensity", "counts", "fano", "g2-against-time", "delays"):
        assert (tmp_path / f"trace/{name}.svg").read_text().startswith("<svg")


def test_selection_is_common(antibunch, dot):
    bright = result(antibunch, "g2", dot, "--level", "bright")["selection"]
    assert 0.2 < bright["kept_s"] / bright["duration_s"] < 0.8
    assert bright["stretches"] > 20
    by_rate = result(antibunch, "g2", dot, "--intensity-gate", "90 kcps:", "--intensity-bin", "1 ms")["selection"]
    assert by_rate["kept_s"] == pytest.approx(bright["kept_s"], rel=0.15)
    decay = result(antibunch, "lifetime", dot, "--level", "1")
    assert decay["selection"]["kept_per_channel"] == bright["kept_per_channel"]
    assert sum(decay["histogram"]) == pytest.approx(sum(bright["kept_per_channel"].values()), rel=1e-2)
    held = result(antibunch, "blinking", dot, "--hold-off", "300 ns")["selection"]
    assert 0 < held["dropped_by_hold_off"] < 0.05 * sum(held["photons_per_channel"].values())
    gated = result(antibunch, "trace", dot, "--gate", "1 ns:50 ns")["selection"]["kept_per_channel"]
    assert list(gated.values()) == result(antibunch, "g2", dot, "--gate", "1 ns:50 ns")["photons"]
    assert "selection" not in result(antibunch, "g2", dot)


def test_analyze(antibunch, dot, tmp_path):
    everything = result(antibunch, "analyze", dot, "-o", tmp_path / "page")
    assert everything["left_out"] == []
    assert json.loads((tmp_path / "page/analysis.json").read_text()) == everything
    for command in ("inspect", "trace", "g2", "lifetime", "blinking", "gate"):
        assert everything[command] == result(antibunch, command, dot), command
    assert "selected time" not in antibunch("analyze", dot, "-o", tmp_path / "page").stdout
    bright = antibunch("analyze", dot, "--intensity-gate", "90 kcps:", "-o", tmp_path / "bright")
    assert "selected time" in bright.stdout
    page = (tmp_path / "page/report.html").read_text()
    assert page.count("<figure>") == len(list((tmp_path / "page/figures").glob("*.svg"))) >= 12


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="no recordings at ../shared/recordings (or ANTIBUNCH_RECORDINGS)")
@pytest.mark.parametrize(
    "name, photons, left_out",
    [
        ("hydraharp_t3_80MHz_hbt.ptu", [160_953, 235_373], set()),
        ("picoharp_v30_t2.ptu", [531_477, 388_700], {"trace", "gate"}),
        ("hydraharp_v20_t2.ptu", [305_565], {"trace", "g2", "lifetime", "gate"}),
        ("Point_1.pt3", [191_790], {"trace", "g2", "gate"}), ("Point_2.pt3", [173_487], {"trace", "g2", "gate"}),
        ("topfluorPE_2_1_1_1.pt3", [482_775, 490_562], set()),
        ("picoharp_t3_hazelnut_first900k.ptu", [899_476], {"trace", "g2", "gate"}),
        ("hydraharp_t3_320MHz_pathological.ptu", [186_647, 266_616], None), ("test_noise.spc", [6114], None),
    ])
def test_real_recordings(antibunch, tmp_path, name, photons, left_out):
    everything = result(antibunch, "analyze", RECORDINGS / name, "-o", tmp_path)
    assert list(everything["inspect"]["photons_per_channel"].values()) == photons
    if left_out is not None:
        assert {left["what"] for left in everything["left_out"]} == left_out, everything["left_out"]
    if name == "hydraharp_t3_80MHz_hbt.ptu":
        assert round(everything["g2"]["g2_zero"], 4) == round(everything["gate"]["ungated"]["value"], 4) == 0.0027
        assert round(everything["g2"]["g2_zero_uncertainty"], 4) == 0.0027
        assert sum(everything["trace"]["antibunching"]["center_counts"]) == 1


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["gate", "--keep", "0"], 64, "above 0"), (["gate", "--start", "5"], 64, "--start"),
        (["gate", "--start", "9 ns", "--stop", "9 ns"], 65, "stops where it starts"),
        (["gate", "--stop", "1 us"], 65, "laser period"), (["gate", "--gate", "1 ns:2 ns"], 64, "--start"),
        (["gate", "--criterion", "best"], 64, "lowest-g2"),
        (["trace", "--slices", "0"], 64, "between 1 and 10000"), (["trace", "--level", "1"], 64, "--level"),
        (["trace", "--bin", "1 h"], 65, "does not suit"), (["blinking", "--intensity-gate", "1 cps:"], 64, "blinking"),
        (["g2", "--level", "dim"], 64, "bright or a number"), (["g2", "--level", "99"], 65, "no level 99"),
        (["g2", "--intensity-gate", "5 kcps"], 64, "LOW:HIGH"), (["g2", "--intensity-gate", "5 ns:"], 64, "--intensity-gate"),
        (["g2", "--intensity-gate", "9 Mcps:"], 65, "No bin"), (["g2", "--hold-off=-1 ns"], 64, "above 0"),
        (["g2", "--level", "1", "--intensity-gate", "1 cps:"], 64, "one of them"),
        (["lifetime", "--channels", "1,1"], 64, "different"), (["lifetime", "--channels", "9"], 65, "Channel 9"),
        (["analyze", "--components", "5"], 64, "between 1 and 4"),
    ])
def test_bad_input(antibunch, dot, arguments, code, words):
    done = antibunch(arguments[0], dot, *arguments[1:])
    assert done.returncode == code, done.stderr
    assert words in done.stderr


def test_scenario_is_predicted_and_simulated(antibunch, repository, tmp_path):
    arguments = ("gate", repository / "Scenarios/fibre-hbt.yaml", "--start", "0 ns,2 ns,100 ns", "--stop", "40 ns,190 ns")
    scan = result(antibunch, *arguments, "--duration", "200 s", "--seed", 5, "-o", tmp_path / "gate")
    assert len(scan["gates"]) == 6
    assert {"start_ns", "stop_ns", "g2_zero", "g2_zero_uncertainty", "signal_kept", "background_kept"} <= scan["gates"][0].keys()
    simulated = {(gate["start_ns"], gate["stop_ns"]): gate for gate in scan["simulated"]["gates"]}
    for gate in scan["gates"]:
        found = simulated[gate["start_ns"], gate["stop_ns"]]
        # 4.9 standard deviations, two-sided: 1e-6 each; counts of 20 and more but for one gate, which begins late
        assert found["center_counts"] >= 20 or gate["start_ns"] == 100
        assert abs(found["g2_zero"] - gate["g2_zero"]) < 4.9 * found["g2_zero_uncertainty"]
        # the recording's takes the background as flat
        assert found["signal_kept"] == pytest.approx(gate["signal_kept"], abs=0.03)
    assert scan["best"]["g2_zero"] < 0.05 < 0.2 < scan["ungated"]["g2_zero"]
    for name in ("front.svg", "starts.svg", "gates.svg", "signal.svg", "background.svg", "gate.json", "gates.csv", "stream.ptu"):
        assert (tmp_path / "gate" / name).stat().st_size > 0
    predicted = result(antibunch, *arguments, "--method", "predict", "--duration", "200 s")
    assert predicted["simulated"] is None and predicted["gates"] == scan["gates"]


def test_gate_of_fast_light_is_better(antibunch, repository):
    gate = ("--start", "2 ns", "--stop", "190 ns", "--method", "predict", "--keep", "0.1")
    kept = [
        result(antibunch, "gate", repository / name, *gate)["best"]["background_kept"]
        for name in ("Scenarios/proposals/time-gating.yaml", "Scenarios/fibre-hbt.yaml")
    ]
    assert kept[0] < kept[1]


@pytest.mark.parametrize(
    "scenario, arguments, code, words",
    [
        ("Scenarios/emitters/nv-nanodiamond.yaml", [], 65, "continuous"),
        ("Scenarios/glass-lifetime.yaml", [], 65, "two detectors"),
        ("Scenarios/fibre-hbt.yaml", ["--start", "300 ns"], 65, "laser period of 200.0 ns"),
        ("Scenarios/fibre-hbt.yaml", ["--background", "0.9"], 64, "is a scenario"),
        ("Scenarios/fibre-hbt.yaml", ["--set", "filter.bandwith=3 nm"], 65, "did you mean 'filter.bandwidth'"),
        ("nowhere.yaml", [], 66, "nowhere.yaml"),
    ])
def test_scenarios_without_gates(antibunch, repository, scenario, arguments, code, words):
    done = antibunch("gate", repository / scenario if scenario.startswith("Scen") else scenario, *arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr


def test_recordings_take_no_seed(antibunch, dot):
    done = antibunch("gate", dot, "--seed", 3)
    assert done.returncode == 64 and "for scenarios" in done.stderr


def test_missing_file(antibunch):
    for command in ("gate", "trace", "analyze"):
        assert antibunch(command, "nowhere.ptu").returncode == 66
