"""The truth behind simulated records: of a Photon-HDF5 file, read with h5py and NumPy alone, or of a run in memory.

    import antibunch.truth
    truth = antibunch.truth.read("dot.h5")      # or antibunch.simulate(...).truth
    truth.causes                                # name of the cause of every record
    truth.detection_s                           # when it truly happened
    truth.state_at(0, truth.emission_s)         # hidden state of emitter 0 at every record
    truth.balance()                             # with `simulate --truth all`: what was emitted, recorded, lost where

`Sources/TimeTags/README.md` documents the layout under /user/antibunch; this module reads its versions 1 to 3. It may be
copied and used alone.
"""

import dataclasses

import numpy as np

VERSIONS = (1, 2, 3)
UNITS_PER_SECOND = 16e12  # all times are whole sixteenths of a picosecond


class NoTruth(ValueError):
    """The file holds no truth, or one of a layout that this module does not know."""


@dataclasses.dataclass
class Lost:
    """Everything that left no record, in order of time."""

    origin: np.ndarray  # row of the table of origins
    time: np.ndarray  # when it was emitted (of what a detector does itself: when it would have begun an avalanche)
    place: np.ndarray  # row of the tables below
    place_kind: np.ndarray
    place_name: np.ndarray
    place_detector: np.ndarray  # -1 for what belongs to all detectors
    emitted: np.ndarray | None  # per origin, how much came into being; None in a repaired file


@dataclasses.dataclass
class Truth:
    """One entry per record, and the tables that say what the numbers mean."""

    layout_version: int
    is_partial: bool
    channel: np.ndarray
    timestamp: np.ndarray  # as recorded, in units of timestamp_unit_s
    timestamp_unit_s: float
    origin: np.ndarray
    emission_time: np.ndarray
    detection_time: np.ndarray
    parent: np.ndarray  # of afterpulses and crosstalk, the record that brought it about; -1 otherwise
    origin_kind: np.ndarray
    origin_name: np.ndarray
    origin_emitter: np.ndarray
    change_time: np.ndarray
    change_emitter: np.ndarray
    change_state: np.ndarray
    state_names: np.ndarray  # emitters x states
    states: dict  # columns of the table of hidden variables by name; empty in layout 1
    detector_live_s: np.ndarray | None
    input_live_s: np.ndarray | None
    lost: Lost | None  # with --truth all

    @property
    def causes(self):
        return self.origin_name[self.origin]

    @property
    def emission_s(self):
        return self.emission_time / UNITS_PER_SECOND

    @property
    def detection_s(self):
        return self.detection_time / UNITS_PER_SECOND

    def trajectory(self, emitter=0):
        """Times in seconds and the states that begin there, an index into state_names[emitter]."""
        mine = self.change_emitter == emitter
        return self.change_time[mine] / UNITS_PER_SECOND, self.change_state[mine]

    def state_at(self, emitter, seconds):
        """The hidden state of an emitter at some times."""
        times, states = self.trajectory(emitter)
        return states[np.maximum(0, np.searchsorted(times, seconds, side="right") - 1)]

    def hidden(self, emitter=0):
        """Per state of an emitter, what each hidden variable is in it: a dictionary of columns."""
        if not self.states:
            raise NoTruth("layout 1 tells hidden variables by the names of states only")
        mine = self.states["emitter"] == emitter
        return {name: column[mine] for name, column in self.states.items()}

    def balance(self):
        """Per origin: what was emitted, what was recorded, and what was lost, by place (origins x places)."""
        if self.lost is None:
            raise NoTruth("the file was written without --truth all")
        if self.lost.emitted is None:
            raise NoTruth("the file was repaired, and its records and losses do not end at the same time")
        origins = len(self.origin_name)
        recorded = np.bincount(self.origin, minlength=origins)
        lost = np.zeros((origins, len(self.lost.place_name)), dtype=np.int64)
        np.add.at(lost, (self.lost.origin, self.lost.place), 1)
        return self.lost.emitted, recorded, lost


def read(path):
    """The truth of one file.

    Raises NoTruth where there is none, and OSError for what is no HDF5 file.
    """
    import h5py  # only here: a run in memory has its truth without it

    with h5py.File(path, "r") as file:
        truth = file.get("user/antibunch")
        if truth is None or "origin" not in truth:
            raise NoTruth(f"{path} holds no truth under /user/antibunch")
        version = int(truth.attrs["layout_version"])
        if version not in VERSIONS:
            raise NoTruth(f"{path} has layout {version} of the truth; this module reads {VERSIONS[0]} to {VERSIONS[-1]}")
        lost = truth.get("lost")
        emission_time = truth["emission_time"][:]
        detection_time = truth["detection_time"][:] if version < 3 else emission_time + truth["detection_delay"][:]
        live = truth.get("live_time")
        return Truth(
            layout_version=version,
            is_partial=bool(truth.attrs["partial"]),
            channel=file["photon_data/detectors"][:],
            timestamp=file["photon_data/timestamps"][:],
            timestamp_unit_s=float(file["photon_data/timestamps_specs/timestamps_unit"][()]),
            origin=truth["origin"][:],
            emission_time=emission_time,
            detection_time=detection_time,
            parent=truth["parent"][:],
            origin_kind=_texts(truth["origins/kind"]),
            origin_name=_texts(truth["origins/name"]),
            origin_emitter=truth["origins/emitter"][:],
            change_time=truth["state_changes/time"][:],
            change_emitter=truth["state_changes/emitter"][:],
            change_state=truth["state_changes/state"][:],
            state_names=_texts(truth["state_names"]),
            states={
                name: _texts(column) if column.dtype.kind == "S" else column[:]
                for name, column in truth.get("states", {}).items()
            },
            detector_live_s=live["detector"][:] if live else None,
            input_live_s=live["input"][:] if live else None,
            lost=Lost(
                origin=lost["origin"][:],
                time=lost["time"][:],
                place=lost["place"][:],
                place_kind=_texts(lost["places/kind"]),
                place_name=_texts(lost["places/name"]),
                place_detector=lost["places/detector"][:],
                emitted=truth["origins/emitted"][:] if "origins/emitted" in truth else None,
            ) if lost else None,
        )


def _texts(dataset):
    values = dataset[:]
    return np.array([value.decode("utf-8") for value in values.ravel()], dtype=object).reshape(values.shape)
