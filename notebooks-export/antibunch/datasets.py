"""Ground-truth datasets for the tests of others: recordings whose true values are known, built when they are first asked for.

    dataset = antibunch.datasets.case("antibunching/low-counts")
    dataset.t2                          # paths of its files: t2, t3, photon_hdf5, irf, scenario
    dataset.truth["g2_zero"]["value"]   # what is true, and which answers are accepted
    dataset.check(g2_zero=my_result)    # AssertionError with value, accepted range and distance

They stay in $ANTIBUNCH_DATASETS, else `antibunch/datasets` in $XDG_CACHE_HOME, else in ~/.cache; the folder may be deleted at any
time. Building and scoring take the program `antibunch`.
"""

import contextlib
import dataclasses
import fcntl
import functools
import hashlib
import json
import os
import pathlib
import re

from antibunch.program import call, score
from antibunch.scenarios_path import scenario_path

#: What comes with the package.
DEFAULT_SUITE = "suites/default.yaml"


@dataclasses.dataclass(frozen=True)
class Dataset:
    """One recording and its truth."""

    name: str
    t2: pathlib.Path | None  # PTU
    t3: pathlib.Path | None  # PTU, of the same photons
    photon_hdf5: pathlib.Path | None  # with the truth of every record
    irf: pathlib.Path | None  # the instrument response, CSV, where lifetimes are asked for
    scenario: pathlib.Path  # resolved: every value with its source
    conditions: dict  # what an analysis may be told: a gate, the signal fraction; units in the names
    truth: dict  # by quantity: value, low, high, standard_deviation, kind, meaning; change_points_s
    false_alarm_probability: float  # how often a correct analysis is outside low … high
    folder: pathlib.Path  # of the dataset of this one case

    def check(self, **answers):
        """Holds answers against the truth, as `antibunch dataset score` does. change_points_s is a list of times.

        Raises AssertionError with a line for each that is not accepted.
        """
        __tracebackhide__ = True  # pytest shows the caller's line
        results = {self.name: {name: _plain(value) for name, value in answers.items()}}
        with _locked(self.folder):
            found = score(self.folder, results)["answers"]
        wrong = [_sentence(answer, self.truth) for answer in found
                 if answer["quantity"] in answers and answer["verdict"] != "pass"]
        if wrong:
            raise AssertionError("\n".join([f"{self.name}:", *wrong]))


def case(name, suite=DEFAULT_SUITE):
    """The dataset of one case of a suite, built unless it is there and whole: every digest is compared.

    Several processes may ask at once. Raises Error with the program's message.
    """
    path = scenario_path(suite).resolve()
    digest = hashlib.sha256(f"{path}\n".encode() + path.read_bytes()).hexdigest()
    folder = _cache() / f"{_version()}-{digest[:16]}" / name.replace("/", "+")
    with _locked(folder):
        call("dataset", "build", path, "--case", name, "-o", folder)
        expected = json.loads((folder / name / "expected.json").read_text())
    files = {kind: folder / name / file for kind, file in expected["files"].items()}
    truth = dict(expected["quantities"])
    if expected.get("change_points_s"):
        truth["change_points_s"] = expected["change_points_s"]
    return Dataset(
        name=name, t2=files.get("t2"), t3=files.get("t3"), photon_hdf5=files.get("truth"), irf=files.get("irf"),
        scenario=folder / name / "scenario.yaml", conditions=expected["conditions"], truth=truth,
        false_alarm_probability=expected["false_alarm_probability"], folder=folder)


def _plain(value):
    """Numbers of NumPy as Python's."""
    return value.tolist() if hasattr(value, "tolist") else list(value) if isinstance(value, tuple) else value


def _sentence(answer, truth):
    quantity, note = answer["quantity"], answer["note"]
    if answer["value"] is None:
        return f"  {quantity}: {note or 'no number'}"
    low, high = answer["low"], answer["high"]
    accepted = f"must be {low:g}" if low == high else f"accepted are {low:.6g} to {high:.6g}, true is {answer['expected']:.6g}"
    return f"  {quantity} = {answer['value']:.6g}: {accepted} ({note})\n    {truth[quantity]['meaning']}"


def _cache():
    if folder := os.environ.get("ANTIBUNCH_DATASETS"):
        return pathlib.Path(folder).resolve()
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "antibunch/datasets"


@functools.cache
def _version():
    return re.sub(r"[^\w.+-]", "_", call("--version").strip())


@contextlib.contextmanager
def _locked(folder):
    """Alone with a folder among all processes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
