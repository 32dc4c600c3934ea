"""Hostile long cells: names, titles and companies read no more of a cell than their documented limit."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType

import pyarrow as pa
import pytest

from trustleads.enrichment.normalize.company import normalize_companies
from trustleads.enrichment.normalize.company.domains import LONGEST_HOST, domain_of
from trustleads.enrichment.normalize.company.names import LONGEST as LONGEST_COMPANY
from trustleads.enrichment.normalize.company.names import normal_name
from trustleads.enrichment.normalize.names import normalize_names
from trustleads.enrichment.normalize.names.words import LONGEST_CELL
from trustleads.enrichment.normalize.titles import kernel, normalize_titles
from trustleads.enrichment.normalize.titles.text import LONGEST as LONGEST_TITLE

pytestmark = pytest.mark.clause("LEAD-3")

LONG, LONGER = 4 << 10, 128 << 10  # bytes; both are over every limit
GENEROUS = 1.0  # seconds of processor time for LONGER: what is quadratic takes tens of them, what is linear a few ms
UNITS = (
    *(" ", "\xa0", "\x1c", "a", "A", "a ", ",", ", ", ".", "a.", "-", " -", "'", "(", '"', "\u0301", "\u0316\u0301"),
    *("GmbH ", "S. p. A. ", "株式会社", "Dr. ", "Mr ", "PhD ", "de ", "AA tj ", "e-", "a/", "of ", "様 ", "김", "1st "),
    *("@", "://", ":1", "ü.", "xn--", "\u200d", "\u0130", "\ufdfa", "a_"),
)
AROUND = (("", ""), ("Jane ", " Doe"), ("", ".example"), ("http://", "/"))
KERNELS: dict[str, Callable[[pa.StringArray], object]] = {
    "first": lambda column: normalize_names(first=column),
    "last": lambda column: normalize_names(last=column),
    "full": lambda column: normalize_names(full=column),
    "local": lambda column: normalize_names(local=column),
    "title": normalize_titles,
    "company": normalize_companies,
    "site": lambda column: normalize_companies(site=column),
    "mail": lambda column: normalize_companies(email_domain=column),
}


def column(*cells: str) -> pa.StringArray:
    return pa.array(cells, pa.string())


def cell(unit: str, around: tuple[str, str], size: int) -> str:
    return unit.join((around[0], unit * (size // len(unit.encode())), around[1]))


def calls(function: Callable[[pa.StringArray], object], text: str) -> int:
    """Count the calls of Python and of C functions that one cell takes."""
    count = 0
    cells = column(text)

    def note(_frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function(cells)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
@pytest.mark.parametrize("name", KERNELS)
def test_a_longer_cell_takes_no_more_calls(name: str, unit: str) -> None:
    function = KERNELS[name]
    for around in AROUND:
        function(column(cell(unit, around, LONG)))  # tables are built at their first use
        few = calls(function, cell(unit, around, LONG))
        start = time.process_time()
        assert calls(function, cell(unit, around, LONGER)) < 2 * few  # 32 times as many if each sign took its own
        assert time.process_time() - start < GENEROUS  # what happens inside one call of a C function


def test_a_company_of_too_many_characters_is_none() -> None:
    longest = "Ä" + "x" * (LONGEST_COMPANY - 6)
    cells = [f"{longest} GmbH", f"{longest}y GmbH", f"  {longest} GmbH ", " " * LONGEST_COMPANY + "Acme Inc", "Acme AG"]
    found = normalize_companies(column(*cells)).company.to_pylist()
    assert found == [longest, None, longest, "Acme", "Acme"] == [normal_name(text) for text in cells]


def test_a_name_of_too_many_characters_is_junk() -> None:
    longest = "Jane " + "É" + "l" * (LONGEST_CELL - 6)
    for whole in (longest, f" {longest}\t"):
        names = normalize_names(full=column(whole))
        assert (names.first_name[0].as_py(), names.name_status[0].as_py()) == ("Jane", "ok")
    for key in ("first", "last", "full"):
        names = normalize_names(**{key: column(longest + "x", " " * LONGEST_CELL * 2)})
        assert names.name_status.to_pylist() == ["junk", "missing"]
        assert names.first_name.to_pylist() == names.last_name.to_pylist() == [None, None]


def test_a_local_part_of_too_many_characters_names_nobody() -> None:
    longest = "jane." + "do" * 29 + "e"
    names = normalize_names(local=column(longest, longest + "e", longest[:-30] + "2" * 40))
    assert names.name_status.to_pylist() == ["derived", "missing", "missing"]


def test_a_title_of_too_many_characters_is_none() -> None:
    longest = "Head of " + "x" * (LONGEST_TITLE - 8)
    titles = normalize_titles(column(longest, longest + "x", f" {longest} ", " " * LONGEST_TITLE + "CEO"))
    assert titles.job_title.to_pylist() == [longest, None, longest, "CEO"]
    assert titles.seniority.to_pylist() == ["head", None, "head", "c_level"]


def test_a_host_of_too_many_characters_has_no_domain_but_a_url_may_be_long() -> None:
    many = "a." * ((LONGEST_HOST - len("acme.example")) // 2)
    assert domain_of(many + "acme.example") == "acme.example"
    assert domain_of(many + "aa.acme.example") is None
    assert domain_of(many + "ü.acme.example") is None
    assert domain_of("https://acme.example/" + "ü" * 2000) == "acme.example"


def test_only_short_titles_are_remembered() -> None:
    kernel._kept.cache_clear()
    short, long = "Head of " + "y" * 72, "Head of " + "y" * 73
    assert len(short) == kernel._LONGEST_KEPT
    assert normalize_titles(column(short, long)).seniority.to_pylist() == ["head", "head"]
    assert kernel._kept.cache_info().currsize == 1
