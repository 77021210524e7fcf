"""Writes tables that lie as NumPy columns in COLUMNS to Parquet files in OUTPUT: write_parquet.py COLUMNS OUTPUT."""

import json
import pathlib
import sys

try:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    sys.exit(
        f"error: Parquet takes {error.name}, which {sys.executable} has not; '{sys.executable} -m pip install pyarrow numpy' "
        "adds it, and ANTIBUNCH_PYTHON names another Python")

ROWS = 1 << 20  # of a row group, so that the memory does not depend on the recording
TYPES = {"int64": pa.int64(), "float64": pa.float64(), "text": pa.string()}


def block(values, kind):
    if kind == "text":
        return pa.array([str(value) for value in values], pa.string())
    # what is missing is null in Parquet
    return pa.array(np.asarray(values), TYPES[kind], mask=np.isnan(values) if kind == "float64" else None)


def write(table, columns, path):
    schema = pa.schema(
        [pa.field(column["name"], TYPES[column["type"]], metadata={"unit": column["unit"], "meaning": column["meaning"]})
         for column in table["columns"]], metadata={"meaning": table["meaning"]})
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, max(table["rows"], 1), ROWS):
            parts = []
            for column in table["columns"]:
                # Mapped anew for each block: what has been read leaves the memory.
                values = np.load(columns / table["name"] / f"{column['name']}.npy", mmap_mode="r")
                parts.append(block(values[start:start + ROWS], column["type"]))
            writer.write_table(pa.table(parts, schema=schema))


columns, output = map(pathlib.Path, sys.argv[1:])
for table in json.loads((columns / "tables.json").read_text()):
    write(table, columns, output / f"{table['name']}.parquet")
