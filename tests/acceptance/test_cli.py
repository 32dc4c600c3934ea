"""The command line as a user drives it: real processes, pipes and exit codes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import trustleads as tl

pytestmark = pytest.mark.clause("LEAD-1")

LEADS = (
    "Work E-Mail;Tel.;Name\nAnn.Lee@Firm.example;030 123456;Ann Lee\nbroken@;n/a;asdf\nann.lee@firm.example;;LEE, ANN\n"
)


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trustleads", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS, encoding="utf-8")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_file_to_file_prints_the_summary(leads: Path, tmp_path: Path) -> None:
    done = run("enrich", str(leads), "-o", str(tmp_path / "out.csv"), "--country", "DE")
    assert done.returncode == 0, done.stderr
    assert "3" in done.stdout
    assert "email" in done.stdout.lower()
    out = rows((tmp_path / "out.csv").read_text(encoding="utf-8"))
    assert [row["tl_email_status"] for row in out] == ["valid", "invalid", "valid"]
    assert [row["tl_phone"] for row in out] == ["+4930123456", "", ""]
    assert [row["tl_duplicate_of"] for row in out] == ["", "", "0"]
    assert [row["Name"] for row in out] == ["Ann Lee", "asdf", "LEE, ANN"]


def test_pipe_to_pipe_keeps_data_and_report_apart() -> None:
    done = run("enrich", "-", "--fields", "email,email_status", stdin=LEADS)
    assert done.returncode == 0, done.stderr
    assert [row["tl_email"] for row in rows(done.stdout)] == ["Ann.Lee@firm.example", "", "ann.lee@firm.example"]
    assert "rows" in done.stderr


def test_json_summary_equals_the_python_one(leads: Path, tmp_path: Path) -> None:
    done = run("enrich", str(leads), "-o", str(tmp_path / "a.csv"), "--json")
    assert json.loads(done.stdout)["fields"] == tl.enrich(leads, to=tmp_path / "b.csv").to_dict()["fields"]


def test_columns_option(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,b\nann@firm.example,+4930123456\n", encoding="utf-8")
    done = run("enrich", str(path), "-o", str(tmp_path / "o.parquet"), "--columns", "email=a", "--columns", "phone=b")
    assert done.returncode == 0, done.stderr
    assert pq.read_table(tmp_path / "o.parquet")["tl_phone"].to_pylist() == ["+4930123456"]


def test_columns_command(leads: Path) -> None:
    done = run("columns", str(leads))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["role", "column", "from", "sure", "note"]
    assert "Work E-Mail" in done.stdout
    assert {m["role"] for m in json.loads(run("columns", str(leads), "--json").stdout)["matches"]} >= {"email", "phone"}


def test_summary_command(leads: Path, tmp_path: Path) -> None:
    run("enrich", str(leads), "-o", str(tmp_path / "out.csv"))
    done = run("summary", str(tmp_path / "out.csv"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 3


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["enrich", "nowhere.csv", "-o", "x.csv"], 2, ["nowhere.csv"]),
        (["enrich", "LEADS", "-o", "out.xlsx"], 2, ["out.xlsx", ".csv", ".parquet"]),
        (["enrich", "LEADS", "-o", "no-such-folder/out.csv"], 2, ["no-such-folder"]),
        (["enrich", "LEADS", "--fields", "emial"], 2, ["emial", "did you mean 'email'"]),
        (["enrich", "LEADS", "--columns", "email"], 2, ["ROLE=NAME"]),
        (["enrich", "LEADS", "--country", "Atlantis"], 2, ["country"]),
        (["enrich", "LEADS", "--on-bad-row", "report"], 2, ["rejects"]),
        (["summary", "LEADS"], 2, ["enrich"]),
    ],
)
def test_mistakes_are_one_line_and_write_nothing(
    leads: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    done = run(*[str(leads) if a == "LEADS" else a for a in arguments])
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr
    assert not Path("x.csv").exists()


def test_a_fault_names_line_and_column_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("email,name\na@b.example,Ann\nb@b.example\n", encoding="utf-8")
    done = run("enrich", str(path), "-o", str(tmp_path / "out.csv"))
    assert done.returncode == 2
    assert "line 3" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.csv"]


def test_rejected_rows_are_kept_and_told_by_the_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("email,name\na@b.example,Ann\nb@b.example\nc@b.example,Cy\n", encoding="utf-8")
    done = run("enrich", str(path), "-o", str(tmp_path / "out.csv"), "--on-bad-row", "report")
    assert done.returncode == 3, done.stderr
    assert "line 3" in done.stdout
    assert "b@b.example" in (tmp_path / "out.rejected.csv").read_text(encoding="utf-8")
    assert "b@b.example" not in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_version_and_help() -> None:
    assert run("--version").stdout.strip() == f"trustleads {tl.__version__}"
    assert "--country" in run("enrich", "--help").stdout


def test_terminated_leaves_no_temporary_file(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("email,n\n" + "a@b.example,1\n" * 1_000_000, encoding="utf-8")
    target = tmp_path / "out.csv"
    command = [sys.executable, "-m", "trustleads", "enrich", str(source), "-o", str(target)]
    for _ in range(10):  # on a busy machine the work may be done before the signal comes: once more then
        target.unlink(missing_ok=True)
        with subprocess.Popen(command, stderr=subprocess.PIPE) as child:
            while child.poll() is None and not list(tmp_path.glob(".trustleads-*")):
                time.sleep(0.002)
            child.terminate()
        if child.returncode:
            break
    assert child.returncode == 143
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_closed_standard_output_is_one_line(leads: Path) -> None:
    done = subprocess.run(  # noqa: S602 - the shell closes the stream
        f"{sys.executable} -m trustleads enrich {leads} >&-",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_rejects_alone_says_what_it_goes_with(leads: Path, tmp_path: Path) -> None:
    done = run("enrich", str(leads), "-o", str(tmp_path / "o.csv"), "--rejects", "r.csv")
    assert done.returncode == 2
    assert "--on-bad-row" in done.stderr
