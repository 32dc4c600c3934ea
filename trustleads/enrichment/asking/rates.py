"""What providers have cost and filled so far, and in which order that makes the cheapest values."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from trustleads.enrichment.ports import Provider
from trustleads.enrichment.questions import Attribute, Question
from trustleads.enrichment.waterfall import Order, Wants

# A provider nobody has asked yet is taken to fill nine in ten: so it is tried as soon as the others turn out dearer
# than it can be, and not before. The belief weighs as much as ten answers.
_BELIEVED_RATE, _BELIEF = 0.9, 10.0
_FIELD = "\t"


class HitRates:
    """Counts answers; not for several threads."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()
        self._units: Counter[str] = Counter()
        self._wanted: Counter[str] = Counter()
        self._filled: Counter[str] = Counter()

    def told(self, provider: str, question: Question, filled: Iterable[Attribute], units: int) -> None:
        """Count one answer.

        Args:
            provider: Who answered.
            question: What was asked.
            filled: Attributes that the answer filled or confirmed.
            units: What it cost, in times the provider's price.
        """
        self._asked[provider] += 1
        self._units[provider] += units
        self._wanted.update(provider + _FIELD + attribute for attribute in question.wanted)
        self._filled.update(provider + _FIELD + attribute for attribute in filled)

    def cost_per_value(self, provider: Provider, attributes: Iterable[Attribute]) -> float:
        """Give the expected price of one value, of these attributes, from this provider; infinite where it has none."""
        values = sum(self._rate(provider, attribute) for attribute in attributes)
        return float(provider.price.amount) * self._units_per_question(provider) / values if values else float("inf")

    def order(self, providers: Sequence[Provider], wants: Wants, missing: Iterable[Attribute]) -> Order:
        """Give, for each attribute, the providers from the cheapest value to the dearest.

        Args:
            providers: All there are; equals stay in this order.
            wants: Attributes that are wanted.
            missing: Those of them that a lead lacks: a provider that fills two of them at one price is cheaper.
        """
        missing = tuple(missing)
        ranked = sorted(providers, key=lambda provider: self.cost_per_value(provider, missing))
        return dict.fromkeys(wants, ranked)

    def dump(self) -> bytes:
        """Write what was counted."""
        return json.dumps([self._asked, self._units, self._wanted, self._filled]).encode()

    def load(self, data: bytes) -> None:
        """Add what was counted in an earlier run; nothing where the bytes are none, or another version wrote them."""
        counters = (self._asked, self._units, self._wanted, self._filled)
        try:
            counted = [Counter({str(key): int(number) for key, number in part.items()}) for part in json.loads(data)]
        except (ValueError, TypeError, AttributeError):
            return
        if len(counted) == len(counters):
            for counter, more in zip(counters, counted, strict=True):
                counter.update(more)

    def _rate(self, provider: Provider, attribute: Attribute) -> float:
        if attribute not in provider.fills and not (provider.verifies and attribute is Attribute.EMAIL):
            return 0.0
        key = provider.name + _FIELD + attribute
        return (self._filled[key] + _BELIEVED_RATE * _BELIEF) / (self._wanted[key] + _BELIEF)

    def _units_per_question(self, provider: Provider) -> float:
        """Expected units; before anything is known one per hit, the usual bargain."""
        return (self._units[provider.name] + _BELIEVED_RATE * _BELIEF) / (self._asked[provider.name] + _BELIEF)


def fixed_order(providers: Sequence[Provider], wants: Wants, order: Mapping[Attribute, Sequence[str]]) -> Order:
    """Give the order that the caller chose: their own list, or another one for some attributes.

    Args:
        providers: In the caller's order.
        wants: Attributes that are wanted.
        order: Attribute to names of providers; who is not named is not asked for it.
    """
    named = {provider.name: provider for provider in providers}
    return {a: [named[name] for name in order[a]] if a in order else list(providers) for a in wants}
