"""What providers could come to be asked about a lead, whatever the others answer (LEAD-4).

Nobody can tell what will be found, so this holds everything possible: what a provider fills may become known, with any
confidence, or stay missing; an address may turn out to be good or bad. It may hold questions that no run would ask,
and leaves out none that one could ask. What rests on it is an upper bound therefore.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from trustleads.core.money import Money
from trustleads.enrichment.ports import Provider
from trustleads.enrichment.questions import Attribute
from trustleads.enrichment.waterfall import SURE_ENOUGH, Ask, Knowledge, Order, Wants, is_affordable, may_fill, missing

Match = frozenset[Attribute]
Refused = frozenset[tuple[str, bool]]  # providers that may not look a lead up (False), or verify its own address (True)

_ADDRESS: Match = frozenset({Attribute.EMAIL})
_NAMES = (Attribute.FIRST_NAME, Attribute.LAST_NAME)


@dataclass(frozen=True, slots=True)
class Possible:
    """A question that a provider could be asked about a lead, once.

    Attributes:
        provider: Who is asked.
        sends: What could be given.
        given: What is given if it is asked, of the caller's row as it is; None where that cannot be told yet.
        wanted: What is wanted for sure, if it is asked and ``given`` is known.
        perhaps: What may be wanted besides.
    """

    provider: Provider
    sends: Match
    given: Match | None = None
    wanted: frozenset[Attribute] = frozenset()
    perhaps: frozenset[Attribute] = frozenset()

    @property
    def forms(self) -> int:
        """How many different questions it may be, for the same values given."""
        return (1 << len(self.perhaps)) - (not self.wanted)


class Reach:
    """All that could be asked about one lead."""

    def __init__(
        self,
        known: Knowledge,
        wants: Wants,
        order: Order,
        *,
        left: Money | None = None,
        sure: Ask | None = None,
        refused: Refused = frozenset(),
    ) -> None:
        """Know nothing yet of what could happen.

        Args:
            known: What is known of the lead at first.
            wants: Confidence that is wanted, per attribute.
            order: Providers per attribute.
            left: The most that the lead may cost; None is without limit.
            sure: What is asked first, where that is sure.
            refused: What may not be asked, where that is sure.
        """
        self._known = known
        self._wants = wants
        self._order = order
        self._left = left
        self._sure = sure
        self._refused = refused
        self._missing = frozenset(missing(known, wants))
        self._finders: Mapping[Attribute, Collection[str]] = {}
        self._judges: Collection[str] = frozenset()  # who may say something of an address

    def questions(self, providers: Collection[Provider]) -> list[Possible]:
        """Give all that could be asked, each as often as it could."""
        affordable = [provider for provider in providers if is_affordable(provider, self._left)]
        while self._grows(affordable):
            pass
        return [possible for provider in affordable for possible in self._of(provider)]

    def _grows(self, providers: Collection[Provider]) -> bool:
        """Draw what follows from what could happen so far; false where nothing new does."""
        finders: dict[Attribute, set[str]] = defaultdict(set)
        judges = set()
        for provider in providers:
            for match, targets in self._lookups(provider):
                for attribute in targets:
                    finders[attribute].add(provider.name)
                if provider.verifies and Attribute.EMAIL in match:
                    judges.add(provider.name)
            if self._verifies(provider):
                judges.add(provider.name)
        grows = finders != self._finders or judges != self._judges
        self._finders, self._judges = finders, judges
        return grows

    def _of(self, provider: Provider) -> Iterator[Possible]:
        lookups = list(self._lookups(provider))
        if lookups:
            yield self._lookup(provider, lookups)
        if self._verifies(provider):
            if self._may_verify_own(provider) and not self._is_first(provider, Attribute.EMAIL):
                yield Possible(provider, _ADDRESS, _ADDRESS, _ADDRESS)
            for _ in self._finders.get(Attribute.EMAIL, ()):
                yield Possible(provider, _ADDRESS)

    def _lookup(self, provider: Provider, lookups: list[tuple[Match, frozenset[Attribute]]]) -> Possible:
        """Give the one lookup of a provider; it is told what it is if it can be one thing only."""
        if self._is_first(provider) and self._sure is not None:
            given = frozenset(self._sure.question.given)
            return Possible(provider, given, given, self._sure.question.wanted)
        (match, targets), *others = lookups
        if others or not all(self._stays(a, provider) for a in _parts(match, self._known)):
            return Possible(provider, frozenset().union(*(match for match, _ in lookups)))
        wanted = self._lacking(provider, targets)
        if self._could_verify(provider, match) and not getattr(provider, "verifies_apart", False):
            targets |= _ADDRESS
        return Possible(provider, match, match, wanted, targets - wanted)

    def _lookups(self, provider: Provider) -> Iterator[tuple[Match, frozenset[Attribute]]]:
        """Give what a provider could be matched by, and what it could be asked for then; one of it is asked, once."""
        if self._is_first(provider) and self._sure is not None:
            given = frozenset(self._sure.question.given)
            yield given, self._sure.question.wanted - given
            return
        for match in () if (provider.name, False) in self._refused else provider.matches:
            targets = frozenset(a for a in self._open() - match if self._could_find(provider, a))
            if targets and all(map(self._may_be_given, _parts(match, self._known))):
                yield match, targets
                if self._lacking(provider, targets) and all(map(self._is_given, _parts(match, self._known))):
                    return  # it is matched by nothing after this

    def _verifies(self, provider: Provider) -> bool:
        """Whether it could be asked about an address alone."""
        if not self._may_verify_own(provider) and not self._finders.get(Attribute.EMAIL):
            return False
        return any(self._could_verify(provider, match) for match in provider.matches)

    def _may_verify_own(self, provider: Provider) -> bool:
        return Attribute.EMAIL in self._known and (provider.name, True) not in self._refused

    def _could_verify(self, provider: Provider, match: Match) -> bool:
        able = provider.verifies and provider.confidence.get(Attribute.EMAIL, 1.0) > 0
        return able and match == _ADDRESS <= self._open() and may_fill(provider, Attribute.EMAIL, self._order)

    def _could_find(self, provider: Provider, attribute: Attribute) -> bool:
        if attribute not in provider.fills or not may_fill(provider, attribute, self._order):
            return False
        if provider.confidence.get(attribute, 1.0) <= 0:
            return False
        value = self._known.get(attribute)
        return value is None or value.confidence <= 0 or self._may_fall(attribute) or not hasattr(provider, "learn")

    def _is_first(self, provider: Provider, attribute: Attribute | None = None) -> bool:
        """Whether the question that is asked first is the lookup of this provider, and asks for this too."""
        if self._sure is None or self._sure.provider is not provider or (provider.name, None) not in self._sure.asked:
            return False
        return attribute is None or {attribute} <= self._sure.question.given.keys() & self._sure.question.wanted

    def _open(self) -> frozenset[Attribute]:
        """What could be missing at some time."""
        return self._missing | (_ADDRESS & self._wants.keys() if self._judges else frozenset())

    def _lacking(self, provider: Provider, targets: frozenset[Attribute]) -> frozenset[Attribute]:
        """What is missing until this provider was asked for it."""
        return frozenset(a for a in targets & self._missing if self._stays(a, provider) and not self._may_fall(a))

    def _stays(self, attribute: Attribute, provider: Provider) -> bool:
        """Whether its value is what it was at first until this provider was asked."""
        return set(self._finders.get(attribute, ())) <= {provider.name}

    def _may_fall(self, attribute: Attribute) -> bool:
        """Whether what is known of it could be judged: then it may be as good as sure, or as good as gone."""
        return attribute is Attribute.EMAIL and bool(self._judges)

    def _is_given(self, attribute: Attribute) -> bool:
        value = self._known.get(attribute)
        return value is not None and value.confidence >= SURE_ENOUGH and not self._may_fall(attribute)

    def _may_be_given(self, attribute: Attribute) -> bool:
        value = self._known.get(attribute)
        return (
            bool(self._finders.get(attribute))
            or (value is not None and value.confidence >= SURE_ENOUGH)
            or (value is not None and self._may_fall(attribute))
        )


def _parts(match: Match, known: Knowledge) -> Iterator[Attribute]:
    """Give what a match rests on: a full name may be made of its halves."""
    for attribute in match:
        if attribute is Attribute.FULL_NAME and attribute not in known:
            yield from _NAMES
        else:
            yield attribute
