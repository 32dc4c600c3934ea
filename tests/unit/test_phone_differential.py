"""Row by row, every column must be what ``phonenumbers`` says: on generated values, examples and messy corpora."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult, re_util

from trustleads.enrichment.normalize.phone import validate_phones

pytestmark = pytest.mark.clause("LEAD-3")

Pair = tuple[str, str | None]
Row = tuple[str | None, str, str, str | None, str | None]

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
TYPES = [kind for kind in PhoneNumberType.values() if kind != PhoneNumberType.UNKNOWN]
EXAMPLES = [
    number
    for region in REGIONS
    for kind in TYPES
    if (number := phonenumbers.example_number_for_type(region, kind)) is not None
]


def _corpora() -> object:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "phone_corpora.py"
    spec = importlib.util.spec_from_file_location("phone_corpora", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", autouse=True)
def keep_patterns() -> Iterator[None]:
    """Let the oracle keep its compiled patterns while these tests run: it is five times as fast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(re_util, "_COMPILED_PATTERNS", {}, raising=False)
        yield


def expected(value: str, region: str | None) -> Row:
    """Give the row by the library's own words."""
    if not value.strip():
        return None, "unknown", "missing", None, None
    try:
        number = phonenumbers.parse(value.strip(), region)
    except NumberParseException as error:
        return None, *reason_of_failure(error.error_type, value, region), None, None
    if not phonenumbers.is_valid_number(number):
        return None, "invalid", reason_of_length(phonenumbers.is_possible_number_with_reason(number)), None, None
    country = phonenumbers.region_code_for_number(number)
    kind = PhoneNumberType.to_string(phonenumbers.number_type(number)).lower()
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return e164, "valid", "ok", kind, None if country == "001" else country


def reason_of_failure(error: int, value: str, region: str | None) -> tuple[str, str]:
    if error == NumberParseException.NOT_A_NUMBER:
        return "invalid", "not_a_number"
    if error == NumberParseException.TOO_LONG:
        return "invalid", "too_long"
    if error != NumberParseException.INVALID_COUNTRY_CODE:
        return "invalid", "too_short"
    first = next(sign for sign in value if sign in "+\uff0b" or sign.isdecimal())
    return ("unknown", "no_region") if region is None and first.isdecimal() else ("invalid", "unknown_country")


def reason_of_length(result: int) -> str:
    if result in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return "too_short"
    return "too_long" if result == ValidationResult.TOO_LONG else "not_assigned"


def compare(pairs: Sequence[Pair]) -> int:
    """Compare all columns; give the number of rows that the tables decided."""
    values, regions = zip(*pairs, strict=True)
    phones = validate_phones(pa.array(values, pa.string()), pa.array(regions, pa.string()))
    columns = (phones.phone, phones.status, phones.reason, phones.type, phones.country)
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    differences = [(pair, row, want) for pair, row in zip(pairs, rows, strict=True) if row != (want := expected(*pair))]
    assert not differences
    return len(pairs) - phones.exact_rows


digits = st.text("0123456789", min_size=1, max_size=20)
signs = st.sampled_from(
    [" ", "-", ".", "/", "(", ")", "[", "]", "*", "~", ",", ";", "#", ":", "x", "+", "\u00a0", "\u2013"]
)
words = st.sampled_from(
    [
        "Tel",
        "ext. ",
        " x",
        ";ext=",
        "int ",
        "n/a",
        "FLOWERS",
        "\uff0b",
        "\u0663",
        "\u00e9",
        "\u0131",
        "\u0130",
        "\u017f",
        "\t",
        "\n",
        "/x",
    ]
)
leads = st.sampled_from(
    ["", "", "+", "00", "011", "+00", "0", "1", "8", "15", "++", "'+", "(+", *(f"+{code}" for code in CODES)]
)


@st.composite
def rough(draw: Callable[[st.SearchStrategy[str]], str]) -> str:
    """A lead, then digits with anything between them."""
    parts = draw(st.lists(st.one_of(digits, digits, digits, signs, words), min_size=1, max_size=7))
    return draw(leads) + "".join(parts)


@st.composite
def near(draw: Callable[..., object]) -> str:
    """A valid number in one of its formats, perhaps with digits changed, lost or added."""
    number = draw(st.sampled_from(EXAMPLES))
    text = phonenumbers.format_number(number, draw(st.sampled_from([0, 1, 2, 3])))
    at = draw(st.integers(0, len(text)))
    return draw(st.sampled_from([text, text[:at], text[at:], text[:at] + draw(digits) + text[at:], draw(leads) + text]))


pairs = st.tuples(st.one_of(rough(), near()), st.one_of(st.none(), st.sampled_from(REGIONS)))


@settings(max_examples=80)
@given(st.lists(pairs, min_size=15, max_size=40))
def test_whatever_is_written(rows: list[Pair]) -> None:
    compare(rows)


@settings(max_examples=80)
@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from([None, "DE", "US"])), min_size=10, max_size=40))
def test_any_text(rows: list[Pair]) -> None:
    compare([(value, region) for value, region in rows])


def test_every_short_number_in_some_regions() -> None:
    regions = ("DE", "US", "IT", "AR", "BR", "AU", "FI", "SM", None)
    numbers = [f"{i:0{width}d}" for width in range(1, 4) for i in range(10**width)]
    compare([(number, regions[i % len(regions)]) for i, number in enumerate(numbers * 3)])


def test_examples_of_all_regions_in_all_formats() -> None:
    rows = _corpora().examples(12_000, seed=11)
    assert {region for _, region in rows} == set(REGIONS)
    assert compare(rows) >= 0.999 * len(rows)


@pytest.mark.parametrize("seed", [1, 2])
def test_messy_numbers_of_all_regions(seed: int) -> None:
    rows = _corpora().messy(20_000, seed=seed)
    assert Counter(region is None for _, region in rows)[True] > 1_000
    assert compare(rows) >= 0.94 * len(rows)
