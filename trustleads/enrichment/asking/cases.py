"""One lead on its way through the waterfall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from trustleads.core.money import Money
from trustleads.enrichment.questions import Attribute, Outcome
from trustleads.enrichment.waterfall import Known


class Stopped(Exception):
    """The run is over for who gets this, because somebody ended it, or something failed elsewhere."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one provider's part in a lead.

    Attributes:
        provider: Its name.
        outcome: What it answered, or that it was not asked.
        reason: Short stable code, where there is one.
        cost: What was paid for this lead; None where nothing was.
        kept: Whether the answer was there already, from an earlier question.
        request_id: The provider's name for the call.
        fetched_at: When the answer came, seconds since 1970 (UTC).
    """

    provider: str
    outcome: Outcome
    reason: str | None = None
    cost: Money | None = None
    kept: bool = False
    request_id: str | None = None
    fetched_at: float | None = None


@dataclass(slots=True)
class Case:
    """One lead.

    Attributes:
        known: What is known of it; what the caller's row says, to begin with.
        told: What the providers answered, in the order they did.
        asked: See ``waterfall.next_ask``.
        spent: Money spent on it, what is maybe billed included; None until something is.
        number: Which of those that came with it.
        done: Called with it once nobody can help any more.
    """

    known: dict[Attribute, Known]
    number: int = 0
    done: Callable[[Case], None] = field(repr=False, default=lambda _: None)
    told: tuple[Told, ...] = ()
    asked: frozenset[tuple[str, str | None]] = field(default=frozenset(), repr=False)  # by address
    spent: Money | None = None

    def pay(self, cost: Money) -> None:
        """Count what was spent."""
        if cost:
            self.spent = cost if self.spent is None else self.spent + cost

    def left_of(self, most: Money | None) -> Money | None:
        """Say what may still be spent, where ``most`` may be in all."""
        return most if most is None or self.spent is None else most - self.spent
