"""Names of a batch: which column is believed, what is junk, and that the fast path agrees with the exact one."""

from __future__ import annotations

import doctest
import importlib
import itertools
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.enrichment.models import NameStatus
from trustleads.enrichment.normalize.names import Names, cells, full, local, normalize_names, words
from trustleads.enrichment.normalize.names.cells import Cell, Kind

pytestmark = pytest.mark.clause("LEAD-3")

Row = tuple[str | None, str | None, str]


def one(first: str | None = None, last: str | None = None, whole: str | None = None, address: str | None = None) -> Row:
    """Normalise one row."""
    return rows(normalize_names(*(pa.array([value], pa.string()) for value in (first, last, whole, address))))[0]


def rows(names: Names) -> list[Row]:
    columns = (names.first_name, names.last_name, names.name_status)
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("Jane", "Doe", ("Jane", "Doe", "ok")),
        (" jane ", "DOE", ("Jane", "Doe", "ok")),
        ("Dr. Jane", "Doe, PhD", ("Jane", "Doe", "ok")),
        ("Mr", "Doe", (None, "Doe", "partial")),
        ("Herr", "Herr", (None, None, "junk")),
        ("Peter", "Herr", ("Peter", "Herr", "ok")),
        ("ANNA MARIA", "VAN DIJK", ("Anna Maria", "van Dijk", "ok")),
        ("VAN ANH", "LE", ("Van Anh", "Le", "ok")),
        ("María de los Ángeles", "de la cruz", ("María de los Ángeles", "de la Cruz", "ok")),
        ("J.", "Doe", ("J.", "Doe", "ok")),
        ("JR", "Doe", ("JR", "Doe", "ok")),
        ("김", "민수", ("김", "민수", "ok")),
        ("Jane", None, ("Jane", None, "partial")),
        ("Jane", "", ("Jane", None, "partial")),
        (None, "Doe", (None, "Doe", "partial")),
        ("Jane", "n/a", ("Jane", None, "partial")),
        ("asdf", "Doe", (None, "Doe", "partial")),
        ("Jane (HR)", "Doe!", ("Jane", "Doe", "ok")),
        ("É\u0301lodie", "Petit", ("É\u0301lodie", "Petit", "ok")),
        ("E\u0301lodie", "Petit", ("Élodie", "Petit", "ok")),
    ],
)
def test_first_and_last_name_cells(first: str | None, last: str | None, expected: Row) -> None:
    assert one(first, last) == expected


@pytest.mark.parametrize(
    "junk",
    [
        *("asdf", "ASDF", "qwerty", "Qwertz", "asdasd", "n/a", "N/A", "none", "null", "unknown", "-", "--", "?", "xxx"),
        *("aaa", "Aaaaaaaaaaaaa", "zzzz", "test", "Test", "tester", "test123", "123", "+49 30 123456", "(030) 12345"),
        *("jane@example.com", "https://acme.example", "www.acme.example", "acme.com", "Jane2", "J4ne", "٣٤", "①"),
        *("Firstname", "Vorname", "dfgh", "lkjh", "poiuy", "hjkl", ".", "'", "😀", "Mr.", "XX"),
    ],
)
def test_junk_alone_is_refused_in_every_column(junk: str) -> None:
    assert one(first=junk) == (None, None, "junk")
    assert one(whole=junk) == (None, None, "junk")
    assert one(whole=f"{junk} {junk}") == (None, None, "junk") or " " in junk
    assert one(first=junk, last=junk) == (None, None, "junk")


@pytest.mark.parametrize("phrase", ["no name", "Keine Angabe", "NOT AVAILABLE", "Dr.", "Herr Dr."])
def test_what_says_that_there_is_no_name_is_junk(phrase: str) -> None:
    assert one(first=phrase) == (None, None, "junk")
    assert one(whole=phrase) == (None, None, "junk")


@pytest.mark.parametrize("first", ["Jane", "Ai", "O"])
@pytest.mark.parametrize(
    "surname", ["Null", "Test", "Tester", "Na", "User", "Demo", "Sample", "Foo", "X", "None", "Bar"]
)
def test_a_placeholder_beside_a_sure_name_is_a_name(first: str, surname: str) -> None:
    assert one(first, surname) == (first, surname, "ok")
    assert one(whole=f"{first} {surname}") == (first, surname, "ok")


@pytest.mark.parametrize(("first", "last"), [("Test", "Test"), ("Test", "User"), ("Foo", "Bar"), ("null", "null")])
def test_two_placeholders_are_junk(first: str, last: str) -> None:
    assert one(first, last) == (None, None, "junk")
    assert one(whole=f"{first} {last}") == (None, None, "junk")


