"""Bad input: one clear sentence with its place, the agreed exit code, and no output that looks whole."""

import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

GOLDEN = (pathlib.Path(__file__).parent / "golden.yaml").read_text()


def scenario(tmp_path, old, new):
    assert old in GOLDEN
    path = tmp_path / "bench.yaml"
    path.write_text(GOLDEN.replace(old, new, 1))
    return path


# What is changed in a good scenario, and what the message must say.
FAULTS = [
    ("repetition_rate: 5 MHz", "repetition_rate: 5 nm", r"expected .*rate.*found '5 nm'"),
    ("repetition_rate: 5 MHz", "repetition_rate: 5 Mhz", r"unknown unit 'Mhz'; did you mean 'MHz'\?"),
    ("repetition_rate: 5 MHz", "repetition_rate: 5", r"needs a unit"),
    ("bandwidth: 50 nm", "bandwith: 50 nm", r"unknown key 'bandwith'; did you mean 'bandwidth'\?"),
    ("bandwidth: 50 nm, ", "", r"missing 'bandwidth' in filter"),
    ("rate_at_filter: 20 kcps", "rate_at_filter: -20 kcps", r"rate_at_filter must be .*found -20 kcps"),
    ("bandwidth: 50 nm", "bandwidth: 1300 nm", r"error: filter\.bandwidth of 1300 nm reaches below zero wavelength"),
    ("preset: spcm-aqrh-14", "preset: spmc-aqrh-14", r"unknown preset 'spmc-aqrh-14'; did you mean 'spcm-aqrh-14'\?"),
    ("lifetime: 20 ns", "lifetime: 0 ns", r"lifetime must be"),
    ("lifetime: 20 ns", "lifetime: .nan ns", r"lifetime"),
    ("quantum_yield: 0.8", "quantum_yield: 1.8", r"quantum_yield must be"),
    ("X -> 0: {lifetime: 20", "Y -> 0: {lifetime: 20", r"Y -> 0 is not a transition"),
    ("mean: 10 ms", "mean: 10 ms, mean: 20 ms", r"mean"),
    ("share: 60 %", "share: 70 %", r"shares that must sum to 1"),
    ("lifetime: 5 us", "law: power-law, exponent: 1.5, from: 10 us, to: 1 us", r"must lie above from"),
    ("absorbed_photons_per_pulse: 0.3", "cross_section: 5e-16 cm^2", r"needs excitation.power and excitation.spot"),
    ("mean: 10 ms", "mean: 10 ns", r"mean must be"),
    ("duration: 1 s", "duration: -1 s", r"duration must be"),
    ("name: golden", "name: [golden", r"not valid YAML"),
    ("first_arm: 0.5", "first_arm: 50", r"first_arm must be"),
    ("law: exponential", "law: exponentiel", r"exponential"),
    ("repetition_rate: 5 MHz", "repetition_rate: 2 GHz", r"repetition_rate must be"),
    ("preset: picoharp-300", "preset: picoharp-300, binning: 3", r"binning must be a power of two from 1 to 128"),
    ("preset: picoharp-300", "preset: hydraharp-400, inputs: 1", r"inputs are 1 in t2, too few for 2 detectors"),
    ("preset: picoharp-300", "preset: picoharp-300, record_sync: true", r"record_sync is not possible"),
    ("preset: picoharp-300", "preset: picoharp-300, markers: [{line: 1, period: 0 s}]", r"period must be at least"),
    ("preset: picoharp-300", "preset: hydraharp-4000", r"did you mean 'hydraharp-400'\?"),
]


@pytest.mark.parametrize("old, new, says", FAULTS, ids=[new.replace(" ", "") or old for old, new, _ in FAULTS])
def test_scenario_faults(antibunch, tmp_path, old, new, says):
    path = scenario(tmp_path, old, new)
    output = tmp_path / "x.ptu"
    done = antibunch("simulate", path, "-o", output)
    assert done.returncode == 65
    first = done.stderr.splitlines()[0]
    assert re.match(re.escape(str(path)) + r":\d+:\d+: error: ", first), first
    assert re.search(says, done.stderr), done.stderr
    # A message names its place once.
    assert not re.search(r"error: (\S+) \1", done.stderr), done.stderr
    assert done.stdout == ""
    assert os.listdir(tmp_path) == ["bench.yaml"]


def test_every_fault_is_told_at_once(antibunch, tmp_path):
    path = tmp_path / "bench.yaml"
    path.write_text(GOLDEN.replace("5 MHz", "5 parsec").replace("618 nm", "-618 nm").replace("name: band", "nam: band"))
    done = antibunch("validate", path)
    assert done.returncode == 65
    assert len(done.stderr.splitlines()) == 3, done.stderr


