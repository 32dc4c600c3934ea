from __future__ import annotations

import copy
import dataclasses
import pickle
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.asking.budget import Budget, Limit, Purse, Refusal
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.questions import MISS, Answer, Attribute, Question

pytestmark = pytest.mark.clause("LEAD-4", "LEAD-5")


class Priced:
    """A provider of which only name and price matter."""

    fills = frozenset({Attribute.EMAIL})
    verifies = False
    matches = (frozenset({Attribute.DOMAIN}),)
    most_units = 1
    batch_size = 1
    limits = Limits()

    def __init__(self, name: str, price: str) -> None:
        self.name = name
        self.price = Money.of(price)
        self.confidence = {Attribute.EMAIL: 0.9}

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        return [MISS for _ in questions]

    async def aclose(self) -> None:
        """Nothing is open."""


HUNTER = Priced("hunter", "0.05 USD")
DEAR = Priced("dear", "0.28 USD")
FREE = Priced("email_pattern", "0 EUR")


def usd(amount: str) -> Money:
    return Money.of(f"{amount} USD")


def test_a_budget_reads_what_was_typed() -> None:
    budget = Budget(money="25.00 USD", per_row=usd("0.2"), calls=10_000, per_provider={"hunter": "5 USD"})
    assert (budget.money, budget.per_row, budget.calls) == (usd("25"), usd("0.20"), 10_000)
    assert budget.per_provider == {"hunter": usd("5")}
    assert (budget.min_fill_rate, budget.min_rows) == (0.0, 200)


def test_no_limit_is_a_budget_too() -> None:
    assert Budget() == Budget(per_provider={})
    assert Budget().checked([HUNTER, DEAR]) == Budget()


def test_one_row_may_take_all_of_the_money() -> None:
    assert Budget(money="1 USD", per_row="1 USD").per_row == usd("1")


