"""The fixture `antibunch_dataset` for pytest."""

import pytest

from antibunch import datasets


@pytest.fixture(scope="session")
def antibunch_dataset():
    """A recording with known answers, built on demand and kept: antibunch_dataset("antibunching/low-counts"), or of a suite of your
    own: antibunch_dataset("dots/dim", suite="tests/suite.yaml"). See `antibunch.datasets`."""
    return datasets.case
