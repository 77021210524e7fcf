"""Every command of the README runs."""

import os
import pathlib
import re
import shlex
import subprocess

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def commands():
    text = (REPOSITORY / "README.md").read_text()
    for block in re.findall(r"```sh\n(.*?)```", text, re.S):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words:
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
        done = antibunch(*words[1:], cwd=tmp_path)
        assert done.returncode == 0, (words, done.stderr)
        assert done.stdout
        ran += 1
    assert ran >= 9


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
