"""Every notebook runs from top to bottom, and is stored as it was written: without outputs."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tests.house_rules import ROOT
from tests.test_repository import traces

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
PROMISED = ["first-run.ipynb", "sweep.ipynb"]
SECONDS_A_CELL = 120

type Cell = dict[str, Any]


class OwnKernel(AsyncKernelManager):
    """Runs the kernel of this very Python, whatever kernels are installed on the machine."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel by whatever name a notebook asks for."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python", resource_dir="")


def execute(notebook: NotebookNode, folder: Path, patch: pytest.MonkeyPatch) -> NotebookNode:
    """Run all cells in a folder, the installed programs first on the PATH, without the user's settings."""
    programs = str(Path(sys.executable).parent)
    patch.setenv("PATH", programs + os.pathsep + os.environ["PATH"])
    patch.setenv("IPYTHONDIR", str(folder / ".ipython"))
    patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / ".runtime"))
    patch.delenv("MPLBACKEND", raising=False)
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, kernel_manager_class=OwnKernel, timeout=SECONDS_A_CELL, resources=where)
    done: NotebookNode = client.execute()
    return done


def read(text: str) -> NotebookNode:
    """Read a notebook, checked against the format."""
    notebook: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook


def of_one_cell(source: str) -> NotebookNode:
    """A notebook with one cell of code."""
    cell: Cell = {
        "cell_type": "code",
        "id": "only",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
    return read(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))


def code(notebook: NotebookNode) -> list[Cell]:
    """The cells that hold code."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def leftovers(notebook: NotebookNode) -> list[str]:
    """What a notebook still holds of having been run, by the name of the cell."""
    return [
        cell["id"]
        for cell in code(notebook)
        if cell["outputs"] or cell["execution_count"] is not None or cell["metadata"]
    ]


def pictures(notebook: NotebookNode) -> int:
    """The number of pictures that cells show."""
    shown = [output.get("data", {}) for cell in code(notebook) for output in cell["outputs"]]
    return sum("image/png" in data for data in shown)


def test_the_promised_notebooks_are_there() -> None:
    assert [path.name for path in NOTEBOOKS] == PROMISED


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_and_draws(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = execute(read(path.read_text(encoding="utf-8")), tmp_path, monkeypatch)
    assert all(cell["execution_count"] for cell in code(done))
    assert pictures(done) >= 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_stored_as_it_was_written(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    notebook = read(text)
    assert leftovers(notebook) == []
    assert traces(text) == []
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_a_failing_cell_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(of_one_cell("1 / 0"), tmp_path, monkeypatch)


def test_the_kernel_is_this_python_in_the_folder_and_its_outputs_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = execute(of_one_cell("import os, sys\nf'{os.getcwd()} {sys.executable}'"), tmp_path, monkeypatch)
    shown = code(done)[0]["outputs"][0]["data"]["text/plain"]
    assert shown == repr(f"{tmp_path.resolve()} {sys.executable}")
    assert leftovers(done) == ["only"]
    assert pictures(done) == 0
