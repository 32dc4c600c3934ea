"""What the providers of a run did, counted from the column that says so row by row (LEAD-4)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from operator import itemgetter
from typing import Any, NamedTuple

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.questions import Outcome

ANSWERS = "answers"
NOT_NEEDED = "not_needed"
STOPS: Mapping[str, str] = {  # reasons that end the asking, and what they mean
    "key_refused": "it does not accept the key",
    "no_credit": "its credit is used up",
    "plan_limit": "the plan does not allow more",
    "certificate": "its certificate is not trusted: an authority of your own goes to tls= or ca_file",
    "no_such_host": "there is no host of its name",
    "check_auth": "no token is to be had: check auth in its description",
    "check_base_url": "what is at its address is not its API: check base_url",
    "unreadable": "its table cannot be read",
    "low_fill_rate": "it fills too few leads",
    "unavailable": "it has failed too often",
    "budget_money": "the money of the run is spent",
    "budget_provider": "its part of the money is spent",
    "budget_calls": "the calls of the run are used up",
}
MEANT: Mapping[str, str] = {  # reasons that are no word for who does not know them
    "connection": "could not be reached",
    "timeout": "no answer in time",
    "torn_answer": "answers that break off",
    "bad_answer": "answers that make no sense",
    "wrong_subject": "about somebody else",
    "not_ready": "no answer yet",
}
RUN_ENDS = frozenset({"budget_money", "budget_calls"})  # those that end it for all providers alike
_UNANSWERED = frozenset({Outcome.REFUSED, Outcome.FAILED, Outcome.LATER, Outcome.MAYBE_BILLED})


class Part(NamedTuple):
    """What one provider did for one row."""

    provider: str
    outcome: str
    reason: str | None
    kept: bool
    cost: str | None


_FULL: dict[str, Any] = dict.fromkeys(Part._fields)
_SAID = itemgetter(*Part._fields)


@dataclass(frozen=True, slots=True, repr=False)
class ProviderReport:
    """What one provider did: ``found + missed + refused + failed + maybe_billed == asked + kept``.

    Attributes:
        name: Of the provider.
        asked: Questions about leads that were put to it; a lead it found an address of and verified counts twice.
        kept: Those that needed no asking: the answer was kept, or another lead asked the same.
        found: Answers with a value or a verdict.
        missed: Answers that it knows nothing.
        refused: It will not answer about this subject, or not this caller.
        failed: No usable answer; paid for only where the provider bills it all the same.
        maybe_billed: No usable answer, and nobody can tell whether it is billed; counted as paid.
        costs: What was paid, one amount per currency.
        reasons: Codes of refused, failed and maybe billed answers with their number, commonest first.
        not_asked: Codes of why it was not asked with the number of questions, commonest first.
    """

    name: str
    asked: int = 0
    kept: int = 0
    found: int = 0
    missed: int = 0
    refused: int = 0
    failed: int = 0
    maybe_billed: int = 0
    costs: tuple[Money, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    not_asked: tuple[tuple[str, int], ...] = ()

    @property
    def stopped(self) -> str | None:
        """Code of why it was not asked any more; None where it was asked to the end."""
        stops = {code: count for code, count in self._all_reasons().items() if code in STOPS}
        return max(stops, key=lambda code: stops[code]) if stops else None

    @property
    def stopped_questions(self) -> int:
        """Questions that have no answer of it for that reason; a row may have two: what is missing, and a verdict."""
        return self._all_reasons()[self.stopped] if self.stopped else 0

    @property
    def found_share(self) -> float:
        """Found answers as a share of all, 0 to 1."""
        return self.found / (self.asked + self.kept) if self.asked + self.kept else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Give the report as JSON-ready values; amounts are decimals as text, by currency."""
        counts = ("asked", "kept", "found", "missed", "refused", "failed", "maybe_billed")
        return {
            **{name: getattr(self, name) for name in counts},
            "cost": {cost.currency: str(cost).partition(" ")[0] for cost in self.costs},
            "reasons": dict(self.reasons),
            "not_asked": dict(self.not_asked),
            "stopped": self.stopped,
        }

    def __repr__(self) -> str:
        parts = [f"{part.name}={getattr(self, part.name)!r}" for part in fields(self)]
        return f"ProviderReport({', '.join(parts)}, stopped={self.stopped!r})"

    def _all_reasons(self) -> Counter[str]:
        return Counter(dict(self.reasons)) + Counter(dict(self.not_asked))


def parts_of(texts: Iterable[str | None]) -> Counter[Part]:
    """Count what stands in cells of the ``answers`` column.

    Raises:
        ValueError: A cell holds something else.
    """
    cells = ",".join(text for text in texts if text)
    counts: Counter[Part] = Counter()
    try:
        said = Counter(_SAID(_FULL | part) for cell in json.loads(f"[{cells}]") for part in cell)
        for values, count in said.items():
            counts[_part(*values)] += count
    except (KeyError, TypeError, AttributeError, RecursionError, InvalidInput) as error:
        raise ValueError(type(error).__name__) from None
    return counts


def _part(provider: Any, outcome: Any, reason: Any, kept: Any, cost: Any) -> Part:
    if not isinstance(provider, str) or not isinstance(reason, str | None):
        raise TypeError
    if cost is not None:
        Money.of(cost)
    return Part(provider, Outcome(outcome), reason, kept is True, cost)


def reports_of(parts: Mapping[Part, int]) -> tuple[ProviderReport, ...]:
    """Give one report per provider, in the order in which the parts name them first."""
    by_name: dict[str, dict[Part, int]] = {}
    for part, count in parts.items():
        by_name.setdefault(part.provider, {})[part] = count
    return tuple(_report(name, own) for name, own in by_name.items())


def _report(name: str, parts: Mapping[Part, int]) -> ProviderReport:
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    not_asked: Counter[str] = Counter()
    for part, count in parts.items():
        outcomes[part.outcome] += count
        if part.outcome == Outcome.NOT_ASKED:
            not_asked[part.reason or "unknown"] += count
        elif part.reason is not None and part.outcome in _UNANSWERED:  # others have remarks there
            reasons[part.reason] += count
    kept = sum(count for part, count in parts.items() if part.kept and part.outcome != Outcome.NOT_ASKED)
    return ProviderReport(
        name,
        asked=outcomes.total() - outcomes[Outcome.NOT_ASKED] - kept,
        kept=kept,
        found=outcomes[Outcome.FOUND],
        missed=outcomes[Outcome.MISS],
        refused=outcomes[Outcome.REFUSED],
        failed=outcomes[Outcome.FAILED] + outcomes[Outcome.LATER],
        maybe_billed=outcomes[Outcome.MAYBE_BILLED],
        costs=total((Money.of(part.cost) * count for part, count in parts.items() if part.cost)),
        reasons=_commonest(reasons),
        not_asked=_commonest(not_asked),
    )


def total(costs: Iterable[Money]) -> tuple[Money, ...]:
    """Add amounts up, each currency apart: a file may hold rows of several runs."""
    sums: dict[str, Money] = {}
    for cost in costs:
        sums[cost.currency] = sums.get(cost.currency, Money.nothing(cost.currency)) + cost
    return tuple(sums[currency] for currency in sorted(sums))


def _commonest(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
