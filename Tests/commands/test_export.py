"""`antibunch export`: the same tables in every format, the run's own numbers in them, and what is left when something is missing."""

import csv
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import time

import h5py
import nbformat
import numpy as np
import pyarrow.parquet
import pytest

PYTHON = {"ANTIBUNCH_PYTHON": sys.executable}
NO_PYTHON = {"ANTIBUNCH_PYTHON": "/nowhere/python3"}


@pytest.fixture(scope="module")
def run(antibunch, tmp_path_factory):
    """A run of the home scenario, and what it printed."""
    folder = tmp_path_factory.mktemp("run") / "home"
    done = antibunch("run", "Scenarios/fibre-hbt.yaml", "--duration", "8 s", "-o", folder, "--json")
    assert done.returncode in (0, 1), done.stderr
    return folder, json.loads(done.stdout)


@pytest.fixture(scope="module")
def export(antibunch, run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "tables"
    done = antibunch("export", run[0], "-o", folder, env=PYTHON)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert str(folder) in done.stdout
    return folder


def description(folder):
    return json.loads((folder / "tables.json").read_text())


def table(folder, name):
    return np.load(folder / "npz" / f"{name}.npz")


def test_every_format_holds_the_same(export):
    found = description(export)
    assert {t["name"] for t in found["tables"]} >= {
        "photons", "causes", "g2", "decay", "decay_components", "trace", "g2_zero_against_time", "levels", "stretches", "on_times",
        "off_times", "lifetime_intensity", "comparison", "predicted_components", "predicted_spectra", "predicted_bunching",
        "predicted_coincidences", "expectations", "states", "state_changes", "results"}
    assert found["source"] == "home"
    types = {"int64": np.int64, "float64": np.float64}
    missing = 0
    with h5py.File(export / "tables.h5") as file:
        for t in found["tables"]:
            name, columns = t["name"], t["columns"]
            assert t["meaning"] and all(c["meaning"] for c in columns)
            npz = table(export, name)
            names = [c["name"] for c in columns]
            assert npz.files == names and list(file[name]) == sorted(names)
            assert file[name].attrs["TITLE"].decode() == t["meaning"]
            with open(export / "csv" / f"{name}.csv", newline="") as lines:
                heading, *rows = csv.reader(lines)
            assert heading == names and len(rows) == t["rows"]
            parquet = pyarrow.parquet.read_table(export / "parquet" / f"{name}.parquet")
            assert parquet.column_names == names and parquet.num_rows == t["rows"]
            for i, column in enumerate(columns):
                values = npz[column["name"]]
                assert values.shape == (t["rows"],)
                field = parquet.schema.field(column["name"])
                assert field.metadata == {b"unit": column["unit"].encode(), b"meaning": column["meaning"].encode()}
                dataset = file[name][column["name"]]
                assert dataset.attrs["unit"].decode().strip() == column["unit"]
                assert dataset.attrs["meaning"].decode() == column["meaning"]
                cells = [row[i] for row in rows]
                packed = parquet[column["name"]]
                if column["type"] == "text":
                    assert values.tolist() == cells == packed.to_pylist() == [b.decode() for b in dataset[:]]
                    continue
                assert values.dtype == dataset.dtype == types[column["type"]] and str(field.type) in ("int64", "double")
                np.testing.assert_array_equal(dataset[:], values)
                if column["type"] == "int64":
                    assert packed.null_count == 0
                    np.testing.assert_array_equal(np.array(cells, dtype=np.int64), values)
                else:
                    missing += np.isnan(values).sum()
                    assert [cell == "" for cell in cells] == np.isnan(values).tolist()
                    assert packed.null_count == np.isnan(values).sum()
                    np.testing.assert_array_equal([float(cell or "nan") for cell in cells], values)
                np.testing.assert_array_equal(packed.to_numpy(), values)
    assert missing > 0


def test_names_carry_their_units(export):
    endings = {"ps": "_ps", "ns": "_ns", "s": "_s", "Hz": "_hz", "nm": "_nm", "Hz/nm": "_hz_per_nm", "": ""}
    for t in description(export)["tables"]:
        for column in t["columns"]:
            # a name without any of the endings is that of a pure number
            ending = max((ending for ending in endings.values() if column["name"].endswith(ending)), key=len)
            assert ending == endings[column["unit"]], column


def test_digests(export):
    sums = description(export)["sha256"]
    files = {str(p.relative_to(export)): p for p in export.rglob("*") if p.is_file() and p.name != "tables.json"}
    assert sums == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    assert {pathlib.Path(name).parts[0] for name in files} == {"csv", "npz", "parquet", "tables.h5", "home.ipynb"}


def test_photons_and_truth_are_those_of_the_recording(run, export):
    photons, causes = table(export, "photons"), table(export, "causes")
    with h5py.File(run[0] / "stream.h5") as file:
        truth = file["user/antibunch"]
        np.testing.assert_array_equal(photons["channel"], file["photon_data/detectors"][:])
        np.testing.assert_array_equal(photons["time_ps"], file["photon_data/timestamps"][:] * 4)
        np.testing.assert_array_equal(photons["cause"], truth["origin"][:])
        np.testing.assert_array_equal(photons["parent"], truth["parent"][:])
        np.testing.assert_array_equal(photons["emission_time_ps"], truth["emission_time"][:] / 16)
        np.testing.assert_array_equal(photons["avalanche_time_ps"], (truth["emission_time"][:] + truth["detection_delay"][:]) / 16)
        assert [name.decode() for name in truth["origins/name"][:]] == causes["name"].tolist()
        assert [kind.decode() for kind in truth["origins/kind"][:]] == causes["kind"].tolist()
        np.testing.assert_array_equal(truth["origins/emitter"][:], causes["emitter"])
        changes, states = table(export, "state_changes"), table(export, "states")
        np.testing.assert_array_equal(changes["time_s"], truth["state_changes/time"][:] / 16e12)
        np.testing.assert_array_equal(changes["state"], truth["state_changes/state"][:])
        assert states["slow_state"].tolist() == ["neutral", "charged"]
    np.testing.assert_array_equal(np.bincount(photons["cause"], minlength=causes["cause"].size), causes["photons"])
    assert photons["channel"].size > 50_000


def test_numbers_are_those_of_the_run(run, export):
    said = run[1]
    g2, decay, parts = (table(export, name) for name in ("g2", "decay", "decay_components"))
    np.testing.assert_array_equal(g2["tau_ps"], said["analysis"]["g2"]["tau_ps"])
    np.testing.assert_array_equal(g2["coincidences"], said["analysis"]["g2"]["coincidences"])
    np.testing.assert_array_equal(g2["normalized"], said["analysis"]["g2"]["normalized"])
    lifetime = said["analysis"]["lifetime"]
    np.testing.assert_array_equal(decay["counts"], lifetime["histogram"])
    residuals = np.array(lifetime["residuals"])
    np.testing.assert_array_equal(np.isnan(decay["fit"]), residuals == 0)
    np.testing.assert_array_equal(decay["fit"][residuals != 0], np.array(lifetime["fit"])[residuals != 0])
    np.testing.assert_array_equal(parts["lifetime_ns"], [c["lifetime_ns"] for c in lifetime["components"]])
    results = dict(zip(*(table(export, "results")[key].tolist() for key in ("quantity", "value"))))
    assert results["g2_zero"] == said["analysis"]["g2"]["g2_zero"]
    stated = table(export, "expectations")
    for key in ("name", "value", "uncertainty", "expected", "within", "holds"):
        assert stated[key].tolist() == [e[key] for e in said["expectations"]]
    compared, comparison = table(export, "comparison"), json.loads((run[0] / "comparison.json").read_text())["quantities"]
    sigmas = "_in_standard_deviations"
    for key, name in {
            "paper": "paper", "paper_within": "paper_within", "predicted": "predicted", "simulated": "simulated",
            "simulated_uncertainty": "simulated_uncertainty", "difference_from_predicted": "difference_from_predicted" + sigmas,
            "difference_from_paper": "difference_from_paper" + sigmas}.items():
        np.testing.assert_array_equal(compared[key], [q.get(name, np.nan) for q in comparison], key)
        assert np.isfinite(compared[key]).any(), key
    assert compared["quantity"].tolist() == [q["name"] for q in comparison]
    # In the report's table and here: a rate of a blinking dot differs by what recordings of this length scatter by.
    differences = table(export, "comparison")["difference_from_predicted"]
    assert np.nanmax(np.abs(differences)) < 5
    components = table(export, "predicted_components")
    assert components["rate_hz"].tolist() == [c["rate_hz"] for c in said["prediction"]["components"]]


def test_recording_and_prediction_agree(export):
    """The prediction's histograms lie on the recording's: totals within six standard deviations of counting and blinking."""
    decay, comparison = table(export, "decay"), table(export, "comparison")
    row = comparison["quantity"].tolist().index("rate of channel 0")
    scatter = comparison["simulated_uncertainty"][row] / comparison["simulated"][row]
    assert decay["counts"].sum() == pytest.approx(decay["predicted_counts"].sum(), rel=6 * scatter)
    expected, g2 = table(export, "predicted_coincidences"), table(export, "g2")
    assert np.diff(expected["tau_ns"])[0] == pytest.approx(np.diff(g2["tau_ps"])[0] / 1e3)
    assert g2["coincidences"].sum() == pytest.approx(expected["coincidences"].sum(), rel=12 * scatter)
    trace = table(export, "trace")
    assert abs(trace["channel_0"].sum() + trace["channel_1"].sum() - decay["counts"].sum()) <= 400


def test_notebook_is_executed(export):
    notebook = nbformat.read(export / "home.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(output.output_type in ("stream", "display_data") for output in outputs)
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 7
    assert str(export.parent) not in (export / "home.ipynb").read_text()


def test_same_bytes_again(antibunch, run, export, tmp_path):
    done = antibunch("export", run[0], "-o", tmp_path / "again/", "--formats", "csv,npz,hdf5", env=NO_PYTHON)
    assert (done.returncode, done.stderr) == (0, "")
    first, second = description(export)["sha256"], description(tmp_path / "again")["sha256"]
    assert second == {name: first[name] for name in second} and len(second) > 40


@pytest.fixture
def bare_python(tmp_path):
    """A Python without any package."""
    path = tmp_path / "bare-python"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    path.chmod(0o755)
    return {"ANTIBUNCH_PYTHON": str(path)}


def test_without_python_packages_the_rest_is_whole(antibunch, run, export, tmp_path, bare_python):
    folder = tmp_path / "x"
    done = antibunch("export", run[0], "-o", folder, env=bare_python)
    assert done.returncode == 73
    parquet, notebook, last = done.stderr.splitlines()
    assert "Parquet takes" in parquet and "-m pip install pyarrow" in parquet and "ANTIBUNCH_PYTHON" in parquet
    assert "executing the notebook takes" in notebook and "-m pip install nbclient ipykernel matplotlib" in notebook
    assert last == f"error: without Parquet and the notebook's figures; the rest is in {folder}"
    found, whole = description(folder), description(export)
    assert found["tables"] == whole["tables"]
    assert not (folder / "parquet").exists()
    code = [c for c in nbformat.read(folder / "home.ipynb", as_version=4).cells if c.cell_type == "code"]
    assert all(c.execution_count is None and not c.outputs for c in code)
    rest = {name: sum for name, sum in found["sha256"].items() if name != "home.ipynb"}
    assert rest == {name: whole["sha256"][name] for name in rest}


def test_without_python(antibunch, run, tmp_path):
    done = antibunch("export", run[0], "-o", tmp_path / "x", "--formats", "parquet", env=NO_PYTHON)
    assert done.returncode == 73
    assert "/nowhere/python3 cannot be started" in done.stderr and done.stderr.count("\n") == 2
    assert not list(tmp_path.glob("*.part"))


def test_recordings_are_analysed_first(antibunch, tmp_path):
    file = tmp_path / "decay.ptu"
    assert antibunch("simulate", "Scenarios/glass-lifetime.yaml", "-o", file, "--duration", "3 s").returncode == 0
    done = antibunch("export", file, "-o", tmp_path / "x", "--formats", "npz,csv", env=NO_PYTHON)
    assert done.returncode == 0, done.stderr
    photons, parts = table(tmp_path / "x", "photons"), table(tmp_path / "x", "decay_components")
    assert photons.files == ["channel", "pulse", "nanotime_ps", "time_s"]
    assert photons["nanotime_ps"].dtype == np.int64 and photons["nanotime_ps"].max() < 200_000
    np.testing.assert_allclose(
        photons["time_s"], photons["pulse"] * 200e-9 + photons["nanotime_ps"] * 1e-12, rtol=0, atol=1e-12)
    lifetime = json.loads(antibunch("lifetime", file, "--json").stdout)
    assert parts["lifetime_ns"].tolist() == [c["lifetime_ns"] for c in lifetime["components"]]
    left_out = description(tmp_path / "x")["left_out"]
    assert any(sentence.startswith("g2: ") for sentence in left_out), left_out


def test_more_photons_than_parquet_groups(antibunch, tmp_path):
    file = tmp_path / "bright.ptu"
    light = ["--set", "collection.coupling=1e-6", "--set", "background.0.rate_at_filter=3e6 cps"]
    assert antibunch("simulate", "Scenarios/fibre-hbt.yaml", "-o", file, "--duration", "1 s", *light).returncode == 0
    done = antibunch("export", file, "-o", tmp_path / "x", "--formats", "npz,parquet", env=PYTHON)
    assert done.returncode == 0, done.stderr
    photons, packed = table(tmp_path / "x", "photons"), tmp_path / "x/parquet/photons.parquet"
    assert pyarrow.parquet.ParquetFile(packed).num_row_groups == 2
    for name, column in zip(photons.files, pyarrow.parquet.read_table(packed).columns, strict=True):
        np.testing.assert_array_equal(column.to_numpy(), photons[name])


def test_a_recording_without_photons(antibunch, tmp_path):
    file = tmp_path / "dark.h5"
    scenario = "Scenarios/suites/benches/decay.yaml"
    done = antibunch("simulate", scenario, "-o", file, "--set", "collection.coupling=1e-12",
                     "--set", "detectors[0].dark_counts=0 cps")
    assert done.returncode == 0, done.stderr
    done = antibunch("export", file, "-o", tmp_path / "x", env=PYTHON)
    assert done.returncode == 0, done.stderr
    found = description(tmp_path / "x")
    rows = {t["name"]: t["rows"] for t in found["tables"]}
    assert rows == {"photons": 0, "causes": 3, "states": 1, "state_changes": 1}
    assert len(found["left_out"]) >= 3
    assert table(tmp_path / "x", "photons")["time_s"].shape == (0,)
    assert pyarrow.parquet.read_table(tmp_path / "x/parquet/photons.parquet").num_rows == 0


def test_what_is_wrong_is_said(antibunch, run, export, tmp_path):
    def fails(code, message, *arguments):
        done = antibunch("export", *arguments, "--formats", "csv", env=NO_PYTHON)
        assert done.returncode == code and message in done.stderr and done.stderr.count("\n") <= 5, done.stderr

    fails(66, "nowhere cannot be opened", tmp_path / "nowhere", "-o", tmp_path / "x")
    fails(66, "is not the folder of a finished run: it has no manifest.json", export, "-o", tmp_path / "x")
    fails(64, "-o", run[0])
    done = antibunch("export", run[0], "-o", tmp_path / "x", "--formats", "csv,excel")
    assert done.returncode == 64 and "'excel' is none of csv, npz, hdf5, parquet, notebook" in done.stderr
    # what is in the way
    fails(73, "is there and is not an export", run[0], "-o", run[0])
    fails(73, "is not a folder that can be read", run[0], "-o", run[0] / "stream.ptu")
    fails(73, "cannot be created", run[0], "-o", "/proc/nothing/here")
    mine = tmp_path / "mine"
    shutil.copytree(export, mine)
    (mine / "home.ipynb").write_text("{}")
    fails(73, "holds home.ipynb, which was added or changed after the export", run[0], "-o", mine)
    # a run that was tampered with
    broken = tmp_path / "broken"
    shutil.copytree(run[0], broken)
    (broken / "analysis.json").write_text((run[0] / "analysis.json").read_text().replace("1", "2", 1))
    fails(65, "analysis.json is not what the run wrote", broken, "-o", tmp_path / "x")
    (broken / "manifest.json").write_text("[]")
    fails(65, "is not the manifest of a run", broken, "-o", tmp_path / "x")
    assert {path.name for path in tmp_path.iterdir()} == {"mine", "broken"}


def test_an_export_is_replaced(antibunch, run, export, tmp_path):
    shutil.copytree(export, tmp_path / "x")
    done = antibunch("export", run[0], "-o", tmp_path / "x", "--formats", "csv", env=NO_PYTHON)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "x").iterdir()} == {"csv", "tables.json"}