def test_a_budget_is_a_value() -> None:
    typed = {"hunter": "5 USD"}
    budget = Budget(money="25 USD", per_provider=typed, min_fill_rate=1)
    typed["hunter"] = "6 USD"
    assert budget == Budget(money="25.00 USD", per_provider={"hunter": "5.0 USD"}, min_fill_rate=1.0)
    assert pickle.loads(pickle.dumps(budget)) == copy.deepcopy(budget) == budget  # noqa: S301 - our own bytes
    assert len({budget, copy.copy(budget), Budget()}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        budget.money = None  # type: ignore[misc]


@pytest.mark.parametrize(
    ("options", "reason", "says"),
    [
        ({"money": "0 USD"}, "budget", "money= is 0 USD, which pays for nothing: leave it out"),
        ({"money": Money(Decimal(0), "USD")}, "budget", "pays for nothing"),
        ({"money": "-5 USD"}, "money", "such as '25.00 USD'"),
        ({"money": 25}, "money", "money= is an amount and a currency"),
        ({"per_row": "0.00 USD"}, "budget", "per_row= is 0 USD"),
        ({"per_row": ""}, "money", "per_row= is an amount"),
        ({"per_row": "2 USD", "money": "1 USD"}, "budget", "per_row= 2 USD is more than money= 1 USD"),
        ({"per_row": "1 EUR", "money": "2 USD"}, "currency_mix", "money= 2 USD and per_row= 1 EUR"),
        ({"per_provider": {"hunter": "1 EUR"}, "money": "2 USD"}, "currency_mix", "per_provider= hunter: 1 EUR"),
        ({"per_provider": {"a": "1 EUR", "b": "1 USD"}}, "currency_mix", "give all limits and prices in one"),
        ({"per_provider": {"hunter": "0 USD"}}, "budget", "per_provider= hunter= is 0 USD"),
        ({"per_provider": {"hunter": 5}}, "money", "per_provider= hunter= is an amount"),
        ({"per_provider": {5: "1 USD"}}, "budget", "is a dict of provider to money"),
        ({"per_provider": "5 USD"}, "budget", "is a dict of provider to money"),
        ({"calls": 0}, "budget", "calls= is a whole number from 1 on"),
        ({"calls": -1}, "budget", "calls="),
        ({"calls": True}, "budget", "calls="),
        ({"calls": 1e4}, "budget", "calls="),
        ({"min_rows": 0}, "budget", "min_rows="),
        ({"min_fill_rate": 10}, "budget", "min_fill_rate= is a share from 0 to 1"),
        ({"min_fill_rate": -0.1}, "budget", "min_fill_rate="),
        ({"min_fill_rate": float("nan")}, "budget", "min_fill_rate="),
        ({"min_fill_rate": "0.1"}, "budget", "min_fill_rate="),
    ],
)
def test_impossible_budgets_are_refused(options: dict[str, Any], reason: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Budget(**options)
    assert caught.value.reason == reason
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("options", "reason", "says"),
    [
        ({"per_provider": {"huntr": "1 USD"}}, "unknown_provider", "did you mean 'hunter'?"),
        ({"per_provider": {"x": "1 USD"}}, "unknown_provider", "there are hunter, dear, email_pattern"),
        ({"money": "9 EUR"}, "currency_mix", "money= 9 EUR and the price of hunter, 0.05 USD"),
        ({"per_provider": {"dear": "0.27 USD"}}, "budget", "one answer of dear, which costs 0.28 USD"),
        ({"per_row": "0.04 USD"}, "budget", "per_row= 0.04 USD does not pay for one answer of hunter"),
        ({"money": "0.04 USD"}, "budget", "money= 0.04 USD does not pay"),
    ],
)
def test_budgets_that_do_not_fit_the_providers_are_refused(options: dict[str, Any], reason: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Budget(**options).checked([HUNTER, DEAR, FREE])
    assert caught.value.reason == reason
    assert says in str(caught.value)


def test_prices_in_two_currencies_are_refused_without_a_limit_too() -> None:
    with pytest.raises(InvalidInput, match=r"hunter, 0\.05 USD and the price of euro, 1 EUR are different currencies"):
        Budget(calls=5).checked([HUNTER, Priced("euro", "1 EUR")])


def test_budgets_that_fit_are_given_back() -> None:
    budget = Budget(money="9 USD", per_row="0.05 USD", per_provider={"hunter": "0.05 USD", "email_pattern": "1 USD"})
    assert budget.checked([FREE, HUNTER, DEAR]) is budget  # the dear one is just never asked


def test_nothing_is_nothing_in_any_currency() -> None:
    assert Budget(money="9 USD").checked([FREE]).currency([FREE]) == "USD"
    purse = Purse(Budget(money="9 USD"), "USD")
    assert purse.reserve("email_pattern", FREE.price)
    purse.settle("email_pattern", FREE.price, FREE.price)
    assert purse.spent() == Money.nothing("USD")


def test_the_currency_is_the_budgets_else_the_prices() -> None:
    assert Budget(per_provider={"a": "1 CHF"}).currency([FREE]) == "CHF"
    assert Budget().currency([FREE, HUNTER]) == "USD"
    assert Budget().currency([FREE]) == "EUR"
    assert Budget().currency() == "USD"


def test_a_purse_has_one_currency() -> None:
    with pytest.raises(InvalidInput, match="different currencies"):
        Purse(Budget(per_row="1 USD"), "EUR")
    purse = Purse(Budget(), "USD")
    with pytest.raises(InvalidInput, match="do not add up"):
        purse.reserve("hunter", Money.of("1 EUR"))
    assert purse.calls == 0


def test_a_refusal_may_change_until_what_is_spent_stands_against_it() -> None:
    purse = Purse(Budget(money="1 USD"), "USD")
    assert purse.reserve("a", usd("0.6"))
    assert purse.refusal("b", usd("0.5")) == Refusal(Limit.MONEY, final=False)
    assert not purse.reserve("b", usd("0.5"))
    assert purse.reserve("b", usd("0.4"))
    purse.settle("a", usd("0.6"), usd("0.55"))
    assert purse.refusal("b", usd("0.5")) == Refusal(Limit.MONEY, final=True)  # also when b's call turns out free
    assert (purse.outstanding, purse.spent(), purse.spent("a"), purse.spent("c")) == (
        usd("0.4"),
        usd("0.55"),
        usd("0.55"),
        usd("0"),
    )


def test_each_limit_has_its_name() -> None:
    purse = Purse(Budget(money="9 USD", per_provider={"a": "1 USD"}, calls=2), "USD")
    assert purse.refusal("a", usd("1.01")) == Refusal(Limit.PROVIDER, final=True)
    assert purse.refusal("b", usd("1.01")) is None
    assert purse.reserve("a", usd("1"))
    assert purse.reserve("b", usd("1"))
    assert purse.refusal("a", usd("0.5")) == Refusal(Limit.PROVIDER, final=False)
    assert purse.refusal("b", usd("0.5")) == Refusal(Limit.CALLS, final=False)
    for name in "ab":
        purse.settle(name, usd("1"), usd("0"))
    assert purse.refusal("b", usd("0")) == Refusal(Limit.CALLS, final=True)
    assert [limit.value for limit in Limit] == ["budget_money", "budget_provider", "budget_calls"]


def test_a_call_that_was_not_made_is_given_back() -> None:
    purse = Purse(Budget(calls=1), "USD")
    assert purse.reserve("a", usd("1"))
    purse.settle("a", usd("1"), usd("0"), sent=False)
    assert purse.calls == 0
    assert purse.reserve("a", usd("1"))


def test_what_a_provider_bills_beyond_its_word_is_booked_and_ends_the_spending() -> None:
    purse = Purse(Budget(money="1 USD"), "USD")
    assert purse.reserve("a", usd("0.9"))
    purse.settle("a", usd("0.9"), usd("2"))
    assert purse.spent() == usd("2")
    assert purse.refusal("b", usd("0")) == Refusal(Limit.MONEY, final=True)


@pytest.mark.parametrize(("provider", "money"), [("b", "1"), ("a", "1.01")])
def test_settling_what_was_not_reserved_is_an_error(provider: str, money: str) -> None:
    purse = Purse(Budget(), "USD")
    purse.reserve("a", usd("1"))
    with pytest.raises(ValueError, match="not reserved"):
        purse.settle(provider, usd(money), usd("0"))
    assert (purse.outstanding, purse.spent()) == (usd("1"), usd("0"))


def test_a_provider_that_fills_too_little_is_left_out() -> None:
    purse = Purse(Budget(min_fill_rate=0.07, min_rows=100), "USD")
    purse.told("a", 99, 0)
    purse.told("b", 100, 7)
    assert purse.worth_asking("a")
    assert purse.worth_asking("b")  # just at the floor
    purse.told("a", 1, 0)
    purse.told("b", 1, 0)
    assert not purse.worth_asking("a")
    assert not purse.worth_asking("b")
    assert purse.worth_asking("c")
    purse.told("a", 100, 100)
    assert not purse.worth_asking("a")  # once given up is given up


def test_without_a_floor_everybody_is_worth_asking() -> None:
    purse = Purse(Budget(), "USD")
    purse.told("a", 1_000_000, 0)
    assert purse.worth_asking("a")


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 1))), st.floats(0, 1), st.integers(1, 300))
def test_giving_up_is_being_under_the_floor_once(batches: list[tuple[int, float]], floor: float, min_rows: int) -> None:
    purse = Purse(Budget(min_fill_rate=floor, min_rows=min_rows), "USD")
    asked = filled = 0
    given_up = False
    for rows, share in batches:
        purse.told("a", rows, int(rows * share))
        asked, filled = asked + rows, filled + int(rows * share)
        given_up = given_up or (asked >= min_rows and filled / asked < floor)
        assert purse.worth_asking("a") is not given_up


