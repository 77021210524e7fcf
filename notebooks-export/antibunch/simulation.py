"""Simulated recordings as arrays."""

import concurrent.futures
import ctypes
import dataclasses

import numpy as np

import antibunch.truth
from antibunch.errors import Error
from antibunch.library import Columns, Setting, load
from antibunch.scenarios_path import scenario_path


@dataclasses.dataclass(eq=False)
class Run:
    """A simulated recording. Its arrays are read-only views of the simulator's memory; each is freed with its last view."""

    name: str  # of the bench
    seed: int
    mode: str  # "t2" or "t3"
    duration_s: float
    is_partial: bool  # a buffer of the electronics overran, which ended the recording
    times_ps: np.ndarray  # of the photons; in T3 that of the sync pulse, to the nearest ps, plus nanotime × resolution
    channels: np.ndarray  # as in the file that `antibunch simulate` writes
    sync_numbers: np.ndarray | None  # T3: which sync pulse each photon came after, from 0
    nanotimes: np.ndarray | None  # T3: how long after it, in units of nanotime_resolution_ps
    nanotime_resolution_ps: int | None
    sync_period_ps: float  # of the laser; 0 under continuous excitation
    resolution_ps: int  # of T2 times
    marker_times_ps: np.ndarray
    marker_bits: np.ndarray
    sync_times_ps: np.ndarray  # of the sync events among T2 records, where the electronics record them
    truth: antibunch.truth.Truth | None  # one entry per photon; None with truth=None
    scenario_yaml: str  # resolved: every value with its source


def simulate(
        scenario, *, seed=1, duration=None, mode=None, engine=None, threads=None, set=None, truth="detected"):
    """Simulates a scenario: the records that `antibunch simulate` writes with the same options.

    scenario: a path, or the name of one that comes with the package.
    duration: "10 s", or a number of seconds. mode: "t2" or "t3".
    engine: "fast", or "reference", which steps every pulse; reference with truth="all".
    threads: how many work at a time; does not change the records.
    set: other values in the scenario, {"filter.bandwidth": "10 nm"}.
    truth: None, "detected" (the cause of every record), or "all" (and everything that was lost). A photon takes 9 to 19 bytes,
    and 26 with its truth.

    Other Python threads go on meanwhile, and an interrupt (Ctrl-C) ends it.

    Raises Error with the command's message.
    """
    kinds = {None: 0, "detected": 1, "all": 2}
    engines = {"fast": 0, "reference": 1}
    engine = engine or ("reference" if truth == "all" else "fast")
    _check("truth", truth, kinds)
    _check("engine", engine, engines)
    _check("mode", mode, (None, "t2", "t3"))
    if not isinstance(seed, int) or not 0 <= seed < 1 << 64:
        raise Error(f"error: the seed is a whole number from 0 to 2^64 - 1, found {seed!r}", 64)
    if threads is not None and not 1 <= threads <= 1024:
        raise Error(f"error: threads must be between 1 and 1024, found {threads}", 64)
    path = scenario_path(scenario)
    settings = [(where, str(value), None) for where, value in (set or {}).items()]
    if duration is not None:
        settings.append(("duration", duration if isinstance(duration, str) else f"{duration!r} s", "--duration"))
    if mode is not None:
        settings.append(("electronics.mode", mode, "--mode"))
    columns = Columns(_handle(path, settings, seed, engines[engine], threads or 0, kinds[truth]))
    mode = f"t{columns.number('mode')}"
    return Run(
        name=columns.texts("name")[0], seed=seed, mode=mode, duration_s=columns.number("duration_s"),
        is_partial=bool(columns.number("is_partial")), times_ps=columns.array("times_ps"),
        channels=columns.array("channels"), sync_numbers=columns.array("sync_numbers"),
        nanotimes=columns.array("nanotimes"), nanotime_resolution_ps=columns.number("nanotime_resolution_ps"),
        sync_period_ps=columns.number("sync_period_ps"), resolution_ps=columns.number("resolution_ps"),
        marker_times_ps=columns.array("marker_times_ps"), marker_bits=columns.array("marker_bits"),
        sync_times_ps=columns.array("sync_times_ps"), truth=_truth(columns, mode) if truth else None,
        scenario_yaml=columns.texts("scenario_yaml")[0])


def _check(name, value, choices):
    if value not in choices:
        raise Error(f"error: {name} is one of {', '.join(map(repr, choices))}; found {value!r}", 64)


def _handle(path, settings, seed, engine, threads, truth):
    """Calls the library from a thread of its own, so that this one can be interrupted."""
    library = load()
    text = path.read_bytes()
    if b"\0" in text:
        raise Error(f"error: {path} is not a text file in UTF-8", 65)
    try:
        text.decode()
    except UnicodeDecodeError:
        raise Error(f"error: {path} is not a text file in UTF-8", 65) from None
    array = (Setting * len(settings))(
        *(Setting(where.encode(), value.encode(), label.encode() if label else None) for where, value, label in settings))
    stop, code, message = ctypes.c_int32(0), ctypes.c_int32(0), ctypes.c_void_p()

    def call():
        return library.antibunch_simulate(
            text, str(path).encode(), array, len(settings), seed, engine, threads, truth, ctypes.byref(stop),
            ctypes.byref(code), ctypes.byref(message))

    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        future = executor.submit(call)
        try:
            handle = future.result()
        except BaseException:
            stop.value = 1
            library.antibunch_release(future.result())
            library.antibunch_release_text(message)
            raise
    if handle:
        return handle
    words = ctypes.string_at(message.value).decode()
    library.antibunch_release_text(message)
    raise Error(words, code.value)


def _truth(columns, mode):
    """The same as `antibunch.truth.read` gives of a file."""
    states = {
        name: columns.array(f"states/{name}") for name in ("emitter", "state", "shift_mev", "bleaching_stage", "is_bleached")}
    states |= {name: columns.texts(f"states/{name}") for name in ("slow_state", "centres")}
    names = columns.texts("states/name")
    shape = [int(states[column].max()) + 1 for column in ("emitter", "state")] if len(names) else (0, 0)
    state_names = np.full(shape, "", dtype=object)
    state_names[states["emitter"], states["state"]] = names
    is_t3 = mode == "t3"
    lost = columns.array("lost/origin")
    return antibunch.truth.Truth(
        layout_version=antibunch.truth.VERSIONS[-1],
        is_partial=bool(columns.number("is_partial")),
        channel=columns.array("channels"),
        timestamp=columns.array("sync_numbers" if is_t3 else "times_ps"),
        timestamp_unit_s=1e-12 * (columns.number("sync_period_ps") if is_t3 else 1),
        **{name: columns.array(name) for name in (
            "origin", "emission_time", "detection_time", "parent", "origin_emitter", "change_time", "change_emitter",
            "change_state", "detector_live_s", "input_live_s")},
        origin_kind=columns.texts("origin_kind"),
        origin_name=columns.texts("origin_name"),
        state_names=state_names,
        states=states,
        lost=None if lost is None else antibunch.truth.Lost(
            origin=lost, time=columns.array("lost/time"), place=columns.array("lost/place"),
            place_kind=columns.texts("lost/place_kind"), place_name=columns.texts("lost/place_name"),
            place_detector=columns.array("lost/place_detector"), emitted=columns.array("lost/emitted")))