def test_t3_period_that_no_binning_holds(antibunch, tmp_path):
    path = scenario(tmp_path, "repetition_rate: 5 MHz", "repetition_rate: 100 kHz")
    done = antibunch("simulate", path, "--mode", "t3", "-o", tmp_path / "x.ptu")
    assert done.returncode == 65
    assert "less than the laser period of 10000 ns" in done.stderr


def test_continuous_excitation_has_no_sync(antibunch, tmp_path):
    done = antibunch("simulate", "Scenarios/emitters/nv-nanodiamond.yaml", "--mode", "t3", "-o", tmp_path / "x.ptu")
    assert done.returncode == 65
    assert "needs the sync of a pulsed laser" in done.stderr
    path = scenario(tmp_path, "repetition_rate: 5 MHz", "mode: continuous")
    done = antibunch("predict", path)
    assert done.returncode == 65
    assert "absorption_rate" in done.stderr and "absorbed_photons_per_pulse" in done.stderr
    done = antibunch("simulate", "Scenarios/emitters/nv-nanodiamond.yaml", "--duration", "10 h", "-o", tmp_path / "x.ptu",
                     "--set", "emitters.0.states.negative.transitions.e -> g.lifetime=2e-6 ns")
    assert done.returncode == 65, done.stderr
    assert "more than 1e18 times the shortest lifetime" in done.stderr
    path = scenario(tmp_path, "absorbed_photons_per_pulse: 0.3", "absorbed_photons_per_pulse: 0.3\n    absorptions: {0 -> Y: {weight: 1}}")
    done = antibunch("predict", path)
    assert "0 -> Y is not a way" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["simulate"], ["simulate", "Scenarios/fibre-hbt.yaml"], ["frobnicate"], ["predict"], ["g2"],
        ["simulate", "Scenarios/fibre-hbt.yaml", "-o", "x.txt"],
        ["simulate", "Scenarios/fibre-hbt.yaml", "-o", "x.ptu", "--mode", "t4"],
        ["simulate", "Scenarios/fibre-hbt.yaml", "-o", "x.t3.ptu", "--mode", "t2"],
        ["simulate", "Scenarios/fibre-hbt.yaml", "-o", "x.ptu", "--seed", "-1"],
        ["simulate", "Scenarios/fibre-hbt.yaml", "-o", "x.ptu", "--threads", "0"],
        ["simulate", "Scenarios/fibre-hbt.yaml", "-o", "x.ptu", "--checkpoint", "1e25 s"],
        ["lifetime", "x.ptu", "--components", "7"], ["lifetime", "x.ptu", "--period", "0 ns"], ["presets", "no-such"],
    ])
def test_wrong_usage(antibunch, tmp_path, arguments):
    done = antibunch(*arguments)
    assert done.returncode == 64, done.stderr
    assert done.stderr


@pytest.mark.parametrize("option, text", [("--bin", "5 nm"), ("--gate", "5 ns"), ("--gate", "9 ns:9 ns"), ("--background", "much")])
def test_wrong_option_values(antibunch, short_ptu, option, text):
    done = antibunch("g2", short_ptu, option, text)
    assert done.returncode == 64, done.stderr
    assert option in done.stderr


def test_wrong_overrides(antibunch, tmp_path):
    done = antibunch("predict", "Scenarios/fibre-hbt.yaml", "--set", "filter.bandwith=10 nm")
    assert done.returncode == 65
    assert "did you mean" in done.stderr
    done = antibunch("predict", "Scenarios/fibre-hbt.yaml", "--duration", "soon")
    assert done.returncode == 65


def test_no_such_input(antibunch):
    for command in ["predict", "inspect", "g2", "lifetime", "run", "validate"]:
        done = antibunch(command, "no-such-file")
        assert done.returncode == 66, command
        assert "no-such-file cannot be opened" in done.stderr


@pytest.mark.parametrize("command", ["inspect", "g2", "lifetime"])
def test_not_a_time_tag_file(antibunch, command):
    done = antibunch(command, "README.md")
    assert done.returncode == 65
    assert "README.md is not a time-tag file" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("rank", [1, 0], ids=["divides by zero", "follows a wrong address"])
