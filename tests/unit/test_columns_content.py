"""What cells say about columns (LEAD-1)."""

from __future__ import annotations

import datetime as dt
import decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.enrichment.columns.content import SURE, Cells, Kind, clash, fit, kind_of, likeness, looks_like_data
from trustleads.enrichment.models import Role

pytestmark = pytest.mark.clause("LEAD-1")


def cells(*texts, repeat=1):
    return Cells.of(pa.chunked_array([list(texts) * repeat]))


@pytest.mark.parametrize(
    ("kind", "examples"),
    [
        (Kind.EMAIL, "a@example.com|Ann.O'Hara+x@sub.example.org|mailto:a@example.com|ü@bücher.example"),
        (Kind.FLAG, "yes|No|TRUE|0|1|ja|Nein|oui|x|Subscribed"),
        (Kind.DATE, "2024-01-31|2024-01-31T10:00:00Z|31.01.2024|1/31/24|2024/1/31 10:00|31-01-2024"),
        (
            Kind.URL,
            "www.example.com|https://example.com/a|acme.example|ACME.de|sub.acme.co.uk/path|3m.example|x.io?a=1",
        ),
        (Kind.PROFILE, "https://www.linkedin.com/in/someone|xing.com/profile/x|http://facebook.com/acme"),
        (
            Kind.PHONE,
            "+49 30 23125001|+493023125001|+49 (0) 30 23125001|+ 49 30 23125001|0049 30 23125001|030 23125001",
        ),
        (Kind.PHONE, "030/23125001|(030) 23125001|06 39 98 12 34|+33.1.99.00.12.34|+1 (555) 555-0123|(555) 555-0123"),
        (Kind.PHONE, "555-555-0123|1-555-555-0123"),
        (Kind.DIGITS, "03023125001|5555550123|1234567|123456789012345"),
        (Kind.NUMBER, "12345|01067|12345-6789|1,234.00|1234.5|€ 12,50|12 %|99 EUR|-3|+52.520008|0.5234567"),
        (Kind.NUMBER, "1234567890123456|192.168.0.1|1 234 567"),
        (
            Kind.TEXT,
            "Anna|Acme Ltd.|report.pdf|a@b|@handle|DE89 3704 0044 0532 0130 00|2024-000123|10:30|tel:030|a b.com",
        ),
    ],
)
def test_cells_are_sorted_by_their_shape(kind, examples):
    assert {example: kind_of(example) for example in examples.split("|")} == dict.fromkeys(examples.split("|"), kind)


@given(st.text(min_size=1, max_size=220))
@settings(max_examples=300)
def test_any_cell_has_a_kind(text):
    assert kind_of(text) in Kind


FITTING = {
    Role.EMAIL: ["a@example.com", "b@example.org", "c@example.net"],
    Role.PHONE: ["+49 30 23125001", "030 23125002", "03023125003", "+33 1 99 00 12 34"],
    Role.DOMAIN: ["acme.example", "https://www.example.org/x", "shop.example.de"],
    Role.COUNTRY: ["Germany", "FR", "Spain", "Italy", "GB"],
    Role.FIRST_NAME: ["Anna", "Thomas", "Zsófia", "José", "Jean-Pierre"],
    Role.FULL_NAME: ["Anna Berg", "Müller, Thomas", "Dr. José García López", "Zsófia Nagy"],
    Role.JOB_TITLE: ["Head of Sales", "Geschäftsführer", "Ingénieur", "Responsable Marketing", "Software Engineer"],
    Role.COMPANY: ["Nordwind GmbH", "Quercus AG", "Contoso", "Rossi S.p.A.", "Müller GmbH & Co. KG"],
}


@pytest.mark.parametrize("role", FITTING)
def test_cells_of_a_role_fit_it_and_no_other(role):
    sample = cells(*FITTING[role], repeat=20)
    assert {other for other in Role if fit(other, sample) >= SURE.get(other, 1.1)} == {role}
    assert clash(role, sample) == ""
    assert likeness(role, sample) >= 0.75


@pytest.mark.parametrize(
    "texts",
    [
        ["10000234", "10000235", "10000236"],  # ids
        ["0000123456", "0000123457", "0000123458"],  # padded ids
        ["5555550123", "5555550124"],  # could be phones, could be anything
        ["2024-01-31", "01.02.2024", "2024-03-01 10:00"],
        ["01067", "10115", "80331", "12345-6789"],
        ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00"],
        ["1.234,00", "99.00", "€ 12", "1 234 567"],
        ["+52.520008", "+13.404954"],
        ["978-3-16-148410-0", "0-306-40615-2", "978-1-4028-9462-6", "3-16-148410-X"],
        ["12", "101", "4711"],  # extensions
    ],
)
def test_figures_that_are_no_phone_numbers(texts):
    assert fit(Role.PHONE, cells(*texts, repeat=20)) < SURE[Role.PHONE]


