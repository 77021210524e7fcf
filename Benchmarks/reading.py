"""Decoding of PTU files: the project against trattoria and ptufile, in the same run.

    make dependencies && swift build --package-path Benchmarks -c release --product read-from-cache
    python3 -m venv v && v/bin/pip install numpy ptufile trattoria
    v/bin/python Benchmarks/reading.py

Files of 2e7 photons (ANTIBUNCH_PHOTONS says another number) in two channels, Poissonian, 100 kcps and 1 Mcps per channel, are written to a temporary folder (ANTIBUNCH_DATA
names another) and read from the page cache, each by everybody in turn, five times after a warm-up. Records are those of the
file, overflows included. Two rates each: by the clock, and by the processor's time (the kernel's part included), which other
programs on the machine disturb less.

What each does: ours decodes every record into a 16-byte tag, block by block; ptufile decodes into one array (`decode_records`);
trattoria has no decoding of its own, so its lightest analysis, a time trace, stands for it. trattoria reads no PicoHarp T3.
"""

import os
import pathlib
import statistics
import struct
import subprocess
import tempfile
import time

import numpy as np
import ptufile
import trattoria

ROUNDS = 5
PHOTONS = int(float(os.environ.get("ANTIBUNCH_PHOTONS", "2e7")))
PROGRAM = pathlib.Path(__file__).parent / ".build/release/read-from-cache"
PULSES = 5e6
# record type, overflow period, shift of the channel, whether overflow records count
LAYOUTS = {
    "PicoHarp T2": (0x00010203, 210_698_240, 28, False), "PicoHarp T3": (0x00010303, 65_536, 28, False),
    "HydraHarp T2": (0x01010204, 33_554_432, 25, True), "HydraHarp T3": (0x01010304, 1_024, 25, True),
}


def tag(name, kind, value):
    return name.encode().ljust(32, b"\0") + struct.pack("<iI", -1, kind) + value


def header(kind, records):
    is_t3 = kind.endswith("T3")

    def integer(name, value):
        return tag(name, 0x10000008, struct.pack("<q", value))

    def real(name, value, code=0x20000008):
        return tag(name, code, struct.pack("<d", value))

    def text(name, value):
        data = value.encode().ljust(len(value) // 8 * 8 + 8, b"\0")
        return tag(name, 0x4001FFFF, struct.pack("<q", len(data))) + data

    unit = 4e-12 if kind.startswith("Pico") else 1e-12
    return (b"PQTTTR\0\0" + b"1.0.00\0\0" + text("File_GUID", "{00000000-0000-0000-0000-000000000000}")
            + text("CreatorSW_Name", "benchmark") + text("CreatorSW_Version", "1.0")
            + real("File_CreatingTime", 45000.0, 0x21000008) + integer("Measurement_Mode", 3 if is_t3 else 2)
            + integer("Measurement_SubMode", 0) + text("HW_Type", "simulated") + integer("HW_InpChannels", 2)
            + integer("MeasDesc_AcquisitionTime", 1000) + real("MeasDesc_Resolution", 16e-12)
            + real("MeasDesc_GlobalResolution", 1 / PULSES if is_t3 else unit)
            + integer("TTResultFormat_TTTRRecType", LAYOUTS[kind][0]) + integer("TTResultFormat_BitsPerRecord", 32)
            + integer("TTResult_SyncRate", int(PULSES)) + integer("TTResult_NumberOfRecords", records)
            + tag("Header_End", 0xFFFF0008, bytes(8)))


def write(path, kind, rate):
    _, period, shift, counts = LAYOUTS[kind]
    random = np.random.default_rng(1)
    unit = 1 / PULSES if kind.endswith("T3") else 4e-12 if kind.startswith("Pico") else 1e-12
    gaps = random.exponential(1 / rate / unit, PHOTONS)
    times = np.cumsum(np.maximum(gaps, 1).astype(np.int64))
    record = random.integers(0, 2, PHOTONS).astype(np.uint32)
    if kind == "PicoHarp T3":
        record += 1
    record <<= np.uint32(shift)
    if kind.endswith("T3"):
        record |= random.integers(1, 3125, PHOTONS).astype(np.uint32) << np.uint32(16 if shift == 28 else 10)
    record |= (times % period).astype(np.uint32)
    wraps = np.diff(times // period, prepend=0)
    places = np.flatnonzero(wraps)
    if counts:
        records = np.insert(record, places, (0xFE000000 | wraps[places]).astype(np.uint32))
    else:
        records = np.insert(record, np.repeat(places, wraps[places]), np.uint32(0xF0000000))
    with open(path, "wb") as file:
        file.write(header(kind, len(records)))
        records.tofile(file)
    return len(records)


def ours(path):
    out = subprocess.run([PROGRAM, path], check=True, capture_output=True, text=True).stdout
    return tuple(map(float, out.split()))


def timed(action):
    start = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - start[0], time.process_time() - start[1]


def with_ptufile(path):
    with ptufile.PtuFile(path) as file:
        return timed(file.decode_records)


def with_trattoria(path):
    file = trattoria.PTUFile(path)
    return timed(lambda: file.timetrace(trattoria.TimeTraceParameters(resolution=1.0, channel=None)))


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("ANTIBUNCH_DATA")) as directory:
        for kind in LAYOUTS:
            for rate in (2e5, 2e6):
                path = f"{directory}/recording.ptu"
                records = write(path, kind, rate)
                contestants = {"ours": ours, "ptufile": with_ptufile, "trattoria": with_trattoria}
                if kind == "PicoHarp T3":
                    del contestants["trattoria"]
                seconds = {who: [] for who in contestants}
                for round_ in range(ROUNDS + 1):
                    for who, read in contestants.items():
                        taken = read(path)
                        if round_:
                            seconds[who].append(taken)
                print(f"{kind}, {rate / 2e3:.0f} kcps per channel, {records} records", flush=True)
                for number, measure in enumerate(("clock", "processor")):
                    rates = ", ".join(
                        f"{who} {records / statistics.median(t) / 1e6:.0f} (best {records / min(t) / 1e6:.0f})"
                        for who, t in ((who, [each[number] for each in times]) for who, times in seconds.items()))
                    print(f"  {measure}, M records/s: {rates}", flush=True)


if __name__ == "__main__":
    main()