cents = st.integers(0, 300).map(lambda n: Money(Decimal(n) / 100, "USD"))
some = st.integers(1, 1000).map(lambda n: Money(Decimal(n) / 100, "USD"))
names = st.sampled_from("abc")
Call = tuple[str, Money]


class PurseMachine(RuleBasedStateMachine):
    """Calls of three providers come, are paid, turn out cheaper, or never take place, in any order."""

    under_way: Bundle[Call] = Bundle("under_way")

    @initialize(
        money=st.none() | some,
        per_provider=st.dictionaries(names, some),
        calls=st.none() | st.integers(1, 20),
    )
    def open(self, money: Money | None, per_provider: dict[str, Money], calls: int | None) -> None:
        self.budget = Budget(money=money, per_provider=per_provider, calls=calls)
        self.purse = Purse(self.budget, "USD")
        self.open_calls: Counter[Call] = Counter()
        self.paid: list[Call] = []
        self.made = 0

    @rule(target=under_way, provider=names, money=cents)
    def reserve(self, provider: str, money: Money) -> Any:
        refusal = self.purse.refusal(provider, money)
        assert self.purse.reserve(provider, money) is (refusal is None)
        assert (refusal is None) is self.would_fit(
            provider, money, [*self.paid, *self.open_calls.elements()], self.used
        )
        if refusal:
            assert refusal.final is not self.would_fit(provider, money, self.paid, self.made)
            return multiple()
        self.open_calls[provider, money] += 1
        return provider, money

    @rule(call=consumes(under_way), share=st.integers(0, 100), sent=st.booleans())
    def settle(self, call: Call, share: int, sent: bool) -> None:
        provider, reserved = call
        spent = Money(reserved.amount * share / 100, "USD") if sent else usd("0")
        self.purse.settle(provider, reserved, spent, sent=sent)
        self.open_calls[call] -= 1
        self.paid.append((provider, spent))
        self.made += sent

    @property
    def used(self) -> int:
        return self.made + self.open_calls.total()

    def would_fit(self, provider: str, money: Money, others: list[Call], used: int) -> bool:
        return not self.over([*others, (provider, money)], used + 1)

    def over(self, calls: list[Call], used: int) -> bool:
        limits = [(self.budget.money, "abc"), *((most, name) for name, most in self.budget.per_provider.items())]
        return bool(self.budget.calls and used > self.budget.calls) or any(
            most is not None and total(calls, who) > most.amount for most, who in limits
        )

    @invariant()
    def nothing_is_over(self) -> None:
        calls = [*self.paid, *self.open_calls.elements()]
        assert not self.over(calls, self.used)
        assert self.purse.calls == self.used
        assert self.purse.spent().amount == total(self.paid, "abc")
        assert self.purse.outstanding.amount == total(list(self.open_calls.elements()), "abc")
        for name in "abc":
            assert self.purse.spent(name).amount == total(self.paid, name)

    def teardown(self) -> None:
        for provider, reserved in list(self.open_calls.elements()):
            self.purse.settle(provider, reserved, reserved)
        assert self.purse.outstanding == usd("0")


def total(calls: list[Call], who: str) -> Decimal:
    return sum((money.amount for name, money in calls if name in who), Decimal(0))


TestPurse = PurseMachine.TestCase
