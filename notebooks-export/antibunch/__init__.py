"""Photon-counting experiments simulated to the last bit of the time-tag file, as NumPy arrays.

    import antibunch
    run = antibunch.simulate("fibre-hbt.yaml", seed=1)
    run.times_ps, run.channels          # the records, in memory of the simulator, not copied
    run.truth.causes                    # what is behind each of them
    antibunch.predict("fibre-hbt.yaml") # exact expectation values (takes the program `antibunch`)
"""

from antibunch.errors import Error
from antibunch.prediction import predict
from antibunch.simulation import Run, simulate

__all__ = ["Error", "Run", "predict", "simulate"]
