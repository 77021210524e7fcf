"""The Python package as its users have it: a wheel in an environment of its own, held against the program."""

import json
import pathlib
import re
import subprocess
import sys
import zipfile

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def test_wheel_is_small_and_holds_all(wheel):
    assert wheel.stat().st_size < 5_000_000
    assert re.search(r"-py3-none-\w+\.whl$", wheel.name)
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"antibunch/libAntibunchC.so", "antibunch/scenarios/fibre-hbt.yaml", "antibunch_truth.py"} <= names
    assert any(name.endswith("LICENSES/libyaml-MIT.txt") for name in names)


def test_library_needs_the_system_alone(environment):
    """No GSL (which is under the GPL), no HDF5, no libraries of the toolchain; and no symbols that could meet others'."""
    library = environment.package / "libAntibunchC.so"
    dynamic = subprocess.run(["readelf", "-d", library], capture_output=True, text=True, check=True).stdout
    needed = {name.split(".so")[0] for name in re.findall(r"NEEDED.*\[(.*)\]", dynamic)}
    assert needed <= {"libc", "libm", "libgcc_s", "libstdc++", "libpthread", "libdl", "ld-linux-x86-64"}
    symbols = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    assert {line.split()[-1] for line in symbols.splitlines()} == {
        "antibunch_simulate", "antibunch_column", "antibunch_release", "antibunch_release_text"}


def test_versions_agree(antibunch):
    project = (REPOSITORY / "notebooks-export/pyproject.toml").read_text()
    assert f'version = "{antibunch("--version").stdout.strip()}"' in project


@pytest.mark.parametrize("mode", ["t2", "t3"])
@pytest.mark.parametrize("truth", ["detected", "all"])
def test_same_as_the_command(environment, antibunch, tmp_path, mode, truth):
    """Records as ptufile reads them from the command's file, and every field of the truth."""
    done = antibunch(
        "simulate", "Scenarios/fibre-hbt.yaml", "--seed", 7, "--duration", "0.5 s", "--mode", mode, "--truth", truth,
        "--set", "filter.bandwidth=40 nm", "-o", tmp_path / "x.ptu", "-o", tmp_path / "x.h5")
    assert done.returncode == 0, done.stderr
    environment(f"""
import dataclasses
import antibunch, antibunch.truth
import numpy as np
import ptufile

run = antibunch.simulate(
    "fibre-hbt.yaml", seed=7, duration="0.5 s", mode="{mode}", truth="{truth}", set={{"filter.bandwidth": "40 nm"}}, threads=3)
assert run.name and run.mode == "{mode}" and run.duration_s == 0.5 and not run.is_partial
with ptufile.PtuFile({str(tmp_path / "x.ptu")!r}) as file:
    records = file.decode_records()
    records = records[records["channel"] >= 0]
    assert len(records) == len(run.times_ps) > 1000
    if run.mode == "t2":
        np.testing.assert_array_equal(run.times_ps, records["time"].astype(np.int64) * run.resolution_ps)
        np.testing.assert_array_equal(run.channels, records["channel"])
        assert run.nanotimes is None
    else:
        np.testing.assert_array_equal(run.sync_numbers, records["time"])
        np.testing.assert_array_equal(run.nanotimes, records["dtime"])
        np.testing.assert_array_equal(run.channels, records["channel"] + 1)  # ptufile counts from 0
        assert run.sync_period_ps == 200_000
        np.testing.assert_array_equal(
            run.times_ps, run.sync_numbers * 200_000 + run.nanotimes.astype(int) * run.nanotime_resolution_ps)

def same(a, b, name):
    if dataclasses.is_dataclass(a):
        for field in dataclasses.fields(a):
            same(getattr(a, field.name), getattr(b, field.name), field.name)
    elif isinstance(a, dict):
        assert a.keys() == b.keys()
        for key in a:
            same(a[key], b[key], key)
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype or name in ("timestamp", "emitted"), (name, a.dtype, b.dtype)
        np.testing.assert_array_equal(a, b, name)
    else:
        assert a == b, name

of_file = antibunch.truth.read({str(tmp_path / "x.h5")!r})
of_run = run.truth
np.testing.assert_allclose(of_file.timestamp * of_file.timestamp_unit_s, of_run.timestamp * of_run.timestamp_unit_s, rtol=1e-12)
of_run = dataclasses.replace(of_run, timestamp=of_file.timestamp, timestamp_unit_s=of_file.timestamp_unit_s)
same(of_file, of_run, "truth")
if "{truth}" == "all":
    emitted, recorded, lost = of_run.balance()
    assert (emitted == recorded + lost.sum(axis=1)).all()
""")


