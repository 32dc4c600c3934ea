"""What is wanted, of whom, and for how much: checked before anything is read (LEAD-4)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, Literal, Self

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.ports import Limits, Provider
from trustleads.enrichment.questions import Answer, Attribute, Outcome
from trustleads.enrichment.waterfall import OWN, WANTABLE, Wants

DAY = 86_400.0  # seconds
OrderBy = Literal["fixed", "cheapest"] | Mapping[str, Sequence[str]]

Usable = Callable[[Attribute, str], bool]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SURELY_PERCENT = (
    10  # from there on a number that is to be a confidence is per cent; from 1 to there it may be anything
)
_PARTS = ("name", "fills", "verifies", "matches", "price", "most_units", "batch_size", "limits", "keeps", "confidence")


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long answers are kept, in seconds."""

    hit: float = 90 * DAY
    miss: float = 30 * DAY

    def of(self, answer: Answer) -> float:
        """Give the lifetime of an answer; 0 where it is not to be kept: it may be another one next time."""
        return {Outcome.FOUND: self.hit, Outcome.MISS: self.miss}.get(answer.outcome, 0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wanted, of whom, and for how much.

    Attributes:
        providers: In the order they are asked.
        wants: Confidence that is wanted, per attribute.
        budget: What it may cost.
        cheapest: Whether the order is by expected cost per value, instead.
        order: Names of providers for some attributes, where they are asked in another order.
        org: Whose leads these are: answers are kept for it alone (GDPR-5).
        lifetimes: How long answers are kept.
        usable: Tells whether a found value is one: what is not does not fill anything.
    """

    providers: Sequence[Provider]
    wants: Wants
    budget: Budget = field(default_factory=Budget)
    cheapest: bool = False
    order: Mapping[Attribute, Sequence[str]] = field(default_factory=dict)
    org: str = "default"
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    usable: Usable = lambda _attribute, _text: True

    @property
    def currency(self) -> str:
        """Of all prices and limits."""
        return self.budget.currency(self.providers)

    @classmethod
    def checked(
        cls,
        providers: Sequence[Provider],
        want: Mapping[str, float] | None,
        *,
        budget: Budget | None = None,
        order: OrderBy = "fixed",
        org: str = "default",
    ) -> Self:
        """Turn what a caller typed into a plan.

        Raises:
            InvalidInput: An unknown field, an impossible confidence or budget, a provider that is none or is there
                twice, a currency mix; the message says what there is.
        """
        checked = _providers(providers)
        wants = _wants(want, checked)
        if not _is_name(org):
            raise InvalidInput("org= is the name of an organisation, whose answers are kept apart", reason="org")
        if budget is not None and not isinstance(budget, Budget):
            raise InvalidInput('budget= is a trustleads.Budget, such as Budget(money="25.00 USD")', reason="budget")
        return cls(
            checked,
            wants,
            (Budget() if budget is None else budget).checked(checked),
            order == "cheapest",
            _order(order, wants, checked),
            org,
        )


def _is_name(org: object) -> bool:
    return isinstance(org, str) and bool(org)


def _providers(providers: Any) -> tuple[Provider, ...]:
    if not isinstance(providers, Sequence) or isinstance(providers, str) or not providers:
        raise InvalidInput(f"providers= is a list of at least one provider{_hint(providers)}", reason="providers")
    for provider in providers:
        if isinstance(provider, type):
            raise InvalidInput(
                f"providers: {provider.__name__} is a class: pass {provider.__name__}(...)", reason="providers"
            )
        lacking = [part for part in _PARTS if not hasattr(provider, part)]
        if lacking or not callable(getattr(provider, "lookup", None)):
            raise InvalidInput(
                f"providers: {type(provider).__name__} is no provider: it has no {(lacking or ['lookup()'])[0]}",
                reason="providers",
            )
        if not isinstance(provider.name, str) or not _NAME.fullmatch(provider.name) or provider.name == OWN:
            raise InvalidInput(
                f"providers: the name of {type(provider).__name__} is not made of lower-case letters, digits and"
                f" underscores, or is {OWN!r}, which stands for the caller's rows",
                reason="providers",
            )
        _check_numbers(provider)
    names = [provider.name for provider in providers]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidInput(f"providers: there are two named {twice!r}", reason="providers")
    return tuple(providers)


def _hint(providers: Any) -> str:
    """Say what to do with what is no list, by what it is; it is not shown, as it may be a key."""
    if isinstance(providers, str | PathLike):
        return (
            ", and no text: files are for the command line; in Python write"
            " providers=[trustleads.providers.Hunter(key)]"
        )
    if hasattr(providers, "lookup"):
        kind = providers if isinstance(providers, type) else type(providers)
        return f": put it in one, providers=[{kind.__name__}(...)]"
    return ""


def _check_numbers(provider: Provider) -> None:
    numbers = {"batch_size": provider.batch_size, "most_units": provider.most_units}
    for name, number in numbers.items():
        if type(number) is not int or number < 1:
            raise InvalidInput(f"providers: {name} of {provider.name} is a whole number from 1 on", reason="providers")
    sure: Any = provider.confidence
    if not isinstance(sure, Mapping) or not all(isinstance(s, int | float) and 0 <= s <= 1 for s in sure.values()):
        raise InvalidInput(
            f"providers: confidence of {provider.name} is a dict of attribute to a number, 0 to 1", reason="providers"
        )
    if not isinstance(provider.limits, Limits):
        raise InvalidInput(
            f"providers: limits of {provider.name} is Limits, such as Limits(in_flight=10)", reason="providers"
        )
    if not isinstance(provider.price, Money):
        raise InvalidInput(
            f"providers: price of {provider.name} is Money, such as Money.of('0.10 USD')", reason="providers"
        )


def _wants(want: Any, providers: Sequence[Provider]) -> dict[Attribute, float]:
    if want is not None and not isinstance(want, Mapping):
        raise InvalidInput(
            'want= is a dict of field to confidence, such as {"email": 0.9}: the fields to fill, and how sure they are'
            " to be",
            reason="want",
        )
    if not want:
        raise InvalidInput(
            'providers= goes with want=: the fields to fill, and how sure they are to be: {"job_title": 0.8}',
            reason="want",
        )
    return {_attribute(name, "want"): _confidence(name, confidence, providers) for name, confidence in want.items()}


def _attribute(name: object, option: str) -> Attribute:
    known = sorted(attribute.value for attribute in WANTABLE)
    if name in known:
        return Attribute(str(name))
    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise InvalidInput(
        f"{option}: {name!r} is nothing that can be filled{hint}; there are {', '.join(known)}", reason="unknown_field"
    )


def _confidence(name: str, confidence: object, providers: Sequence[Provider]) -> float:
    if not isinstance(confidence, int | float) or isinstance(confidence, bool) or not 0 < confidence <= 1:
        likely = likely_confidence(confidence)
        hint = "" if likely is None else f"; did you mean {likely:g}?"
        raise InvalidInput(f"want: how sure {name} is to be is a number above 0, at most 1{hint}", reason="want")
    attribute = Attribute(name)
    if not any(attribute in p.fills or (p.verifies and attribute is Attribute.EMAIL) for p in providers):
        filled = sorted(set().union(*(provider.fills for provider in providers)))
        raise InvalidInput(
            f"want: none of these providers fills {name}; they fill {', '.join(filled) or 'nothing'}", reason="want"
        )
    return float(confidence)


def likely_confidence(given: object) -> float | None:
    """Guess the confidence that was meant by a percentage or a text; None where it may be anything.

    >>> likely_confidence("90%"), likely_confidence(90), likely_confidence("0,9"), likely_confidence(1.5)
    (0.9, 0.9, 0.9, None)
    """
    if not isinstance(given, str | int | float):
        return None
    text = str(given).strip().replace(",", ".")
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        return None
    sure = number / 100 if text.endswith("%") or number >= _SURELY_PERCENT else number
    return sure if 0 < sure <= 1 else None


def _order(order: Any, wants: Wants, providers: Sequence[Provider]) -> dict[Attribute, Sequence[str]]:
    if order in ("fixed", "cheapest"):
        return {}
    if not isinstance(order, Mapping):
        raise InvalidInput("order= is 'fixed', 'cheapest', or a dict of field to names of providers", reason="order")
    return {
        _wanted(name, wants): _names(name, given, {provider.name for provider in providers})
        for name, given in order.items()
    }


def _wanted(name: str, wants: Wants) -> Attribute:
    attribute = _attribute(name, "order")
    if attribute not in wants:
        raise InvalidInput(f"order: {name} is not in want=", reason="order")
    return attribute


def _names(field_: str, given: Any, known: Collection[str]) -> Sequence[str]:
    listed = isinstance(given, Sequence) and not isinstance(given, str)
    if not listed or not all(isinstance(name, str) for name in given):
        raise InvalidInput(f"order: {field_} takes a list of names of providers", reason="order")
    for name in given:
        if name not in known:
            raise InvalidInput(
                f"order: {name!r} is no provider of this run; there are {', '.join(sorted(known))}",
                reason="unknown_provider",
            )
    return tuple(given)
