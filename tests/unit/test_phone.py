from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import phonenumbers
import pyarrow as pa
import pytest

from trustleads.enrichment.models import PhoneReason, PhoneType, Verdict
from trustleads.enrichment.normalize.phone import Phones, charts, plans, validate_phones
from trustleads.enrichment.normalize.phone.automata import Automaton
from trustleads.enrichment.normalize.phone.patterns import UnknownSyntaxError

pytestmark = pytest.mark.clause("LEAD-3")


def judge(value: str | None, region: str | None = None) -> tuple[str | None, ...]:
    phones = validate_phones(pa.array([value], pa.string()), region)
    return tuple(column[0].as_py() for column in columns(phones))


def columns(phones: Phones) -> tuple[pa.StringArray, ...]:
    return phones.phone, phones.status, phones.reason, phones.type, phones.country


@pytest.mark.parametrize(
    ("value", "region", "phone", "kind", "country"),
    [
        ("+49 30 23125000", None, "+493023125000", "fixed_line", "DE"),
        ("030 / 23125-000", "DE", "+493023125000", "fixed_line", "DE"),
        ("+49 (0)30 23125000", "US", "+493023125000", "fixed_line", "DE"),
        ("0049 30 23125000", "FR", "+493023125000", "fixed_line", "DE"),
        ("011 49 30 23125000", "US", "+493023125000", "fixed_line", "DE"),
        ("493023125000", "DE", "+493023125000", "fixed_line", "DE"),
        ("+0049 30 23125000", "DE", "+493023125000", "fixed_line", "DE"),
        ("++49 30 23125000", None, "+493023125000", "fixed_line", "DE"),
        (" (+49 30 23125000 ", None, "+493023125000", "fixed_line", "DE"),
        (" ++49 30 23125000", None, "+493023125000", "fixed_line", "DE"),
        ("'+49 30 23125000", None, "+493023125000", "fixed_line", "DE"),
        ("(+49) 30 23125000", None, "+493023125000", "fixed_line", "DE"),
        ("Tel.: 030 23125000", "DE", "+493023125000", "fixed_line", "DE"),
        ("030\u00a02312\u20115000", "DE", "+493023125000", "fixed_line", "DE"),
        ("\uff0b49 \uff13\uff10 23125000", None, "+493023125000", "fixed_line", "DE"),
        ("030\u0131 23125000", "DE", "+493023125000", "fixed_line", "DE"),  # a letter to the library
        ("(201) 555-0123", "US", "+12015550123", "fixed_line_or_mobile", "US"),
        ("1-201-555-0123", "US", "+12015550123", "fixed_line_or_mobile", "US"),
        ("201.555.0123 x456", "US", "+12015550123", "fixed_line_or_mobile", "US"),
        ("201-555-0123 ext. 456", "US", "+12015550123", "fixed_line_or_mobile", "US"),
        ("1-800-FLOWERS", "US", "+18003569377", "toll_free", "US"),
        ("tel:201-555-0123;phone-context=+1", None, "+12015550123", "fixed_line_or_mobile", "US"),
        ("0171 3920012", "DE", "+491713920012", "mobile", "DE"),
        ("06 698 12345", "IT", "+390669812345", "fixed_line", "VA"),
        ("011 15 2345-6789", "AR", "+5491123456789", "mobile", "AR"),
        ("345-6789", "BS", "+12423456789", "fixed_line", "BS"),
        ("+800 1234 5678", None, "+80012345678", "toll_free", None),
        ("+44 7911 123456", "us", "+447911123456", "mobile", "GG"),
    ],
)
def test_numbers(value: str, region: str | None, phone: str | None, kind: str | None, country: str | None) -> None:
    found = judge(value, region)
    assert (found[0], *found[3:]) == (phone, kind, country)
    assert (found[1] == "valid") == (phone is not None)


@pytest.mark.parametrize(
    ("value", "region", "status", "reason"),
    [
        (None, "DE", "unknown", "missing"),
        ("", "DE", "unknown", "missing"),
        (" \t\u00a0 ", "DE", "unknown", "missing"),
        ("030 23125000", None, "unknown", "no_region"),
        ("030 23125000", "XX", "unknown", "no_region"),
        ("030 23125000", "", "unknown", "no_region"),
        ("0049 30 23125000", None, "unknown", "no_region"),
        (" x12", "DE", "invalid", "too_short"),
        ("\u00e912", "DE", "invalid", "too_short"),
        ("+ +49 30 23125000", None, "invalid", "not_a_number"),
        ("+", "DE", "invalid", "not_a_number"),
        ("n/a", "DE", "invalid", "not_a_number"),
        ("-", "DE", "invalid", "not_a_number"),
        ("keine Angabe \u2013 nicht bekannt", "DE", "invalid", "not_a_number"),
        ("\u043d\u0435\u0442", "DE", "invalid", "not_a_number"),
        ("5", "DE", "invalid", "not_a_number"),
        ("1.5", "DE", "invalid", "not_a_number"),
        ("4.93012E+10", "DE", "invalid", "not_a_number"),
        ("4,93012E+10", "DE", "invalid", "not_a_number"),
        ("030:23125000", "DE", "invalid", "not_a_number"),
        ("030 231 + 25", "DE", "invalid", "not_a_number"),
        ("+999 1234567", None, "invalid", "unknown_country"),
        ("00 999 1234567", "DE", "invalid", "unknown_country"),
        ("00 999", "DE", "invalid", "unknown_country"),
        ("12", "DE", "invalid", "too_short"),
        ("(201) 555-01", "US", "invalid", "too_short"),
        ("555-0123", "US", "invalid", "too_short"),
        ("00 4", "DE", "invalid", "too_short"),
        ("+1 201 555 0123 99", None, "invalid", "too_long"),
        ("9" * 400, "DE", "invalid", "too_long"),
        ("call " * 60 + "030 23125000", "DE", "invalid", "too_long"),  # the library does not look at such a text
        ("+1 100 555 0123", None, "invalid", "not_assigned"),
        ("+376 123 4567", "DE", "invalid", "not_assigned"),  # six, eight and nine digits are in use
    ],
)
def test_reasons(value: str | None, region: str | None, status: str, reason: str) -> None:
    assert judge(value, region)[:3] == (None, status, reason)


