from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.questions import Attribute

pytestmark = pytest.mark.clause("LEAD-4")

EMAIL, TITLE = Attribute.EMAIL, Attribute.JOB_TITLE


class Named:
    """A provider of which only its description matters."""

    verifies = False
    matches = (frozenset({EMAIL}),)
    most_units = 1
    batch_size = 1
    limits = Limits()
    keeps = True
    confidence = {TITLE: 0.9}  # noqa: RUF012 - as hosts write it

    def __init__(self, name: str = "people", *fills: Attribute, price: str = "0.10 USD") -> None:
        self.name = name
        self.fills = frozenset(fills or {TITLE})
        self.price = Money.of(price)

    async def lookup(self, questions: Any) -> Any:
        raise NotImplementedError

    async def aclose(self) -> None:
        """Nothing is open."""


class Verifier(Named):
    verifies = True

    def __init__(self) -> None:
        super().__init__("verifier")
        self.fills = frozenset()


PEOPLE, OTHER = Named(), Named("other", EMAIL)


def refused(providers: Any = (PEOPLE, OTHER), want: Any = None, **rest: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        Plan.checked(providers, {"job_title": 0.8} if want is None else want, **rest)
    return caught.value


def test_what_a_caller_typed_becomes_a_plan() -> None:
    budget = Budget(money="5 USD")
    plan = Plan.checked([PEOPLE, OTHER], {"email": 1, "job_title": 0.8}, budget=budget, order="cheapest", org="acme")
    assert plan.wants == {EMAIL: 1.0, TITLE: 0.8}
    assert list(plan.wants) == [EMAIL, TITLE]  # what stands first is worked on first
    assert list(plan.providers) == [PEOPLE, OTHER]
    assert (plan.budget, plan.cheapest, plan.org, plan.currency) == (budget, True, "acme", "USD")


def test_an_order_of_ones_own() -> None:
    plan = Plan.checked([PEOPLE, OTHER], {"email": 0.9, "job_title": 0.8}, order={"job_title": ["other", "people"]})
    assert plan.order == {TITLE: ("other", "people")}
    assert not plan.cheapest


def test_a_verifier_alone_may_be_asked_about_addresses() -> None:
    assert Plan.checked([Verifier()], {"email": 0.9}).wants == {EMAIL: 0.9}
    assert "none of these providers fills job_title" in str(refused([Verifier()]))


def test_the_currency_is_that_of_the_prices() -> None:
    assert Plan.checked([Named(price="0.10 EUR")], {"job_title": 0.8}).currency == "EUR"
    assert Plan.checked([Named(price="0 EUR"), Named("paid")], {"job_title": 0.8}).currency == "USD"


@pytest.mark.parametrize(
    ("want", "message"),
    [
        ({"jobtitle": 0.8}, "'jobtitle' is nothing that can be filled (did you mean 'job_title'?); there are company"),
        ({"full_name": 0.8}, "'full_name' is nothing that can be filled"),
        ({7: 0.8}, "7 is nothing that can be filled"),
        ({"phone": 0.8}, "none of these providers fills phone; they fill email, job_title"),
        ({"job_title": 0}, "how sure job_title is to be is a number above 0, at most 1"),
        ({"job_title": 1.01}, "a number above 0"),
        ({"job_title": float("nan")}, "a number above 0"),
        ({"job_title": "0.8"}, "a number above 0"),
        ({"job_title": True}, "a number above 0"),
        ({}, 'the fields to fill, and how sure they are to be: {"job_title": 0.8}'),
        ({"email": 90}, "how sure email is to be is a number above 0, at most 1; did you mean 0.9?"),
        ({"email": "90%"}, "at most 1; did you mean 0.9?"),
        ({"email": "0,9"}, "at most 1; did you mean 0.9?"),
        ({"email": "0.9"}, "at most 1; did you mean 0.9?"),
        (["email"], 'want= is a dict of field to confidence, such as {"email": 0.9}'),
        ("email", 'want= is a dict of field to confidence, such as {"email": 0.9}'),
    ],
)
def test_what_cannot_be_wanted(want: Any, message: str) -> None:
    error = refused(want=want)
    assert message in str(error)
    assert error.reason in ("want", "unknown_field")


@pytest.mark.parametrize("confidence", [True, float("nan"), float("inf"), -0.5, 0, 1.01, 101, "", "x", None, [0.9]])
def test_a_confidence_that_may_be_anything_is_not_guessed(confidence: Any) -> None:
    assert str(refused(want={"email": confidence})).endswith("is a number above 0, at most 1")


def test_providers_without_want() -> None:
    with pytest.raises(InvalidInput, match="providers= goes with want="):
        Plan.checked([PEOPLE], None)


@pytest.mark.parametrize(
    ("providers", "message"),
    [
        ([], "at least one provider"),
        ("hunter", "a list of at least one provider"),
        (None, "a list of at least one provider"),
        (PEOPLE, "a list of at least one provider: put it in one, providers=[Named(...)]"),
        (Named, "a list of at least one provider: put it in one, providers=[Named(...)]"),
        ("all.toml", "files are for the command line; in Python write providers=[trustleads.providers.Hunter(key)]"),
        (Path("all.toml"), "files are for the command line"),
        ({"hunter": PEOPLE}, "a list of at least one provider"),
        ([Named], "Named is a class: pass Named(...)"),
        ([object()], "object is no provider: it has no name"),
        ([Named("own")], "or is 'own', which stands for the caller's rows"),
        ([PEOPLE, Named()], "there are two named 'people'"),
        ([Named("People")], "is not made of lower-case letters"),
        ([Named("~rates")], "is not made of lower-case letters"),
        ([Named("")], "is not made of lower-case letters"),
        ([Named(7)], "is not made of lower-case letters"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_provider(providers: Any, message: str) -> None:
    error = refused(providers)
    assert message in str(error)
    assert error.reason == "providers"


@pytest.mark.parametrize("part", ["fills", "verifies", "matches", "price", "most_units", "batch_size", "limits"])
def test_a_provider_without_a_part(part: str) -> None:
    parts = {name: getattr(PEOPLE, name) for name in dir(PEOPLE) if not name.startswith("_") and name != part}
    assert f"SimpleNamespace is no provider: it has no {part}" in str(refused([SimpleNamespace(**parts)]))


def test_a_provider_that_cannot_be_asked() -> None:
    parts = {name: getattr(PEOPLE, name) for name in dir(PEOPLE) if not name.startswith("_") and name != "lookup"}
    assert "it has no lookup()" in str(refused([SimpleNamespace(**parts)]))


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("batch_size", 0, "batch_size of people is a whole number from 1 on"),
        ("most_units", 0, "most_units of people is a whole number from 1 on"),
        ("limits", 10, "limits of people is Limits, such as Limits(in_flight=10)"),
        ("limits", (Rate(5, 1.0),), "limits of people is Limits"),
        ("price", "0.10 USD", "price of people is Money, such as Money.of('0.10 USD')"),
    ],
)
def test_numbers_with_which_nobody_could_be_asked(part: str, value: object, message: str) -> None:
    provider = Named()
    setattr(provider, part, value)
    assert message in str(refused([provider]))


@pytest.mark.parametrize(
    ("order", "message", "reason"),
    [
        ("dearest", "'fixed', 'cheapest', or a dict", "order"),
        (None, "'fixed', 'cheapest', or a dict", "order"),
        (["people"], "'fixed', 'cheapest', or a dict", "order"),
        ({"title": ["people"]}, "order: 'title' is nothing that can be filled", "unknown_field"),
        ({"email": ["other"]}, "order: email is not in want=", "order"),
        ({"job_title": "people"}, "job_title takes a list of names", "order"),
        ({"job_title": ["pepole"]}, "'pepole' is no provider of this run; there are other, people", "unknown_provider"),
        ({"job_title": [PEOPLE]}, "job_title takes a list of names", "order"),
        ({"job_title": [["people"]]}, "job_title takes a list of names", "order"),
    ],
)
def test_an_order_that_is_none(order: Any, message: str, reason: str) -> None:
    error = refused(order=order)
    assert message in str(error)
    assert error.reason == reason


@pytest.mark.parametrize("org", ["", None, 7])
def test_an_org_is_named(org: Any) -> None:
    assert refused(org=org).reason == "org"


def test_a_budget_is_a_budget() -> None:
    assert refused(budget="25 USD").reason == "budget"
    assert 'Budget(money="25.00 USD")' in str(refused(budget="25 USD"))


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        (Budget(money="25 EUR"), "currency_mix"),
        (Budget(money="0.05 USD"), "budget"),
        (Budget(per_row="0.05 USD"), "budget"),
        (Budget(per_provider={"hunter": "5 USD"}), "unknown_provider"),
    ],
)
def test_an_impossible_budget_is_told_before_anything_is_asked(budget: Budget, reason: str) -> None:
    assert refused(budget=budget).reason == reason


def test_prices_in_two_currencies() -> None:
    assert refused([PEOPLE, Named("other", EMAIL, price="0.10 EUR")]).reason == "currency_mix"


def test_a_key_is_in_no_message() -> None:
    class Keyed(Named):
        def __repr__(self) -> str:
            return "Keyed(key='sk-secret')"

    for providers in ([Keyed("Bad Name")], [Keyed(), Keyed()]):
        assert "sk-secret" not in str(refused(providers))
    assert "sk-secret" not in str(refused(order={"job_title": [Keyed()]}))
