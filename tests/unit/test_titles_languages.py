"""Titles of five languages and what they say: a table of title, seniority and department for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from trustleads.enrichment.normalize.titles.rules import classify

pytestmark = pytest.mark.clause("LEAD-3")

TABLES = sorted((Path(__file__).parent / "titles").glob("*.txt"))


def rows(table: Path) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in table.read_text("utf-8").splitlines()]


ROWS = [pytest.param(*row, id=f"{table.stem}-{row[0]}") for table in TABLES for row in rows(table)]


def test_each_language_has_a_long_table() -> None:
    titles = {table.stem: len({title for title, _, _ in rows(table)}) for table in TABLES}
    assert titles.keys() == {"english", "french", "german", "italian", "spanish"}
    assert min(titles.values()) >= 40


@pytest.mark.parametrize(("title", "seniority", "department"), ROWS)
def test_title(title: str, seniority: str, department: str) -> None:
    assert classify(title) == (seniority, department)


@pytest.mark.parametrize(("title", "seniority", "department"), ROWS)
def test_case_does_not_matter(title: str, seniority: str, department: str) -> None:
    assert classify(title.upper()) == classify(title.lower()) == (seniority, department)