@pytest.mark.parametrize("short", ["Xi", "Wu", "Ng", "Bo", "Io", "Yu", "Li", "O", "Ai", "Oo", "Ii", "Ek", "Ty", "Aj"])
def test_short_names_are_names(short: str) -> None:
    assert one(short, "Doe") == (short, "Doe", "ok")
    assert one("Jane", short) == ("Jane", short, "ok")
    assert one(first=short) == (short, None, "partial")


def test_cells_of_their_own_beat_the_whole_name() -> None:
    assert one("Janet", "Dow", "Jane Doe") == ("Janet", "Dow", "ok")
    assert one("Janet", None, "Jane Doe") == ("Janet", "Doe", "ok")
    assert one(None, "Dow", "Jane Doe") == ("Jane", "Dow", "ok")
    assert one("n/a", "n/a", "Jane Doe") == ("Jane", "Doe", "ok")
    assert one(None, "Doe", "Doe") == (None, "Doe", "partial")
    assert one(None, None, "Jane") == ("Jane", None, "partial")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("jane.doe", ("Jane", "Doe", "derived")),
        ("jane_doe", ("Jane", "Doe", "derived")),
        ("Jane.Doe", ("Jane", "Doe", "derived")),
        ("jane.doe2", ("Jane", "Doe", "derived")),
        ("jane.doe+news", ("Jane", "Doe", "derived")),
        ("jan.van.dijk", ("Jan", "van Dijk", "derived")),
        ("jean-luc.petit", ("Jean-Luc", "Petit", "derived")),
        ("ewan.mcdonald", ("Ewan", "McDonald", "derived")),
        ("ewan.macdonald", ("Ewan", "MacDonald", "derived")),
        ("jörg.weiß", ("Jörg", "Weiß", "derived")),
        ("li.wu", ("Li", "Wu", "derived")),
        ("иван.петров", ("Иван", "Петров", "derived")),
        *(
            (address, (None, None, "missing"))
            for address in (
                *(
                    "jdoe",
                    "info",
                    "x7z",
                    "j.doe",
                    "jane",
                    "jane-doe",
                    "sales.team",
                    "no.reply",
                    "test.user",
                    "asdf.asdf",
                ),
                *(
                    "jane.m.doe",
                    "jane.doe.smith",
                    "a1.b2",
                    "jd.smith",
                    "jane..doe",
                    ".jane",
                    "jane.",
                    "",
                    "+",
                    "123",
                    "._.",
                ),
                *("dr.doe", "first.last", "kunden.service", "xxx.yyy", "jane2.doe", "aaaa.bbbb"),
            )
        ),
    ],
)
def test_names_from_addresses(address: str, expected: Row) -> None:
    assert one(address=address) == expected


def test_an_address_is_read_only_where_no_name_stands() -> None:
    assert one("Jane", None, None, "jane.doe") == ("Jane", None, "partial")
    assert one("asdf", None, None, "jane.doe") == (None, None, "junk")
    assert one(" ", "", "\t", "jane.doe") == ("Jane", "Doe", "derived")


def test_a_null_is_nobody_whatever_bytes_lie_under_it() -> None:
    whole = pa.array(["Doe", "Smith", "Miller"])
    hidden = pc.if_else(pa.array([False, True, True]), None, whole)
    hidden = pa.StringArray.from_buffers(3, *whole.buffers()[1:], hidden.buffers()[0])
    assert hidden.to_pylist() == ["Doe", None, None]
    found = normalize_names(pa.array(["Jane", "Anna", None]), hidden)
    assert found.name_status.to_pylist() == [NameStatus.OK, NameStatus.PARTIAL, NameStatus.MISSING]
    assert found.last_name.to_pylist() == ["Doe", None, None]


def test_nothing_at_all_is_missing() -> None:
    assert one("", " ", None, None) == (None, None, "missing")


def test_empty_batches_and_missing_columns() -> None:
    assert rows(normalize_names(pa.array([], pa.string()))) == []
    assert rows(normalize_names(last=pa.nulls(2, pa.string()))) == [(None, None, "missing")] * 2
    with pytest.raises(ValueError, match="at least one"):
        normalize_names()


@pytest.mark.parametrize("module", ["names.cells", "names.full", "names.local", "names.case"])
def test_the_examples_in_the_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"trustleads.enrichment.normalize.{module}"))
    assert result.attempted
    assert not result.failed


# --- properties -----------------------------------------------------------------------------------------------------

