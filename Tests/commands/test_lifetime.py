"""`antibunch lifetime`: its options, on streams whose truth is known and on real ones, and what it says when something is wrong."""

import csv
import json
import os
import pathlib

import pytest

RECORDINGS = pathlib.Path(
    os.environ.get("ANTIBUNCH_RECORDINGS", pathlib.Path(__file__).resolve().parents[2].parent / "shared/recordings"))
NOTICE = "no recordings at ../shared/recordings (or ANTIBUNCH_RECORDINGS)"
T3 = [
    "hydraharp_t3_80MHz_hbt.ptu", "hydraharp_t3_320MHz_pathological.ptu", "Point_1.pt3", "Point_2.pt3",
    "topfluorPE_2_1_1_1.pt3", "picoharp_t3_hazelnut_first900k.ptu", "test_noise.spc"]


@pytest.fixture(scope="module")
def glass(antibunch, repository, tmp_path_factory):
    """The decay of Fig. 7, 20.09 and 3.39 ns, and scattered laser light on the same bench."""
    folder = tmp_path_factory.mktemp("glass")
    prompt = (folder / "prompt.yaml")
    text = (repository / "Scenarios/glass-lifetime.yaml").read_text()
    prompt.write_text(text.replace("lifetime: {value: 3 ns", "lifetime: {value: 1 ps"))
    for name, arguments in {
        "decay": [repository / "Scenarios/glass-lifetime.yaml", "--duration", "10 s"],
        "response": [prompt, "--duration", "10 s", "--set", "emitters.0.absorbed_photons_per_pulse=0",
                     "--set", "background.0.rate_at_filter=200000 cps"]}.items():
        done = antibunch("simulate", *arguments, "-o", folder / f"{name}.ptu", "--seed", 2)
        assert done.returncode == 0, done.stderr
    return folder


