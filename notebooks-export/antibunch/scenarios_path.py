"""Where a scenario is."""

import pathlib

from antibunch.errors import Error

#: The scenarios that come with the package.
SHIPPED = pathlib.Path(__file__).with_name("scenarios")


def scenario_path(scenario):
    """The path of a scenario: as named, else that of the shipped one of that name ("fibre-hbt.yaml", "emitters/hbn-defect.yaml")."""
    path = pathlib.Path(scenario)
    if not path.exists() and not path.is_absolute() and (SHIPPED / path).exists():
        path = SHIPPED / path
    try:
        path.open("rb").close()
    except OSError as error:
        raise Error(f"error: {path} cannot be opened: {error.strerror}", 66) from None
    return path
