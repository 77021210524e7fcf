"""Every command of the README runs."""

import os
import pathlib
import re
import shlex
import subprocess
import sys

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def commands(slurm=False):
    """The lines that are for Slurm, or the others."""
    text = (REPOSITORY / "README.md").read_text()
    for block in re.findall(r"```sh\n(.*?)```", text, re.S):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words and slurm == ("--slurm" in words):
                yield words


def test_readme_commands_in_order(antibunch, tmp_path):
    (tmp_path / "Scenarios").symlink_to(REPOSITORY / "Scenarios")
    (tmp_path / "runs").mkdir()
    ran = 0
    for words in commands():
        if words[0] == "make":
            # `make run` and `make test` are what called this test; that the targets exist is checked.
            subprocess.run(["make", "-n", *words[1:]], cwd=REPOSITORY, check=True, capture_output=True)
            continue
        assert words[0] == "antibunch"
        done = antibunch(
            *words[1:], cwd=tmp_path, timeout=300,
            env={"ANTIBUNCH_CACHE": str(tmp_path / "cache"), "ANTIBUNCH_PYTHON": sys.executable})
        assert done.returncode == 0, (words, done.stderr)
        assert done.stdout
        ran += 1
    assert ran >= 9


def test_readme_slurm_commands(antibunch, slurm, tmp_path):
    (tmp_path / "Scenarios").symlink_to(REPOSITORY / "Scenarios")
    lines = list(commands(slurm=True))
    assert len(lines) >= 2
    for words in lines:
        done = antibunch(*words[1:], cwd=tmp_path, env=slurm.environment, timeout=300)
        assert done.returncode == 0 and "submitted" in done.stderr and done.stdout, (words, done.stderr)


def test_readme_scenario_excerpt_and_message(antibunch, tmp_path):
    text = (REPOSITORY / "Scenarios/fibre-hbt.yaml").read_text()
    path = tmp_path / "bench.yaml"
    path.write_text(text.replace("  bandwidth: {value: 50 nm", "  bandwith: {value: 50 nm"))
    done = antibunch("validate", "bench.yaml", cwd=tmp_path)
    assert re.match(r"bench\.yaml:\d+:3: error: unknown key 'bandwith'; did you mean 'bandwidth'\?", done.stderr), done.stderr


def test_readme_links_exist():
    text = (REPOSITORY / "README.md").read_text()
    for path in re.findall(r"`((?:Sources|Scenarios|Benchmarks|\.github)/[^` ]+)`", text) + re.findall(r"\]\(([^)]+)\)", text):
        assert (REPOSITORY / path).exists(), path


def test_format_description_is_a_scenario(antibunch, tmp_path):
    """The excerpts of the format's README, completed to a bench and a scan, are valid, and so is what they give."""
    text = (REPOSITORY / "Sources/Scenarios/README.md").read_text()
    excerpt, scan = re.findall(r"```yaml\n(.*?)```", text, re.S)
    rest = """
name: everything
duration: 0.02 s
collection: {coupling: 0.1}
detectors: [{preset: spcm-aqrh-14}]
electronics: {preset: picoharp-300}
"""
    band = "\n    line: {center: 617 nm, fwhm: 60 nm}\n    rate_at_filter: 1000 cps\n    decay: [{lifetime: 3 ns}]"
    bench = tmp_path / "everything.yaml"
    bench.write_text(excerpt.replace("- name: silver band", "- name: silver band" + band) + rest)
    for arguments in (["validate", bench], ["predict", bench], ["simulate", bench, "-o", tmp_path / "x.ptu"]):
        done = antibunch(*arguments)
        assert done.returncode == 0, (arguments, done.stderr)
    for i in range(2):
        scan = re.sub(r"    - (?=band|rectangle)", f"    - name: light {i}{band}\n      ", scan, count=1).replace(
            "\n    line", "\n      line").replace("\n    rate", "\n      rate").replace("\n    decay", "\n      decay")
    sample = tmp_path / "sample.yaml"
    sample.write_text(scan + """
name: scan
excitation: {wavelength: 532 nm, repetition_rate: 5 MHz}
collection: {coupling: 0.1}
detectors: [{preset: spcm-aqrh-14, name: APD 1}]
""")
    done = antibunch("scan", sample, "-o", tmp_path / "scan")
    assert done.returncode == 0, done.stderr
