"""Runs that are interrupted, killed, or meet a full disk: what is left, and going on to the bytes of an uninterrupted run.

Kill points are drawn with a fixed seed; ANTIBUNCH_KILLS sets how many (10).
"""

import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import time

import pytest

KILLS = int(os.environ.get("ANTIBUNCH_KILLS", "10"))
GOLDEN = "Tests/commands/golden.yaml"
FILES = ["x.ptu", "x.h5", "x.csv"]
# Long enough to be killed somewhere in the middle, short enough to be tested often.
DURATION = "30 s"


def command(antibunch, folder, *options, scenario=GOLDEN, files=FILES, duration=DURATION, threads=2):
    outputs = [part for file in files for part in ("-o", str(folder / file))]
    return [antibunch.program, "simulate", str(scenario), "--duration", duration, "--seed", "7", "--threads", str(threads),
            "--checkpoint", "20 ms", *outputs, *options]


def start(arguments, **more):
    return subprocess.Popen(
        arguments, cwd=pathlib.Path(__file__).parents[2], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, **more)


def finish(arguments, **more):
    with start(arguments, **more) as running:
        _, error = running.communicate(timeout=120)
    return running.returncode, error


def kill_behind_checkpoint(arguments, checkpoint, pause=0.0):
    """Kills a run some time after it wrote a new checkpoint."""
    before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
    with start(arguments) as running:
        while running.poll() is None and (not checkpoint.exists() or checkpoint.stat().st_mtime_ns == before):
            time.sleep(0.001)
        time.sleep(pause)
        running.kill()
    assert running.returncode == -signal.SIGKILL, "the run was too short to be killed"


def contents(folder, files=FILES):
    return {file: (folder / file).read_bytes() for file in files}


@pytest.fixture(scope="module")
def whole(antibunch, tmp_path_factory):
    """The uninterrupted run, and how long it takes."""
    folder = tmp_path_factory.mktemp("whole")
    begin = time.monotonic()
    code, error = finish(command(antibunch, folder))
    assert code == 0, error
    assert sorted(os.listdir(folder)) == sorted(FILES), "nothing is left beside the files"
    return contents(folder), time.monotonic() - begin


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_run_goes_on_to_the_same_bytes(antibunch, tmp_path, whole, number):
    expected, seconds = whole
    chance = random.Random(1000 + number)
    # Killed, resumed, killed again …, with other numbers of threads.
    for attempt in range(chance.choice([1, 2, 3])):
        arguments = command(antibunch, tmp_path, *(["--resume"] if attempt else []), threads=chance.choice([1, 2, 4]))
        with start(arguments) as running:
            time.sleep(chance.uniform(0.05, 0.8) * seconds)
            running.kill()
    if (tmp_path / "x.ptu.part").exists() and (tmp_path / "x.ptu.part").stat().st_size > 4096:
        done = antibunch("inspect", tmp_path / "x.ptu.part", "--json", "--allow-truncated")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["is_partial"]
    code, error = finish(command(antibunch, tmp_path, "--resume", threads=chance.choice([1, 3])))
    assert code == 0, error
    assert contents(tmp_path) == expected
    assert sorted(os.listdir(tmp_path)) == sorted(FILES)


def test_checkpoint_is_used(antibunch, tmp_path, whole):
    """Going on does not draw again what was drawn before: the head of the file is not rewritten."""
    expected, _ = whole
    kill_behind_checkpoint(command(antibunch, tmp_path), tmp_path / "x.ptu.checkpoint", pause=0.05)
    part = tmp_path / "x.csv.part"
    assert part.stat().st_size > 1000
    # A digit far in front: whoever writes the file anew would put it right again.
    with part.open("r+b") as file:
        file.write(b"9")
    code, error = finish(command(antibunch, tmp_path, "--resume"))
    assert code == 0, error
    assert (tmp_path / "x.csv").read_bytes() == b"9" + expected["x.csv"][1:]
    assert (tmp_path / "x.ptu").read_bytes() == expected["x.ptu"]


def test_interrupted_run_goes_on(antibunch, tmp_path, whole):
    expected, seconds = whole
    with start(command(antibunch, tmp_path)) as running:
        time.sleep(0.4 * seconds)
        running.send_signal(signal.SIGTERM)
        _, error = running.communicate(timeout=30)
    assert running.returncode == 130, error
    assert "--resume" in error
    partial = {}
    for file in ["x.ptu", "x.h5"]:
        done = antibunch("inspect", tmp_path / file, "--json")
        assert done.returncode == 0 and not done.stderr, done.stderr
        partial[file] = json.loads(done.stdout)
        assert partial[file]["is_partial"]
    assert partial["x.ptu"]["photons_per_channel"] == partial["x.h5"]["photons_per_channel"]
    code, error = finish(command(antibunch, tmp_path, "--resume"))
    assert code == 0, error
    assert contents(tmp_path) == expected


