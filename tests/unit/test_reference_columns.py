"""The reference page of the added columns says what the code says: no code is missing, none is invented."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from trustleads.enrichment.models import (
    FIELDS,
    Department,
    EmailReason,
    NameStatus,
    PhoneReason,
    PhoneType,
    Seniority,
    Verdict,
    waterfall_fields,
)
from trustleads.enrichment.summary import CODES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "columns.md").read_text(encoding="utf-8")

VOCABULARIES: dict[str, type[StrEnum]] = {
    "email_status": Verdict,
    "email_reason": EmailReason,
    "phone_status": Verdict,
    "phone_reason": PhoneReason,
    "phone_type": PhoneType,
    "name_status": NameStatus,
    "seniority": Seniority,
    "department": Department,
}


def table(heading: str) -> list[dict[str, str]]:
    """The rows of the table under a heading."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    head, _, *rows = [line for line in section.splitlines() if line.startswith("|")]
    names = cells(head)
    return [dict(zip(names, cells(row), strict=True)) for row in rows]


def cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


@pytest.mark.clause("LEAD-1")
def test_every_added_column_is_explained_in_order_with_its_type() -> None:
    rows = table("All of them")
    assert [(row["column"], row["type"]) for row in rows] == [(field.name, field.kind) for field in FIELDS]
    assert all(row["what it holds"] and row["null when"] for row in rows)


@pytest.mark.clause("LEAD-4")
def test_every_column_that_providers_add_is_explained_in_order_with_its_type() -> None:
    rows = table("With providers")
    added = [(field.name.replace("email", "<field>"), field.kind) for field in waterfall_fields(["email"])]
    assert [(row["column"], row["type"]) for row in rows] == added
    assert all(row["what it holds"] and row["null when"] for row in rows)


@pytest.mark.clause("LEAD-2", "LEAD-3")
@pytest.mark.parametrize("column", VOCABULARIES)
def test_every_code_of_a_closed_list_is_explained_in_order(column: str) -> None:
    rows = table(f"`{column}`")
    assert [row["code"] for row in rows] == [code.value for code in VOCABULARIES[column]]
    assert all(row["meaning"] for row in rows)
    assert f"](#{column})" in PAGE  # the table of columns leads to it


@pytest.mark.clause("LEAD-2", "LEAD-3")
@pytest.mark.parametrize("column", ["email_reason", "phone_reason", "name_status"])
def test_the_page_gives_the_outcomes_and_verdicts_of_the_report(column: str) -> None:
    for row in table(f"`{column}`"):
        code = CODES[row["code"]]
        assert row["in the report"] == code.outcome
        assert row.get("verdict", code.verdict) == code.verdict


@pytest.mark.clause("LEAD-2")
def test_the_answers_about_mail_hosts_are_explained() -> None:
    assert [row["code"] for row in table("`email_mx`")] == ["yes", "no"]


def test_the_links_of_the_page_lead_somewhere() -> None:
    headings = {heading.strip("`") for heading in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings
    for name in set(re.findall(r"\]\(([^)#]+)\)", PAGE)):
        assert (Path(__file__).parents[2] / "docs" / "reference" / name).is_file()
