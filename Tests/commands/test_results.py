"""What the commands print: the keys that others rely on, and numbers that fit together."""

import json
import os
import pathlib

import pytest

RECORDINGS = pathlib.Path(os.environ.get("ANTIBUNCH_RECORDINGS", pathlib.Path(__file__).parents[3] / "shared/recordings"))
recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings of real instruments in {RECORDINGS}")


def read(antibunch, *arguments, code=0):
    done = antibunch(*arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_predict(antibunch):
    result = read(antibunch, "predict", "Scenarios/fibre-hbt.yaml")
    assert set(result) >= {
        "detected_rate_hz", "signal_fraction", "g2_zero", "g2_zero_background_free", "components",
        "mean_detected_photons_per_pulse"}
    # Calibrated to the paper's Fig. 6b.
    assert abs(result["g2_zero"] - 0.24) < 0.005
    assert abs(result["g2_zero_background_free"] - 0.14) < 0.005
    wide = read(antibunch, "predict", "Scenarios/fibre-hbt.yaml", "--set", "filter.bandwidth=120 nm")
    assert wide["signal_fraction"] < result["signal_fraction"] and wide["g2_zero"] > result["g2_zero"]
    single = read(antibunch, "predict", "Scenarios/glass-lifetime.yaml")
    assert single["g2_zero"] is None


def test_inspect_and_g2(antibunch, short_ptu):
    summary = read(antibunch, "inspect", short_ptu)
    assert set(summary) >= {
        "format", "record_type", "records", "photons_per_channel", "markers", "overflows", "duration_s",
        "resolution_ps", "sync_rate_hz"}
    assert summary["sync_rate_hz"] is None and summary["resolution_ps"] == 4
    result = read(antibunch, "g2", short_ptu, "--background", "0.9")
    assert set(result) >= {
        "excitation", "g2_zero", "g2_zero_uncertainty", "side_peaks", "background_corrected", "bin_width_ps",
        "tau_ps", "coincidences", "normalized"}
    assert result["excitation"] == "pulsed"
    corrected = result["background_corrected"]
    assert corrected["rho_squared"]["value"] == pytest.approx((result["g2_zero"] - 0.19) / 0.81)
    assert corrected["center_only"]["value"] == pytest.approx(result["g2_zero"] - 0.19)
    assert len(result["tau_ps"]) == len(result["coincidences"]) == len(result["normalized"])
    done = antibunch("g2", short_ptu, "--csv")
    assert done.stdout.splitlines()[0] == "tau_ps,coincidences,normalized"


@pytest.mark.parametrize("scenario", ["fibre-hbt", "glass-hbt", "glass-lifetime", "strip-lifetime"])
def test_run_meets_its_expectations(antibunch, tmp_path, scenario):
    result = read(antibunch, "run", f"Scenarios/{scenario}.yaml", "-o", tmp_path / "run")
    assert all(expectation["holds"] for expectation in result["expectations"]), result["expectations"]
    assert len(result["expectations"]) >= 2
    assert set(result) >= {"simulation", "prediction", "analysis", "expectations"}
    files = set(os.listdir(tmp_path / "run"))
    assert files == {
        "stream.ptu", "stream.h5", "analysis.json", "prediction.json", "comparison.json", "report.html", "figures",
        "scenario.yaml", "manifest.json"}
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    import hashlib

    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((tmp_path / "run" / name).read_bytes()).hexdigest() == digest
    page = (tmp_path / "run/report.html").read_text()
    assert "http://" not in page.replace("http://www.w3.org/", "") and "https://" not in page
    # The resolved scenario is a scenario again, and gives the same recording.
    again = read(antibunch, "run", tmp_path / "run/scenario.yaml", "-o", tmp_path / "again")
    assert again["simulation"] == result["simulation"]


def test_run_reports_a_broken_expectation(antibunch, tmp_path):
    path = tmp_path / "wrong.yaml"
    text = (pathlib.Path(__file__).parents[2] / "Scenarios/fibre-hbt.yaml").read_text()
    path.write_text(text.replace("g2_zero: {value: 0.24, within: 0.1", "g2_zero: {value: 0.9, within: 0.1"))
    done = antibunch("run", path, "-o", tmp_path / "run")
    assert done.returncode == 1


def test_every_value_of_the_paper_scenarios_names_its_source(antibunch, tmp_path):
    """Leaf values in the four scenarios carry a provenance, apart from texts that are none (name, sources, presets)."""
    import yaml

    kinds = {"paper", "supplement", "datasheet", "customary", "calibrated", "derived", "chosen", "measured"}

    def bare(node, path):
        if isinstance(node, dict):
            if "value" in node:
                if not kinds & set(node) and not path.startswith("expect"):
                    yield path
                return
            for key, child in node.items():
                yield from bare(child, f"{path}.{key}" if path else str(key))
        elif isinstance(node, list):
            for i, child in enumerate(node):
                yield from bare(child, f"{path}[{i}]")
        elif not path.endswith(("name", "preset", "source")):
            yield path

    for scenario in ["fibre-hbt", "glass-hbt", "glass-lifetime", "strip-lifetime"]:
        text = (pathlib.Path(__file__).parents[2] / f"Scenarios/{scenario}.yaml").read_text()
        assert list(bare(yaml.safe_load(text), "")) == []


@recordings
def test_real_recordings(antibunch):
    result = read(antibunch, "g2", RECORDINGS / "hydraharp_t3_80MHz_hbt.ptu")
    assert result["center_peak"] == 2
    assert round(result["g2_zero"], 4) == 0.0027 and round(result["g2_zero_uncertainty"], 4) == 0.0027
    reference = json.loads((RECORDINGS / "reference_values.json").read_text())
    for name in ["picoharp_v30_t2.ptu", "hydraharp_v20_t2.ptu", "hydraharp_t3_80MHz_hbt.ptu"]:
        summary = read(antibunch, "inspect", RECORDINGS / name)
        assert summary["photons_per_channel"] == reference[name]["ptufile"]["ch"]
        assert summary["overflows"] == reference[name]["ovf_records"]
    for name in ["Point_1.pt3", "Point_2.pt3", "topfluorPE_2_1_1_1.pt3"]:
        summary = read(antibunch, "inspect", RECORDINGS / name)
        assert summary["photons_per_channel"] == reference[name]["raw"]["ch"]
        assert summary["markers"] == reference[name]["mark"]
    done = antibunch("lifetime", RECORDINGS / "Point_1.pt3")
    assert done.returncode == 0, done.stderr


def test_an_emitter_that_no_detector_sees(antibunch, tmp_path):
    """Rounding over 1e16 steps must not pass for a detection, which then could never be drawn."""
    done = antibunch(
        "simulate", "Scenarios/emitters/nv-nanodiamond.yaml", "-o", tmp_path / "x.ptu", "--duration", "20000 s",
        "--set", "filter.center=300 nm", "--set", "filter.bandwidth=1 nm",
        "--set", "emitters.0.states.negative.transitions.e -> g.lifetime=1 ps")
    assert done.returncode == 0, done.stderr
