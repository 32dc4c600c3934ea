"""The summary of a real run agrees with the columns that the run wrote."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

import trustleads as tl

LEADS = Path(__file__).parents[2] / "examples" / "data" / "leads.csv"


@pytest.fixture(scope="module")
def out() -> pa.Table:
    return tl.enrich(LEADS)


@pytest.mark.clause("LEAD-2", "LEAD-3")
@pytest.mark.parametrize("field", ["email", "phone"])
def test_verdicts_by_reason_are_the_verdicts_by_row(out: pa.Table, field: str) -> None:
    written = Counter(out[f"tl_{field}_status"].to_pylist())
    report = tl.summary(out).field(field)
    assert {verdict: count for verdict, count in report.verdicts if count} == written
    assert {reason.code: reason.count for reason in report.reasons} == Counter(out[f"tl_{field}_reason"].to_pylist())


@pytest.mark.clause("LEAD-2", "LEAD-3")
def test_examples_show_what_stands_in_the_callers_rows(out: pa.Table) -> None:
    summary = tl.summary(out)
    assert summary.columns is not None
    email = summary.columns.roles[tl.Role.EMAIL]
    for example in summary.field("email").examples:
        assert out["tl_email_reason"][example.row].as_py() == example.reason
        assert out[email][example.row].as_py() == example.value
        assert example.hint in {None, out["tl_email_suggestion"][example.row].as_py()}


@pytest.mark.clause("LEAD-6")
def test_a_run_and_its_output_give_the_same_summary(out: pa.Table, tmp_path: Path) -> None:
    run = tl.enrich(LEADS, to=tmp_path / "out.parquet", progress=False)
    read = tl.summary(tmp_path / "out.parquet")
    assert (run.fields, run.filled, run.duplicates, run.rows) == (read.fields, read.filled, read.duplicates, read.rows)
    assert tl.summary(out).fields == run.fields
    assert run.duplicates == len(out) - out["tl_duplicate_of"].null_count
