"""The simulator's library, `Sources/AntibunchC/antibunch.h`, and its memory as arrays."""

import ctypes
import functools
import pathlib
import weakref

import numpy as np

from antibunch.errors import Error

PATH = pathlib.Path(__file__).with_name("libAntibunchC.so")


class Setting(ctypes.Structure):
    """A value laid over the scenario."""

    _fields_ = [("path", ctypes.c_char_p), ("value", ctypes.c_char_p), ("label", ctypes.c_char_p)]


@functools.cache
def load():
    """The library. Python's lock is free while it works."""
    if not PATH.exists():
        raise Error(f"error: {PATH} is not there: install the package with pip install ./notebooks-export", 70)
    library = ctypes.CDLL(str(PATH))
    pointer = ctypes.POINTER
    library.antibunch_simulate.restype = ctypes.c_void_p
    library.antibunch_simulate.argtypes = [
        ctypes.c_char_p, ctypes.c_char_p, pointer(Setting), ctypes.c_int32, ctypes.c_uint64, ctypes.c_int32, ctypes.c_int32,
        ctypes.c_int32, pointer(ctypes.c_int32), pointer(ctypes.c_int32), pointer(ctypes.c_void_p)]
    library.antibunch_column.restype = ctypes.c_void_p
    library.antibunch_column.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, pointer(ctypes.c_void_p), pointer(ctypes.c_int64), pointer(ctypes.c_char_p)]
    library.antibunch_release.restype = None
    library.antibunch_release.argtypes = [ctypes.c_void_p]
    library.antibunch_release_text.restype = None
    library.antibunch_release_text.argtypes = [ctypes.c_void_p]
    return library


class Memory:
    """A column's memory. Arrays that look at it hold it; the last of them to go frees it."""

    def __init__(self, handle, address, count, kind):
        read_only = True
        self.__array_interface__ = {
            "version": 3, "shape": (count,), "typestr": kind, "data": (address or 0, read_only)}
        # Not at the end of the program, when arrays may still be looked at.
        weakref.finalize(self, load().antibunch_release, handle).atexit = False


class Columns:
    """The columns of one run. `None` for one that the run does not have."""

    def __init__(self, handle):
        self._handle = handle
        weakref.finalize(self, load().antibunch_release, handle).atexit = False

    def array(self, name):
        """A read-only array in the library's own memory."""
        address, count, kind = ctypes.c_void_p(), ctypes.c_int64(), ctypes.c_char_p()
        handle = load().antibunch_column(
            self._handle, name.encode(), ctypes.byref(address), ctypes.byref(count), ctypes.byref(kind))
        return np.asarray(Memory(handle, address.value, count.value, kind.value.decode())) if handle else None

    def number(self, name):
        """The only value of a column."""
        column = self.array(name)
        return None if column is None else column[0].item()

    def texts(self, name):
        """A column of texts, copied into an array of objects."""
        return np.array(self.array(name).tobytes().decode().split("\0")[:-1], dtype=object)
