"""The examples run."""

from __future__ import annotations

import subprocess
import sys
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


@pytest.mark.clause("LEAD-4")
def test_a_provider_of_ones_own_takes_under_forty_lines_with_its_use() -> None:
    script = EXAMPLES / "custom_provider.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "'tl_job_title': 'CEO', 'tl_job_title_confidence': 0.8, 'tl_cost': Decimal('0.020000')" in done.stdout
    assert '{"job_title":{"provider":"titles","confidence":0.8' in done.stdout
    assert len(script.read_text(encoding="utf-8").splitlines()) < 40
