"""`antibunch predict --devices`: devices of one design on a coarse grid, and what it says when it cannot."""

import json

import pytest

SCENARIO = "Scenarios/strip-devices.yaml"
GUIDE = "Scenarios/guides/tio2-strip-as-fabricated.yaml"
QUANTITIES = {"rate_over_free_space", "beta", "coupling", "purcell", "detected_rate_hz", "counts_per_side_peak", "g2_zero"}


@pytest.fixture(scope="module")
def bench(repository, tmp_path_factory):
    """The scenario with a grid for tests."""
    folder = tmp_path_factory.mktemp("devices")
    (folder / "guides").mkdir()
    guide = (repository / GUIDE).read_text().replace("height: {value: 5 nm", "height: {value: 12 nm")
    (folder / "guides" / "tio2-strip-as-fabricated.yaml").write_text(
        guide + "grid: {fine: 11 nm, guide: 150 nm, coarse: 250 nm}\n")
    path = folder / "bench.yaml"
    path.write_text((repository / SCENARIO).read_text())
    return path


@pytest.fixture(scope="module")
def run(antibunch, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return lambda *arguments: antibunch("predict", *arguments, env={"ANTIBUNCH_CACHE": str(cache)})


@pytest.fixture(scope="module")
def predict(run):
    def found(*arguments):
        done = run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return json.loads(done.stdout)
    return found


def test_devices(bench, predict, run, tmp_path):
    width = ["--set", "tolerances.strip.height=none", "--counts", 60]
    found = predict(bench, *width, "--devices", 3, "-o", tmp_path / "out", "--threads", 2)
    assert [device["device"] for device in found["devices"]] == [0, 1, 2] and found["count"] == 3
    assert set(found["distributions"]) == QUANTITIES
    for device in found["devices"]:
        assert device["width_nm"] != 205 and abs(device["width_nm"] - 205) < 60
        assert round(device["width_nm"], 1) == pytest.approx(device["width_nm"], abs=1e-9)
        assert 0 < device["position_um"] < 34.55
        assert sum(x * x for x in device["orientation"]) == pytest.approx(1)
        assert 0 < device["coupling"] < device["beta"] < 0.2 < 1.2 < device["purcell"] < 1.8
        assert device["rate_over_free_space"] > 2 * device["beta"]
    design = found["design"]
    assert (design["device"], design["width_nm"], design["orientation"]) == (None, 205, None)
    shown = sum(d["g2_zero"] < 0.5 and d["counts_per_side_peak"] >= 60 for d in found["devices"])
    assert found["fraction_shown"] == pytest.approx(shown / 3) and found["of_eighteen"]["mean"] == pytest.approx(6 * shown)
    assert json.loads((tmp_path / "out/devices.json").read_text()) == found
    assert (tmp_path / "out/devices.csv").read_text().count("\n") == 4
    assert {path.name for path in (tmp_path / "out/figures").iterdir()} == {"g2.svg", "coupling.svg"}
    # The threads do not show; the table says the same.
    assert predict(bench, *width, "--devices", 3, "--threads", 1) == found
    done = run(bench, *width, "--devices", 3)
    assert "of 3 devices" in done.stdout and "of 18 such guides" in done.stdout


def test_without_tolerances_every_device_is_the_design(bench, predict):
    fixed = ["--set", "tolerances.strip=none", "--set", "tolerances.dipole=none"]
    found = predict(bench, *fixed, "--devices", 2)
    alone = predict(bench, *fixed)
    for device in [*found["devices"], found["design"]]:
        assert {**device, "device": None} == found["design"]
        assert device["coupling"] == alone["device"]["coupling"]
        assert device["purcell"] == alone["device"]["purcell"]
        assert device["g2_zero"] == alone["g2_zero"]
        assert device["detected_rate_hz"] == pytest.approx(sum(alone["detected_rate_hz"].values()), rel=1e-12)
    # Tolerances leave the design alone.
    assert predict(bench)["device"] == alone["device"]


def test_each_tolerance_by_itself(bench, predict):
    place = predict(bench, "--set", "tolerances.strip=none", "--set", "tolerances.dipole.orientation=averaged",
                    "--devices", 18)
    assert len({device["coupling"] for device in place["devices"]}) == 18
    assert {device["purcell"] for device in place["devices"]} == {place["design"]["purcell"]}
    assert {device["width_nm"] for device in place["devices"]} == {205}
    turned = predict(bench, "--set", "tolerances.strip=none", "--set", "tolerances.dipole.position=fixed",
                     "--devices", 18)
    assert {device["position_um"] for device in turned["devices"]} == {34.55 / 2}
    assert len({device["purcell"] for device in turned["devices"]}) == 18
    # Nobody shows anything in a millisecond.
    short = predict(bench, "--set", "tolerances.strip=none", "--devices", 18, "--duration", "1 ms")
    assert short["fraction_shown"] == 0 < short["fraction_below_half"]
    assert short["of_eighteen"] == {"mean": 0, "p10": 0, "p90": 0}


@pytest.mark.parametrize("arguments, message", [
    (["Scenarios/fibre-hbt.yaml"], "--devices needs a scenario with tolerances, as in Scenarios/strip-devices.yaml"),
    (["--set", "tolerances.strip.width.spread=50 nm"],
     "--set tolerances.strip.width.spread: error: tolerances.strip.width.spread must be at most a tenth of strip.width, "
     "20.5 nm"),
    (["--set", "device.source=measured", "--set", "device.coupling=0.04", "--set", "device.purcell=1.2"],
     "tolerances need a device that is calculated, device: {source: model, guide: FILE}; device.source is measured"),
])
def test_says_what_is_wrong(bench, run, arguments, message):
    done = run(*([] if arguments[0].endswith("yaml") else [bench]), *arguments, "--devices", 2)
    assert done.returncode == 65 and message in done.stderr, done.stderr
    assert "\n" not in done.stderr.strip()


def test_needs_pulses(bench, run):
    continuous = bench.with_name("continuous.yaml")
    text = bench.read_text().replace("  repetition_rate: {value: 5 MHz,", "  mode: {value: continuous,")
    continuous.write_text(text.replace("absorbed_photons_per_pulse: {value: 0.3,", "absorption_rate: {value: 1 MHz,"))
    done = run(continuous, "--devices", 2)
    assert done.returncode == 65 and "--devices needs a pulsed laser and two detectors" in done.stderr, done.stderr


@pytest.mark.parametrize("arguments", [
    ["--devices", 0], ["--devices", 2, "--sites", 2], ["--counts", 24], ["--devices", 2, "--counts", -1],
    ["--devices", 2, "--threads", 0], ["-o", "somewhere"],
])
def test_wrong_usage(run, arguments):
    assert run(SCENARIO, *arguments).returncode == 64
