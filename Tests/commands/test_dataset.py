"""`antibunch dataset`: built to the same bytes, verified, and answers held against the truth."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

import dataset_answers

SUITE = """\
name: tiny
cases:
  family/dot:
    about: A dot
    scenario: {scenarios}/suites/benches/dot.yaml
    set: {{duration: 20 ms}}
    seed: 1
    ask: [counts, g2_zero]
  family/decay:
    about: A decay
    scenario: {scenarios}/suites/benches/decay.yaml
    set: {{duration: 20 ms}}
    seed: 2
    ask: [counts, rates, lifetimes]
"""


def tree(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def smoke(antibunch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset") / "smoke"
    done = antibunch("dataset", "build", "Scenarios/suites/smoke.yaml", "-o", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def tiny(repository, tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(SUITE.format(scenarios=repository / "Scenarios"))
    return path


def test_files_and_keys(smoke):
    manifest = json.loads((smoke / "manifest.json").read_text())
    assert set(manifest) == {"version", "suite", "seeds", "sha256"}
    assert manifest["suite"] == "smoke" and manifest["seeds"]["lifetimes/one"] == 2
    # Every file but the manifest and the builder's own notes is in it.
    files = {name: digest for name, digest in tree(smoke).items() if not name.endswith(("manifest.json", "case.json"))}
    assert manifest["sha256"] == files
    folder = smoke / "lifetimes/one"
    assert {path.name for path in folder.iterdir()} == {
        "one.t2.ptu", "one.t3.ptu", "one.h5", "irf.csv", "expected.json", "scenario.yaml", "case.json"}
    truth = json.loads((folder / "expected.json").read_text())
    assert set(truth) == {
        "name", "about", "seed", "false_alarm_probability", "files", "conditions", "quantities"}
    assert set(truth["quantities"]["lifetime_1_ns"]) == {"value", "low", "high", "standard_deviation", "kind", "meaning"}
    assert truth["quantities"]["lifetime_1_ns"]["value"] == pytest.approx(8)
    changes = json.loads((smoke / "blinking/telegraph/expected.json").read_text())["change_points_s"]
    assert len(changes["times_s"]) == len(changes["within_s"]) == len(changes["must_be_found"]) > 5
    assert sum(changes["must_be_found"]) > len(changes["times_s"]) / 2


def test_pair_holds_the_same_photons(smoke):
    ptufile = pytest.importorskip("ptufile")
    times = {}
    for mode in ("t2", "t3"):
        with ptufile.PtuFile(smoke / f"antibunching/pulsed/pulsed.{mode}.ptu") as file:
            records = file.decode_records()
            photons = records[(records["channel"] >= 0) & (records["marker"] == 0)]
            times[mode] = photons["time"] * file.global_resolution
            if mode == "t3":
                times[mode] = times[mode] + photons["dtime"] * file.tcspc_resolution
    assert len(times["t2"]) == len(times["t3"]) > 1000
    assert abs(times["t2"] - times["t3"]).max() < 1e-9


def test_threads_do_not_matter(antibunch, tiny, tmp_path):
    for threads in (1, 3):
        done = antibunch("dataset", "build", tiny, "-o", tmp_path / str(threads), "--threads", threads)
        assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "1") == tree(tmp_path / "3")


def test_parts_of_two_machines_make_one_dataset(antibunch, tiny, tmp_path):
    """Both into one folder at the same time, with different numbers of threads."""
    assert antibunch("dataset", "build", tiny, "-o", tmp_path / "whole").returncode == 0
    folder = tmp_path / "d"
    both = [
        subprocess.Popen(
            [antibunch.program, "dataset", "build", str(tiny), "-o", str(folder), "--part", f"{part}/2", "--threads", str(part)],
            stdout=subprocess.PIPE, text=True)
        for part in (1, 2)]
    for part, process in enumerate(both, 1):
        text, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and text.startswith(f"tiny, part {part}/2: 1 of 2 cases"), text
    built = tree(folder)
    assert "manifest.json" not in built
    stamps = {path: path.stat().st_mtime_ns for path in folder.rglob("*.ptu")}
    assert antibunch("dataset", "build", tiny, "-o", folder).returncode == 0
    assert tree(folder) == tree(tmp_path / "whole")
    assert stamps == {path: path.stat().st_mtime_ns for path in folder.rglob("*.ptu")}
    assert antibunch("dataset", "build", tiny, "-o", folder, "--part", "3/2").returncode == 64


def test_verify_builds_the_same_bytes(antibunch, smoke):
    done = antibunch("dataset", "verify", smoke)
    assert done.returncode == 0, done.stderr
    assert "building anew gives the same bytes" in done.stdout


def test_verify_notices(antibunch, tiny, tmp_path):
    folder = tmp_path / "d"
    assert antibunch("dataset", "build", tiny, "-o", folder).returncode == 0
    path = folder / "family/dot/dot.t2.ptu"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    (folder / "family/decay/irf.csv").unlink()
    for options in ([], ["--quick"]):
        done = antibunch("dataset", "verify", folder, *options)
        assert done.returncode == 1
        assert done.stderr.splitlines() == [
            "family/decay/irf.csv is missing",
            "family/dot/dot.t2.ptu is not the file that was built: its SHA-256 differs"]
    # A manifest that was changed along with its file is found by building anew.
    path.write_bytes(whole)
    assert antibunch("dataset", "build", tiny, "-o", folder).returncode == 0
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"]["family/dot/dot.t2.ptu"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert antibunch("dataset", "verify", folder, "--quick").returncode == 0
    done = antibunch("dataset", "verify", folder)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["family/dot/dot.t2.ptu comes out differently when it is built anew"]


def test_building_again_goes_on(antibunch, tiny, tmp_path):
    folder = tmp_path / "d"
    assert antibunch("dataset", "build", tiny, "-o", folder).returncode == 0
    before = tree(folder)
    kept = folder / "family/dot/dot.t2.ptu"
    stamp = kept.stat().st_mtime_ns
    shutil.rmtree(folder / "family/decay")
    (folder / "manifest.json").unlink()
    assert antibunch("dataset", "verify", folder).returncode == 66
    assert antibunch("dataset", "build", tiny, "-o", folder).returncode == 0
    assert tree(folder) == before and kept.stat().st_mtime_ns == stamp
    # What was damaged or is asked for differently is built anew; what a link in its folder points to is not ours.
    kept.write_bytes(b"damaged")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").write_text("precious")
    (folder / "family/dot/mine").symlink_to(tmp_path / "mine")
    (folder / "family/dot/inner").mkdir()
    (folder / "family/dot/inner/note").write_text("a note")
    assert antibunch("dataset", "build", tiny, "-o", folder).returncode == 0
    assert tree(folder) == before and (tmp_path / "mine/thesis.tex").exists()
    tiny.write_text(tiny.read_text().replace("seed: 1", "seed: 3"))
    assert antibunch("dataset", "build", tiny, "-o", folder).returncode == 0
    assert tree(folder)["family/dot/dot.t2.ptu"] != before["family/dot/dot.t2.ptu"]


def test_interrupted_build_is_not_whole(antibunch, tiny, tmp_path):
    tiny.write_text(tiny.read_text().replace("duration: 20 ms", "duration: 200 s"))
    folder = tmp_path / "d"
    process = subprocess.Popen(
        [antibunch.program, "dataset", "build", str(tiny), "-o", str(folder)], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    while not list(folder.rglob("*.ptu.part")):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert process.stderr.read().startswith("interrupted: 0 of 2 cases are whole")
    assert not (folder / "manifest.json").exists() and not (folder / "family/dot").exists()


def test_leaves_other_folders_alone(antibunch, tiny, tmp_path):
    other = tmp_path / "d/family/dot"
    other.mkdir(parents=True)
    (other / "thesis.tex").write_text("precious")
    done = antibunch("dataset", "build", tiny, "-o", tmp_path / "d")
    assert done.returncode == 73 and "is not a case of a dataset" in done.stderr
    assert (other / "thesis.tex").read_text() == "precious"


@pytest.mark.parametrize("old, new, message", [
    ("ask: [counts, g2_zero]", "ask: [counts, g2zero]", r"tiny\.yaml:8:19: error: .*g2zero.*g2_zero"),
    ("seed: 1", "sed: 1", r"tiny\.yaml:7:5: error: unknown key 'sed'; did you mean 'seed'\?"),
    ("dot.yaml", "dots.yaml", r"tiny\.yaml:5:15: error: .*dots\.yaml' cannot be read: No such file"),
    ("{duration: 20 ms}", "{duratoin: 20 ms}", r"tiny\.yaml:6:21: error: .*duratoin.*did you mean 'duration'"),
    ("{duration: 20 ms}", "{duration: 20 mm}", r"tiny\.yaml:6:21: error: .*20 mm"),
    ("family/dot:", "Family/dot:", r"tiny\.yaml:\d+:\d+: error: cases\.Family/dot is no name of a case"),
    ("family/dot:", "family:", r"tiny\.yaml:\d+:\d+: error: cases\.family is a case and, of another case, the folder"),
    ("ask: [counts, g2_zero]", "ask: [lifetimes]",
     r"tiny\.yaml:8:10: error: .*lifetimes cannot be asked: every emitter must have two levels"),
    ("ask: [counts, g2_zero]", "ask: [g2_zero_gated]", r"tiny\.yaml:\d+:\d+: error: missing 'gate' in cases\.family/dot"),
])
def test_bad_suites(antibunch, tiny, tmp_path, old, new, message):
    text = tiny.read_text()
    assert old in text
    tiny.write_text(text.replace(old, new, 1))
    done = antibunch("dataset", "build", "tiny.yaml", "-o", "d", cwd=tmp_path)
    assert done.returncode == 65
    assert re.search(message, done.stderr), done.stderr
    assert not (tmp_path / "d/manifest.json").exists()


def perfect(folder):
    answers = {}
    for path in folder.rglob("expected.json"):
        truth = json.loads(path.read_text())
        answers[truth["name"]] = {name: q["value"] for name, q in truth["quantities"].items()}
        if "change_points_s" in truth:
            answers[truth["name"]]["change_points_s"] = truth["change_points_s"]["times_s"]
    return answers


def score(antibunch, folder, answers, path):
    path.write_text(json.dumps(answers))
    done = antibunch("dataset", "score", folder, path, "--json")
    return done, json.loads(done.stdout) if done.stdout else None


def test_score(antibunch, smoke, tmp_path):
    path = tmp_path / "results.json"
    answers = perfect(smoke)
    done, found = score(antibunch, smoke, answers, path)
    assert done.returncode == 0 and found["failed"] == found["missing"] == 0, found
    asked = json.loads(antibunch("dataset", "questions", smoke).stdout)
    assert {case: set(asked[case]) for case in asked} == {case: set(answers[case]) for case in answers}
    # Each single answer a little beyond what is accepted fails, alone.
    for case, quantity, value in [
            ("antibunching/pulsed", "photons_t2_channel_0", answers["antibunching/pulsed"]["photons_t2_channel_0"] + 1),
            ("lifetimes/one", "lifetime_1_ns", 8.6), ("antibunching/pulsed", "g2_zero", 0.9)]:
        wrong = {name: dict(values) for name, values in answers.items()}
        wrong[case][quantity] = value
        done, found = score(antibunch, smoke, wrong, path)
        assert done.returncode == 1
        assert [(a["case"], a["quantity"]) for a in found["answers"] if a["verdict"] == "fail"] == [(case, quantity)]
    times = answers["blinking/telegraph"]["change_points_s"]
    for change in (times[: len(times) // 2], times + [0.0001 * i for i in range(1, 8)], []):
        wrong = dict(answers, **{"blinking/telegraph": dict(answers["blinking/telegraph"], change_points_s=change)})
        done, found = score(antibunch, smoke, wrong, path)
        assert done.returncode == 1 and found["failed"] == 1
    # What is not answered is missing, and that is no pass.
    del answers["lifetimes/one"]
    done, found = score(antibunch, smoke, answers, path)
    assert done.returncode == 1 and found["missing"] > 0 and found["failed"] == 0
    done = antibunch("dataset", "score", smoke, path)
    assert "MISSING" in done.stdout and "are missing" in done.stdout.splitlines()[-1]


def test_score_of_csv(antibunch, smoke, tmp_path):
    path = tmp_path / "results.csv"
    lines = ["case,quantity,value"]
    for case, values in perfect(smoke).items():
        for name, value in values.items():
            lines += [f"{case},{name},{one!r}" for one in (value if isinstance(value, list) else [value])]
    path.write_text("\n".join(lines) + "\n")
    done = antibunch("dataset", "score", smoke, path)
    assert done.returncode == 0, done.stdout + done.stderr
    path.write_text("case,quantity,value\nlifetimes/one,lifetime_1_n,8\nlifetime/one,lifetime_1_ns,8\nlifetimes/one,lifetime_1_ns,x\n")
    done = antibunch("dataset", "score", smoke, path)
    assert done.returncode == 65
    first, second, third = done.stderr.splitlines()
    assert ":2:15: error: unknown quantity 'lifetime_1_n' of lifetimes/one; did you mean 'lifetime_1_ns'?" in first
    assert ":3:1: error: unknown case 'lifetime/one'; did you mean 'lifetimes/one'?" in second
    assert ":4:29: error: expected a number, found 'x'" in third


def test_bad_results(antibunch, smoke, tmp_path):
    path = tmp_path / "results.json"
    path.write_text('{\n  "lifetimes/one": {"lifetime_1_n": 8},\n  "lifetimes/two": {}\n}\n')
    done = antibunch("dataset", "score", smoke, path)
    assert done.returncode == 65
    assert ":2:21: error: unknown key 'lifetime_1_n'; did you mean 'lifetime_1_ns'?" in done.stderr
    assert ":3:3: error: unknown key 'lifetimes/two'" in done.stderr
    assert antibunch("dataset", "score", smoke, tmp_path / "none.json").returncode == 66
    assert antibunch("dataset", "score", smoke, tmp_path / "results.txt").returncode == 64
    assert antibunch("dataset", "score", tmp_path, path).returncode == 66


def test_own_analysis_passes(antibunch, tmp_path):
    """All families: of every question the answer of `inspect`, `g2`, `lifetime` and `blinking`."""
    folder = tmp_path / "default"
    done = antibunch("dataset", "build", "Scenarios/suites/default.yaml", "-o", folder, timeout=300)
    assert done.returncode == 0, done.stderr
    answers = dataset_answers.own(antibunch, folder)
    done, found = score(antibunch, folder, answers, tmp_path / "results.json")
    bad = [a for a in found["answers"] if a["verdict"] != "pass"]
    assert done.returncode == 0 and not bad, bad
    # 100-500 kB, some larger.
    sizes = {path.name: path.stat().st_size for path in folder.rglob("*.ptu")}
    assert sum(1e5 < size < 5e5 for size in sizes.values()) > len(sizes) / 2 and max(sizes.values()) > 1e6


def test_single_case_is_the_suites(antibunch, smoke, tmp_path):
    """`--case`: the bytes that the whole suite has, in a dataset of its own that can be verified."""
    done = antibunch("dataset", "build", "Scenarios/suites/smoke.yaml", "--case", "lifetimes/one", "-o", tmp_path / "one")
    assert done.returncode == 0, done.stderr
    whole = json.loads((smoke / "manifest.json").read_text())
    one = json.loads((tmp_path / "one/manifest.json").read_text())
    assert one["seeds"] == {"lifetimes/one": whole["seeds"]["lifetimes/one"]}
    case = {name: digest for name, digest in whole["sha256"].items() if name.startswith("lifetimes/one/")}
    assert len(case) > 4 and {name: d for name, d in one["sha256"].items() if name != "suite.yaml"} == case
    assert antibunch("dataset", "verify", tmp_path / "one").returncode == 0
    done = antibunch("dataset", "build", "Scenarios/suites/smoke.yaml", "--case", "lifetimes/on", "-o", tmp_path / "none")
    assert done.returncode == 64 and "did you mean 'lifetimes/one'?" in done.stderr
    done = antibunch(
        "dataset", "build", "Scenarios/suites/smoke.yaml", "--case", "lifetimes/one", "--part", "1/2", "-o", tmp_path / "none")
    assert done.returncode == 64 and "--part" in done.stderr
    assert not (tmp_path / "none").exists()
