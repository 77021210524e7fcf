"""`--slurm` on a real Slurm of one node: the bytes of one process, failures, going on, Ctrl-C, and what is refused."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import time

import pytest

from test_dataset import SUITE, tree

SCENARIO = "Scenarios/fibre-hbt.yaml"
SWEEP = ["--vary", "filter.bandwidth=10nm..80nm:6", "--duration", "2 s", "--set", "collection.coupling=0.5"]


@pytest.fixture(scope="module")
def one(antibunch, tmp_path_factory):
    """The same in one process."""
    folder = tmp_path_factory.mktemp("slurm") / "one"
    done = antibunch("sweep", SCENARIO, *SWEEP, "-o", folder, "--threads", 3)
    assert done.returncode == 0, done.stderr
    return folder


def sweep(antibunch, cluster, folder, *more, scenario=SCENARIO):
    return antibunch("sweep", scenario, *SWEEP, "-o", folder, "--slurm", *more, env=cluster.environment)


def files(folder):
    """What a sweep leaves for people."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in [folder / "points.csv", folder / "report.html", *sorted((folder / "figures").iterdir())]}


def last_job(folder):
    return json.loads((folder / "slurm/job.json").read_text())


def test_an_array_of_six_gives_the_bytes_of_one_process(antibunch, slurm, one, tmp_path):
    folder = tmp_path / "six dots' sweep, 100%"
    done = sweep(antibunch, slurm, folder, "--slurm-option", "--comment=a word")
    assert done.returncode == 0, done.stderr
    job = last_job(folder)
    assert job["parts"] == 6 and slurm.tasks(job["id"]) == {number: "COMPLETED" for number in range(1, 7)}
    assert files(folder) == files(one)
    # Each task did its own point.
    with sqlite3.connect(folder / "slurm/part-4/sweep.sqlite") as store:
        assert store.execute("SELECT point FROM result WHERE method = 'simulate'").fetchall() == [(3,)]
    # Nothing is left to be done, and nothing is submitted.
    done = sweep(antibunch, slurm, folder)
    assert done.returncode == 0 and "submitted" not in done.stderr and last_job(folder) == job


def test_only_what_failed_is_submitted_again(antibunch, slurm, one, tmp_path):
    """One, and two neighbours apart from it."""
    folder = tmp_path / "s"
    (folder / "slurm").mkdir(parents=True)
    blocking = [folder / f"slurm/part-{part}" for part in (2, 4, 5)]
    for path in blocking:
        path.write_text("a file where a part would make its folder")
    done = sweep(antibunch, slurm, folder, "--slurm-parts", 6)
    assert done.returncode == 73 and done.stdout == ""
    job = last_job(folder)
    *_, sentence = done.stderr.splitlines()
    assert re.fullmatch(
        rf"error: 3 of 6 tasks of job {job['id']} failed; part 2 ended with exit code 73: error: .*part-2 is not a folder "
        rf"\(log: .*/slurm/part-2\.log\); the same command submits what is missing", sentence), sentence
    assert {part for part, state in slurm.tasks(job["id"]).items() if state == "FAILED"} == {2, 4, 5}
    for path in blocking:
        path.unlink()
    done = sweep(antibunch, slurm, folder, "--slurm-parts", 6)
    assert done.returncode == 0, done.stderr
    assert slurm.tasks(last_job(folder)["id"]) == dict.fromkeys((2, 4, 5), "COMPLETED")
    assert last_job(folder)["tasks"] == [2, 4, 5]
    assert files(folder) == files(one)


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_cancelled_task_is_told_and_done_again(antibunch, slurm, tmp_path):
    """Two parts of three points each; one is cancelled after its first."""
    folder = tmp_path / "s"
    long = ["--method", "simulate", "--duration", "15 s", "--slurm-parts", "2"]
    done = sweep(antibunch, slurm, folder, *long, "--no-wait")
    assert done.returncode == 0 and "the same command collects" in done.stderr
    job = last_job(folder)["id"]

    def points(part):
        try:
            with sqlite3.connect(folder / f"slurm/part-{part}/sweep.sqlite") as store:
                return {row[0] for row in store.execute("SELECT point FROM result")}
        except sqlite3.Error:
            return set()

    wait_for(lambda: points(2))
    slurm.run("scancel", f"{job}_2")
    wait_for(lambda: slurm.tasks(job) == {1: "COMPLETED", 2: "CANCELLED"})
    before = points(2)
    assert 1 <= len(before) < 3
    with sqlite3.connect(folder / "slurm/part-2/sweep.sqlite") as store:
        store.execute("UPDATE result SET note = 'done before'")
    done = sweep(antibunch, slurm, folder, *long)
    assert done.returncode == 0, done.stderr
    assert f"1 of 2 tasks of job {job} failed; part 2 was stopped or never began: interrupted: " in done.stderr
    assert "submitted 1 of 2 parts" in done.stderr and slurm.tasks(last_job(folder)["id"]) == {2: "COMPLETED"}
    # What the cancelled task had done was not done again.
    with sqlite3.connect(folder / "sweep.sqlite") as store:
        assert dict(store.execute("SELECT point, note = 'done before' FROM result")) == {
            point: point in before for point in range(6)}


