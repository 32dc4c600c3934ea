"""Leads begin as there is room for them, and what only waits takes none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from trustleads.enrichment.asking import asker as asking
from trustleads.enrichment.asking.cases import Stopped
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.questions import Answer, AskAgain, Attribute, Outcome, Question
from trustleads.enrichment.waterfall import Known

from .fakes import EMAIL, TITLE, Fake, asker, found, leads, told

pytestmark = [pytest.mark.clause("LEAD-5"), pytest.mark.timeout(20)]
MANY = 12_000


class Counted(Sequence[Any]):
    """Leads that know how many were taken."""

    def __init__(self, leads: list[dict[Attribute, Known]]) -> None:
        self.leads, self.taken = leads, 0

    def __len__(self) -> int:
        return len(self.leads)

    def __getitem__(self, index: Any) -> Any:
        self.taken = max(self.taken, index + 1)
        return self.leads[index]


@pytest.mark.parametrize(("in_flight", "fewest", "most"), [(2, 1_500, 2_100), (10, 5_000, 6_100)])
def test_leads_are_taken_as_there_is_room_for_them(in_flight: int, fewest: int, most: int) -> None:
    many, waiting = Counted(leads(MANY)), 0

    def react(questions: Sequence[Question]) -> Sequence[Answer]:
        nonlocal waiting
        waiting = max(waiting, many.taken - sum(len(call) for _, call in people.calls))
        return [found("Buyer")] * len(questions)

    people = Fake(react=react, batch=100, limits=Limits(in_flight=in_flight))
    with asker(people) as made:
        through = made.ask(many, made=lambda case: case.known[TITLE].text)
    assert through == ["Buyer"] * MANY
    assert fewest < waiting < most


def test_nobody_waits_for_leads_whose_provider_wants_a_pause() -> None:
    paused = Fake("paused", limits=Limits(in_flight=1))
    other = Fake("other", limits=Limits(in_flight=10))
    paused.matches, other.matches = (frozenset({EMAIL}),), (frozenset({Attribute.PHONE}),)
    refused = iter([AskAgain("rate_limited", after=60.0, everyone=True)])

    def react(questions: Sequence[Question]) -> Sequence[Answer]:
        for signal in refused:
            raise signal
        return [found("Buyer")] * len(questions)

    paused.react = react
    by_phone = [{Attribute.PHONE: Known(f"+4930{number:07}", 0.8)} for number in range(500)]
    with asker(paused, other) as made:
        made.ask([*leads(4_000), *by_phone])
    assert other.calls[-1][0] - paused.calls[0][0] < 30.0
    assert paused.calls[1][0] - paused.calls[0][0] >= 60.0


def test_nobody_waits_for_answers_that_are_not_ready() -> None:
    ready: set[str] = set()

    def react(questions: Sequence[Question]) -> Sequence[Answer]:
        email = questions[0].given[EMAIL]
        if email in ready:
            return [found("Buyer")]
        ready.add(email)
        return [Answer(Outcome.LATER, after=60.0)]

    people = Fake(react=react, limits=Limits(in_flight=100), delay=0.001)
    with asker(people) as made:
        cases = made.ask(leads(6_000))
    assert {told(case) for case in cases} == {(Outcome.FOUND, None)}
    first, *_, last = [at for at, _ in people.calls]
    assert last - first < 90.0


def test_nothing_begins_any_more_once_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = 0
    begin_some = asking._Dispatcher._begin_some

    def counted(dispatcher: Any) -> None:
        nonlocal rounds
        rounds += 1
        begin_some(dispatcher)

    monkeypatch.setattr(asking._Dispatcher, "_begin_some", counted)
    reached = threading.Event()

    class Slow(Fake):
        async def aclose(self) -> None:
            await asyncio.sleep(2.0)

    def react(questions: Sequence[Question]) -> Sequence[Answer]:
        made.stop()
        reached.set()
        return [found("Buyer")] * len(questions)

    with asker(Slow(react=react)) as made, pytest.raises(Stopped):
        made.ask(leads(10_000))
    assert reached.is_set()
    assert rounds < 200