BENCHES = {
    "Scenarios/fibre-hbt.yaml": ("100 s", []),
    "Scenarios/electronics/hydraharp-hbt.yaml": ("100 s", ["--mode", "t3", "--set", "electronics.markers=[{line: 1, period: 1 ms}]"]),
    "Scenarios/emitters/nv-nanodiamond.yaml": ("8 s", []),
}


@pytest.mark.parametrize("scenario", BENCHES)
def test_other_benches_go_on(antibunch, tmp_path, scenario):
    duration, options = BENCHES[scenario]
    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()
    given = dict(scenario=scenario, duration=duration)
    code, error = finish(command(antibunch, tmp_path / "whole", *options, **given))
    assert code == 0, error
    for resume in [[], ["--resume"]]:
        kill_behind_checkpoint(
            command(antibunch, tmp_path / "killed", *options, *resume, **given), tmp_path / "killed" / "x.ptu.checkpoint")
    code, error = finish(command(antibunch, tmp_path / "killed", "--resume", *options, **given))
    assert code == 0, error
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


@pytest.fixture
def killed(antibunch, tmp_path):
    kill_behind_checkpoint(command(antibunch, tmp_path), tmp_path / "x.ptu.checkpoint", pause=0.02)
    assert (tmp_path / "x.ptu.part").exists(), "the run was too short to be killed"
    return tmp_path


@pytest.mark.parametrize("options, says", [
    (["--seed", "8"], "seed 7, and this run's is 8"),
    (["--duration", "61 s"], "duration 30.0 s, and this run's is 61.0 s"),
    (["--mode", "t3"], "mode t2, and this run's is t3"),
    (["--engine", "reference"], "engine fast, and this run's is reference"),
    (["--set", "excitation.repetition_rate=4 MHz"], "another scenario"),
])
def test_another_run_is_refused(antibunch, killed, options, says):
    before = {file: (killed / file).read_bytes() for file in os.listdir(killed)}
    code, error = finish(command(antibunch, killed, "--resume", *options))
    assert code == 65
    assert says in error and error.count("\n") == 1
    assert {file: (killed / file).read_bytes() for file in os.listdir(killed)} == before


@pytest.mark.parametrize("damage", ["checkpoint", "short", "other"])
def test_damaged_remains_are_refused(antibunch, killed, damage):
    path = killed / ("x.ptu.checkpoint" if damage == "checkpoint" else "x.ptu.part")
    data = path.read_bytes()
    if damage == "checkpoint":
        path.write_bytes(data[:-10] + bytes([data[-10] ^ 1]) + data[-9:])
    elif damage == "short":
        path.write_bytes(data[:1000])
    else:
        path.write_bytes(bytes(len(data)))
    left = path.read_bytes()
    code, error = finish(command(antibunch, killed, "--resume"))
    assert code == 65, error
    assert error.count("\n") == 1 and str(path) in error
    assert path.read_bytes() == left