def test_arrays_are_the_librarys_memory(environment):
    """Not copied, read-only, and freed with the last view."""
    environment("""
import gc, resource, weakref
import antibunch, antibunch.library, antibunch.simulation
import numpy as np

columns = antibunch.library.Columns(antibunch.simulation._handle(
    antibunch.simulation.scenario_path("w1-1m.yaml"), [("duration", "50 ms", None)], 1, 0, 1, 1))
for name in ("times_ps", "channels", "origin", "emission_time", "parent"):
    a, b = columns.array(name), columns.array(name)
    assert a.__array_interface__["data"][0] == b.__array_interface__["data"][0] and np.shares_memory(a, b), name
    assert not a.flags.owndata and not a.flags.writeable and len(a) > 10_000
    assert isinstance(a.base, antibunch.library.Memory)
assert columns.array("nonsense") is None

run = antibunch.simulate("w1-1m.yaml", duration="50 ms")
memory = weakref.ref(run.times_ps.base)
view = run.times_ps[1:][::2]
expected = view.tolist()
del run, columns, a, b
gc.collect()
assert memory() is not None
[antibunch.simulate("w1-1m.yaml", duration="50 ms", seed=seed) for seed in range(3)]
assert view.tolist() == expected
del view
gc.collect()
assert memory() is None

def peak(times):
    for seed in range(times):
        antibunch.simulate("w1-1m.yaml", duration="0.5 s", seed=seed)  # some 20 MB
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

few = peak(3)
assert peak(20) < few + 100_000
""")


def test_python_goes_on_and_can_interrupt(environment):
    """A run of an hour: another thread counts meanwhile, then the main thread is interrupted. Would the call hold Python's lock,
    nothing here would ever happen."""
    environment("""
import os, signal, threading
import antibunch

count = 0
def work():
    global count
    while count < 200_000:
        count += 1
    # To the process, as Ctrl-C is: the system interrupts the main thread.
    os.kill(os.getpid(), signal.SIGINT)

counter = threading.Thread(target=work)
counter.start()
try:
    antibunch.simulate("fibre-hbt.yaml", duration=3600 * 24, truth=None)
except KeyboardInterrupt:
    assert count == 200_000
else:
    raise SystemExit("it was not interrupted")
assert len(antibunch.simulate("fibre-hbt.yaml", duration="10 ms").times_ps) > 0
""")


def test_markers_sync_events_and_empty_runs(environment):
    environment("""
import antibunch
import numpy as np

run = antibunch.simulate("electronics/hydraharp-hbt.yaml", duration=0.05, mode="t2", set={
    "electronics.record_sync": "true", "electronics.sync_divider": "8",
    "electronics.markers": "[{line: 2, period: 10 ms, first: 1 ms}]"})
assert run.marker_times_ps.tolist() == [(1 + 10 * k) * 10**9 for k in range(5)] and set(run.marker_bits) == {2}
assert len(run.sync_times_ps) > 1000 and len(set(np.diff(run.sync_times_ps))) <= 2
assert len(run.truth.origin) == len(run.times_ps) == len(run.channels)
empty = antibunch.simulate("fibre-hbt.yaml", duration="1 us", mode="t3")
assert empty.times_ps.dtype == np.int64 and empty.nanotimes.dtype == np.uint16 and len(empty.times_ps) <= 2
assert run.truth.state_names.shape[0] == 1 and empty.truth.causes.shape == empty.times_ps.shape
none = antibunch.simulate("fibre-hbt.yaml", duration="1 ms", truth=None)
assert none.truth is None
""")


@pytest.mark.parametrize("change, options, arguments", [
    (("bandwidth:", "bandwith:"), "", []),
    (("bandwidth:", "bandwidth: {a: 1, a: 2}\n  x:"), "", []),
    (("name:", "nam:"), "set={'filter.bandwidth': '10 parsec'}", ["--set", "filter.bandwidth=10 parsec"]),
    (("name:", "name:"), "duration='10 nm'", ["--duration", "10 nm"]),
    (("name:", "name:"), "duration='-1 s'", ["--duration=-1 s"]),
])
def test_faults_are_the_commands(environment, antibunch, tmp_path, change, options, arguments):
    text = (REPOSITORY / "Scenarios/fibre-hbt.yaml").read_text()
    assert change[0] in text
    (tmp_path / "bench.yaml").write_text(text.replace(*change, 1))
    done = antibunch("simulate", "bench.yaml", "-o", tmp_path / "x.ptu", *arguments, cwd=tmp_path)
    assert done.returncode == 65
    said = environment(f"""
import antibunch
try:
    antibunch.simulate("bench.yaml", {options})
except antibunch.Error as error:
    print(error.code, error)
""", cwd=tmp_path)
    assert said == f"65 {done.stderr}"


