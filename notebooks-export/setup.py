"""Builds the library from the repository around this folder and puts it, with the scenarios, into the package."""

import os
import pathlib
import shutil
import subprocess

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent
EXPORTS = REPOSITORY / "Sources/AntibunchC/exports.map"
LIBRARY = "libAntibunchC.so"


class BuildLibrary(build_py):
    def run(self):
        super().run()
        package = HERE / "antibunch" if self.editable_mode else pathlib.Path(self.build_lib) / "antibunch"
        shutil.copy(build_library(), package / LIBRARY)
        shutil.copytree(REPOSITORY / "Scenarios", package / "scenarios", dirs_exist_ok=True)


class Wheel(bdist_wheel):
    """One wheel for every Python: the library knows nothing of Python."""

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


def build_library():
    """The path of the library that the Swift toolchain builds, with all of Swift in it and only its own functions visible."""
    if not EXPORTS.exists():
        raise SystemExit(
            "antibunch is built from its repository: pip install ./notebooks-export in a clone of it, or "
            "pip install 'git+URL#subdirectory=notebooks-export'")
    if shutil.which("swift") is None:
        raise SystemExit("antibunch is written in Swift: install the toolchain (https://swift.org/install) and put 'swift' on the path")
    folder = pathlib.Path(os.environ.get("ANTIBUNCH_PYTHON_BUILD", REPOSITORY / ".build/python"))
    for_linker = [f"--version-script={EXPORTS}", "--gc-sections", "--icf=all", "-Bsymbolic", "-s"]
    command = [
        "swift", "build", "-c", "release", "--package-path", str(REPOSITORY), "--scratch-path", str(folder), "--product",
        "AntibunchC", "-Xswiftc", "-static-stdlib", "-Xswiftc", "-use-ld=lld",
        *(word for option in for_linker for word in ("-Xlinker", option))]
    done = subprocess.run(
        command, env={**os.environ, **static_libyaml(folder)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}\nthe library was not built")
    return folder / "release" / LIBRARY


def static_libyaml(folder):
    """What makes pkg-config name the static libyaml, so that users of the library need none; nothing where there is only the
    other."""
    found = subprocess.run(["pkg-config", "--variable=libdir", "yaml-0.1"], capture_output=True, text=True).stdout.strip()
    archive = pathlib.Path(found) / "libyaml.a"
    if not found or not archive.exists():
        return {}
    place = folder / "libyaml"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(archive, place)
    (place / "yaml-0.1.pc").write_text(f"Name: LibYAML\nDescription: static\nVersion: 0.2\nLibs: -L{place} -lyaml\n")
    return {"PKG_CONFIG_PATH": f"{place}:{os.environ.get('PKG_CONFIG_PATH', '')}"}


setup(cmdclass={"build_py": BuildLibrary, "bdist_wheel": Wheel}, distclass=WithLibrary)