def test_hdf5_on_which_its_library_crashes(antibunch, tmp_path, rank):
    path = tmp_path / "x.h5"
    assert antibunch("simulate", "Tests/commands/golden.yaml", "-o", path, "--duration", "50 ms").returncode == 0
    content = path.read_bytes()
    # Dataspaces of one dimension without end; layouts in chunks: version 3, two edges, an address, 65,536 values of 8 bytes.
    content = re.sub(
        rb"\x01\x01\x01\x00{5}(?=.{8}\xff{8})", bytes([1, rank, 1, 0, 0, 0, 0, 0]), content, flags=re.S)
    content, layouts = re.subn(
        rb"\x03\x02\x02(?=.{8}\x00\x00\x01\x00\x08\x00\x00\x00)", b"\x03\x02\x00", content, flags=re.S)
    assert layouts
    path.write_bytes(content)
    for command in (["inspect", path], ["g2", path], ["export", path, "-o", tmp_path / "tables"]):
        done = antibunch(*command)
        assert done.returncode == 65, (command, done.stderr)
        assert done.stderr.startswith(f"error: {path} is corrupt: ") and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize("layout, says", [
    (b"\x03\x02\x01", "pieces of no size"),
    # of a version that there is not
    (b"\x09\x02\x02", "HDF5 cannot open /"),
])
def test_hdf5_with_other_layouts(antibunch, tmp_path, layout, says):
    path = tmp_path / "x.h5"
    assert antibunch("simulate", "Tests/commands/golden.yaml", "-o", path, "--duration", "50 ms").returncode == 0
    content, layouts = re.subn(
        rb"\x03\x02\x02(?=.{8}\x00\x00\x01\x00\x08\x00\x00\x00)", layout, path.read_bytes(), flags=re.S)
    assert layouts
    path.write_bytes(content)
    done = antibunch("inspect", path)
    assert done.returncode == 65 and says in done.stderr and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize("cut", [0, 5, 100, 700, -1, -4, -4000])
def test_truncated_file(antibunch, short_ptu, tmp_path, cut):
    data = short_ptu.read_bytes()
    path = tmp_path / "cut.ptu"
    path.write_bytes(data[:cut] if cut >= 0 else data[:len(data) + cut])
    done = antibunch("inspect", path)
    assert done.returncode == 65, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_truncated_file_on_request(antibunch, short_ptu, tmp_path):
    path = tmp_path / "cut.ptu"
    path.write_bytes(short_ptu.read_bytes()[:-4000])
    done = antibunch("inspect", path, "--allow-truncated")
    assert done.returncode == 0
    assert "warning" in done.stderr


def test_places_that_cannot_be_written(antibunch):
    done = antibunch("simulate", "Tests/commands/golden.yaml", "-o", "/proc/nowhere/x.ptu")
    assert done.returncode == 73
    assert "/proc/nowhere/x.ptu cannot be created" in done.stderr
    done = antibunch("simulate", "Tests/commands/golden.yaml", "-o", "/proc/nowhere/x.h5")
    assert done.returncode == 73
    done = antibunch("run", "Tests/commands/golden.yaml", "-o", "/proc/nowhere")
    assert done.returncode == 73
    done = antibunch("run", "Tests/commands/golden.yaml", "-o", "README.md")
    assert done.returncode == 73


def test_full_disk(antibunch):
    done = antibunch("run", "Tests/commands/golden.yaml", "-o", "/dev/full")
    assert done.returncode == 73


def test_interrupt_leaves_valid_partial_files(antibunch, tmp_path):
    output = tmp_path / "long.ptu"
    with subprocess.Popen(
        [antibunch.program, "simulate", "Tests/commands/golden.yaml", "--duration", "10 h", "-o", output,
         "-o", tmp_path / "long.h5"], cwd=pathlib.Path(__file__).parents[2], stderr=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True) as running:
        time.sleep(1.5)
        assert not output.exists(), "an unfinished file must not bear its final name"
        running.send_signal(signal.SIGINT)
        _, error = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "marked partial" in error
    import json

    for path in [output, tmp_path / "long.h5"]:
        done = antibunch("inspect", path, "--json")
        assert done.returncode == 0, done.stderr
        summary = json.loads(done.stdout)
        assert summary["is_partial"]
        assert 0 < summary["duration_s"] < 36_000
        assert sum(summary["photons_per_channel"].values()) > 1000
    import ptufile

    assert "PARTIAL" in ptufile.PtuFile(output).tags["File_Comment"]


def test_killed_run_leaves_nothing_that_looks_whole(antibunch, tmp_path):
    with subprocess.Popen(
        [antibunch.program, "simulate", "Tests/commands/golden.yaml", "--duration", "10 h", "-o", tmp_path / "x.ptu"],
        cwd=pathlib.Path(__file__).parents[2], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as running:
        time.sleep(0.5)
        running.kill()
    assert all(name.endswith(".part") for name in os.listdir(tmp_path))