def test_killed_files_are_repaired(antibunch, killed, whole):
    import h5py
    import ptufile

    expected = killed / "whole.ptu"
    expected.write_bytes(whole[0]["x.ptu"])
    part = killed / "x.ptu.part"
    with part.open("ab") as file:
        file.write(bytes(3))  # a torn record
    assert ptufile.PtuFile(part).tags["File_Comment"].startswith("PARTIAL: not finished")
    before = part.read_bytes()
    antibunch("inspect", part, "--allow-truncated")
    assert part.read_bytes() == before, "without the option nothing is touched"
    done = antibunch("inspect", "--repair", part, "--json")
    assert done.returncode == 0, done.stderr
    assert "repaired" in done.stderr
    summary = json.loads(done.stdout)
    assert summary["is_partial"]
    repaired = ptufile.PtuFile(part)
    assert repaired.tags["TTResult_NumberOfRecords"] == repaired.number_records == summary["records"]
    assert repaired.tags["UsrAcquisitionTime"] == pytest.approx(summary["duration_s"], rel=0.1)
    records, all_records = repaired.decode_records(), ptufile.PtuFile(expected).decode_records()
    assert 1000 < len(records) < len(all_records)
    assert (records == all_records[: len(records)]).all()
    assert "nothing to repair" in antibunch("inspect", "--repair", part).stderr

    done = antibunch("inspect", killed / "x.h5.part")
    assert done.returncode == 65
    assert "--repair" in done.stderr
    done = antibunch("inspect", "--repair", killed / "x.h5.part")
    assert done.returncode == 0, done.stderr
    (killed / "whole.h5").write_bytes(whole[0]["x.h5"])
    with h5py.File(killed / "x.h5") as file, h5py.File(killed / "whole.h5") as all_file:
        n = len(file["photon_data/timestamps"])
        assert n > 1000
        assert file["user/antibunch"].attrs["partial"] == 1
        for name in ["photon_data/timestamps", "photon_data/detectors", "photon_data/particles"] + [
                f"user/antibunch/{column}" for column in ["origin", "emission_time", "detection_delay", "parent"]]:
            assert (file[name][:] == all_file[name][:n]).all() and len(file[name]) == n
        m = len(file["user/antibunch/state_changes/time"])
        assert (file["user/antibunch/state_changes/time"][:] == all_file["user/antibunch/state_changes/time"][:m]).all()
        assert sum(file["setup/detectors/counts"]) == n
    assert antibunch("inspect", "--repair", killed / "x.h5.part").returncode == 73, "never over another file"
    # A repaired run still goes on.
    (killed / "x.h5").unlink()
    code, error = finish(command(antibunch, killed, "--resume"))
    assert code == 0, error
    assert contents(killed) == whole[0]


def test_what_is_no_recording_of_ours_is_not_repaired(antibunch, tmp_path):
    path = tmp_path / "text.csv"
    path.write_text("0,12\n1,15\n")
    done = antibunch("inspect", "--repair", path)
    assert done.returncode == 65
    assert path.read_text() == "0,12\n1,15\n"


def check_full(antibunch, folder, whole, room):
    """After writing failed: what was written is there and says it is partial; with room the run goes on."""
    import ptufile

    part = folder / "x.ptu.part"
    if part.exists():
        with ptufile.PtuFile(part) as file:
            assert file.tags["File_Comment"].startswith("PARTIAL: ")
            assert file.tags["TTResult_NumberOfRecords"] == file.number_records
        done = antibunch("inspect", part)
        assert done.returncode == 0 and not done.stderr, done.stderr
        assert "partial" in done.stdout
    room()
    code, error = finish(command(antibunch, folder, "--resume"))
    assert code == 0, error
    assert contents(folder) == whole[0]


@pytest.mark.parametrize("share", [0.02, 0.35, 0.5, 0.8])
def test_file_that_may_not_grow(antibunch, tmp_path, whole, share):
    limit = int(share * max(map(len, whole[0].values())))
    with start(command(antibunch, tmp_path),
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) as running:
        _, error = running.communicate(timeout=60)
    assert running.returncode == 74, error
    assert error.startswith("error: ") and error.count("\n") == 1 and "File too large" in error
    check_full(antibunch, tmp_path, whole, lambda: None)


def test_file_that_may_not_be_finished(antibunch, tmp_path):
    """HDF5 makes the file in the journal: when there is no room for that, every photon is still in the journal."""
    import h5py

    run = [antibunch.program, "simulate", GOLDEN, "--duration", "0.5 ms", "--seed", "7", "-o"]
    whole, path = tmp_path / "whole.h5", tmp_path / "x.h5"
    assert finish([*run, str(whole)])[0] == 0
    for missing in (40_000, 500):
        limit = whole.stat().st_size - missing
        with start([*run, str(path)],
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) as running:
            _, error = running.communicate(timeout=60)
        assert running.returncode == 74 and "File too large" in error, error
        assert "what was written before is in" in error
        assert sorted(file.name for file in tmp_path.iterdir() if file != whole) == ["x.h5.part", "x.h5.rest.part"]
        done = antibunch("inspect", "--repair", path.with_name("x.h5.part"))
        assert done.returncode == 0, done.stderr
        with h5py.File(whole) as expected, h5py.File(path) as left:
            for column in ("timestamps", "detectors"):
                assert (expected["photon_data"][column][:] == left["photon_data"][column][:]).all()
            assert len(left["photon_data/timestamps"]) > 20
        path.unlink()
        path.with_name("x.h5.part").unlink()
        path.with_name("x.h5.rest.part").unlink()


@pytest.mark.parametrize("share", [0.1, 0.6, 0.9, 1.1])
def test_full_disk_in_the_middle(antibunch, tmp_path, whole, share):
    size = int(share * sum(map(len, whole[0].values())))
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        code, error = finish(command(antibunch, disk))
        assert code == 74, error
        assert error.startswith("error: ") and error.count("\n") == 1
        check_full(antibunch, disk, whole, lambda: subprocess.run(
            ["mount", "-o", f"remount,size={5 * sum(map(len, whole[0].values()))}", disk], check=True))
    finally:
        subprocess.run(["umount", disk], check=True)


