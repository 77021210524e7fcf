"""Where the interoperability tests get their files: the program itself, or a directory of ready files."""

import os
import pathlib
import subprocess

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
NAMES = ["stream-t2.ptu", "stream-t3.ptu", "stream-t2.h5", "stream-t3.h5"]


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """The paths of the same photons as T2 and T3, PTU and Photon-HDF5, by name.

    ANTIBUNCH_FILES names a directory that holds them. Without it the program simulates the home scenario for 5 s;
    ANTIBUNCH names the program, .build/release/antibunch by default.
    """
    ready = os.environ.get("ANTIBUNCH_FILES")
    if ready:
        directory = pathlib.Path(ready)
    else:
        program = os.environ.get("ANTIBUNCH", str(REPOSITORY / ".build/release/antibunch"))
        scenario = REPOSITORY / "Scenarios/fibre-hbt.yaml"
        if not os.access(program, os.X_OK):
            pytest.fail(f"{program} is not built: swift build -c release")
        directory = tmp_path_factory.mktemp("streams")
        for mode in ("t2", "t3"):
            subprocess.run(
                [program, "simulate", str(scenario), "--duration", "5 s", "--seed", "1", "--mode", mode,
                 "-o", str(directory / f"stream-{mode}.ptu"), "-o", str(directory / f"stream-{mode}.h5")],
                check=True, timeout=300)
    paths = {name: str(directory / name) for name in NAMES}
    missing = [name for name, path in paths.items() if not os.path.isfile(path)]
    assert not missing, f"{directory} lacks {missing}"
    return paths
