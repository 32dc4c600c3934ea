"""What a run may cost, and the purse that keeps to it (LEAD-4, LEAD-5).

Money is set aside before a call and settled after it, so that calls under way at the same time never add up to
more than there is. Nothing here waits, asks or reads a clock.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Self

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.ports import Provider

_REASON = "budget"


@dataclass(frozen=True, slots=True, init=False)
class Budget:
    """What a run may cost; a limit that is not named does not exist.

    Attributes:
        money: For the whole run.
        per_row: For one lead.
        calls: Requests to providers in the whole run, repeated ones included; a batch is one.
        per_provider: Provider's name to money for it in the whole run.
        min_fill_rate: A provider is left out for the rest of the run when it fills a smaller share, 0 to 1, of the
            leads it is asked about.
        min_rows: Leads it is asked about before that is judged.

    >>> Budget(money="25.00 USD", per_row="0.20 USD", per_provider={"hunter": "5 USD"}).per_row
    Money('0.2 USD')
    """

    money: Money | None
    per_row: Money | None
    calls: int | None
    per_provider: Mapping[str, Money] = field(hash=False)
    min_fill_rate: float
    min_rows: int

    def __init__(
        self,
        *,
        money: str | Money | None = None,
        per_row: str | Money | None = None,
        calls: int | None = None,
        per_provider: Mapping[str, str | Money] | None = None,
        min_fill_rate: float = 0.0,
        min_rows: int = 200,
    ) -> None:
        """Check and keep the limits; amounts are such as ``"25.00 USD"``.

        Raises:
            InvalidInput: A limit is none, is zero, contradicts another or is in another currency; reason
                ``"money"``, ``"budget"`` or ``"currency_mix"``.
        """
        keep = object.__setattr__
        keep(self, "money", None if money is None else _amount("money", money))
        keep(self, "per_row", None if per_row is None else _amount("per_row", per_row))
        keep(self, "calls", None if calls is None else _count("calls", calls))
        keep(self, "per_provider", _amounts(per_provider))
        keep(self, "min_fill_rate", _share("min_fill_rate", min_fill_rate))
        keep(self, "min_rows", _count("min_rows", min_rows))
        _one_currency(list(self._amounts()))
        if self.money and self.per_row and self.money < self.per_row:
            raise InvalidInput(
                f"per_row= {self.per_row} is more than money= {self.money} for the whole run:"
                " lower the one or raise the other",
                reason=_REASON,
            )

    def checked(self, providers: Sequence[Provider]) -> Self:
        """Give itself if it makes sense with these providers; the currency of what is free does not count.

        Raises:
            InvalidInput: It names a provider that is not asked, mixes currencies with the prices, or pays for no
                answer at all; reason ``"unknown_provider"``, ``"currency_mix"`` or ``"budget"``.
        """
        _known(self.per_provider, [provider.name for provider in providers])
        _one_currency([*self._amounts(), *_prices(providers)])
        paid = [provider for provider in providers if provider.price]
        for provider in paid:
            _pays(f"per_provider= {provider.name}:", self.per_provider.get(provider.name), provider)
        if paid:
            cheapest = min(paid, key=lambda provider: provider.price.amount)
            _pays("per_row=", self.per_row, cheapest)
            _pays("money=", self.money, cheapest)
        return self

    def currency(self, providers: Sequence[Provider] = ()) -> str:
        """The currency of a run over these providers: the budget's, else that of the prices, else USD."""
        amounts = [*self._amounts(), *_prices(providers)]
        if amounts:
            return amounts[0][1].currency
        return providers[0].price.currency if providers else "USD"

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        """Every amount, and how to call it in a message."""
        yield from (
            (f"{name}=", amount) for name, amount in (("money", self.money), ("per_row", self.per_row)) if amount
        )
        yield from ((f"per_provider= {name}:", amount) for name, amount in self.per_provider.items())


class Limit(StrEnum):
    """Which limit stands against a call; these are reasons of answers that are ``NOT_ASKED``."""

    MONEY = "budget_money"
    PROVIDER = "budget_provider"
    CALLS = "budget_calls"


class Refusal(NamedTuple):
    """Why a call cannot be paid.

    Attributes:
        limit: The limit that is in the way.
        final: Whether it stays so whatever the calls under way turn out to cost; else it is worth asking again when
            one of them is settled.
    """

    limit: Limit
    final: bool


