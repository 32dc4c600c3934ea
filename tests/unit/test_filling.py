from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

import trustleads as tl
from trustleads.providers import Answer, Attribute, Finding, Outcome, Question, TableProvider

pytestmark = pytest.mark.clause("LEAD-4")

MAIL = "ada@one.example"
LOCAL, INTERNATIONAL = "030 23125001", "+493023125001"  # all reserved for fiction
OTHER = "+442079460000"


class Says(TableProvider):
    """Finds one phone number for everybody."""

    def __init__(self, phone: str, name: str = "says") -> None:
        super().__init__([{"email": MAIL, "phone": OTHER}], name=name)
        self.phone = phone

    async def lookup(self, questions: Sequence[Question]) -> list[Answer]:
        return [Answer(Outcome.FOUND, {Attribute.PHONE: Finding(self.phone, 0.9)}) for _ in questions]


def enriched(lead: dict[str, Any], *providers: Says, **options: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = tl.enrich(
        [{"email": MAIL, **lead}], providers=list(providers), want={"phone": 0.85}, **options
    )
    return rows[0]


def outcomes(row: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(part["outcome"], part.get("reason")) for part in json.loads(row["tl_answers"])]


@pytest.mark.parametrize(
    ("lead", "options"),
    [
        ({"country": "Germany"}, {}),
        ({"country": "Germany"}, {"country": "GB"}),
        ({"country": None}, {"country": "DE"}),
        ({"Staat": "DE"}, {"columns": {"country": "Staat"}}),
        ({}, {"country": "DE"}),
    ],
)
def test_a_national_number_is_read_in_the_rows_own_country(lead: dict[str, Any], options: dict[str, Any]) -> None:
    row = enriched(lead, Says(LOCAL), **options)
    assert (row["tl_phone"], row["tl_phone_status"], row["tl_phone_country"]) == (INTERNATIONAL, "valid", "DE")
    assert row["tl_phone_confidence"] == 0.9
    assert "phone" in json.loads(row["tl_sources"])


def test_each_row_is_read_in_its_own() -> None:
    leads = {
        "email": [f"{name}@one.example" for name in "abcd"],
        "country": ["Germany", None, "United Kingdom", "Austria"],
        "phone": [None, None, OTHER, None],
    }
    out = tl.enrich(pa.table(leads), providers=[Says(LOCAL)], want={"phone": 0.7})
    assert out["tl_phone"].to_pylist() == [INTERNATIONAL, None, OTHER, None]
    assert out["tl_phone_confidence"].to_pylist() == [0.9, None, 0.8, None]
    assert out["tl_phone_reason"].to_pylist() == ["ok", "no_region", "ok", "not_assigned"]


def test_a_number_that_is_none_in_the_rows_country_is_no_value() -> None:
    row = enriched({}, Says(LOCAL))
    assert (row["tl_phone"], row["tl_phone_confidence"], row["tl_sources"]) == (None, None, None)
    assert (row["tl_phone_status"], row["tl_phone_reason"]) == ("unknown", "no_region")
    assert outcomes(row) == [("found", None)]


def test_nor_does_it_replace_the_rows_own() -> None:
    row = enriched({"phone": OTHER}, Says(LOCAL))
    assert (row["tl_phone"], row["tl_phone_status"], row["tl_phone_confidence"]) == (OTHER, "valid", 0.8)
    assert row["tl_sources"] is None


def test_what_can_be_no_number_anywhere_is_a_miss_and_the_next_is_asked() -> None:
    row = enriched({"country": "Germany"}, Says("n/a", "first"), Says(LOCAL, "second"))
    assert (row["tl_phone"], row["tl_phone_confidence"]) == (INTERNATIONAL, 0.9)
    assert outcomes(row) == [("miss", "unusable"), ("found", None)]
