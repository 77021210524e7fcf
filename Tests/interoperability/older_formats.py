"""Writes files of formats that nothing of ours writes, from their descriptions, for tests and as seeds of the fuzzing.

PicoQuant's structures: ht2demo.c, ht3demo.c, pt2demo.c. Becker & Hickl's records: The bh TCSPC Handbook, FIFO files.
Photons are arrays of (macro time, channel, nanotime), sorted by time.
"""

import struct

import numpy as np


def text(value, length):
    return value.encode("latin-1").ljust(length, b"\0")


def front(identity, version, mode):
    """The 328 bytes of text and what of the settings is the same for all."""
    return text(identity, 16) + text(version, 6) + text("Python", 18) + text("1.0", 12) + text(
        "21/11/26 10:00:00", 18) + b"\r\n" + text("written for a test", 256)


def harp_header(mode, records, version="2.0", resolution_ps=16.0, sync_rate=5_000_000, inputs=2, milliseconds=5000,
                identity="HydraHarp"):
    data = front(identity, version, mode)
    data += struct.pack("<6i", 0, 32, 0, mode, 0, 4) + struct.pack("<d", resolution_ps)
    data += struct.pack("<10i", 0, milliseconds, -1, 0, 0, 1, 0, 2000, 0, 10**9) + bytes(64 + 36 + 16 + 20)
    data += text("HydraHarp 400", 16) + text("930021", 8) + bytes(8 + 80)
    data += struct.pack("<dQ8i", 1.0, 3, inputs, 0, 0, 0, 1, 50, 10, 0)
    data += struct.pack("<5i", 2, 50, 10, 0, 1000) * inputs
    return data + struct.pack("<4iQ", sync_rate, milliseconds, 0, 0, records)


def pico_header(mode, records, resolution_ns=0.016, sync_rate=5_000_000, milliseconds=5000):
    data = front("PicoHarp 300", "2.0", mode)
    data += struct.pack("<18i", 0, 32, 4, 1, 0, mode, 0, 2, 0, milliseconds, 0, 0, 0, 1, 0, 0, 0, 0)
    data += bytes(64 + 36 + 16 + 20) + text("PicoHarp 300", 16) + text("2.0", 8) + bytes(24)
    data += struct.pack("<f", resolution_ns) + bytes(8 + 96)
    return data + struct.pack("<9i", 0, 0, 0, sync_rate, 1000, milliseconds, 0, records, 0)


def with_overflows(time, period, photon, overflow):
    """The records of photons with the overflows between them; `overflow(n)` gives the records of n overflows."""
    records = []
    wraps = 0
    for t, record in zip(time, photon):
        missing = int(t) // period - wraps
        if missing:
            records += overflow(missing)
            wraps += missing
        records.append(int(record))
    return np.array(records, "<u4").tobytes()


def write_harp(path, mode, time, channel, nanotime, version="2.0"):
    """A HydraHarp .ht2 or .ht3 file; version 1.0 has overflow records that count nothing."""
    period = 1024 if mode == 3 else 33_554_432 if version == "2.0" else 33_552_000
    photon = channel.astype(np.int64) << 25 | nanotime.astype(np.int64) << 10 | time % period
    if version == "1.0":
        overflow = lambda n: [0xFE000000] * n
    else:
        largest = 1023 if mode == 3 else 0x1FFFFFF
        overflow = lambda n: [0xFE000000 | largest] * (n // largest) + [0xFE000000 | n % largest] * (n % largest > 0)
    records = with_overflows(time, period, photon, overflow)
    with open(path, "wb") as file:
        file.write(harp_header(mode, len(records) // 4, version) + records)


def write_pt2(path, time, channel):
    photon = channel.astype(np.int64) << 28 | time % 210_698_240
    records = with_overflows(time, 210_698_240, photon, lambda n: [0xF0000000] * n)
    with open(path, "wb") as file:
        file.write(pico_header(2, len(records) // 4) + records)


def write_spc(path, time, channel, nanotime, clock_ns=12.5, setup=True):
    """A .spc file, and the .set file beside it that gives 4096 steps of 50 ns / 4."""
    photon = (4095 - nanotime.astype(np.int64)) << 16 | channel.astype(np.int64) << 12 | time % 4096
    wraps = time // 4096
    missing = np.diff(wraps, prepend=0)
    records = [0x80000000 | round(clock_ns * 10)]
    for record, n in zip(photon, missing):
        if n > 1:
            records.append(0xC0000000 | int(n) - 1)
        records.append(int(record) | (0x40000000 if n else 0))
    with open(path, "wb") as file:
        file.write(np.array(records, "<u4").tobytes())
    if setup:
        with open(path[:-4] + ".set", "wb") as file:
            file.write(set_file())


def set_file():
    information = b"*IDENTIFICATION\r\n  ID        : \r\n with module SPC-150 (Ser.No. 1)\r\n*END\r\n\r\n"
    settings = b"*SETUP\r\n  SYS_PARA_BEGIN:\r\n" + b"".join(
        b"  #SP [%s]\r\n" % line
        for line in (b"SP_MODE,I,11", b"SP_TAC_R,F,5e-08", b"SP_TAC_G,I,4", b"SP_TAC_TC,F,3.0517578e-12",
                     b"SP_ADC_RE,I,4096", b"SP_MTCLK,I,1")) + b"  SYS_PARA_END:\r\n*END\r\n"
    header = struct.pack(
        "<hihihihIihhHIHH", 0x28D, 42, len(information), 42 + len(information), len(settings), 0, 0, 0, 0, 0, 0, 0x5555,
        0, 0, 0)
    return header + information + settings