def test_what_the_library_refuses(environment, tmp_path):
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe")
    said = environment("""
import antibunch
for scenario, options in [
    ("nowhere.yaml", {}), ("bytes.yaml", {}), ("scan-strip.yaml", {}), ("strip-devices.yaml", {}),
    ("fibre-hbt.yaml", {"threads": 0}), ("fibre-hbt.yaml", {"mode": "t4"}), ("fibre-hbt.yaml", {"seed": -1}),
    ("fibre-hbt.yaml", {"truth": "all", "engine": "fast"}),
]:
    try:
        antibunch.simulate(scenario, **options)
    except antibunch.Error as error:
        print(error.code, error)
""", cwd=tmp_path).splitlines()
    expected = [
        r"66 error: nowhere\.yaml cannot be opened: No such file", r"65 error: bytes\.yaml is not a text file",
        r"65 error: .*scan-strip\.yaml describes a sample to be scanned",
        r"65 .*strip-devices\.yaml:\d+:\d+: error: .*mode solver is not part of this library",
        r"64 error: threads must be between 1 and 1024, found 0", r"64 error: mode is one of None, 't2', 't3'; found 't4'",
        r"64 error: the seed is a whole number", r"64 error: the losses need the reference engine"]
    assert len(said) == len(expected)
    for line, pattern in zip(said, expected):
        assert re.match(pattern, line), line


def test_predict_is_the_programs(environment, antibunch):
    said = environment("""
import antibunch, json
print(json.dumps(antibunch.predict("fibre-hbt.yaml", set={"filter.bandwidth": "10 nm"}, duration=30)))
try:
    antibunch.predict("fibre-hbt.yaml", set={"filter.bandwith": "10 nm"})
except antibunch.Error as error:
    assert error.code == 65 and "did you mean 'filter.bandwidth'" in str(error)
else:
    raise SystemExit("accepted")
""")
    done = antibunch(
        "predict", "Scenarios/fibre-hbt.yaml", "--set", "filter.bandwidth=10 nm", "--duration", "30 s", "--json")
    assert json.loads(said) == json.loads(done.stdout)
    environment("""
import antibunch
try:
    antibunch.predict("fibre-hbt.yaml")
except antibunch.Error as error:
    assert "is not on the path" in str(error) and error.code == 66
else:
    raise SystemExit("found")
""", ANTIBUNCH="", PATH="/nowhere")


def test_header_serves_c(environment, tmp_path):
    """The library through its header, from C."""
    (tmp_path / "main.c").write_text("""
#include "antibunch.h"
#include <stdio.h>
int main(int count, char **words) {
  antibunch_setting settings[] = {{"duration", "10 ms", 0}};
  int32_t code;
  char *message = 0;
  static char text[1 << 20];
  FILE *file = fopen(words[1], "rb");
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  void *run = antibunch_simulate(text, words[1], settings, 1, 7, ANTIBUNCH_FAST, 1, ANTIBUNCH_DETECTED, 0, &code, &message);
  if (!run) { puts(message); antibunch_release_text(message); return code; }
  const void *values;
  int64_t photons;
  const char *type;
  void *times = antibunch_column(run, "times_ps", &values, &photons, &type);
  antibunch_release(run);
  printf("%s %lld %d\\n", type, (long long)photons, ((const int64_t *)values)[0] >= 0);
  antibunch_release(times);
}
""")
    header = REPOSITORY / "Sources/AntibunchC"
    library = environment.package / "libAntibunchC.so"
    subprocess.run(
        ["cc", "-Wall", "-Werror", f"-I{header}", tmp_path / "main.c", library, f"-Wl,-rpath,{environment.package}", "-o",
         tmp_path / "main"], check=True)
    scenario = REPOSITORY / "Scenarios/fibre-hbt.yaml"
    said = subprocess.run([tmp_path / "main", scenario], capture_output=True, text=True, check=True).stdout
    count = environment('import antibunch; print(len(antibunch.simulate("fibre-hbt.yaml", seed=7, duration="10 ms").times_ps))')
    assert said == f"<i8 {count.strip()} 1\n"


def test_a_missing_toolchain_is_said(environment):
    """What somebody without Swift reads."""
    done = subprocess.run(
        [sys.executable, "setup.py", "-q", "build_py", "--build-lib", str(environment.folder / "none")],
        cwd=REPOSITORY / "notebooks-export", capture_output=True, text=True, env={"PATH": "/nowhere"})
    assert done.returncode != 0 and "install the toolchain" in done.stderr


def python_blocks(path):
    return re.findall(r"```python\n(.*?)```", (REPOSITORY / path).read_text(), re.S)


def test_readmes_run(environment, antibunch, tmp_path):
    """What the READMEs show of Python, as it stands there; the tests of `test_python_datasets.py` run the rest."""
    (home,) = python_blocks("README.md")
    environment(home)
    simulated, truth, _ = python_blocks("notebooks-export/README.md")
    environment(simulated)
    done = antibunch(
        "simulate", "Scenarios/fibre-hbt.yaml", "--truth", "all", "--duration", "0.1 s", "-o", tmp_path / "dot.h5")
    assert done.returncode == 0, done.stderr
    environment(truth, cwd=tmp_path)
