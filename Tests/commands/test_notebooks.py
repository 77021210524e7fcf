"""Every notebook runs from the checkout: its assertions hold, and every figure says what its axes are."""

import os

import nbclient
import nbformat
import pytest

from conftest import PROGRAM, REPOSITORY

FOLDER = REPOSITORY / "notebooks-export/notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))

# Looks at each figure before it is shown. Panels that share an axis need its label once.
CHECK = '''
import matplotlib.pyplot as _plt

def _check(*arguments, **options):
    for number in _plt.get_fignums():
        for axes in _plt.figure(number).axes:
            x = [a.get_xlabel() for a in axes.get_shared_x_axes().get_siblings(axes)]
            y = [a.get_ylabel() for a in axes.get_shared_y_axes().get_siblings(axes)]
            is_bar = hasattr(axes, "_colorbar")  # says on one of its sides what its colours are
            assert (any(x) or any(y)) if is_bar else (any(x) and any(y)), f"an axis of figure {number} has no label"
    _show(*arguments, **options)

_show, _plt.show = _plt.show, _check
'''


def execute(notebook, folder, monkeypatch):
    """Executes a notebook behind the check of its figures; returns how many it shows."""
    monkeypatch.setenv("ANTIBUNCH", PROGRAM)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(CHECK))
    nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--IPKernelApp.log_level=40"]).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def test_there_is_a_notebook_for_each_use():
    assert set(NOTEBOOKS) >= {"filter", "gating", "lifetime-purcell", "blinking", "own-analysis"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_runs(name, tmp_path, monkeypatch):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count is None and not cell.outputs for cell in code), "outputs are not kept in the repository"
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert execute(notebook, FOLDER, monkeypatch) >= 1


def test_exported_notebook_labels_its_axes(antibunch, tmp_path, monkeypatch):
    assert antibunch("run", "Scenarios/fibre-hbt.yaml", "--duration", "5 s", "-o", tmp_path / "run").returncode in (0, 1)
    # "notebook" without a Python leaves it unexecuted
    done = antibunch("export", tmp_path / "run", "-o", tmp_path / "x", "--formats", "notebook",
                     env={"ANTIBUNCH_PYTHON": os.devnull})
    assert done.returncode == 73
    notebook = nbformat.read(tmp_path / "x/run.ipynb", as_version=4)
    assert execute(notebook, tmp_path / "x", monkeypatch) == 7


def test_check_of_labels_fails(tmp_path, monkeypatch):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.xlabel('x')\nplt.show()")])
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="an axis of figure 1 has no label"):
        execute(notebook, tmp_path, monkeypatch)
