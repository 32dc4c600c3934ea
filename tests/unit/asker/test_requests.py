"""Rates hold for requests, whenever they leave and however many a lookup sends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from trustleads.enrichment.leaving import may_send, sending
from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.questions import Answer, AskAgain, Outcome, Question

from .fakes import Fake, ask, told

pytestmark = pytest.mark.clause("LEAD-5")


class Sending(Fake):
    """Sends requests, each some time after it could."""

    tells_leaving = True

    def __init__(self, requests: int, stall: float = 0.0, **rest: Any) -> None:
        super().__init__(**rest)
        self.requests, self.stall = requests, stall
        self.left: list[float] = []

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        for _ in range(self.requests):
            await may_send()
            await asyncio.sleep(self.stall if len(self.left) < 6 else 0.0)
            sending()
            self.left.append(asyncio.get_running_loop().time())
        return await super().lookup(questions)

    def most_in(self, seconds: float) -> int:
        return max(sum(at <= other < at + seconds for other in self.left) for at in self.left)


def test_every_request_of_a_lookup_waits_for_its_turn() -> None:
    provider = Sending(3, limits=Limits((Rate(5, 0.3),), in_flight=20))
    cases = ask(12, provider)
    assert {told(case)[0] for case in cases} == {Outcome.FOUND}
    assert len(provider.left) == 36
    assert provider.most_in(0.3) <= 5


def test_calls_that_are_held_up_do_not_leave_together() -> None:
    provider = Sending(1, stall=3.0, limits=Limits((Rate(5, 0.3),), in_flight=20))
    ask(30, provider)
    assert provider.most_in(0.3) <= 5


def test_waiting_for_a_turn_is_no_part_of_the_time_a_call_may_take() -> None:
    provider = Sending(2, limits=Limits((Rate(1, 0.4),), in_flight=2, timeout=0.01))
    (case,) = ask(1, provider)
    assert told(case)[0] is Outcome.FOUND
    assert provider.left[1] - provider.left[0] >= 0.4


def test_who_is_to_be_left_alone_is_not_asked_by_those_that_wait_for_their_turn() -> None:
    def react(_: Sequence[Question]) -> Sequence[Answer]:
        raise AskAgain("rate_limited", after=3600.0, everyone=True)

    limits = Limits((Rate(1, 0.6),), in_flight=2, longest_pause=5.0)
    provider = Fake(react=react, delay=0.2, limits=limits)
    reasons = sorted(str(told(case)[1]) for case in ask(3, provider))
    assert len(provider.calls) == 1
    assert reasons == ["paused", "paused", "rate_limited"]