def test_an_older_run_without_comparison(antibunch, run, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(run[0], older)
    manifest = json.loads((older / "manifest.json").read_text())
    del manifest["sha256"]["comparison.json"]
    (older / "manifest.json").write_text(json.dumps(manifest))
    done = antibunch("export", older, "-o", tmp_path / "x", "--formats", "csv", env=NO_PYTHON)
    assert done.returncode == 0 and "wrote no comparison.json" in done.stdout
    assert not (tmp_path / "x/csv/comparison.csv").exists()


def test_interrupted(antibunch, run, tmp_path):
    """While Python works: it ends, too, and nothing is left."""
    python = tmp_path / "slow-python"
    python.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/started\nsleep 60\n")
    python.chmod(0o755)
    with subprocess.Popen([antibunch.program, "export", run[0], "-o", tmp_path / "x", "--formats", "parquet"],
                          env={**os.environ, "ANTIBUNCH_PYTHON": str(python)}, stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and not ((tmp_path / "started").exists() and (tmp_path / "started").read_text()):
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, error = running.communicate(timeout=30)
    assert (running.returncode, error) == (130, "interrupted\n")
    assert {path.name for path in tmp_path.iterdir()} == {"slow-python", "started"}
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "started").read_text()), 0)


@pytest.mark.parametrize("format, room", [("csv", 200_000), ("npz", 200_000), ("hdf5", 200_000), ("hdf5", -1), ("hdf5", -4096)])
def test_full_disk(antibunch, run, export, tmp_path, format, room):
    if room < 0:  # less than the whole file takes: only its end does not fit
        room += (export / "tables.h5").stat().st_size

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = subprocess.run([antibunch.program, "export", run[0], "-o", tmp_path / "x", "--formats", format],
                          preexec_fn=little_room, capture_output=True, text=True, timeout=60)
    assert done.returncode == 74, (done.returncode, done.stderr)
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("error: ")
    assert not list(tmp_path.iterdir())
