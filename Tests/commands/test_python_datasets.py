"""The pytest plugin of the Python package: datasets built on demand, kept, verified, and answers held against them."""

import hashlib
import os
import pathlib
import re
import subprocess

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "notebooks-export/examples/test_my_analysis.py"
CASE = """
from antibunch import datasets
dataset = datasets.case({name!r}, suite="suites/smoke.yaml")
"""


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*.ptu"))}


def test_example_passes_and_a_wrong_analysis_does_not(environment, tmp_path):
    """The example as it stands; then with an analysis that counts the centre peak twice."""
    cache = str(tmp_path / "cache")
    options = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    said = environment([*options, EXAMPLE], cwd=tmp_path, ANTIBUNCH_DATASETS=cache)
    assert "4 passed" in said
    (tmp_path / "test_wrong.py").write_text(
        EXAMPLE.read_text().replace("return coincidences(0)", "return 2 * coincidences(0)"))
    said = environment([*options, tmp_path / "test_wrong.py"], cwd=tmp_path, ANTIBUNCH_DATASETS=cache, code_expected=1)
    assert re.search(r"AssertionError: antibunching/low:\n.* g2_zero = [\d.]+: accepted are [\d.]+ to [\d.]+, true is 0\.\d+ \(\+", said), said


def test_fixture_of_somebody_elses_repository(environment, antibunch, tmp_path):
    """A suite of one's own, and parallel sessions of pytest on an empty cache."""
    (tmp_path / "suite.yaml").write_text(f"""
name: mine
cases:
  dots/dim:
    about: A dot
    scenario: {REPOSITORY}/Scenarios/suites/benches/dot.yaml
    set: {{duration: 20 ms}}
    seed: 1
    files: [t2]
    ask: [counts]
""")
    (tmp_path / "test_mine.py").write_text("""
def test_counts(antibunch_dataset):
    dataset = antibunch_dataset("dots/dim", suite="suite.yaml")
    assert dataset.t3 is None and dataset.t2.exists()
    dataset.check(photons_t2_channel_0=dataset.truth["photons_t2_channel_0"]["value"])
""")
    command = [environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"]
    variables = {**os.environ, "ANTIBUNCH": antibunch.program, "ANTIBUNCH_DATASETS": str(tmp_path / "cache")}
    sessions = [
        subprocess.Popen(command, cwd=tmp_path, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(4)]
    for session in sessions:
        said = session.communicate(timeout=120)[0]
        assert session.returncode == 0, said
    (kept,) = (tmp_path / "cache").glob("*/dots+dim")
    assert list(digests(kept)) == ["dim.t2.ptu"]


def test_kept_verified_and_mended(environment, tmp_path):
    code = CASE.format(name="lifetimes/one") + "print(dataset.t2)"
    cache = str(tmp_path / "cache")
    path = pathlib.Path(environment(code, ANTIBUNCH_DATASETS=cache).strip())
    whole, made = digests(path.parent), path.stat().st_mtime_ns
    assert set(whole) == {"one.t2.ptu", "one.t3.ptu"}
    # Kept: the same file, not one like it.
    assert environment(code, ANTIBUNCH_DATASETS=cache).strip() == str(path)
    assert path.stat().st_mtime_ns == made
    # Damaged: built again.
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    environment(code, ANTIBUNCH_DATASETS=cache)
    assert digests(path.parent) == whole


def test_paths_truth_and_scores(environment, tmp_path):
    cache = str(tmp_path / "cache")
    environment(CASE.format(name="lifetimes/one") + """
import numpy as np
for path in (dataset.t2, dataset.t3, dataset.photon_hdf5, dataset.irf, dataset.scenario):
    assert path.exists(), path
truth = dataset.truth["lifetime_1_ns"]
assert truth["low"] < truth["value"] == 8 < truth["high"]
dataset.check(lifetime_1_ns=np.float64(8), photons_t2_channel_0=dataset.truth["photons_t2_channel_0"]["value"])
try:
    dataset.check(lifetime_1_ns=9, photons_t2_channel_0=0)
except AssertionError as error:
    lines = str(error).splitlines()
    assert lines[0] == "lifetimes/one:"
    assert "  lifetime_1_ns = 9: accepted are 7." in lines[1] and "true is 8 (+" in lines[1]
    assert lines[3].startswith("  photons_t2_channel_0 = 0: must be ")
else:
    raise SystemExit("accepted")
import antibunch
for wrong in ({"lifetime_ns": 8}, {"change_points_s": [1]}):
    try:
        dataset.check(**wrong)
    except antibunch.Error as error:
        assert error.code == 65 and "lifetime_1_ns" in str(error), error
    else:
        raise SystemExit("accepted")
""", ANTIBUNCH_DATASETS=cache)
    environment(CASE.format(name="blinking/telegraph") + """
times = dataset.truth["change_points_s"]["times_s"]
dataset.check(change_points_s=times)
for wrong in ([], [t + 0.1 for t in times]):
    try:
        dataset.check(change_points_s=wrong)
    except AssertionError as error:
        assert "change_points_s: " in str(error) and " stray" in str(error), error
    else:
        raise SystemExit("accepted")
""", ANTIBUNCH_DATASETS=cache)
    environment("""
from antibunch import Error, datasets
try:
    datasets.case("antibunching/low-count")
except Error as error:
    assert error.code == 64 and "did you mean 'antibunching/low-counts'?" in str(error), error
else:
    raise SystemExit("found")
""", ANTIBUNCH_DATASETS=cache)


def test_actions_snippet_runs(environment, antibunch, tmp_path):
    """The workflow is YAML with the keys that GitHub knows, its installing steps name what exists, and its last step runs."""
    text = (REPOSITORY / "notebooks-export/README.md").read_text()
    (snippet,) = re.findall(r"```yaml\n(.*?)```", text, re.S)
    (job,) = yaml.safe_load(snippet)["jobs"].values()
    assert set(job) == {"runs-on", "container", "env", "steps"}
    assert all(set(step) <= {"run", "uses", "with"} for step in job["steps"])
    runs = [step["run"] for step in job["steps"] if "run" in step]
    (tmp_path / "antibunch").symlink_to(REPOSITORY)
    (tmp_path / ".venv").symlink_to(environment.folder)
    assert runs[0].startswith("apt-get") and runs[2] == "python3 -m venv .venv"
    subprocess.run(runs[1].replace("make", "make -n"), shell=True, cwd=tmp_path, check=True, capture_output=True)
    assert runs[3].split()[:3] == [".venv/bin/pip", "install", "./antibunch/notebooks-export"]
    assert (REPOSITORY / "notebooks-export/pyproject.toml").exists()
    # pytest of the tests' environment in place of the one that would be installed
    command = runs[4].split("#")[0].replace(".venv/bin/pytest", ".venv/bin/python -m pytest -p no:cacheprovider")
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, **job["env"], "ANTIBUNCH": antibunch.program})
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "datasets").glob("*/antibunching+low"))
