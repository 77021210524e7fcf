"""Runs the built program as a user does."""

import os
import pathlib
import subprocess
import sys
import sysconfig

import pytest

import slurm_cluster

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("ANTIBUNCH", str(REPOSITORY / ".build/release/antibunch"))


@pytest.fixture(scope="session")
def repository():
    return REPOSITORY


@pytest.fixture(scope="session")
def antibunch():
    """Runs the program with arguments; returns exit code, standard output and standard error."""
    if not os.access(PROGRAM, os.X_OK):
        pytest.fail(f"{PROGRAM} is not built: swift build -c release")

    def run(*arguments, cwd=REPOSITORY, env=None, timeout=120):
        return subprocess.run(
            [PROGRAM, *map(str, arguments)], cwd=cwd, env={**os.environ, **(env or {})}, timeout=timeout,
            stdin=subprocess.DEVNULL, capture_output=True, text=True)

    run.program = PROGRAM
    return run


@pytest.fixture(scope="session")
def slurm():
    """A Slurm of one node; its daemons end with the tests."""
    if missing := slurm_cluster.missing_programs():
        pytest.skip(f"there is no {', '.join(missing)} here: 'make test' installs slurm-wlm and munge")
    with slurm_cluster.cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def short_ptu(antibunch, tmp_path_factory):
    """A second of the golden bench as PTU."""
    path = tmp_path_factory.mktemp("short") / "short.ptu"
    done = antibunch("simulate", REPOSITORY / "Tests/commands/golden.yaml", "-o", path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="session")
def wheel():
    done = subprocess.run(["make", "-s", "wheel"], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = (REPOSITORY / ".build/wheel").glob("antibunch-*.whl")
    return found


@pytest.fixture(scope="session")
def environment(wheel, antibunch, tmp_path_factory):
    """Runs code in a fresh environment with the wheel and what others' packages the tests need."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin/python"
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--no-deps", wheel], check=True)
    site = sysconfig.get_path("purelib", vars={"base": str(folder)})
    (pathlib.Path(site) / "others.pth").write_text(sysconfig.get_path("purelib"))

    def run(code, *, cwd=folder, code_expected=0, **environment):
        words = ["-c", code] if isinstance(code, str) else code
        done = subprocess.run(
            [python, *words], cwd=cwd, env={**os.environ, "ANTIBUNCH": antibunch.program, **environment},
            capture_output=True, text=True, timeout=120)
        assert done.returncode == code_expected, done.stdout + done.stderr
        return done.stdout

    run.folder = folder
    run.python = python
    run.package = pathlib.Path(site) / "antibunch"
    return run
