"""Simulated mixes of providers, each listed from the dearest idea on, and the best fixed order that hindsight finds.

A provider's answers are drawn once per lead, so all orders meet the same ones. Leads that get the same answers from
everybody cost the same, so that all orders of all fields can be tried on counts.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.questions import Answer, Attribute, Finding, Outcome, Question

TITLE, PHONE = Attribute.JOB_TITLE, Attribute.PHONE
VALUES = {TITLE: "Engineer", PHONE: "+442079460123"}
Hits = tuple[frozenset[Attribute], ...]  # what each provider of a mix knows about a lead
Orders = Mapping[Attribute, Sequence[int]]


@dataclass(frozen=True)
class Offer:
    """What a simulated provider has.

    Attributes:
        price: Of one unit, in USD.
        rates: Share of the leads about which it knows a field.
        billed_misses: Whether a question without an answer costs as much as one with.
        like: Number of another one in the mix whose luck it shares: it knows the leads that the other knows first.
    """

    price: str
    rates: Mapping[Attribute, float]
    billed_misses: bool = False
    like: int | None = None


MIXES: Mapping[str, tuple[Offer, ...]] = {
    "billed by the hit": (
        Offer("0.25", {TITLE: 0.9}),
        Offer("0.05", {TITLE: 0.6}),
        Offer("0.01", {TITLE: 0.3}),
    ),
    "billed by the question": (
        Offer("0.02", {TITLE: 0.04}, billed_misses=True),
        Offer("0.25", {TITLE: 0.9}),
        Offer("0.06", {TITLE: 0.7}, billed_misses=True),
    ),
    "two fields, one generalist": (
        Offer("0.10", {TITLE: 0.7}),
        Offer("0.25", {PHONE: 0.7}),
        Offer("0.28", {TITLE: 0.8, PHONE: 0.6}),
        Offer("0.03", {TITLE: 0.4}),
    ),
    "who knows nothing is listed first": (
        Offer("0.01", {TITLE: 0.0, PHONE: 0.0}, billed_misses=True),
        Offer("0.20", {TITLE: 0.85}),
        Offer("0.04", {TITLE: 0.5}, billed_misses=True),
        Offer("0.08", {PHONE: 0.5}),
    ),
    "they know the same people": (
        Offer("0.28", {TITLE: 0.9}),
        Offer("0.03", {TITLE: 0.5}, billed_misses=True),
        Offer("0.04", {TITLE: 0.6}, billed_misses=True, like=1),
        Offer("0.12", {TITLE: 0.8}, like=1),
    ),
}


def drawn(mix: Sequence[Offer], rows: int, seed: int = 1) -> list[Hits]:
    """Draw what everybody knows about each lead."""
    numbers = random.Random(seed)
    return [_hits(mix, [{a: numbers.random() for a in VALUES} for _ in mix]) for _ in range(rows)]


def _hits(mix: Sequence[Offer], luck: Sequence[Mapping[Attribute, float]]) -> Hits:
    shared = [luck[number if offer.like is None else offer.like] for number, offer in enumerate(mix)]
    return tuple(frozenset(a for a, r in o.rates.items() if own[a] < r) for o, own in zip(mix, shared, strict=True))


@dataclass
class Simulated:
    """A provider of a mix; it answers in a moment."""

    name: str
    offer: Offer
    knows: Mapping[str, frozenset[Attribute]]  # by address
    verifies: bool = False
    keeps: bool = True
    matches: Sequence[frozenset[Attribute]] = (frozenset({Attribute.EMAIL}),)
    most_units: int = 1
    batch_size: int = 1
    limits: Limits = field(default_factory=lambda: Limits(in_flight=50))

    def __post_init__(self) -> None:
        self.price = Money.of(f"{self.offer.price} USD")
        self.fills = frozenset(self.offer.rates)
        self.confidence = dict.fromkeys(self.fills, 0.9)

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Answer what was drawn."""
        await asyncio.sleep(0.005)
        return [self._answer(question) for question in questions]

    async def aclose(self) -> None:
        """There is nothing to close."""

    def _answer(self, question: Question) -> Answer:
        known = question.wanted & self.knows[question.given[Attribute.EMAIL]]
        if not known:
            return Answer(Outcome.MISS, units=int(self.offer.billed_misses))
        return Answer(Outcome.FOUND, {attribute: Finding(VALUES[attribute], 0.9) for attribute in known}, units=1)


def best_order(mix: Sequence[Offer], hits: Sequence[Hits]) -> tuple[Orders, Decimal]:
    """Give the fixed order of each field, and what it costs, that would have been the cheapest."""
    counts = Counter(hits)
    costs = ((orders, sum(cost(mix, lead, orders) * n for lead, n in counts.items())) for orders in _all_orders(mix))
    orders, least = min(costs, key=lambda pair: pair[1])
    return orders, Decimal(least)


def cost(mix: Sequence[Offer], lead: Hits, orders: Orders) -> Decimal:
    """Say what a lead costs: one field after the other, each provider once, about all that is missing and it fills."""
    missing, asked, spent = set(orders), set[int](), Decimal(0)
    for attribute, order in orders.items():
        for number in order:
            if attribute not in missing or number in asked:
                continue
            asked.add(number)
            found = missing & lead[number]
            missing -= found
            spent += Decimal(mix[number].price) * int(bool(found) or mix[number].billed_misses)
    return spent


def _all_orders(mix: Sequence[Offer]) -> Iterator[Orders]:
    fields = [a for a in VALUES if any(a in offer.rates for offer in mix)]
    able = [[number for number, offer in enumerate(mix) if a in offer.rates] for a in fields]
    for chosen in itertools.product(*(itertools.permutations(numbers) for numbers in able)):
        for turn in itertools.permutations(range(len(fields))):
            yield {fields[i]: chosen[i] for i in turn}