def test_matched_pair_goes_on_with_its_second_mode(antibunch, tmp_path):
    files = ["x.t2.ptu", "x.t3.ptu"]

    def pair(folder, *options):
        # PTU is written so fast that less would be over before it is killed.
        return command(antibunch, tmp_path / folder, *options, files=files, duration="120 s")

    for folder in ["whole", "killed"]:
        (tmp_path / folder).mkdir()
    code, error = finish(pair("whole"))
    assert code == 0, error
    kill_behind_checkpoint(pair("killed"), tmp_path / "killed/x.t3.ptu.checkpoint")
    first = (tmp_path / "killed/x.t2.ptu").stat()
    code, error = finish(pair("killed", "--resume"))
    assert code == 0, error
    assert (tmp_path / "killed/x.t2.ptu").stat() == first, "what was done is not done again"
    assert contents(tmp_path / "killed", files) == contents(tmp_path / "whole", files)


def test_no_checkpoint_begins_anew(antibunch, tmp_path, whole):
    code, error = finish(command(antibunch, tmp_path, "--resume"))
    assert code == 0
    assert "begins anew" in error
    assert contents(tmp_path) == whole[0]


ALL = ["--truth", "all"]


def check_repaired_losses(antibunch, folder, expected):
    """What a run with --truth all left is a beginning of the whole, and does not pretend to balance."""
    import h5py

    done = antibunch("inspect", folder / "x.h5.part")
    assert done.returncode == 65 and "--repair" in done.stderr
    done = antibunch("inspect", "--repair", folder / "x.h5.part")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder / "x.h5") as file, h5py.File(expected / "x.h5") as all_file:
        assert file["user/antibunch"].attrs["partial"] == 1
        assert "emitted" not in file["user/antibunch/origins"] and "live_time" not in file["user/antibunch"]
        for name in ["photon_data/timestamps"] + [f"user/antibunch/{column}" for column in [
                "origin", "emission_time", "detection_delay", "lost/origin", "lost/time", "lost/place"]]:
            n = len(file[name])
            assert 1000 < n < len(all_file[name]), name
            assert (file[name][:] == all_file[name][:n]).all(), name
        for name in ["lost/places/kind", "states/slow_state"]:
            assert (file[f"user/antibunch/{name}"][:] == all_file[f"user/antibunch/{name}"][:]).all()


@pytest.fixture(scope="module")
def all_losses(antibunch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("losses")
    code, error = finish(command(antibunch, folder, *ALL, duration="6 s", files=["x.h5", "x.ptu"]))
    assert code == 0, error
    assert sorted(os.listdir(folder)) == ["x.h5", "x.ptu"]
    return folder


def test_killed_run_with_losses_is_repaired(antibunch, tmp_path, all_losses):
    enough = 0.6 * (all_losses / "x.h5").stat().st_size
    with start(command(antibunch, tmp_path, *ALL, duration="6 s", files=["x.h5", "x.ptu"])) as running:
        while running.poll() is None and sum(part.stat().st_size for part in tmp_path.glob("x.h5*part")) < enough:
            time.sleep(0.001)
        running.kill()
    assert running.returncode == -signal.SIGKILL, "the run was too short to be killed"
    assert sorted(os.listdir(tmp_path)) == ["x.h5.part", "x.h5.rest.part", "x.ptu.part"]
    assert json.loads(antibunch("inspect", tmp_path / "x.ptu.part", "--json", "--allow-truncated").stdout)["is_partial"]
    check_repaired_losses(antibunch, tmp_path, all_losses)


def test_full_disk_with_losses(antibunch, tmp_path, all_losses):
    limit = int(0.7 * (all_losses / "x.h5").stat().st_size)
    with start(command(antibunch, tmp_path, *ALL, duration="6 s", files=["x.h5"]),
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) as running:
        _, error = running.communicate(timeout=60)
    assert running.returncode == 74, error
    assert error.splitlines()[-1].startswith("error: ") and "File too large" in error and "--resume" not in error
    check_repaired_losses(antibunch, tmp_path, all_losses)


def test_losses_do_not_go_on(antibunch, tmp_path):
    code, error = finish(command(antibunch, tmp_path, *ALL, "--resume"))
    assert code == 64
    assert "--resume cannot go on with --truth all" in error
    assert os.listdir(tmp_path) == []
