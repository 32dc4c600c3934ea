from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def clauses(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "clauses.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_counts_tests_by_clause_and_names_what_has_none(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "import pytest\n"
        "pytestmark = pytest.mark.clause('LEAD-2')\n"
        "@pytest.mark.clause('LEAD-3', 'BILL-1')\n"
        "@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_a(n): raise AssertionError('tests are not run')\n"
        "def test_b(): pass\n"
    )
    done = clauses(tmp_path)
    assert done.returncode == 0, done.stderr
    rows = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines() if re.match("[A-Z]+-", line)}
    assert (rows["LEAD-2"], rows["LEAD-3"], rows["BILL-1"], rows["LEAD-1"]) == ("3", "2", "2", "0")
    assert "3 of 53 clauses have tests; none yet: LEAD-1, LEAD-4" in done.stdout
    assert "test_one.py::test_a (2)" in clauses(tmp_path, "--names").stdout


def test_an_unknown_clause_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("import pytest\n@pytest.mark.clause('LEAD-99')\ndef test_a(): pass\n")
    done = clauses(tmp_path)
    assert done.returncode != 0
    assert "no such clause: LEAD-99" in done.stderr


def test_a_module_that_does_not_load_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("import no_such_module\n")
    done = clauses(tmp_path)
    assert done.returncode != 0
    assert "no_such_module" in done.stderr


def test_the_code_names_only_clauses_that_exist() -> None:
    known = set(
        re.findall(r"^\| ([A-Z]+-\d+) \|", (ROOT / "docs/reference/clauses.md").read_text("utf-8"), re.MULTILINE)
    )
    groups = "|".join({clause.partition("-")[0] for clause in known} - {"ISO"})  # ISO 3166 and friends are no clauses
    for path in sorted((ROOT / "trustleads").rglob("*.py")):
        named = set(re.findall(rf"\b(?:{groups})-\d+\b", path.read_text("utf-8")))
        assert named <= known, path
