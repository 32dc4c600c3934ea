"""Amounts of money: exact, in one currency (ISO 4217), never negative."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from trustleads.core.errors import InvalidInput

_FORM = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?) ([A-Z]{3})")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_NEARLY = re.compile(
    r"([A-Za-z]{3}|[$€£])?\s*([0-9]{1,12}(?:\.[0-9]{1,6}|,[0-9]{1,2})?)\s*([A-Za-z]{3}|[$€£])?"  # no 1,000: 1 or 1000?
)
_NEGATIVE = re.compile(r"-\s*[$€£]?\s*[0-9]")
_MOST_DECIMALS = 6
_NOTHING = Decimal(0)
_REASON = "money"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount.

    Attributes:
        amount: Not negative, at most six decimals.
        currency: Three capital letters, ISO 4217.

    Raises:
        InvalidInput: Something else.

    >>> Money.of("0.20 USD") * 3 + Money.of("1 USD")
    Money('1.6 USD')
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        _check_amount(self.amount)
        if not _is_currency(self.currency):
            raise InvalidInput("a currency is three capital letters (ISO 4217), such as USD", reason=_REASON)

    @classmethod
    def of(cls, text: object, *, name: str = "money") -> Self:
        """Read an amount such as ``"25.00 USD"``.

        Args:
            text: Amount, space, currency; an amount that is one already is taken as it is.
            name: What it is, for the message.

        Raises:
            InvalidInput: It is none.
        """
        if isinstance(text, Money):
            return cls(text.amount, text.currency)
        match = _FORM.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            message = f"{name}= is an amount and a currency, such as '25.00 USD'{hint_at_money(text)}"
            raise InvalidInput(message, reason=_REASON)
        return cls(Decimal(match[1]), match[2])

    @classmethod
    def nothing(cls, currency: str) -> Self:
        """Zero in a currency."""
        return cls(_NOTHING, currency)

    def __add__(self, other: Money) -> Money:
        return self._with(self.amount + self._same(other))

    def __sub__(self, other: Money) -> Money:
        """Take away; what is left is never less than nothing."""
        return self._with(max(_NOTHING, self.amount - self._same(other)))

    def __mul__(self, times: int) -> Money:
        if times < 0:
            raise InvalidInput("an amount of money is never negative", reason=_REASON)
        return self if times == 1 else self._with(self.amount * times)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return self.amount > 0

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.currency}"

    def shown(self) -> str:
        """Write it for people: two decimals, or more where there are more, and thousands in groups.

        >>> Money.of("1200.5 USD").shown(), Money.of("0.034 USD").shown()
        ('1,200.50 USD', '0.034 USD')
        """
        whole, _, decimals = f"{self.amount:,f}".partition(".")
        return f"{whole}.{decimals.rstrip('0'):0<2} {self.currency}"

    def __repr__(self) -> str:
        return f"Money({str(self)!r})"

    def _with(self, amount: Decimal) -> Money:
        """Give another amount that sums of checked ones came to, without the checks: a run makes millions of them."""
        made = object.__new__(Money)
        object.__setattr__(made, "amount", amount)
        object.__setattr__(made, "currency", self.currency)
        return made

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise InvalidInput(f"{self.currency} and {other.currency} do not add up", reason="currency_mix")
        return other.amount


def hint_at_money(given: object) -> str:
    """Say what is wrong with what is no amount of money, where that is easy, to be put behind a message.

    >>> hint_at_money("25 usd")
    "; did you mean '25 USD'?"
    """
    text = "" if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal) else str(given).strip()
    if _NEGATIVE.match(text):
        return "; an amount is never negative"
    nearly = _NEARLY.fullmatch(text)
    if nearly is None:
        return ""
    amount, currency = nearly[2].replace(",", "."), nearly[3] or nearly[1]
    if currency is None:
        return f"; the currency is missing: '{amount} USD'?"
    return f"; did you mean '{amount} {_SIGNS.get(currency, currency.upper())}'?"


def _check_amount(amount: object) -> None:
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount.is_signed():
        raise InvalidInput("an amount of money is a Decimal from 0 on", reason=_REASON)
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _MOST_DECIMALS:
        raise InvalidInput(f"an amount of money has at most {_MOST_DECIMALS} decimals", reason=_REASON)


def _is_currency(text: object) -> bool:
    return isinstance(text, str) and _CURRENCY.fullmatch(text) is not None
