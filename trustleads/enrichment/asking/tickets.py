"""What is put to a desk, and what all desks of a run share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from trustleads.core.money import Money
from trustleads.enrichment.asking.budget import Limit, Purse
from trustleads.enrichment.asking.cases import Case
from trustleads.enrichment.asking.keeper import Keeper
from trustleads.enrichment.asking.plan import Usable
from trustleads.enrichment.asking.rates import HitRates
from trustleads.enrichment.asking.threads import DaemonThreads
from trustleads.enrichment.ports import Gate
from trustleads.enrichment.questions import Question


@dataclass(slots=True)
class Ticket:
    """A question, and the leads that wait for its answer."""

    question: Question
    digest: bytes = field(repr=False)
    cases: list[Case] = field(default_factory=list)
    later: int = 0


@dataclass(slots=True)
class Tally:
    """What happened at a desk.

    Attributes:
        calls: Calls to it, repeated ones included.
        kept: Questions that were answered by what was kept.
        cost: Money paid, what is maybe billed included.
    """

    cost: Money
    calls: int = 0
    kept: int = 0


class Office(Protocol):
    """What all desks of a run share."""

    org: str
    purse: Purse
    keeper: Keeper
    gate: Gate | None
    rates: HitRates
    settled: asyncio.Event
    usable: Usable
    threads: DaemonThreads
    over: bool

    def fail(self, error: BaseException) -> None:
        """End the run."""
        ...

    def begin_more(self) -> None:
        """Let other leads begin, where there is room: more of it while some only wait."""
        ...

    def advance(self, case: Case) -> None:
        """Go on with a lead whose question is answered."""
        ...


class NotPaid(Exception):
    """There is no money for the call, or nobody may make it."""

    @property
    def is_of_money(self) -> bool:
        """Whether a smaller call might be paid."""
        return self.args[0] in (Limit.MONEY, Limit.PROVIDER)
