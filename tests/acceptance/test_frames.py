"""The same kind of table comes out, the caller's columns and rows as they were (LEAD-1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import trustleads as tl
import trustleads.integrations.pandas
import trustleads.integrations.polars

pytestmark = pytest.mark.clause("LEAD-1")

EMAILS = ["Ann.Lee@Firm.example", None, "broken@", "ann.lee@firm.example", "info@firm.example", ""]
PHONES = ["+49 30 123456", "030 123456", None, "n/a", "+1 202-555-0143", "12"]
NORMAL = ["Ann.Lee@firm.example", None, None, "ann.lee@firm.example", "info@firm.example", None]
STATUS = ["valid", "unknown", "invalid", "valid", "risky", "unknown"]
DUPLICATES = [None, None, None, 0, None, None]


def table() -> pa.Table:
    return pa.table(
        {
            "id": pa.array([6, 5, 4, 3, 2, 1], pa.int16()),
            "Work E-Mail": EMAILS,
            "Tel.": PHONES,
            "when": pa.array([dt.date(2026, 1, d) for d in range(1, 7)]),
        }
    )


OPTIONS: dict[str, Any] = {"columns": {"email": "Work E-Mail", "phone": "Tel."}, "country": "DE"}


def check(enriched: pa.Table) -> None:
    columns = enriched.to_pydict()
    assert columns["tl_email"] == NORMAL
    assert columns["tl_email_status"] == STATUS
    assert columns["tl_duplicate_of"] == DUPLICATES
    assert columns["tl_phone"][:2] == ["+4930123456", "+4930123456"]


def test_pyarrow_table() -> None:
    out = tl.enrich(table(), **OPTIONS)
    assert isinstance(out, pa.Table)
    assert out.select(table().column_names).equals(table(), check_metadata=True)
    check(out)


def test_pyarrow_batch() -> None:
    batch = table().to_batches()[0]
    out = tl.enrich(batch, **OPTIONS)
    assert isinstance(out, pa.RecordBatch)
    assert out.select(batch.schema.names).equals(batch)
    check(pa.Table.from_batches([out]))


def test_pyarrow_reader_is_lazy_and_counts_rows_over_the_stream() -> None:
    pulled = []

    def batches() -> Any:
        for number, batch in enumerate(table().to_batches(max_chunksize=2)):
            pulled.append(number)
            yield batch

    out = tl.enrich(pa.RecordBatchReader.from_batches(table().schema, batches()), **OPTIONS)
    assert isinstance(out, pa.RecordBatchReader)
    assert pulled == [0]
    check(out.read_all())


def test_pandas_keeps_index_dtypes_and_frame() -> None:
    frame = table().to_pandas()
    frame.index = pd.Index(list("zyxzyx"), name="key")  # labels that repeat
    frame["any"] = [1, "a", None, 2.5, b"x", ()]
    before = frame.copy()
    out = tl.enrich(frame, **OPTIONS)
    assert type(out) is pd.DataFrame
    pd.testing.assert_frame_equal(out[before.columns], before)
    pd.testing.assert_frame_equal(frame, before)
    assert str(out["tl_duplicate_of"].dtype) == "Int64"
    assert str(out["tl_email_free"].dtype) == "boolean"
    check(pa.Table.from_pandas(out.drop(columns="any"), preserve_index=False))


def test_pandas_subclass_and_attrs_survive() -> None:
    class Leads(pd.DataFrame):
        @property
        def _constructor(self) -> type[pd.DataFrame]:
            return Leads

    frame = Leads({"email": ["a@b.example"]})
    frame.attrs["source"] = "fair"
    out = tl.enrich(frame)
    assert type(out) is Leads
    assert out.attrs == {"source": "fair"}


def test_pandas_columns_that_are_no_strings() -> None:
    frame = pd.DataFrame({0: ["a@b.example"], "phone": [4930123456.0], 1.5: [np.nan]})
    out = tl.enrich(frame, country="DE", columns={"email": "0"})
    assert list(out.columns[:3]) == [0, "phone", 1.5]
    assert out["tl_email"].tolist() == ["a@b.example"]


def test_pandas_mixed_objects_in_a_role_column() -> None:
    frame = pd.DataFrame({"email": ["a@b.example", 7, None], "phone": ["030 123456", 30123456, np.nan]})
    out = tl.enrich(frame, country="DE")
    assert out["tl_email_status"].tolist() == ["valid", "invalid", "unknown"]
    assert out["tl_phone"].tolist()[:2] == ["+4930123456", "+4930123456"]


def test_polars() -> None:
    frame = pl.DataFrame(table())
    out = tl.enrich(frame, **OPTIONS)
    assert isinstance(out, pl.DataFrame)
    assert out.select(frame.columns).equals(frame)
    check(out.to_arrow())


def test_polars_lazy_frame_says_collect() -> None:
    with pytest.raises(tl.InvalidInput, match="collect"):
        tl.enrich(pl.LazyFrame({"email": ["a@b.example"]}))


def test_duckdb_relation_stays_on_its_connection() -> None:
    connection = duckdb.connect()
    leads = table()  # noqa: F841 - the query finds it by its name
    relation = connection.sql("SELECT * FROM leads")
    out = tl.enrich(relation, **OPTIONS)
    assert isinstance(out, duckdb.DuckDBPyRelation)
    assert out.columns[:4] == table().column_names
    check(out.to_arrow_table())
    assert connection.sql("SELECT count(*) FROM out WHERE tl_email_status = 'valid'").fetchall() == [(2,)]


def test_duckdb_tables_of_any_name_are_left_alone() -> None:
    connection = duckdb.connect()
    for name in ("trustleads_enriched", "Trustleads Rows 0", "trustleads rows 1"):
        connection.execute(f'CREATE TABLE "{name}" AS SELECT 1 AS other')
    connection.execute("CREATE VIEW \"trustleads rows 2\" AS SELECT 'Ann@firm.example' AS email")
    out = tl.enrich(connection.table("trustleads rows 2"))
    connection.execute('CREATE TABLE "trustleads rows 3" AS SELECT 2 AS other')
    assert out.project("email, tl_email_status").fetchall() == [("Ann@firm.example", "valid")]
    assert len(connection.sql("SHOW TABLES").fetchall()) == 5


@pytest.mark.parametrize("option", ["python_enable_replacements", "enable_external_access"])
def test_duckdb_that_reads_no_python_tables_says_what_to_do(option: str) -> None:
    connection = duckdb.connect(config={option: "false"})
    relation = connection.sql("SELECT 'ann@firm.example' AS email")
    with pytest.raises(tl.InvalidInput, match=rf"{option}.*to_arrow_table") as caught:
        tl.enrich(relation)
    assert caught.value.reason == "replacements_disabled"
    assert tl.enrich(relation.to_arrow_table())["tl_email_status"].to_pylist() == ["valid"]


def test_numbers_in_rows_keep_their_digits() -> None:
    rows = [{"phone": value} for value in (4930901820.0, 4930901820, float("nan"), pd.NA, pd.NaT, None)]
    out = tl.enrich(rows, country="DE")
    assert [row["tl_phone"] for row in out] == ["+4930901820", "+4930901820", None, None, None, None]
    assert [row["tl_phone_reason"] for row in out[2:]] == ["missing"] * 4


def test_keys_that_are_no_strings() -> None:
    rows: list[dict[Any, str]] = [{1: "ann@firm.example"}, {}, {1: "broken@"}]
    out = tl.enrich(rows, columns={"email": "1"})
    assert [row["tl_email_status"] for row in out] == ["valid", "unknown", "invalid"]
    assert out[0][1] == "ann@firm.example"


def test_columns_of_one_name_are_refused() -> None:
    arrow = pa.table([["a@b.example"], ["c@d.example"]], names=["email", "email"])
    pandas = pd.DataFrame([["a@b.example", "c@d.example"]], columns=["email", "email"])
    for data in (arrow, pandas, [{1: "a@b.example"}, {"1": "c@d.example"}]):
        with pytest.raises(tl.InvalidInput, match=r"two columns are called '(email|1)': rename one") as caught:
            tl.enrich(data)
        assert caught.value.reason == "duplicate_column"


def test_a_column_without_a_text_form_is_harmless_until_it_gets_a_role() -> None:
    leads = pa.table({"email": ["a@b.example"], "tags": [["x"]], "raw": [b"\xff"], "d": [{"secret": 1}]})
    assert tl.enrich(leads)["tl_email_status"].to_pylist() == ["valid"]
    for column in ("tags", "raw", "d"):
        with pytest.raises(tl.InvalidInput, match=r"column of type (list|binary|struct)") as caught:
            tl.enrich(leads, columns={"company": column})
        assert caught.value.reason == "column_type"


def test_rows_of_dicts() -> None:
    rows = table().to_pylist()
    before = [dict(row) for row in rows]
    out = tl.enrich(rows, **OPTIONS)
    assert rows == before
    assert [{k: v for k, v in row.items() if not k.startswith("tl_")} for row in out] == before
    check(pa.Table.from_pylist(out))


def test_rows_that_lack_keys() -> None:
    out = tl.enrich([{"email": "a@b.example"}, {"phone": "+4930123456"}, {}])
    assert [row["tl_email_status"] for row in out] == ["valid", "unknown", "unknown"]
    assert "email" not in out[1]


def test_any_arrow_stream() -> None:
    class Other:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return table().__arrow_c_stream__(requested_schema)

    check(tl.enrich(Other(), **OPTIONS))


LAYOUTS = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("shape", ["whole", "chunked", "sliced"])
def test_string_layouts(layout: pa.DataType, shape: str) -> None:
    def column(values: list[str | None]) -> pa.ChunkedArray:
        encode = pa.types.is_dictionary(layout)

        def array(items: list[str | None]) -> pa.Array:
            return pa.array(items, pa.string()).dictionary_encode() if encode else pa.array(items, layout)

        if shape == "chunked":
            return pa.chunked_array([array(values[:1]), array([]), array(values[1:])])
        if shape == "sliced":
            return pa.chunked_array([array(["left@out.example", *values, "left@out.example"])[1:-1]])
        return pa.chunked_array([array(values)])

    leads = pa.table({"Work E-Mail": column(EMAILS), "Tel.": column(PHONES)})
    check(tl.enrich(leads, **OPTIONS))


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(rows: int) -> None:
    for data in (table()[:rows], pl.DataFrame(table()[:rows]), table()[:rows].to_pandas()):
        out = tl.enrich(data, **OPTIONS)
        assert type(out) is type(data)
        assert len(out) == rows


def test_null_columns() -> None:
    out = tl.enrich(pa.table({"email": pa.nulls(3), "phone": pa.nulls(3, pa.string())})).to_pydict()
    assert out["tl_email_status"] == ["unknown"] * 3
    assert out["tl_phone_reason"] == ["missing"] * 3


def test_a_missing_column_leaves_its_fields_null() -> None:
    out = tl.enrich(pa.table({"email": ["a@b.example"]}))
    assert out["tl_phone_status"].to_pylist() == [None]
    assert out["tl_phone_status"].type == pa.string()


def test_a_field_asked_for_without_its_column() -> None:
    with pytest.raises(tl.InvalidInput, match="'phone' needs a column for phone") as caught:
        tl.enrich(pa.table({"email": ["a@b.example"]}), fields=["phone"])
    assert "columns={'phone': ...}" in str(caught.value)


def test_every_column_missing_lists_what_was_looked_for() -> None:
    with pytest.raises(tl.InvalidInput) as caught:
        tl.enrich(pa.table({"alpha": [1], "beta": [True]}))
    for word in ("email", "phone", "job_title", "alpha", "beta", "columns="):
        assert word in str(caught.value)


def test_taken_name() -> None:
    with pytest.raises(tl.InvalidInput, match=r"tl_email.*prefix="):
        tl.enrich(tl.enrich(table(), **OPTIONS), **OPTIONS)


def test_prefix_and_fields() -> None:
    out = tl.enrich(table(), **OPTIONS, prefix="x.", fields=["phone", "email"])
    assert out.column_names[4:] == ["x.email", "x.phone"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": {"emial": "Work E-Mail"}}, ["emial", "did you mean 'email'"]),
        ({"columns": {"email": "Work Mail"}}, ["Work Mail", "Work E-Mail"]),
        ({"fields": ["emial"]}, ["emial", "did you mean 'email'"]),
        ({"fields": []}, ["fields="]),
        ({"country": "Atlantis"}, ["country=", "'DE'"]),
        ({"mx": "yes"}, ["mx="]),
        ({"workers": 0}, ["workers="]),
        ({"on_bad_row": "ignore"}, ["on_bad_row="]),
        ({"formulas": "no"}, ["formulas="]),
        ({"prefix": 3}, ["prefix"]),
    ],
)
def test_wrong_options_say_what_and_what_to_do(options: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(tl.InvalidInput) as caught:
        tl.enrich(table(), **options)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("data", [5, None, {"email": ["a@b.example"]}, pd.Series(["a"]), [1, 2]], ids=repr)
def test_what_is_no_table(data: Any) -> None:
    with pytest.raises(tl.InvalidInput, match=r"pass a pandas|not a dict"):
        tl.enrich(data)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_number_of_workers_gives_the_same(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trustleads.enrichment.tables.BATCH_ROWS", 7)
    leads = pa.concat_tables([table()] * 20)
    assert tl.enrich(leads, workers=workers, **OPTIONS).equals(tl.enrich(leads, workers=1, **OPTIONS))
    assert tl.enrich(leads, workers=workers, **OPTIONS)["tl_duplicate_of"].to_pylist()[-6:] == [
        0,
        None,
        None,
        0,
        4,
        None,
    ]


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trustleads.enrichment.tables.BATCH_ROWS", 2)
    seen: list[tl.Progress] = []
    tl.enrich(table(), progress=seen.append, **OPTIONS)
    assert [p.rows for p in seen] == [2, 4, 6]
    assert seen[-1].done == seen[-1].total == 6


def test_accessors() -> None:
    assert trustleads.integrations.pandas.Leads is trustleads.integrations.polars.Leads
    for frame in (table().to_pandas(), pl.DataFrame(table())):
        out = frame.leads.enrich(**OPTIONS)
        assert out.leads.summary().rows == 6
        assert "Work E-Mail" in str(frame.leads.columns())
