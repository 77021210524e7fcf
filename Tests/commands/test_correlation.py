"""The ways to correlate: background from a recording, logarithmic delays, start-stop, three detectors."""

import json
import random

import pytest


def poisson(path, rates, seconds, seed):
    """A text recording of independent light, rates in Hz by channel."""
    draw = random.Random(seed)
    tags = []
    for channel, rate in rates.items():
        time = draw.expovariate(rate)
        while time < seconds:
            tags.append((round(time * 1e12), channel))
            time += draw.expovariate(rate)
    path.write_text("".join(f"{channel},{time}\n" for time, channel in sorted(tags)))
    return str(path)


@pytest.fixture(scope="module")
def bright(tmp_path_factory):
    return poisson(tmp_path_factory.mktemp("light") / "bright.csv", {0: 1e5, 1: 5e4, 2: 4e4}, 1, 1)


def read(antibunch, *arguments):
    done = antibunch(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def nanotimes(antibunch, folder):
    """A T3 recording, and one of its background with nanotimes twice as long."""
    files = [folder / "signal.ptu", folder / "longer.ptu"]
    for path, binning, light in zip(files, (16, 32), (0.3, 0)):
        done = antibunch(
            "simulate", "Scenarios/fibre-hbt.yaml", "--mode", "t3", "--duration", "1 s", "-o", path, "--set",
            f"electronics.binning={binning}", "--set", f"emitters.0.absorbed_photons_per_pulse={light}")
        assert done.returncode == 0, done.stderr
    return files[0], "--background", files[1]


def test_background_from_a_recording(antibunch, bright, tmp_path):
    background = poisson(tmp_path / "background.csv", {0: 1e4, 1: 1e4}, 1, 2)
    result = read(antibunch, "g2", bright, "--excitation", "cw", "--channels", "0,1", "--background", background)
    corrected = result["background_corrected"]
    used = corrected["rho_squared_used"]
    # 0.9 and 0.8, each with √10,000 counts: five standard deviations
    assert abs(used["value"] - 0.72) < 5 * 0.0026
    assert used["uncertainty"] == pytest.approx(((0.8 * 100 / 1e5) ** 2 + (0.9 * 100 / 5e4) ** 2) ** 0.5, rel=0.1)
    interval = corrected["rho_squared_interval"]
    assert interval["low"] < corrected["rho_squared"]["value"] < interval["high"]
    files = nanotimes(antibunch, tmp_path)
    for command in (["g2", *files, "--gate", "5 ns:40 ns"], ["gate", *files]):
        done = antibunch(*command)
        assert done.returncode == 65 and "nanotimes of 128.0 ps and this one of 64.0 ps" in done.stderr, done.stderr
    done = antibunch("g2", bright, "--background", "no-such.ptu")
    assert done.returncode == 64 and "the name of a recording, found 'no-such.ptu'" in done.stderr


def test_afterpulses(antibunch, bright):
    def of(level):
        result = read(antibunch, "g2", bright, "--excitation", "cw", "--channels", "0,1", "--afterpulses", level)
        return result["afterpulse_shares"], result["background_corrected"]["rho_squared_used"]["value"]

    shares, used = of("2 %")
    assert [share["value"] for share in shares] == [0.02, 0.02] and used == pytest.approx(0.98**2)
    # this light has none: five standard deviations
    for share in of("auto")[0]:
        assert abs(share["value"]) < 5 * share["uncertainty"]
    assert "afterpulses among the counts" in antibunch("g2", bright, "--channels", "0,1", "--afterpulses", "1 %:60 ns").stdout


def test_logarithmic(antibunch, bright):
    options = ["g2", bright, "--logarithmic", "--channels", "0,1", "--range", "100ns..100ms", "--points-per-decade", "5"]
    result = read(antibunch, *options)
    assert result["edges_ps"][0] == 100_000 and result["edges_ps"][-1] == 10**11
    assert len(result["coincidences"]) == len(result["tau_ps"]) == 30
    assert read(antibunch, *options, "--threads", "1") == result
    # independent light, counting errors: six standard deviations in any of thirty bins
    for value, uncertainty in zip(result["normalized"], result["normalized_uncertainty"]):
        assert abs(value - 1) < 6 * uncertainty + 1e-3
    assert antibunch(*options, "--csv").stdout.startswith("from_ps,to_ps,coincidences,normalized,uncertainty\n100000,")
    text = antibunch(*options).stdout
    assert "Laurence" in text and "126 ns" in text
    bins = ["--intensity-gate", "10 kcps:", "--intensity-bin", "1 ms"]
    gated = read(antibunch, *options, *bins)
    assert gated["selection"]["stretches"] == 1
    # all bins are bright; the rest of a bin at the end is left out
    for value, uncertainty, other in zip(gated["normalized"], gated["normalized_uncertainty"], result["normalized"]):
        assert abs(value - other) < uncertainty + 1e-2
    assert "by the time kept at both ends" in antibunch(*options, *bins).stdout
    done = antibunch("g2", bright, "--logarithmic", "--range", "1us..2s")
    assert done.returncode == 65 and "longer than the recording" in done.stderr


def test_start_stop_is_named_so(antibunch, bright):
    result = read(antibunch, "g2", bright, "--start-stop", "--channels", "0,1")
    assert result["method"] == "start_stop" and "normalized" not in result
    assert sum(result["coincidences"]) <= result["starts"] <= result["photons"][0]
    assert "not a correlation" in antibunch("g2", bright, "--start-stop").stdout


def test_three_detectors(antibunch, bright):
    result = read(antibunch, "g3", bright, "--bin", "20 us", "--range", "100 us")
    assert result["channels"] == [0, 1, 2] and len(result["coincidences"]) == len(result["coincidences"][0]) == 10
    assert abs(result["g3_zero"] - 1) < 6 * result["g3_zero_uncertainty"]
    assert antibunch("g3", bright, "--csv").stdout.startswith("delay_1,delay_2,coincidences,normalized\n")
    assert "g3(0, 0)" in antibunch("g3", bright).stdout


@pytest.mark.parametrize("option", ["--bin", "--range"])
def test_a_width_of_nothing_is_no_width(antibunch, bright, option):
    done = antibunch("g3", bright, option, "0 ns")
    assert done.returncode == 64 and f"{option} must be above 0, found '0 ns'" in done.stderr


@pytest.mark.parametrize("command", ["g2", "g2 --logarithmic --range 1us..1ms", "g2 --start-stop", "g3"])
def test_folder(antibunch, bright, tmp_path, command):
    name, *options = command.split()
    done = antibunch(name, bright, *options, "-o", str(tmp_path / "new/folder"), "--json")
    assert done.returncode == 0, done.stderr
    for ending in ("svg", "json", "csv"):
        assert (tmp_path / f"new/folder/{name}.{ending}").stat().st_size > 100
    assert (tmp_path / f"new/folder/{name}.json").read_text() == done.stdout
    assert (tmp_path / f"new/folder/{name}.svg").read_text().startswith("<svg")
    assert f"{name}.svg" in antibunch(name, bright, *options, "-o", str(tmp_path)).stdout


@pytest.mark.parametrize("options", [
    ["--logarithmic", "--start-stop"], ["--logarithmic", "--bin", "1 ns"], ["--points-per-decade", "5"],
    ["--logarithmic", "--background", "0.9"], ["--start-stop", "--gate", "1 ns:2 ns"], ["--logarithmic", "--peaks", "3"], ["--threads", "0"],
    ["--channels", "0,0"], ["--channels", "0,x"], ["--logarithmic", "--afterpulses", "1 %"], ["--afterpulses", "60 %"],
    ["--afterpulses", "1 %:0 ns"], ["--afterpulses", "1 %:5 ns:5 ns"], ["--afterpulses", "few"], ["--logarithmic", "--range", "1ns..x"],
])
def test_what_does_not_go_together(antibunch, bright, options):
    done = antibunch("g2", bright, *options)
    assert done.returncode == 64 and "Error" in done.stderr, done.stderr