_PIECES = sorted(
    words.HONORIFICS
    | words.DOTTED_HONORIFICS
    | words.SUFFIXES
    | words.DOTTED_SUFFIXES
    | words.JOINERS
    | words.DOUBTFUL
    | words.CONJUNCTIONS
    | words.JUNK
    | words.FAMILY_FIRST
    | words.SHORT_SURNAMES
    | words.MACS
    | words.DEGREES
)  # fmt: skip - one expression
_NAMES = [
    "jane",
    "doe",
    "anne-marie",
    "o'brien",
    "mcdonald",
    "müller",
    "garcía",
    "lópez",
    "иван",
    "김민수",
    "j.",
    "weiß",
    "tj",
]
_casing = st.sampled_from([str.lower, str.upper, str.title, str.capitalize, str])
_word = st.tuples(_casing, st.sampled_from(_PIECES) | st.sampled_from(_NAMES)).map(lambda pair: pair[0](pair[1]))
_dotted = st.tuples(_word, st.sampled_from(["", "", "", ".", ",", "'"])).map("".join)
_name = st.lists(_dotted, min_size=1, max_size=5).map(" ".join)
_plain = st.tuples(_casing, st.sampled_from(_NAMES + _PIECES)).map(lambda pair: pair[0](pair[1]))
_cell = st.none() | st.one_of(_plain, _name, st.text(max_size=12), st.from_regex(r"[A-Za-z' .-]{0,12}", fullmatch=True))
_address = st.none() | st.from_regex(r"[a-z]{1,8}([._-][a-z]{1,8}){0,2}[0-9]?", fullmatch=True) | st.text(max_size=8)


@settings(max_examples=250)
@given(st.lists(st.tuples(_cell, _cell, _cell, _address), min_size=1, max_size=4))
def test_whole_columns_decide_as_the_exact_path(table: list[tuple[str | None, ...]]) -> None:
    columns = [pa.array(column, pa.string()) for column in zip(*table, strict=True)]
    assert rows(normalize_names(*columns)) == [exactly(*row) for row in table]


@settings(max_examples=250)
@given(_cell, _cell, _cell, _address)
def test_a_normal_form_is_its_own_normal_form(
    first: str | None, last: str | None, whole: str | None, address: str | None
) -> None:
    first, last, status = one(first, last, whole, address)
    again = one(first, last)
    assert again[:2] == (first, last)
    if status in (NameStatus.OK, NameStatus.PARTIAL):
        assert again[2] == status


@settings(max_examples=150)
@given(st.text(max_size=30))
def test_no_text_raises_and_every_row_has_a_status(text: str) -> None:
    for row in (one(text, text), one(whole=text), one(address=text)):
        assert row[2] in set(NameStatus)


def exactly(first: str | None, last: str | None, whole: str | None, address: str | None) -> Row:
    """Decide one row from the exact path's functions alone, written down anew."""
    if blank(whole) and blank(last) and two_halves(first):
        first, whole = None, first
    elif blank(whole) and blank(first) and two_halves(last):
        last, whole = None, last
    given_cell, surname_cell = cells.given(first or ""), cells.surname(last or "")
    halves = full.split(whole or "")
    ours, theirs = believed(given_cell, surname_cell), believed(*halves)
    if ours == (None, None):
        ours = theirs
    elif None not in theirs:
        ours = (ours[0] or theirs[0], ours[1] or theirs[1])
    if any(cell.kind is not Kind.BLANK for cell in (given_cell, surname_cell, *halves)):
        return *ours, ("junk", "partial", "ok")[2 - ours.count(None)]
    derived = local.derive(address or "")
    return (*derived, "derived") if derived else (None, None, "missing")


def blank(cell: str | None) -> bool:
    return pc.utf8_trim_whitespace(cell or "").as_py() == ""


def two_halves(cell: str | None) -> bool:
    parts = (cell or "").split(",")
    return any(any(map(is_letter, a)) and any(map(is_letter, b)) for a, b in itertools.pairwise(parts))


def is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L")


def believed(first: Cell, last: Cell) -> tuple[str | None, str | None]:
    return (first.text, last.text) if Kind.NAME in (first.kind, last.kind) else (None, None)


@pytest.mark.clause("LEAD-3")
def test_last_and_first_in_one_cell_beside_a_blank_one() -> None:
    names = normalize_names(
        pa.array(["Berger, J\u00f6rg", None, "SMITH, JOHN", "Anna Maria"]),
        pa.array([None, "Cort\u00e9s, Rafael", "", None]),
    )
    assert names.first_name.to_pylist() == ["J\u00f6rg", "Rafael", "John", "Anna Maria"]
    assert names.last_name.to_pylist() == ["Berger", "Cort\u00e9s", "Smith", None]
