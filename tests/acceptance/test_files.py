"""From file to file: formats, faults, bad rows, formulas, and outputs that are whole or not there."""

from __future__ import annotations

import csv
import errno
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import trustleads as tl
from trustleads.core import atomic

CSV = (
    "Work E-Mail,Phone,Note\n"
    "Ann.Lee@Firm.example,+49 30 901820,=1+1\n"
    'bob@firm.example,,"two\nlines, ""quoted"""\n'
    'ann.lee@firm.example,-12,""\n'
    "broken@,+4930901820,\n"
)


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text(CSV, encoding="utf-8", newline="")
    return path


def read(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.mark.clause("LEAD-1")
def test_csv_to_csv_keeps_every_cell_and_the_order(leads: Path, tmp_path: Path) -> None:
    summary = tl.enrich(leads, to=tmp_path / "out.csv", formulas="keep")
    before, after = read(leads), read(tmp_path / "out.csv")
    assert [{k: row[k] for k in before[0]} for row in after] == before
    assert [row["tl_email_status"] for row in after] == ["valid", "valid", "valid", "invalid"]
    assert [row["tl_duplicate_of"] for row in after] == ["", "", "0", ""]
    assert summary.rows == 4
    assert summary.duplicates == 1
    assert summary.field("email").failed == 1


@pytest.mark.clause("LEAD-1")
def test_parquet_on_either_side_says_the_same(leads: Path, tmp_path: Path) -> None:
    tl.enrich(leads, to=tmp_path / "a.parquet")
    assert tl.enrich(leads).equals(pq.read_table(tmp_path / "a.parquet"))
    own = pq.read_table(tmp_path / "a.parquet").select(["Work E-Mail", "Phone", "Note"])
    pq.write_table(own, tmp_path / "in.parquet", row_group_size=2)
    tl.enrich(tmp_path / "in.parquet", to=tmp_path / "b.pq")
    assert pq.read_table(tmp_path / "b.pq").equals(pq.read_table(tmp_path / "a.parquet"))
    tl.enrich(tmp_path / "in.parquet", to=tmp_path / "c.csv")
    tl.enrich(leads, to=tmp_path / "d.csv")
    assert (tmp_path / "c.csv").read_bytes() == (tmp_path / "d.csv").read_bytes()


@pytest.mark.clause("LEAD-1")
def test_parquet_types_of_the_caller_survive(tmp_path: Path) -> None:
    table = pa.table({"email": ["a@b.example"], "n": pa.array([7], pa.uint8()), "l": [[1, 2]]})
    pq.write_table(table, tmp_path / "in.parquet")
    tl.enrich(tmp_path / "in.parquet", to=tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").select(["email", "n", "l"]).equals(table)


@pytest.mark.parametrize("empty", [pa.table({"email": pa.array([], pa.string())})])
def test_empty_parquet(empty: pa.Table, tmp_path: Path) -> None:
    pq.write_table(empty, tmp_path / "in.parquet")
    assert tl.enrich(tmp_path / "in.parquet", to=tmp_path / "out.parquet").rows == 0
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
    assert tl.summary(tmp_path / "out.parquet").rows == 0


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize(
    ("encoding", "options"),
    [("utf-8", {}), ("utf-8-sig", {}), ("utf-16", {}), ("cp1252", {"encoding": "cp1252"})],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_dialects(encoding: str, options: dict[str, Any], delimiter: str, newline: str, tmp_path: Path) -> None:
    text = newline.join([delimiter.join(row) for row in (["E-Mail", "Ort"], ["a@b.example", "Köln"])]) + newline
    (tmp_path / "in.csv").write_bytes(text.encode(encoding))
    tl.enrich(tmp_path / "in.csv", to=tmp_path / "out.csv", **options)
    [row] = read(tmp_path / "out.csv", "utf-8-sig", delimiter)
    assert (row["Ort"], row["tl_email"]) == ("Köln", "a@b.example")


def test_tsv_by_suffix_and_streams(leads: Path, tmp_path: Path) -> None:
    tl.enrich(leads, to=tmp_path / "out.tsv")
    assert read(tmp_path / "out.tsv", delimiter="\t")[1]["tl_email"] == "bob@firm.example"
    out = io.BytesIO()
    tl.enrich(io.BytesIO(leads.read_bytes()), to=out)
    tl.enrich(leads, to=tmp_path / "out.csv")
    assert out.getvalue() == (tmp_path / "out.csv").read_bytes()


def test_tables_to_files(tmp_path: Path) -> None:
    table = pa.table({"email": ["a@b.example", "=x@b.example"]})
    for data in (table, table.to_pandas(), table.to_pylist(), table.to_reader()):
        summary = tl.enrich(data, to=tmp_path / "out.csv")
        assert summary.rows == 2
        assert [row["email"] for row in read(tmp_path / "out.csv")] == ["a@b.example", "'=x@b.example"]


@pytest.mark.clause("FILE-2")
def test_formulas_are_harmless_and_come_back(leads: Path, tmp_path: Path) -> None:
    tl.enrich(leads, to=tmp_path / "safe.csv")
    rows = read(tmp_path / "safe.csv")
    assert rows[0]["Note"] == "'=1+1"
    assert rows[0]["tl_phone"] == "+4930901820"
    assert rows[2]["Phone"] == "-12"
    assert tl.restore_formulas(tmp_path / "safe.csv", to=tmp_path / "plain.csv") == 4
    tl.enrich(leads, to=tmp_path / "kept.csv", formulas="keep")
    assert read(tmp_path / "plain.csv") == read(tmp_path / "kept.csv")


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize(
    ("content", "reason", "place"),
    [
        (b"", "empty_file", "line 1"),
        (b"email\n", "no_rows", "line 2"),
        (b"email,email\na@b.example,x\n", "duplicate_header", "line 1"),
        (b"email,n\na@b.example,\0\n", "nul_byte", "line 2, column 13"),
        (b'email,n\na@b.example,1\nb@b.example,"x\n', "unclosed_quote", "line 3, column 13"),
        (b'email,n\na@b.example,"x"y\n', "stray_quote", "line 2"),
        (b"email,n\na@b.example\n", "ragged_row", "line 2"),
        (b"email,n\na@b.example,1,2\n", "ragged_row", "line 2"),
        (b"email,n\na@b.example,\xff\n", "invalid_encoding", "line 2, column 13"),
        (b"PK\x03\x04" + bytes(100), "not_text", "xlsx"),
        (b"email,n\na@b.example," + b"x" * 3_000_000 + b"\n", "over_long_field", "line 2"),
    ],
)
def test_faults_name_the_place_and_leave_no_output(content: bytes, reason: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    (tmp_path / "out.csv").write_text("old", encoding="utf-8")
    with pytest.raises(tl.InvalidInput) as caught:
        tl.enrich(tmp_path / "in.csv", to=tmp_path / "out.csv")
    assert caught.value.reason == reason
    assert place in str(caught.value)
    assert "a@b" not in str(caught.value)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize("workers", [1, 3])
def test_bad_rows_are_kept_and_none_is_lost(workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trustleads.enrichment.csvio.source.CsvSource.blocks.__defaults__", (64,))
    lines = [f"a{n}@b.example,{n}" if n % 7 else f"=a{n}@b.example" for n in range(1, 200)]
    (tmp_path / "in.csv").write_text("email,n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    summary = tl.enrich(tmp_path / "in.csv", to=tmp_path / "out.csv", on_bad_row="report", workers=workers)
    good, bad = read(tmp_path / "out.csv"), read(tmp_path / "out.rejected.csv")
    assert [f"{row['email']},{row['n']}" for row in good] == [line for line in lines if "," in line]
    assert [row["row"] for row in bad] == [f"'=a{n}@b.example" for n in range(7, 200, 7)]
    assert [int(row["line"]) for row in bad] == [n + 1 for n in range(7, 200, 7)]
    assert {row["reason"] for row in bad} == {"ragged_row"}
    assert summary.bad_rows.count == len(bad)
    assert summary.bad_rows.path == str(tmp_path / "out.rejected.csv")
    assert summary.rows == len(good)


def test_report_without_bad_rows_leaves_an_empty_list(leads: Path, tmp_path: Path) -> None:
    tl.enrich(leads, to=tmp_path / "out.csv", on_bad_row="report")
    assert read(tmp_path / "out.rejected.csv") == []


def test_report_to_a_stream_wants_a_place_for_the_rejects(leads: Path, tmp_path: Path) -> None:
    with pytest.raises(tl.InvalidInput, match="rejects="):
        tl.enrich(leads, to=io.BytesIO(), on_bad_row="report")
    tl.enrich(leads, to=io.BytesIO(), on_bad_row="report", rejects=tmp_path / "r.csv")
    assert (tmp_path / "r.csv").exists()


def test_output_may_be_the_input(leads: Path) -> None:
    tl.enrich(leads, to=leads, formulas="keep")
    assert read(leads)[0]["Note"] == "=1+1"
    assert "tl_email" in read(leads)[0]


@pytest.mark.clause("LEAD-6")
def test_the_result_depends_on_neither_blocks_nor_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"Lead{n % 97}@Firm.example;0151 2345{n:04d};{n}" for n in range(2_000)]
    (tmp_path / "in.csv").write_text("email;phone;n\n" + "\n".join(lines), encoding="utf-8")
    results = set()
    for size, workers in ((1 << 20, 1), (1 << 20, 2), (500, 1), (500, 4)):
        monkeypatch.setattr("trustleads.enrichment.csvio.source.CsvSource.blocks.__defaults__", (size,))
        summary = tl.enrich(tmp_path / "in.csv", to=tmp_path / "out.csv", country="DE", workers=workers)
        results.add(((tmp_path / "out.csv").read_bytes(), str(summary)))
    assert len(results) == 1


@pytest.mark.clause("LEAD-6")
def test_progress_counts_bytes_and_reaches_the_end(leads: Path, tmp_path: Path) -> None:
    seen: list[tl.Progress] = []
    tl.enrich(leads, to=tmp_path / "out.csv", progress=seen.append)
    assert seen[-1].rows == 4
    assert seen[-1].total == leads.stat().st_size
    assert seen[-1].done == leads.stat().st_size


@pytest.mark.clause("LEAD-6")
def test_an_error_in_the_callback_stops_the_run_and_leaves_nothing(leads: Path, tmp_path: Path) -> None:
    def stop(_: tl.Progress) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        tl.enrich(leads, to=tmp_path / "out.csv", progress=stop, workers=3)
    assert [p.name for p in tmp_path.iterdir()] == ["leads.csv"]


CALLS = ("open", "write", "chmod", "fsync", "close", "replace")


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize("sticky", [False, True], ids=["once", "sticky"])
@pytest.mark.parametrize("fault", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_every_call_to_the_system_fails_in_turn(  # noqa: PLR0917 - what pytest hands in
    suffix: str, fault: int, sticky: bool, leads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / f"out{suffix}"
    tl.enrich(leads, to=target)
    whole = target.read_bytes()
    target.write_bytes(b"old")
    number, fired = 0, set()
    while True:
        number += 1
        made = []

        def failing(name: str, at: int = number, made: list[str] = made) -> Any:
            real = getattr(atomic.Files, name)

            def call(self: atomic.Files, *args: Any) -> Any:
                made.append(name)
                if len(made) == at or (sticky and len(made) > at):
                    fired.add(name)
                    if name == "close":
                        real(self, *args)
                    raise OSError(fault, os.strerror(fault))
                return real(self, *args)

            return call

        with monkeypatch.context() as patch:
            for name in CALLS:
                patch.setattr(atomic.Files, name, failing(name))
            try:
                tl.enrich(leads, to=target)
            except tl.TrustLeadsError:
                # After the renaming only the folder is flushed: the new file is whole then.
                assert target.read_bytes() == (whole if "replace" in made[: number - 1] else b"old")
            else:
                assert target.read_bytes() == whole
                break
        target.write_bytes(b"old")
        for left in tmp_path.glob(".trustleads-*"):
            left.unlink()
    assert fired == set(CALLS)


@pytest.mark.clause("LEAD-6")
def test_kill_9_never_leaves_half_a_file(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("email\n" + "lead@firm.example\n" * 60_000, encoding="utf-8")
    target = tmp_path / "out.csv"
    code = f"import trustleads as tl\nwhile True: tl.enrich({str(source)!r}, to={str(target)!r}, progress=False)"
    tl.enrich(source, to=target)
    whole = target.read_bytes()
    cut_short = 0
    for round_ in range(8):
        with subprocess.Popen([sys.executable, "-c", code]) as child:
            while child.poll() is None and not list(tmp_path.glob(".trustleads-*")):
                time.sleep(0.002)
            time.sleep(0.011 * round_)  # from the first bytes of a file to somewhere in a later one
            assert child.poll() is None
            child.send_signal(signal.SIGKILL)
        assert target.read_bytes() == whole
        rest = list(tmp_path.glob(".trustleads-*"))
        cut_short += bool(rest)
        for path in rest:
            path.unlink()
    assert cut_short > 0


def test_ctrl_c_stops_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8") as file:
        file.write("email,phone\n")
        for n in range(400_000):
            file.write(f"Lead.{n}@firm{n % 1000}.example,+49 151 2345{n % 10000:04d}\n")
    target = tmp_path / "out.csv"
    command = [sys.executable, "-m", "trustleads", "enrich", str(source), "-o", str(target)]
    for _ in range(10):  # on a busy machine the work may be done before the signal comes: once more then
        target.unlink(missing_ok=True)
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
            while child.poll() is None and not list(tmp_path.glob(".trustleads-*")):
                time.sleep(0.002)
            child.send_signal(signal.SIGINT)
            _, stderr = child.communicate(timeout=60)
        if child.returncode:
            break
    assert child.returncode == 130
    assert "interrupted" in stderr
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]