def fit(antibunch, *arguments):
    done = antibunch("lifetime", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def holds(result, truth=(3.39, 20.09)):
    return all(
        abs(found["lifetime_ns"] - true) < 4.89 * found["lifetime_ns_uncertainty"] + 0.03 * true
        for found, true in zip(result["components"], truth, strict=True))


def test_reference_and_selection(antibunch, glass):
    """The other recording is held against the same choice of photons."""
    decay = glass / "decay.ptu"
    for choice in (["--channels", "1"], ["--intensity-gate", "1 cps:", "--intensity-bin", "100 ms"]):
        result = fit(antibunch, decay, "--reference", decay, *choice)
        assert result["comparison"]["equal_weight_ratio"] == 1
        assert result["comparison"]["component_ratios"] == [1, 1]
    assert result["components"] != fit(antibunch, decay, "--channels", "1")["components"]


def test_warnings_are_sentences_of_their_own(antibunch, glass):
    """One exponential does not describe the decay, neither of the sample nor of the reference."""
    decay = glass / "decay.ptu"
    done = antibunch("lifetime", decay, "--components", "1", "--reference", decay)
    assert done.returncode == 0
    first, second = done.stderr.splitlines()
    assert first.startswith("warning: The fit does not describe the decay")
    assert second.startswith("warning: Of the reference: The fit does not describe the decay")
    assert "does not describe" not in done.stdout and max(map(len, done.stdout.splitlines())) < 130


def test_tail(antibunch, glass):
    result = fit(antibunch, glass / "decay.ptu")
    assert holds(result)
    assert result["shift_ps"] is None and result["intervals"] == []
    assert [model["name"] for model in result["models"]] == ["2 exponentials"]


def test_recorded_response(antibunch, glass):
    result = fit(antibunch, glass / "decay.ptu", "--irf", glass / "response.ptu")
    assert holds(result)
    assert abs(result["shift_ps"]) < 4.89 * result["shift_ps_uncertainty"] + 2
    assert 0.8 < result["chi2_reduced"] < 1.2


def test_response_as_text(antibunch, glass, tmp_path):
    table = antibunch("lifetime", glass / "response.ptu", "--components", 1, "--csv")
    assert table.returncode == 0, table.stderr
    (tmp_path / "irf.csv").write_text(table.stdout)
    ours, theirs = (fit(antibunch, glass / "decay.ptu", "--irf", irf)
                    for irf in (tmp_path / "irf.csv", glass / "response.ptu"))
    for one, other in zip(ours["components"], theirs["components"]):
        assert one["lifetime_ns"] == pytest.approx(other["lifetime_ns"], rel=1e-6)


def test_gaussian_with_tail_and_intervals(antibunch, glass):
    result = fit(antibunch, glass / "decay.ptu", "--irf-fwhm", "350 ps", "--intervals")
    assert holds(result)
    named = {(entry["parameter"], entry["component"]): entry for entry in result["intervals"]}
    assert set(named) == {
        ("lifetime_ns", 1), ("lifetime_ns", 2), ("amplitude", 1), ("amplitude", 2), ("background_per_bin", None),
        ("shift_ps", None)}
    for entry in named.values():
        assert entry["low_95"] < entry["low_68"] < entry["value"] < entry["high_68"] < entry["high_95"]
    long = named["lifetime_ns", 2]
    sigma = result["components"][1]["lifetime_ns_uncertainty"]
    assert long["high_68"] - long["low_68"] == pytest.approx(2 * sigma, rel=0.05)
    assert fit(antibunch, glass / "decay.ptu", "--irf-fwhm", "350 ps", "--irf-tail", "0.1:300 ps")["deviance"] != result["deviance"]


def test_choice_and_stretched(antibunch, glass):
    result = fit(antibunch, glass / "decay.ptu", "--components", "auto", "--stretched")
    assert {model["name"] for model in result["models"]} >= {"1 exponential", "2 exponentials", "stretched exponential"}
    assert result["bic"] == min(model["bic"] for model in result["models"])
    assert len(result["components"]) == 2
    stretched = fit(antibunch, glass / "decay.ptu", "--stretched")
    assert 0.5 < stretched["stretch_exponent"] < 1 and len(stretched["components"]) == 1
    assert stretched["bic"] > result["bic"]


def test_least_squares_gate_and_channels(antibunch, glass):
    squares = fit(antibunch, glass / "decay.ptu", "--method", "least-squares")
    assert squares["method"] == "least squares"
    gated = fit(antibunch, glass / "decay.ptu", "--components", 1, "--gate", "40 ns:150 ns")
    assert 40 <= gated["fit_start_ns"] < 40.1 and gated["fit_stop_ns"] <= 150.001
    assert gated["components"][0]["lifetime_ns"] == pytest.approx(20.09, rel=0.05)


def test_a_range_round_the_pulse(antibunch, glass):
    result = fit(antibunch, glass / "decay.ptu", "--irf-fwhm", "350 ps", "--gate", "190 ns:100 ns")
    assert holds(result) and (result["fit_start_ns"], result["fit_stop_ns"]) == (190, 100)
    # 110 of 200 ns
    fitted = [residual != 0 for residual in result["residuals"]]
    assert sum(fitted) / len(fitted) == pytest.approx(0.55, abs=0.01)


@pytest.mark.parametrize("level", ["1 %:60 ns", "1 %", "auto"])
def test_afterpulses_are_told(antibunch, glass, level):
    result = fit(antibunch, glass / "decay.ptu", "--afterpulses", level)
    assert all(law["dead_time_ns"] == 0 for law in result["afterpulses"])
    if level != "auto":
        plain = fit(antibunch, glass / "decay.ptu")
        assert plain["afterpulses"] == [] and {law["share"] for law in result["afterpulses"]} == {0.01}
        assert result["background_per_bin"] < plain["background_per_bin"]
    assert "afterpulses of channel" in antibunch("lifetime", glass / "decay.ptu", "--afterpulses", level).stdout


@pytest.mark.parametrize("correction", [["--dead-time", "77 ns"], ["--pile-up"]])
def test_corrections_do_little_at_low_rates(antibunch, glass, correction):
    plain, corrected = (fit(antibunch, glass / "decay.ptu", *more) for more in ([], correction))
    assert holds(corrected)
    assert corrected["components"][1]["lifetime_ns"] != plain["components"][1]["lifetime_ns"]


def test_figures_and_tables(antibunch, glass, tmp_path):
    done = antibunch("lifetime", glass / "decay.ptu", "--irf-fwhm", "350 ps", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "decay.svg", "residual-autocorrelation.svg", "lifetime.json", "decay.csv"}
    result = json.loads((tmp_path / "out/lifetime.json").read_text())
    rows = list(csv.DictReader((tmp_path / "out/decay.csv").open()))
    assert [int(row["counts"]) for row in rows] == result["histogram"]
    assert "Poisson maximum likelihood" in done.stdout and "±" in done.stdout


@pytest.mark.parametrize("arguments, code, sentence", [
    (["--components", "5"], 64, "between 1 and 4, or auto"),
    (["--irf", "x.ptu", "--irf-fwhm", "1 ns"], 64, "exclude each other"),
    (["--irf-tail", "0.1:1 ns"], 64, "needs --irf-fwhm"),
    (["--pile-up", "--dead-time", "80 ns"], 64, "exclude each other"),
    (["--method", "ols"], 64, "ml"),
    (["--irf", "no-such.ptu"], 66, "no-such.ptu"),
    (["--irf-fwhm", "350"], 64, "unit"),
    (["--irf-fwhm", "350 ps", "--irf-tail", "2:1 ns"], 64, "SHARE:TIME"),
    (["--irf-fwhm", "300 ns"], 65, "longer than the laser period"),
    (["--irf-fwhm", "3 ns"], 65, "cannot be slower"),
    (["--dead-time", "-1 ns"], 64, "--dead-time"),
    (["--dead-time", "10 ms"], 65, "blind the detector"),
    (["--gate", "40 ns:40.1 ns"], 65, "bins lie in the fit range"),
    (["--gate", "190 ns:60 ns"], 65, "cannot reach round the next pulse"),
    (["--afterpulses", "60 %"], 64, "--afterpulses"),
])
def test_errors_teach(antibunch, glass, arguments, code, sentence):
    done = antibunch("lifetime", glass / "decay.ptu", *arguments)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert sentence in done.stderr


@pytest.mark.skipif(not RECORDINGS.exists(), reason=NOTICE)
@pytest.mark.parametrize("name", T3)
@pytest.mark.parametrize("options", [["--components", "auto"], ["--components", "auto", "--irf-fwhm", "100 ps"],
                                     ["--irf-fwhm", "350 ps"]])
def test_real_recordings(antibunch, name, options):
    """A fit with finite numbers, or a sentence that says why there is none."""
    done = antibunch("lifetime", RECORDINGS / name, *options, "--json")
    if done.returncode == 0:
        result = json.loads(done.stdout)
        assert all(0 < entry["lifetime_ns"] < 20 * result["period_ns"] for entry in result["components"])
    else:
        assert done.returncode == 65 and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.skipif(not RECORDINGS.exists(), reason=NOTICE)
def test_response_that_is_too_slow_for_a_recording(antibunch):
    """A decay of 0.13 ns that rises in 70 ps says so when it is given a response of 350 ps, and has its lifetime with 70 ps."""
    path = RECORDINGS / "hydraharp_t3_80MHz_hbt.ptu"
    done = antibunch("lifetime", path, "--irf-fwhm", "350 ps")
    assert done.returncode == 65 and "cannot be slower" in done.stderr
    through, tail = (fit(antibunch, path, "--components", 1, *more) for more in (["--irf-fwhm", "70 ps"], []))
    assert through["components"][0]["lifetime_ns"] == pytest.approx(tail["components"][0]["lifetime_ns"], rel=0.03)
