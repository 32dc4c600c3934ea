"""Cells as text: the same from a list of dicts, a pandas column of objects, and an Arrow column of numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.frames import frame_of
from trustleads.enrichment.frames.cells import cell_text
from trustleads.enrichment.normalize.arrays import plain_strings

pytestmark = pytest.mark.clause("LEAD-1")

CELLS = [
    (None, None),
    (float("nan"), None),
    (np.float32("nan"), None),
    (Decimal("NaN"), None),
    (pd.NA, None),
    (pd.NaT, None),
    (4930901820.0, "4930901820"),
    (np.float64(4930901820.0), "4930901820"),
    (Decimal("4930901820.00"), "4930901820"),
    (4930901820, "4930901820"),
    (-0.5, "-0.5"),
    (float("inf"), "inf"),
    (1e25, "1e+25"),
    (True, "True"),
    ("4930901820.0", "4930901820.0"),
    ("", ""),
]


@pytest.mark.parametrize(("value", "text"), CELLS, ids=repr)
def test_each_cell_has_its_text(value: object, text: str | None) -> None:
    assert cell_text(value) == text


def test_rows_and_pandas_say_the_same() -> None:
    values = [value for value, _ in CELLS] + [b"mixed"]
    rows = frame_of([{"a": value} for value in values]).select(["a"])
    frame = frame_of(pd.DataFrame({"a": pd.Series(values, dtype=object)})).select(["a"])
    assert rows["a"].to_pylist() == frame["a"].to_pylist()
    assert rows["a"].to_pylist()[:-1] == [text for _, text in CELLS]


WITHOUT_TEXT = ["secret\ud800", 10**5000]


def tables(name: str, values: list[object]) -> list[Any]:
    rows: list[dict[str, object]] = [{"plain": "x", name: value} for value in values]
    return [rows, pd.DataFrame(rows, columns=pd.Index(["plain", name], dtype=object), dtype=object)]


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize("value", WITHOUT_TEXT, ids=["surrogate", "huge"])
@pytest.mark.parametrize("kind", [0, 1], ids=["rows", "pandas"])
def test_a_cell_without_text_is_refused_by_row_and_column(value: object, kind: int) -> None:
    frame = frame_of(tables("phone", ["+49", value])[kind])
    with pytest.raises(InvalidInput, match=r"row 1 .*'phone' has no text") as caught:
        frame.select(["phone"])
    assert caught.value.reason == "cell_text"
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None
    assert frame.select(["phone"], 2)["phone"].to_pylist() == ["+49", None]
    assert frame.select(["plain"])["plain"].to_pylist() == ["x", "x"]


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize("kind", [0, 1], ids=["rows", "pandas"])
def test_a_name_without_text_is_refused(kind: int) -> None:
    table = tables("secret\ud800", ["a"])[kind]
    with pytest.raises(InvalidInput, match="the name of column 2 has no text") as caught:
        frame_of(table)
    assert caught.value.__context__ is None


def test_whole_numbers_of_any_size_have_a_text() -> None:
    frame = frame_of(pd.DataFrame({"phone": [491701234567, 10**30, -5]}))
    assert frame.select(["phone"])["phone"].to_pylist() == ["491701234567", "1" + "0" * 30, "-5"]
    wide = frame_of(pl.DataFrame({"phone": pl.Series([10**25, None], dtype=pl.Int128), "b": [1, 2]}))
    assert wide.select(["phone"])["phone"].to_pylist() == ["1" + "0" * 25, None]


def test_columns_that_arrow_has_no_type_for_have_the_text_of_their_cells() -> None:
    frame = frame_of(pd.DataFrame({"c": np.array([1j, 2])}))
    assert frame.select(["c"])["c"].to_pylist() == ["1j", "(2+0j)"]


FLOATS = [4930901820.0, None, float("nan"), float("inf"), float("-inf"), 1e25, -1e25, 0.5, -7.0, 2.0**63]


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()], ids=str)
def test_columns_of_whole_floats(kind: pa.DataType) -> None:
    assert plain_strings(pa.array([12.0, None, -7.0], kind)).to_pylist() == ["12", None, "-7"]
    assert plain_strings(pa.array([12.0, float("nan"), 0.5], kind)).to_pylist() == ["12", None, "0.5"]
    assert plain_strings(pa.array([], kind)).to_pylist() == []
    assert plain_strings(pa.nulls(2, kind)).to_pylist() == [None, None]


def test_columns_of_floats_say_what_cells_say() -> None:
    assert plain_strings(pa.array(FLOATS)).to_pylist()[:5] == ["4930901820", None, None, "inf", "-inf"]
    for value in FLOATS:
        (text,) = plain_strings(pa.array([value], pa.float64())).to_pylist()
        expected = cell_text(value)
        assert (text is None) == (expected is None)
        assert text is None or float(text) == float(value or 0)
        assert text == expected or "e" in str(expected)  # libraries differ in how they write a power of ten


def test_columns_of_decimals_lose_only_zeros_behind_the_point() -> None:
    values = [Decimal("4930901820.00"), Decimal("100.50"), None, Decimal("-10.00")]
    assert plain_strings(pa.array(values)).to_pylist() == ["4930901820", "100.50", None, "-10"]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pa.array([["secret"]]), "list.*no text form"),
        (pa.array([{"a": "secret"}]), "struct.*no text form"),
        (pa.array([b"secret\xff"]), "binary.*not UTF-8"),
        (pa.array([b"secret\xff"], pa.large_binary()), "large_binary.*not UTF-8"),
        (pa.array([b"secret\xff"], pa.binary(7)), "fixed_size_binary.*not UTF-8"),
        (pa.array([b"secret\xff"], pa.binary_view()), "binary_view.*not UTF-8"),
        (pa.array([b"secret\xff"]).dictionary_encode(), "binary.*not UTF-8"),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_what_has_no_text_is_refused_without_its_content(column: pa.Array, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        plain_strings(column)
    assert caught.value.reason == "column_type"
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
