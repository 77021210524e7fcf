"""Executes the notebook NOTEBOOK in FOLDER and keeps its outputs: execute_notebook.py NOTEBOOK FOLDER."""

import importlib.util
import os
import sys

needed = ["nbformat", "nbclient", "ipykernel", "matplotlib", "numpy"]
missing = [name for name in needed if importlib.util.find_spec(name) is None]
if missing:
    sys.exit(
        f"error: executing the notebook takes {' and '.join(missing)}, which {sys.executable} has not; "
        f"'{sys.executable} -m pip install {' '.join(needed[1:])}' adds them, and ANTIBUNCH_PYTHON names another Python")

import nbclient
import nbformat

path, folder = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
try:
    nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": folder}},
        extra_arguments=["--IPKernelApp.log_level=40"]).execute()
except nbclient.exceptions.CellExecutionError as error:
    sys.exit(f"error: the notebook stops: {error.ename}: {error.evalue}")
nbformat.write(notebook, path + ".part")
os.replace(path + ".part", path)
