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
@pytest.mark.parametrize("text", ["+44 20 7946 0000", "020 7946 0000", "call me", "", "+999 1", "030 901820"])
def test_a_phone_number_is_one_where_the_column_has_one(text: str, country: str | None) -> None:
    assert single.is_phone(text, country) == (validate_phones(pa.array([text]), country).phone[0].as_py() is not None)


@pytest.mark.parametrize("text", ["Ada", "asdf", "n/a", "", "Dr. Ada", "van der Berg", "12345"])
def test_a_name_is_one_where_the_column_has_one(text: str) -> None:
    names = normalize_names(first=pa.array([text]), last=pa.array(["Stone"]))
    assert single.is_first_name(text) == (names.first_name[0].as_py() is not None)
    names = normalize_names(first=pa.array(["Ada"]), last=pa.array([text]))
    assert single.is_last_name(text) == (names.last_name[0].as_py() is not None)
