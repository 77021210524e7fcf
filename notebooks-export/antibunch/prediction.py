"""Exact expectation values."""

import json

from antibunch.program import call
from antibunch.scenarios_path import scenario_path


def predict(scenario, *, duration=None, set=None):
    """What `antibunch predict --json` says of a scenario, as a dictionary; without random numbers.

    The prediction needs the GNU Scientific Library, which the package does not hold: it takes the program.

    Raises Error with the program's message.
    """
    options = [f"--set={path}={value}" for path, value in (set or {}).items()]
    if duration is not None:
        options.append(f"--duration={duration if isinstance(duration, str) else f'{duration!r} s'}")
    return json.loads(call("predict", scenario_path(scenario), *options, "--json"))