@pytest.mark.parametrize(
    ("role", "texts"),
    [
        (Role.COUNTRY, ["CA", "DE", "IN", "AL", "GA"]),  # states of the US
        (Role.COUNTRY, ["de", "fr", "it", "es"]),  # languages
        (Role.COUNTRY, ["Berlin", "Paris", "Madrid"]),
        (Role.DOMAIN, ["https://www.linkedin.com/in/a", "https://www.linkedin.com/in/b"]),
        (Role.DOMAIN, ["report.pdf", "list.xlsx", "v1.2.3"]),
        (Role.FIRST_NAME, ["Berlin", "Paris", "Charlotte", "Madrid", "Lyon"]),
        (Role.FULL_NAME, ["Peter Müller GmbH", "Anna Schmidt KG", "Klaus Weber AG"]),
        (Role.FULL_NAME, ["Anna", "Thomas"]),
        (Role.JOB_TITLE, ["Sales", "Marketing", "Finance", "Engineering"]),  # departments
        (Role.COMPANY, ["Sales", "Marketing", "Finance", "Engineering"]),
        (Role.COMPANY, ["AG", "SA", "SE"]),  # cantons
        (Role.LAST_NAME, ["Berg", "Müller", "García"]),
    ],
)
def test_what_looks_like_a_role_but_is_not(role, texts):
    assert fit(role, cells(*texts, repeat=20)) < SURE.get(role, 1.1)


@pytest.mark.parametrize(
    ("role", "texts", "holds"),
    [
        (Role.EMAIL, ["yes", "no"], Kind.FLAG),
        (Role.EMAIL, ["2024-01-31"], Kind.DATE),
        (Role.EMAIL, ["12345678"], Kind.DIGITS),
        (Role.PHONE, ["a@example.com"], Kind.EMAIL),
        (Role.PHONE, ["true", "false"], Kind.FLAG),
        (Role.COMPANY, ["1000234"], Kind.DIGITS),
        (Role.COMPANY, ["17", "18"], Kind.NUMBER),
        (Role.DOMAIN, ["https://www.linkedin.com/in/a"], Kind.PROFILE),
        (Role.DOMAIN, ["a@example.com"], Kind.EMAIL),
        (Role.COUNTRY, ["49", "33"], Kind.NUMBER),
        (Role.FIRST_NAME, ["a@example.com"], Kind.EMAIL),
        (Role.JOB_TITLE, ["Mr", "Mrs.", "Dr.", "Herr", "M.", "Mme", "Prof. Dr."], "forms of address"),
    ],
)
def test_a_column_of_something_else_clashes(role, texts, holds):
    assert clash(role, cells(*texts, repeat=10)) == holds
    assert clash(role, cells(*texts[:1])) == ""  # too few cells to say so


@pytest.mark.parametrize(
    ("role", "texts"),
    [
        (Role.EMAIL, ["asdf", "n.a. yet", "test(at)example.com"]),  # bad addresses are still addresses
        (Role.PHONE, ["12345", "5555550123", "call me"]),
        (Role.COMPANY, ["acme.example", "shop.example"]),
        (Role.JOB_TITLE, ["Dr. Anna Berg", "CEO", "Prof. of Law"]),
    ],
)
def test_bad_values_are_no_clash(role, texts):
    assert clash(role, cells(*texts, repeat=10)) == ""


def test_a_phone_in_words_is_still_like_a_phone():
    assert likeness(Role.PHONE, cells("tel:+493023125001", "030 23125001 ext. 12")) == 1
    assert likeness(Role.PHONE, cells("call me", "ask Anna")) == 0
    assert likeness(Role.EMAIL, cells()) == 1  # nothing speaks against it


def test_blanks_nulls_and_placeholders_are_no_cells():
    sample = Cells.of(pa.chunked_array([["a@example.com", None, "", "  ", "n/a", "-", "NULL", " b@example.com "]]))
    assert sample.texts == ("a@example.com", "b@example.com")
    assert sample.filled == pytest.approx(2 / 8)


def test_the_first_thousand_filled_cells_count():
    rows = [None] * 1000 + ["a@example.com"] * 1000 + ["no address"] * 2000
    sample = Cells.of(pa.chunked_array([rows]))
    assert sample.share(Kind.EMAIL) == 1
    assert len(sample.texts) == 125
    assert sample.filled == 0.75


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array(["+49 30 23125001"], pa.large_string()), ("+49 30 23125001",)),
        (pa.array(["+49 30 23125001"]).cast(pa.string_view()), ("+49 30 23125001",)),
        (
            pa.array(["+49 30 23125001", None, "+49 30 23125001"]).dictionary_encode(),
            ("+49 30 23125001", "+49 30 23125001"),
        ),
        (pa.array([493023125001, None]), ("493023125001",)),
        (pa.array([493023125001.0, None]), ("493023125001",)),
        (pa.array([decimal.Decimal("1.50")]), ("1.50",)),
        (pa.array([True, None]), ("true",)),
        (pa.array([dt.date(2024, 1, 31)]), ("2024-01-31",)),
        (pa.array([None, None]), ()),
        (pa.array([["a@example.com"]]), ()),
        (pa.array([{"a": 1}]), ()),
        (pa.array([b"a@example.com"]), ("a@example.com",)),
        (pa.array([b"\xff"]), ()),
        (pa.array([], pa.string()), ()),
    ],
)
def test_columns_of_every_type_can_be_looked_at(array, texts):
    assert Cells.of(pa.chunked_array([array])).texts == texts
    padded = pa.chunked_array([array[:0], array, array]).slice(len(array))
    assert Cells.of(padded).texts == texts


def test_line_breaks_inside_a_cell_keep_cells_apart():
    sample = cells("Head\nof Sales", "Nordwind", repeat=10)
    assert fit(Role.JOB_TITLE, sample) == 0.5


def test_full_stops_do_not_split_a_legal_form():
    assert fit(Role.COMPANY, cells("Rossi S.p.A.", "Sol S.L.", repeat=10)) == 1


def test_headers_that_are_data_are_told():
    assert looks_like_data("anna@example.com")
    assert looks_like_data("+49 30 23125001")
    assert not looks_like_data("E-Mail")
    assert not looks_like_data("")
    assert not looks_like_data("2024")