def test_control_c_leaves_the_job_to_be_collected(antibunch, slurm, tmp_path):
    folder = tmp_path / "s"
    command = ["sweep", SCENARIO, *SWEEP, "-o", str(folder), "--slurm", "--slurm-parts", "2", "--duration", "8 s"]
    program = subprocess.Popen(
        [antibunch.program, *command], env={**os.environ, **slurm.environment}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for((folder / "slurm/job.json").exists)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=60)
    job = last_job(folder)["id"]
    assert program.returncode == 130, errors
    assert f"interrupted: job {job} goes on; the same command waits and collects, 'scancel {job}' ends it" in errors
    done = antibunch(*command, env=slurm.environment)
    assert done.returncode == 0, done.stderr
    assert last_job(folder)["id"] == job and "submitted" not in done.stderr
    assert slurm.tasks(job) == {1: "COMPLETED", 2: "COMPLETED"}


def test_a_task_refuses_a_scenario_that_has_changed(antibunch, slurm, repository, tmp_path):
    scenario = tmp_path / "bench.yaml"
    scenario.write_text((repository / SCENARIO).read_text())
    part = ["--method", "predict", "--slurm-parts", "1"]
    assert sweep(
        antibunch, slurm, tmp_path / "s", *part, "--slurm-option", "--hold", "--no-wait", scenario=scenario).returncode == 0
    job = last_job(tmp_path / "s")["id"]
    before = scenario.read_text()
    scenario.write_text(before.replace("618 nm", "628 nm"))
    assert scenario.read_text() != before
    assert slurm.run("scontrol", "release", job).returncode == 0
    wait_for(lambda: slurm.tasks(job) == {1: "FAILED"})
    assert "is of another sweep" in (tmp_path / "s/slurm/part-1.log").read_text()
    # And leaves nothing that would be of the other scenario.
    assert not (tmp_path / "s/slurm/part-1").exists()
    scenario.write_text(before)
    done = sweep(antibunch, slurm, tmp_path / "s", *part, scenario=scenario)
    assert done.returncode == 0 and "part 1 ended with exit code 65" in done.stderr, done.stderr


def test_what_is_refused(antibunch, slurm, tmp_path):
    def fault(*more, env=None):
        done = antibunch("sweep", SCENARIO, *SWEEP, "-o", tmp_path / "s", *more, env=env or slurm.environment)
        assert done.stdout == ""
        return done.returncode, done.stderr

    code, text = fault("--slurm", "--slurm-option", "--partition=nowhere")
    assert code == 74 and text.count("\n") == 1
    assert "error: Slurm's sbatch refuses the job: " in text and "nvalid partition" in text
    assert not (tmp_path / "s/slurm/job.json").exists()
    code, text = fault("--slurm", env={"PATH": str(tmp_path)})
    assert code == 64 and text.count("\n") == 1 and "there is no sbatch on this machine" in text
    assert fault("--slurm-parts", 2)[0] == fault("--no-wait")[0] == fault("--slurm", "--slurm-parts", 0)[0] == 64
    assert fault("--slurm", "--part", "1/2")[0] == 64
    # Parts keep their meaning while a folder has some.
    assert sweep(antibunch, slurm, tmp_path / "s", "--method", "predict", "--slurm-parts", 2).returncode == 0
    code, text = fault("--slurm", "--slurm-parts", 3)
    assert code == 64 and "has 2 parts; --slurm-parts must be 2 too" in text


def test_a_dataset_in_an_array(antibunch, slurm, repository, tmp_path):
    suite = tmp_path / "tiny.yaml"
    suite.write_text(SUITE.format(scenarios=repository / "Scenarios"))
    build = ["dataset", "build", suite, "-o"]
    assert antibunch(*build, tmp_path / "one").returncode == 0
    folder = tmp_path / "d"
    precious = folder / "family/decay/thesis.tex"
    precious.parent.mkdir(parents=True)
    precious.write_text("precious")
    done = antibunch(*build, folder, "--slurm", env=slurm.environment)
    assert done.returncode == 73 and done.stdout == "" and not (folder / "manifest.json").exists()
    assert "1 of 2 tasks" in done.stderr and "part 2 ended with exit code 73" in done.stderr
    assert "is not a case of a dataset" in done.stderr
    precious.unlink()
    precious.parent.rmdir()
    done = antibunch(*build, folder, "--slurm", env=slurm.environment)
    assert done.returncode == 0, done.stderr
    assert slurm.tasks(last_job(folder)["id"]) == {2: "COMPLETED"}
    built = {name: digest for name, digest in tree(folder).items() if not name.startswith("slurm/")}
    assert built == tree(tmp_path / "one")