def test_regions_may_be_given_per_row_in_any_case_or_be_null() -> None:
    values = pa.array(["030 23125000"] * 5)
    regions = pa.array(["DE", "de", None, "Germany", "dE"])
    assert validate_phones(values, regions).status.to_pylist() == ["valid", "valid", "unknown", "unknown", "valid"]


def test_a_null_value_with_bytes_behind_it_is_missing() -> None:
    digits = pa.py_buffer(b"03023125000" * 2)
    offsets = pa.py_buffer(np.array([0, 11, 22], np.int32))
    values = pa.StringArray.from_buffers(2, offsets, digits, pa.py_buffer(b"\x02"))
    phones = validate_phones(values, "DE")
    assert phones.reason.to_pylist() == ["missing", "ok"]
    assert phones.phone.to_pylist() == [None, "+493023125000"]


def test_every_row_keeps_its_own_digits_when_some_are_invalid() -> None:
    values = ["n/a", "+49 30 23125000", None, "0", "030 23125001", " +49 30 23125002", "+999 1", "030 23125003 ext. 4"]
    phones = [None, "+493023125000", None, None, "+493023125001", "+493023125002", None, "+493023125003"]
    found = validate_phones(pa.array(values), "DE").phone
    found.validate(full=True)
    assert found.to_pylist() == phones


def test_a_null_region_with_bytes_behind_it_is_null() -> None:
    letters = pa.py_buffer(b"DEDE")
    offsets = pa.py_buffer(np.array([0, 2, 4], np.int32))
    regions = pa.StringArray.from_buffers(2, offsets, letters, pa.py_buffer(b"\x01"))
    assert validate_phones(pa.array(["030 23125000"] * 2), regions).status.to_pylist() == ["valid", "unknown"]


def test_all_columns_are_plain_strings_of_the_same_length() -> None:
    for values in ([], [None], ["+49 30 23125000", None, "x", "1-800-FLOWERS", "+1 201 555 0123"]):
        phones = validate_phones(pa.array(values, pa.string()), "US")
        for column in columns(phones):
            column.validate(full=True)
            assert column.type == pa.string()
            assert len(column) == len(values)


def test_words_come_from_the_closed_vocabularies() -> None:
    phones = validate_phones(pa.array(["+49 30 23125000", None, "x", "12", "+999 123456", "1" * 30]), "DE")
    assert set(phones.status.to_pylist()) <= set(Verdict)
    assert set(phones.reason.to_pylist()) <= set(PhoneReason)
    assert set(phones.type.to_pylist()) <= {None, *PhoneType}


def test_only_rows_that_the_tables_leave_open_take_the_exact_path() -> None:
    values = ["030 23125000", "+1 201-555-0123", "n/a", None, "030 23125000 x12", "1-800-FLOWERS", "1-800-FLOWERS"]
    assert validate_phones(pa.array(values), "US").exact_rows == 2


@pytest.fixture
def fresh_tables() -> Iterator[None]:
    """Let nothing be compiled yet, and leave nothing behind."""
    caches = (charts.atlas, charts._chart, charts._prefix_states, plans.plan)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.usefixtures("fresh_tables")
def test_a_plan_that_cannot_be_compiled_is_left_to_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    values = pa.array(["030 23125000", "+49 171 3920012", "+1 201 555 0123", "001 201 555 0123", "+999 123456", "030"])
    tables = validate_phones(values, "DE")
    charts.atlas.cache_clear()
    charts._chart.cache_clear()
    monkeypatch.setattr(charts, "compile_patterns", _refuse)
    exact = validate_phones(values, "DE")
    assert tables.exact_rows == 0
    assert exact.exact_rows == len(values)
    assert columns(exact) == columns(tables)


def _refuse(patterns: object) -> Automaton:
    raise UnknownSyntaxError(patterns)


@pytest.mark.usefixtures("fresh_tables")
def test_threads_that_start_together_agree() -> None:
    numbers = [phonenumbers.example_number(region) for region in sorted(phonenumbers.SUPPORTED_REGIONS)]
    values = [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) for number in numbers]
    start = threading.Barrier(4)

    def work(turn: int) -> list[str | None]:
        start.wait()
        phones = validate_phones(pa.array(values[turn:] + values[:turn]), None).phone.to_pylist()
        return phones[len(values) - turn :] + phones[: len(values) - turn]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, (0, 60, 120, 180))) == [values] * 4
