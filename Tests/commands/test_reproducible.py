"""Same scenario and seed: the same bytes, whatever the threads and the processor."""

import hashlib
import math
import os
import subprocess
import sys

import pytest

# glibc's libm without fused multiply-add and AVX2: what an older processor runs.
OLD_PROCESSOR = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX2_Usable,-FMA_Usable"}
GOLDEN = {
    "t2": "4034cce23730f986845e906e3955a6ac402e53ee98a38d39e6b467c157221cb2",
    "t3": "ad13e4edc3268d4728b108606f6b043df1ce1f7ee309cd867f9390b95fd8fc4d",
}


def simulate(antibunch, path, *options, env=None):
    done = antibunch("simulate", "Tests/commands/golden.yaml", "-o", path, "--seed", 7, *options, env=env)
    assert done.returncode == 0, done.stderr
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("mode", ["t2", "t3"])
def test_golden_checksum(antibunch, tmp_path, mode):
    assert simulate(antibunch, tmp_path / "x.ptu", "--mode", mode) == GOLDEN[mode]


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("ending", ["ptu", "h5"])
def test_threads_do_not_matter(antibunch, tmp_path, threads, ending):
    one = simulate(antibunch, tmp_path / f"a.{ending}", "--threads", 1)
    assert simulate(antibunch, tmp_path / f"b.{ending}", "--threads", threads) == one


def test_old_processor_gives_the_same_bytes(antibunch, tmp_path):
    # The setting must really change the C library's functions, or this test proves nothing.
    probe = "import math,hashlib;print(hashlib.sha256(''.join(math.exp(i*1e-3).hex() for i in range(-9000,9000)).encode()).hexdigest())"
    plain = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True).stdout
    old = subprocess.run(
        [sys.executable, "-c", probe], env={**os.environ, **OLD_PROCESSOR}, capture_output=True, text=True).stdout
    if plain == old:
        pytest.skip("this machine's C library gives the same bits either way")
    assert simulate(antibunch, tmp_path / "x.ptu", env=OLD_PROCESSOR) == GOLDEN["t2"]


def test_another_seed_gives_other_bytes(antibunch, tmp_path):
    done = antibunch("simulate", "Tests/commands/golden.yaml", "-o", tmp_path / "x.ptu", "--seed", 8)
    assert done.returncode == 0
    assert hashlib.sha256((tmp_path / "x.ptu").read_bytes()).hexdigest() not in GOLDEN.values()


def test_several_formats_hold_the_same_photons(antibunch, tmp_path):
    import h5py
    import ptufile

    done = antibunch("simulate", "Tests/commands/golden.yaml", "-o", tmp_path / "x.ptu", "-o", tmp_path / "x.h5")
    assert done.returncode == 0, done.stderr
    records = ptufile.PtuFile(tmp_path / "x.ptu").decode_records()
    photons = records[records["channel"] >= 0]
    with h5py.File(tmp_path / "x.h5") as file:
        assert (file["photon_data/timestamps"][:] == photons["time"]).all()
        assert (file["photon_data/detectors"][:] == photons["channel"]).all()
