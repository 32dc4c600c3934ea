"""The examples run."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.clause("LEAD-1")
@pytest.mark.filterwarnings("default")  # the kernel's own process and its client warn about themselves
def test_notebook_runs_and_shows_the_report() -> None:
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": EXAMPLES}}).execute()
    shown = [o["data"] for cell in notebook.cells for o in cell.get("outputs", []) if "data" in o]
    assert any("<svg" in data.get("text/html", "") for data in shown)
