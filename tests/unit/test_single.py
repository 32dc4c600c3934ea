from __future__ import annotations

import pyarrow as pa
import pytest

from trustleads.enrichment.normalize import single
from trustleads.enrichment.normalize.email import validate_emails
from trustleads.enrichment.normalize.names import normalize_names
from trustleads.enrichment.normalize.phone import validate_phones


@pytest.mark.parametrize(
    "text", ["ada@one.example", " Ada@ONE.example ", "call me", "", "a@b", "ada@täst.example", "x@y.test"]
)
def test_an_address_is_one_where_the_column_has_one(text: str) -> None:
    assert single.is_email(text) == (validate_emails(pa.array([text])).email[0].as_py() is not None)


@pytest.mark.parametrize("country", [None, "GB", "DE"])
@pytest.mark.parametrize("text", ["+44 20 7946 0000", "020 7946 0000", "call me", "", "+999 1", "030 23125001"])
def test_a_phone_number_is_one_where_the_column_has_one(text: str, country: str | None) -> None:
    assert single.is_phone(text, country) == (validate_phones(pa.array([text]), country).phone[0].as_py() is not None)


@pytest.mark.parametrize("text", ["Ada", "asdf", "n/a", "", "Dr. Ada", "van der Berg", "12345"])
def test_a_name_is_one_where_the_column_has_one(text: str) -> None:
    names = normalize_names(first=pa.array([text]), last=pa.array(["Stone"]))
    assert single.is_first_name(text) == (names.first_name[0].as_py() is not None)
    names = normalize_names(first=pa.array(["Ada"]), last=pa.array([text]))
    assert single.is_last_name(text) == (names.last_name[0].as_py() is not None)


@pytest.mark.parametrize(
    ("text", "country", "may_be"),
    [
        ("030 23125001", None, True),
        ("(030) 231 25 001", "GB", True),  # of a row that names another country
        ("030 23125001", "DE", True),
        ("030 23125001 ext. 7", None, True),
        ("+49 30 23125001", None, True),
        ("+49 30 23125001", "GB", True),
        ("0049 30 23125001", None, True),
        ("+999 1234567", None, False),
        ("+49 1", "DE", False),
        ("+1 000 000 0000", None, False),
        ("12345", None, False),
        ("999999999999999", None, False),
        ("n/a", None, False),
        ("call me", "DE", False),
        ("", None, False),
    ],
)
def test_a_number_that_cannot_be_judged_may_be_one(text: str, country: str | None, may_be: bool) -> None:
    assert single.may_be_phone(text, country) is may_be
