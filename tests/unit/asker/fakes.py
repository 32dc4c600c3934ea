"""Providers and caches in memory, and leads to ask them about."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from trustleads.core.money import Money
from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.asking.asker import Asker
from trustleads.enrichment.asking.cases import Case
from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.questions import (
    Answer,
    Attribute,
    Finding,
    Mailbox,
    Outcome,
    Question,
    Signal,
)
from trustleads.enrichment.waterfall import Known

EMAIL, TITLE, PHONE = Attribute.EMAIL, Attribute.JOB_TITLE, Attribute.PHONE
BY_EMAIL = frozenset({EMAIL})
CENT = Money.of("0.01 USD")

Reaction = Callable[[Sequence[Question]], Sequence[Answer]]


class Fake:
    """A provider that does what it is told, and writes down when it was asked what."""

    verifies = False
    matches = (BY_EMAIL,)
    keeps = True

    def __init__(
        self,
        name: str = "people",
        react: Reaction | None = None,
        *,
        fills: Attribute = TITLE,
        price: str = "0.10 USD",
        batch: int = 1,
        units: int = 1,
        limits: Limits | None = None,
        delay: float = 0.01,
    ) -> None:
        self.name, self.react = name, react or every(found("Buyer"))
        self.fills, self.confidence = frozenset({fills}), {fills: 0.9}
        self.price, self.batch_size, self.most_units = Money.of(price), batch, units
        self.limits = limits or Limits()
        self.delay = delay
        self.calls: list[tuple[float, list[Question]]] = []
        self.closed = 0
        self.under_way = self.most_under_way = 0

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        self.calls.append((asyncio.get_running_loop().time(), list(questions)))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.delay)
            return self.react(questions)
        finally:
            self.under_way -= 1

    async def aclose(self) -> None:
        self.closed += 1

    @property
    def asked(self) -> Counter[str]:
        return Counter(question.given[EMAIL] for _, call in self.calls for question in call)


class Verifier(Fake):
    verifies = True

    def __init__(self, mailbox: Mailbox = Mailbox.EXISTS, **rest: Any) -> None:
        super().__init__("verifier", every(Answer(Outcome.FOUND, mailbox=mailbox)), fills=EMAIL, **rest)
        self.fills = frozenset()


def found(text: str, attribute: Attribute = TITLE, confidence: float = 0.9, **rest: Any) -> Answer:
    return Answer(Outcome.FOUND, {attribute: Finding(text, confidence)}, **rest)


def every(answer: Answer) -> Reaction:
    return lambda questions: [answer] * len(questions)


def after(*reactions: Reaction | Signal, then: Reaction) -> Reaction:
    """React in these ways one after the other, and from then on in the last."""
    left = iter(reactions)

    def react(questions: Sequence[Question]) -> Sequence[Answer]:
        reaction = next(left, then)
        if isinstance(reaction, Signal):
            raise reaction
        return reaction(questions)

    return react


def always(signal: Callable[[], Exception]) -> Reaction:
    def react(_: Sequence[Question]) -> Sequence[Answer]:
        raise signal()

    return react


def leads(count: int) -> list[dict[Attribute, Known]]:
    return [{EMAIL: Known(f"lead-{number}@one.example", 0.8)} for number in range(count)]


@contextmanager
def asker(*providers: Fake, want: Mapping[str, float] | None = None, **options: Any) -> Iterator[Asker]:
    plan_options = {name: options.pop(name) for name in ("budget", "order", "org") if name in options}
    plan = Plan.checked(providers, want or {"job_title": 0.8}, **plan_options)
    with Asker(plan, options.pop("answers", None) or MemoryAnswers(), **options) as made:
        yield made


def ask(count: int, *providers: Fake, **options: Any) -> list[Case]:
    with asker(*providers, **options) as made:
        return made.ask(leads(count))


def told(case: Case, provider: str = "people") -> tuple[Outcome, str | None]:
    (one,) = [part for part in case.told if part.provider == provider]
    return one.outcome, one.reason


class Faulty(MemoryAnswers):
    """A cache that fails from the n-th use of a method on."""

    def __init__(self, method: str, after: int = 0) -> None:
        super().__init__()
        self.method, self.left = method, after

    def _use(self, method: str) -> None:
        if method == self.method:
            self.left -= 1
            if self.left < 0:
                raise OSError("the disk is full")

    def get(self, *arguments: Any) -> Any:
        self._use("get")
        return super().get(*arguments)

    def put(self, *arguments: Any) -> None:
        self._use("put")
        super().put(*arguments)
