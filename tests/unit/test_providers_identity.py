"""Who is taken for the person that was asked about."""

from __future__ import annotations

from typing import Any

import pytest

from trustleads.enrichment.providers.identity import has_address, has_name
from trustleads.enrichment.questions import Attribute

A = Attribute


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ({A.FIRST_NAME: "Jürgen", A.LAST_NAME: "Groß"}, "JUERGEN", "gross"),
        ({A.FULL_NAME: "O'Neil, Maxine"}, "Max", "O'Neil"),
        ({A.FIRST_NAME: "J.", A.LAST_NAME: "Søborg-Lund"}, "Jens", "Soborg Lund"),
        ({A.FIRST_NAME: "Thomas", A.LAST_NAME: "Thomas"}, "Thomas", "Thomas"),
        ({A.FIRST_NAME: "Ada", A.LAST_NAME: "Lovell"}, "Ada Maria", "Lovell"),
    ],
)
def test_the_same(given: dict[Attribute, str], first: str, last: str) -> None:
    assert has_name(given, first, last)


@pytest.mark.parametrize(
    ("first", "last"),
    [("Bo", "Lovell"), ("Ada", "Berg"), (None, "Lovell"), ("Ada", None), ("", ""), (1, 2), ("Lovell", "Lovell")],
)
def test_another(first: Any, last: Any) -> None:
    assert not has_name({A.FIRST_NAME: "Ada", A.LAST_NAME: "Lovell"}, first, last)


def test_addresses() -> None:
    assert has_address("Ada@Acme.example", [None, True, " ada@acme.example "])
    assert not has_address("ada@acme.example", [None, "bo@acme.example"])
    assert not has_address("ada@acme.example", [])
