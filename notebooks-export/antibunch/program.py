"""The program `antibunch`, for what the library does not hold."""

import json
import os
import shutil
import subprocess
import tempfile

from antibunch.errors import Error


def program():
    """Its path: $ANTIBUNCH, else `antibunch` on the path."""
    found = os.environ.get("ANTIBUNCH") or shutil.which("antibunch")
    if found is None:
        raise Error(
            "error: the program 'antibunch' is not on the path: 'make install' in its repository puts it there; or set "
            "ANTIBUNCH to where it is", 66)
    return found


def call(*arguments, also=()):
    """What the program prints. Raises Error with its message, unless it ends with 0 or a code of `also`."""
    try:
        done = subprocess.run(
            [program(), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise Error(f"error: {program()} cannot be started: {error.strerror}", 66) from None
    if done.returncode not in (0, *also):
        raise Error(done.stderr.strip(), done.returncode)
    return done.stdout


def score(folder, results):
    """What `antibunch dataset score --json` says of results, which need not be complete."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(results, file)
        file.flush()
        return json.loads(call("dataset", "score", folder, file.name, "--json", also=(1,)))
