"""Summaries of tables that are enriched already: where their added columns are found."""

from __future__ import annotations

import pyarrow as pa
import pytest

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.summary import find_prefix, summarise

pytestmark = pytest.mark.clause("LEAD-2")

ENRICHED = pa.table(
    {
        "E-Mail": ["ann@firm.example", "ann@", None],
        "Phone": ["030 1", None, "x"],
        "tl_email": ["ann@firm.example", None, None],
        "tl_email_status": ["valid", "invalid", "unknown"],
        "tl_email_reason": ["ok", "syntax", "missing"],
        "tl_phone_reason": ["too_short", "missing", "not_a_number"],
        "tl_duplicate_of": pa.array([None, None, None], pa.int64()),
    }
)


def test_a_table_tells_its_prefix_and_its_columns() -> None:
    summary = summarise(ENRICHED)
    assert [report.name for report in summary.fields] == ["email", "phone"]
    assert (summary.rows, summary.duplicates, summary.fill_rates) == (3, 0, {"email": 1 / 3})
    assert [e.value for e in summary.field("email").examples] == ["ann@"]
    assert [e.value for e in summary.field("phone").examples] == ["030 1", "x"]
    assert summary.columns is not None
    assert set(summary.columns.roles.values()) == {"E-Mail", "Phone"}


def test_every_kind_of_stream_gives_the_same() -> None:
    batches = [*ENRICHED.slice(0, 2).to_batches(), *ENRICHED.slice(2).to_batches()]
    whole = summarise(ENRICHED)
    assert summarise(pa.Table.from_batches(batches)) == whole
    assert summarise(pa.RecordBatchReader.from_batches(ENRICHED.schema, batches)) == whole
    assert summarise(iter(batches)) == whole
    assert summarise(ENRICHED.combine_chunks().to_batches()[0]) == whole


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_every_string_layout_gives_the_same(kind: pa.DataType) -> None:
    fields = [f.with_type(kind) if f.type == pa.string() else f for f in ENRICHED.schema]
    assert summarise(ENRICHED.cast(pa.schema(fields))) == summarise(ENRICHED)


def test_the_caller_may_say_which_columns_are_meant() -> None:
    table = pa.table({"a": ["x@"], "b": ["y@"], "tl_email_reason": ["syntax"]})
    assert [e.value for e in summarise(table, columns={"email": "b"}).field("email").examples] == ["y@"]
    assert summarise(table, columns={"email": "b"}, examples=0).field("email").examples == ()
    with pytest.raises(InvalidInput):
        summarise(table, columns={"email": "no such column"})


@pytest.mark.parametrize("table", [ENRICHED.slice(0, 0), ENRICHED.schema.empty_table()])
def test_an_empty_table_has_a_summary(table: pa.Table) -> None:
    summary = summarise(table)
    assert (summary.rows, [report.total for report in summary.fields]) == (0, [0, 0])


def test_one_row() -> None:
    assert summarise(ENRICHED.slice(0, 1)).field("email").passed == 1


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (["tl_email_status"], "tl_"),
        (["email", "phone", "tl_email"], "tl_"),
        (["x.phone_status", "x.phone_reason", "tl_email_status"], "x."),  # where most of them are
        (["a_name_status", "tl_name_status"], "tl_"),  # the usual one where two are equal
        (["email", "email_status", "email_reason"], ""),
        (["email_status", "tl_email_status", "tl_email_reason"], "tl_"),
    ],
)
def test_the_prefix_is_found(names: list[str], prefix: str) -> None:
    assert find_prefix(names) == prefix
    assert find_prefix(names, prefix) == prefix


@pytest.mark.parametrize("names", [[], ["E-Mail"], ["email", "first_name", "phone", "company", "domain"]])
def test_a_table_that_is_not_enriched_is_told_so(names: list[str]) -> None:
    with pytest.raises(InvalidInput, match=r"run trustleads\.enrich first, or pass the prefix=") as caught:
        summarise(pa.table({name: pa.array([], pa.string()) for name in names}))
    assert caught.value.reason == "not_enriched"


def test_a_wrong_prefix_is_told_so() -> None:
    with pytest.raises(InvalidInput, match="prefix="):
        summarise(ENRICHED, prefix="x_")


def test_no_batch_has_no_columns() -> None:
    with pytest.raises(InvalidInput, match="no batch"):
        summarise([])
