from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money

pytestmark = pytest.mark.clause("LEAD-4")

AMOUNTS = st.decimals(0, 1_000_000, places=6)


@pytest.mark.parametrize("amount", ["0", "0.000001", "25.00", "123456789012.123456", "1E+3", "0E-6"])
def test_amounts_there_are(amount: str) -> None:
    money = Money(Decimal(amount), "USD")
    assert money.amount == Decimal(amount)
    assert pickle.loads(pickle.dumps(money)) == copy.deepcopy(money) == money  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    "amount",
    [*map(Decimal, ("-1", "-0.000001", "-0", "NaN", "sNaN", "Infinity", "-Infinity")), 1, 0.5, "1", None, True],
)
def test_what_is_no_amount_or_less_than_nothing_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidInput, match="Decimal from 0 on") as caught:
        Money(amount, "USD")
    assert caught.value.reason == "money"


@pytest.mark.parametrize("amount", ["0.0000001", "1.0000000", "1E-7"])
def test_more_than_six_decimals_are_refused(amount: str) -> None:
    with pytest.raises(InvalidInput, match="at most 6 decimals") as caught:
        Money(Decimal(amount), "USD")
    assert caught.value.reason == "money"


@pytest.mark.parametrize("currency", ["usd", "US", "USDT", "", "U$D", "US1", "ÄÖÜ", "USD\n", " USD", None, 840, b"USD"])
def test_other_than_three_capital_letters_are_refused(currency: Any) -> None:
    with pytest.raises(InvalidInput, match="three capital letters") as caught:
        Money(Decimal(1), currency)
    assert caught.value.reason == "money"
    with pytest.raises(InvalidInput, match="three capital letters"):
        Money.nothing(currency)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0 USD", "0.00 USD"),
        ("1.2 USD", "1.20 USD"),
        ("0.034 USD", "0.034 USD"),
        ("0.000001 USD", "0.000001 USD"),
        ("1200.500000 EUR", "1,200.50 EUR"),
    ],
)
def test_people_see_two_decimals_or_more(text: str, shown: str) -> None:
    assert Money.of(text).shown() == shown


@pytest.mark.parametrize("text", ["-1 USD", "1 usd", "1 US", "0.0000001 USD", "1", "1USD", " 1 USD", "", 1, None])
def test_texts_that_are_no_amount_are_refused(text: object) -> None:
    with pytest.raises(InvalidInput, match="price= is an amount and a currency"):
        Money.of(text, name="price")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("25 usd", "; did you mean '25 USD'?"),
        ("25USD", "; did you mean '25 USD'?"),
        (" 25 USD ", "; did you mean '25 USD'?"),
        ("USD 25", "; did you mean '25 USD'?"),
        ("$25", "; did you mean '25 USD'?"),
        ("25€", "; did you mean '25 EUR'?"),
        ("$25 cad", "; did you mean '25 CAD'?"),
        ("0,20 eur", "; did you mean '0.20 EUR'?"),
        ("25", "; the currency is missing: '25 USD'?"),
        (25, "; the currency is missing: '25 USD'?"),
        (0.02, "; the currency is missing: '0.02 USD'?"),
        (Decimal("2.5"), "; the currency is missing: '2.5 USD'?"),
        ("-3 USD", "; an amount is never negative"),
        ("-$3", "; an amount is never negative"),
        (-3, "; an amount is never negative"),
        ("0.0000001 USD", ""),
        ("1,000 USD", ""),
        ("sk-LIVE-123", ""),
        ("", ""),
        (True, ""),
        (None, ""),
        (float("nan"), ""),
        (["25"], ""),
    ],
)
def test_what_was_meant_is_guessed_where_that_is_easy(text: object, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Money.of(text)
    assert str(caught.value) == f"money= is an amount and a currency, such as '25.00 USD'{hint}"


def test_nothing_is_ever_less_than_nothing() -> None:
    assert Money.of("1 USD") - Money.of("2 USD") == Money.nothing("USD")
    with pytest.raises(InvalidInput):
        Money.of("1 USD") * -1


def test_currencies_do_not_mix() -> None:
    one, other = Money.of("1 USD"), Money.of("1 EUR")
    for mix in (lambda: one + other, lambda: one - other, lambda: one < other, lambda: one <= other):
        with pytest.raises(InvalidInput) as caught:
            mix()
        assert caught.value.reason == "currency_mix"


@given(AMOUNTS, AMOUNTS, st.integers(0, 1000))
def test_what_is_reckoned_is_exact_and_is_money_again(one: Decimal, other: Decimal, times: int) -> None:
    first, second = Money(one, "USD"), Money(other, "USD")
    assert (first + second).amount == one + other
    assert (first + second) - second == first
    assert first * times + first == first * (times + 1)
    assert Money.of(str(first)) == first
    assert (first < second) == (one < other) == (not second <= first)
    assert bool(first) == (one > 0)
