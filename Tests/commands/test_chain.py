"""The chain of light from the command line: filters from files, routes, devices, Purcell factors."""

import hashlib
import json
import pathlib
import re

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = (pathlib.Path(__file__).parent / "golden.yaml").read_text()


def predict(antibunch, *arguments):
    done = antibunch("predict", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_resolved_scenario_with_a_filter_file_gives_the_same_bytes(antibunch, tmp_path):
    folder = tmp_path / "bench"
    folder.mkdir()
    (folder / "pass.csv").write_text("nm,T (%)\n560,0.001\n592,0.01\n593.3,94.7\n642.1,95.1\n643,0.02\n700,0.001\n")
    (folder / "bench.yaml").write_text(GOLDEN.replace("filter: {center: 618 nm, bandwidth: 50 nm, edge_order: 8}", "filter: {file: pass.csv}"))
    for scenario, name in [(folder / "bench.yaml", "a"), (tmp_path / "a/scenario.yaml", "b")]:
        done = antibunch("run", scenario, "-o", tmp_path / name)
        assert done.returncode == 0, done.stderr
        if name == "a":
            (folder / "pass.csv").unlink()
    digests = [hashlib.sha256((tmp_path / name / "stream.ptu").read_bytes()).hexdigest() for name in "ab"]
    # The comment in the file is the same, too: it names the bench and not the file.
    assert digests[0] == digests[1]


def test_filter_file_faults(antibunch, tmp_path):
    bench = tmp_path / "bench.yaml"
    bench.write_text(GOLDEN.replace("filter: {center: 618 nm, bandwidth: 50 nm, edge_order: 8}", "filter: {file: pass.csv}"))
    done = antibunch("predict", bench)
    assert done.returncode == 65 and re.match(re.escape(str(bench)) + r":\d+:\d+: error: filter.file: '.*pass.csv' cannot be read", done.stderr)
    (tmp_path / "pass.csv").write_text("nm,T\n600,0.5\n590,0.5\n")
    done = antibunch("predict", bench)
    assert done.returncode == 65
    assert done.stderr == f"{tmp_path}/pass.csv:3: error: wavelengths must rise from row to row, but 590 nm follows 600 nm\n"
    (tmp_path / "pass.csv").write_bytes(b"nm,T\n600,\xff\n")
    done = antibunch("predict", bench)
    assert done.returncode == 65 and "is not a text file in UTF-8" in done.stderr


def test_from_the_top_and_through_the_fibre(antibunch):
    top = predict(antibunch, "Scenarios/strip-from-top.yaml")
    fibre = predict(antibunch, "Scenarios/strip-from-top.yaml", "--set", "collection.route=waveguide")
    # The objective sees much of the guide's luminescence, the fibre little.
    assert top["signal_fraction"] < 0.7 < 0.9 < fibre["signal_fraction"]
    assert top["g2_zero"] > 0.5 and abs(fibre["g2_zero"] - 0.24) < 0.02
    leak = [{c["name"]: c["rate_hz"] for c in found["components"]}["laser leak"] for found in (top, fibre)]
    assert leak[0] > leak[1] > 0
    # A density less lets ten times as much through: the long-pass' table is the same.
    open_filter = predict(antibunch, "Scenarios/strip-from-top.yaml", "--set", "filters.1.optical_density=3")
    more = {c["name"]: c["rate_hz"] for c in open_filter["components"]}["laser leak"]
    assert more == pytest.approx(10 * leak[0], rel=1e-6)


@pytest.mark.parametrize("source, coupling, purcell", [("measured", 0.0448, 1.19), ("paper-fdtd", 0.259, 1.45)])
def test_lifetimes_derived_from_glass(antibunch, source, coupling, purcell):
    found = predict(antibunch, "Scenarios/strip-purcell.yaml", "--set", f"device.source={source}")
    meaning = found["device"].pop("coupling_meaning")
    assert "taken for a share" in meaning
    assert found["device"] == {"source": source, "coupling": pytest.approx(coupling), "purcell": purcell}
    environment = found["environment"]
    assert environment["reference"] == "on glass" and environment["purcell_radiative"] == purcell
    (dot,) = environment["emitters"]
    assert dot["lifetimes_reference_ns"] == pytest.approx([20.09, 3.39])
    expected = [20.09 / (0.8 * purcell + 0.2), 3.39 / (0.27 * purcell + 0.73)]
    assert dot["lifetimes_ns"] == pytest.approx(expected)
    assert dot["lifetime_ratio_equal_weight"] == pytest.approx((20.09 + 3.39) / sum(expected))
    home = predict(antibunch, "Scenarios/fibre-hbt.yaml")
    assert home["device"] is None and home["environment"] is None


def test_two_decays_compared(antibunch, tmp_path):
    for name, factor in [("glass", 1), ("strip", 1.45)]:
        done = antibunch(
            "simulate", "Scenarios/strip-purcell.yaml", "-o", tmp_path / f"{name}.ptu", "--duration", "100 s",
            "--set", f"device.purcell={factor}", "--set", "device.coupling=0.2")
        assert done.returncode == 0, done.stderr
    arguments = ["lifetime", tmp_path / "strip.ptu", "--reference", tmp_path / "glass.ptu"]
    done = antibunch(*arguments, "--quantum-yield", "0.8", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    comparison = found["comparison"]
    expected = (20.09 + 3.39) / (20.09 / (0.8 * 1.45 + 0.2) + 3.39 / (0.27 * 1.45 + 0.73))
    # Five standard deviations; a fit of two exponentials has systematic errors of about a percent (biexcitons).
    assert abs(comparison["equal_weight_ratio"] - expected) < 5 * comparison["equal_weight_ratio_uncertainty"] + 0.01 * expected
    assert comparison["radiative_factor"] == pytest.approx(1.45, rel=0.03)
    assert "components" in found and "g2" not in found
    assert "comparison" not in json.loads(antibunch("lifetime", tmp_path / "strip.ptu", "--json").stdout)
    assert antibunch("lifetime", tmp_path / "strip.ptu", "--quantum-yield", "0.8").returncode == 64
    done = antibunch(*arguments)
    assert "the paper's Purcell factor" in done.stdout


def test_light_path_description_is_a_scenario(antibunch, tmp_path):
    """The excerpt of the format's README, completed to a bench, is valid."""
    text = (REPOSITORY / "Sources/Scenarios/README.md").read_text()
    (excerpt,) = re.findall(r"```yml\n(.*?)```", text, re.S)
    rest = """
name: everything
duration: 0.02 s
excitation: {wavelength: 532 nm, repetition_rate: 5 MHz, power: 1 uW, spot: 600 nm}
emitters: [{preset: nc-cdse-cds, absorbed_photons_per_pulse: 0.1}]
electronics: {preset: picoharp-300}
"""
    bench = tmp_path / "everything.yaml"
    (tmp_path / "guides").symlink_to(REPOSITORY / "Scenarios/guides")
    # The device gives the coupling into the guide.
    without = excerpt.replace("    coupling: {600 nm: 4 %, 640 nm: 5 %}          # or one share, or dB\n", "")
    assert without != excerpt
    bench.write_text(without + rest)
    done = antibunch("predict", bench)
    assert done.returncode == 0, done.stderr
    bench.write_text(excerpt + rest)
    done = antibunch("validate", bench)
    assert done.returncode == 65 and "comes from the device" in done.stderr


def test_predict_says_what_it_leaves_out(antibunch):
    bright = ["Scenarios/fibre-hbt.yaml", "--set", "collection.coupling=0.5"]
    sentences = predict(antibunch, *bright)["left_out"]
    assert any(re.match(r"Dead times take up to [\d.]+ % of the clicks", sentence) for sentence in sentences)
    assert any(re.match(r"Afterpulses, up to 0\.0\d+ % of the clicks", sentence) for sentence in sentences)
    done = antibunch("predict", *bright)
    assert [line for line in done.stdout.splitlines() if line.startswith("Left out: ")] == ["Left out: " + s for s in sentences]
