from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustleads.core.money import Money
from trustleads.enrichment.asking.rates import HitRates, fixed_order
from trustleads.enrichment.questions import Attribute, Question

pytestmark = pytest.mark.clause("LEAD-4")

EMAIL, TITLE, PHONE = Attribute.EMAIL, Attribute.JOB_TITLE, Attribute.PHONE
BY_EMAIL = {EMAIL: "ada@one.example"}


def provider(name: str, price: str, *fills: Attribute, verifies: bool = False) -> Any:
    return SimpleNamespace(name=name, price=Money.of(price), fills=frozenset(fills), verifies=verifies)


def tell(rates: HitRates, name: str, asked: int, hits: int, *attributes: Attribute, units: int | None = None) -> None:
    """Tell of so many questions, the first ``hits`` of which were filled and cost one unit, or ``units``, each."""
    question = Question(BY_EMAIL, frozenset(attributes))
    for number in range(asked):
        is_hit = number < hits
        rates.told(name, question, attributes if is_hit else (), is_hit if units is None else units)


CHEAP, DEAR = provider("cheap", "0.02 USD", TITLE), provider("dear", "0.10 USD", TITLE)


def names(order: Any, attribute: Attribute = TITLE) -> list[str]:
    return [each.name for each in order[attribute]]


def test_before_anything_is_known_the_lowest_price_comes_first_and_equals_stay_in_order() -> None:
    same = provider("same", "0.02 USD", TITLE)
    assert names(HitRates().order([DEAR, CHEAP, same], {TITLE: 0.8}, [TITLE])) == ["cheap", "same", "dear"]
    assert names(HitRates().order([same, DEAR, CHEAP], {TITLE: 0.8}, [TITLE])) == ["same", "cheap", "dear"]


def test_a_provider_that_bills_misses_and_finds_little_falls_behind() -> None:
    rates = HitRates()
    tell(rates, "cheap", 100, 1, TITLE, units=1)
    assert rates.cost_per_value(CHEAP, [TITLE]) == pytest.approx(0.02 * 109 / (1 + 9))
    assert names(rates.order([CHEAP, DEAR], {TITLE: 0.8}, [TITLE])) == ["dear", "cheap"]


def test_a_provider_whose_misses_are_free_costs_its_price_however_little_it_finds() -> None:
    rates = HitRates()
    tell(rates, "cheap", 1000, 100, TITLE)
    assert rates.cost_per_value(CHEAP, [TITLE]) == pytest.approx(0.02)


def test_what_fills_two_of_what_is_missing_is_cheaper_per_value() -> None:
    both = provider("both", "0.03 USD", TITLE, PHONE)
    for missing, first in (([TITLE], "cheap"), ([TITLE, PHONE], "both")):
        assert names(HitRates().order([CHEAP, both], {TITLE: 0.8}, missing))[0] == first


def test_what_fills_nothing_of_it_comes_last_and_what_is_free_first() -> None:
    free, useless = provider("free", "0 EUR", TITLE), provider("useless", "0 USD", PHONE)
    assert HitRates().cost_per_value(useless, [TITLE]) == float("inf")
    assert names(HitRates().order([useless, CHEAP, free], {TITLE: 0.8}, [TITLE])) == ["free", "cheap", "useless"]


def test_a_verifier_counts_for_addresses_only() -> None:
    verifier = provider("verifier", "0.02 USD", verifies=True)
    assert HitRates().cost_per_value(verifier, [EMAIL]) == pytest.approx(0.02)
    assert HitRates().cost_per_value(verifier, [TITLE]) == float("inf")


def test_providers_whose_names_begin_alike_are_counted_apart() -> None:
    rates = HitRates()
    tell(rates, "p", 100, 0, TITLE, units=1)
    assert rates.cost_per_value(provider("p1", "1 USD", TITLE), [TITLE]) == pytest.approx(1.0)


def test_what_was_learnt_is_kept_and_adds_up() -> None:
    first, second, whole = HitRates(), HitRates(), HitRates()
    tell(first, "cheap", 50, 5, TITLE, units=1)
    tell(second, "cheap", 30, 20, TITLE, units=1)
    tell(whole, "cheap", 50, 5, TITLE, units=1)
    tell(whole, "cheap", 30, 20, TITLE, units=1)
    loaded = HitRates()
    loaded.load(first.dump())
    loaded.load(second.dump())
    assert loaded.cost_per_value(CHEAP, [TITLE]) == whole.cost_per_value(CHEAP, [TITLE])
    assert loaded.cost_per_value(CHEAP, [TITLE]) != HitRates().cost_per_value(CHEAP, [TITLE])


@pytest.mark.parametrize("data", [b"", b"\xff", b"7", b"{}", b"[{}]", b'[{"cheap":"x"},{},{},{}]', b"[[],[],[],[]]"])
def test_what_cannot_be_read_counts_nothing(data: bytes) -> None:
    rates = HitRates()
    rates.load(data)
    assert json.loads(rates.dump()) == [{}, {}, {}, {}]


@pytest.mark.clause("GDPR-1")
def test_nothing_about_anybody_is_kept() -> None:
    rates = HitRates()
    tell(rates, "cheap", 3, 2, TITLE)
    assert "ada" not in json.dumps(json.loads(rates.dump()))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2)), max_size=30))
def test_a_hit_never_makes_a_value_dearer_and_a_billed_miss_never_cheaper(past: list[tuple[bool, int]]) -> None:
    def cost(*more: tuple[bool, int]) -> float:
        rates = HitRates()
        for hit, units in [*past, *more]:
            tell(rates, "dear", 1, int(hit), TITLE, units=units)
        return rates.cost_per_value(DEAR, [TITLE])

    assert cost((True, 0)) <= cost() + 1e-12
    assert cost((False, 2)) >= cost((False, 1)) - 1e-12
    assert 0 < cost() < float("inf")


def test_the_callers_order() -> None:
    wants = {TITLE: 0.8, PHONE: 0.7}
    order = fixed_order([DEAR, CHEAP], wants, {PHONE: ["cheap"]})
    assert order == {TITLE: [DEAR, CHEAP], PHONE: [CHEAP]}
