"""The truth behind a simulated file under the name it had before the package: `antibunch.truth`."""

from antibunch.truth import *  # noqa: F401,F403