class Purse:
    """The money and the calls of one run: set aside, spent, and never more than the budget has.

    The one way over a limit is a provider that bills more than was set aside for the call: then what it billed is
    booked all the same, and nothing more is given out. It belongs to one thread, as the asker does. The limit per
    row is not kept here: it is part of whom to ask next.
    """

    def __init__(self, budget: Budget, currency: str) -> None:
        """Open a full purse.

        Args:
            budget: Its limits.
            currency: Of everything in it (``Budget.currency``).

        Raises:
            InvalidInput: The budget is in another currency.
        """
        nothing = Money.nothing(currency)
        _one_currency([("the run", nothing), *budget._amounts()])  # noqa: SLF001 - both are of this module
        self._budget = budget
        self._currency = currency
        self._run = _Account(Limit.MONEY, _most(budget.money))
        self._accounts: dict[str, _Account] = {}
        self._calls_made = 0
        self._calls_open: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._filled: Counter[str] = Counter()
        self._given_up: set[str] = set()

    def reserve(self, provider: str, money: Money) -> bool:
        """Set aside one call and the most that it can cost; ``settle`` has to follow.

        Returns:
            False where a limit is in the way, and nothing was set aside; ``refusal`` says which.

        Raises:
            InvalidInput: The money is of another currency.
        """
        if self.refusal(provider, money):
            return False
        amount = self._own(money)
        for account in self._accounts_of(provider):
            account.reserved += amount
        self._calls_open[provider] += 1
        return True

    def settle(self, provider: str, reserved: Money, spent: Money, *, sent: bool = True) -> None:
        """Book what a call cost, and free what was set aside for it.

        Args:
            provider: As in ``reserve``.
            reserved: As in ``reserve``.
            spent: What it cost, what is maybe billed included.
            sent: Whether the call was made at all; one that was not does not count as a call either.

        Raises:
            ValueError: So much is not set aside for this provider.
        """
        free, booked = self._own(reserved), self._own(spent)
        accounts = self._accounts_of(provider)
        if not self._calls_open[provider] or accounts[-1].reserved < free:
            raise ValueError(f"{provider}: a call is settled that was not reserved")
        for account in accounts:
            account.reserved -= free
            account.spent += booked
        self._calls_open[provider] -= 1
        self._calls_made += sent

    def refusal(self, provider: str, money: Money) -> Refusal | None:
        """Why ``reserve`` would say no; None where it would not. A limit that is final comes first."""
        amount = self._own(money)
        now: Limit | None = None
        for account in self._accounts_of(provider):
            if account.most is not None and account.most < account.spent + amount:
                return Refusal(account.limit, final=True)
            if account.most is not None and account.most < account.spent + account.reserved + amount:
                now = now or account.limit
        calls = self._budget.calls
        if calls is not None and calls <= self._calls_made:
            return Refusal(Limit.CALLS, final=True)
        if calls is not None and calls <= self.calls:
            now = now or Limit.CALLS
        return Refusal(now, final=False) if now else None

    def spent(self, provider: str | None = None) -> Money:
        """What was paid, to one provider or in all."""
        account = self._run if provider is None else self._accounts.get(provider)
        return Money.nothing(self._currency) if account is None else Money(account.spent, self._currency)

    @property
    def outstanding(self) -> Money:
        """What is set aside for calls that are not settled."""
        return Money(self._run.reserved, self._currency)

    @property
    def calls(self) -> int:
        """Calls made and under way."""
        return self._calls_made + self._calls_open.total()

    def told(self, provider: str, asked: int, filled: int) -> None:
        """Count leads that a provider was asked about, and those of them for which it filled something.

        A provider whose share falls under the floor is given up for the rest of the run, also if answers that are
        still under way would lift it again: else it would be asked by fits and starts.
        """
        self._asked[provider] += asked
        self._filled[provider] += filled
        total = self._asked[provider]
        if total >= self._budget.min_rows and self._filled[provider] / total < self._budget.min_fill_rate:
            self._given_up.add(provider)

    def worth_asking(self, provider: str) -> bool:
        """Whether the provider fills enough of what it is asked, as far as can be told."""
        return provider not in self._given_up

    def _accounts_of(self, provider: str) -> tuple[_Account, _Account]:
        """Give that of the run and that of the provider."""
        account = self._accounts.get(provider)
        if account is None:
            most = _most(self._budget.per_provider.get(provider))
            account = self._accounts[provider] = _Account(Limit.PROVIDER, most)
        return self._run, account

    def _own(self, money: Money) -> Decimal:
        """Give an amount in the purse's currency: nothing is nothing in any."""
        if money and money.currency != self._currency:
            raise InvalidInput(f"{self._currency} and {money.currency} do not add up", reason="currency_mix")
        return money.amount


@dataclass(slots=True)
class _Account:
    """What is spent and set aside, of the most that there is."""

    limit: Limit
    most: Decimal | None
    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)


def _most(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount


def _amount(name: str, value: object) -> Money:
    amount = Money.of(value, name=name)
    if not amount:
        raise InvalidInput(
            f"{name}= is {amount}, which pays for nothing: leave it out for no limit, or leave providers out",
            reason=_REASON,
        )
    return amount


def _amounts(amounts: object) -> dict[str, Money]:
    if amounts is None:
        return {}
    if not isinstance(amounts, Mapping) or not all(isinstance(name, str) for name in amounts):
        raise InvalidInput('per_provider= is a dict of provider to money, such as {"hunter": "5 USD"}', reason=_REASON)
    return {name: _amount(f"per_provider= {name}", amount) for name, amount in amounts.items()}


def _count(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidInput(f"{name}= is a whole number from 1 on", reason=_REASON)
    return value


def _share(name: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise InvalidInput(f"{name}= is a share from 0 to 1, such as 0.1 for one lead in ten", reason=_REASON)
    return float(value)


def _one_currency(amounts: Sequence[tuple[str, Money]]) -> None:
    for (first, one), (name, other) in pairwise(amounts):
        if one.currency != other.currency:
            raise InvalidInput(
                f"{first} {one} and {name} {other} are different currencies: give all limits and prices in one",
                reason="currency_mix",
            )


def _prices(providers: Sequence[Provider]) -> Iterator[tuple[str, Money]]:
    return ((f"the price of {provider.name},", provider.price) for provider in providers if provider.price)


def _known(names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise InvalidInput(
                f"per_provider= {name!r} is no provider of this run{hint}; there are {', '.join(known) or 'none'}",
                reason="unknown_provider",
            )


def _pays(name: str, amount: Money | None, provider: Provider) -> None:
    if amount is not None and amount < provider.price:
        raise InvalidInput(
            f"{name} {amount} does not pay for one answer of {provider.name}, which costs {provider.price}:"
            " raise it, or leave the provider out",
            reason=_REASON,
        )
