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


def test_a_request_that_a_lookup_left_behind_takes_no_time_from_the_next_one() -> None:
    times: list[float] = []

    class Careless(Fake):
        tells_leaving = True

        async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
            times.append(asyncio.get_running_loop().time())
            sending()
            if len(times) == 1:
                self.left_behind = asyncio.create_task(self.go_on())
                return await super().lookup(questions)
            try:
                await asyncio.sleep(1e9)
            finally:
                times.append(asyncio.get_running_loop().time())
            raise AssertionError("it is given up before")

        async def go_on(self) -> None:
            await asyncio.sleep(4.0)
            await may_send()
            sending()

    cases = ask(2, Careless(limits=Limits((Rate(1, 3.0),), in_flight=1, timeout=0.01)))
    assert sorted(str(told(case)[0]) for case in cases) == ["found", "maybe_billed"]
    assert 5.0 <= times[2] - times[1] < 5.2


def test_who_is_to_be_left_alone_is_not_asked_by_those_that_wait_for_their_turn() -> None:
    def react(_: Sequence[Question]) -> Sequence[Answer]:
        raise AskAgain("rate_limited", after=3600.0, everyone=True)

    limits = Limits((Rate(1, 0.6),), in_flight=2, longest_pause=5.0)
    provider = Fake(react=react, delay=0.2, limits=limits)
    reasons = sorted(str(told(case)[1]) for case in ask(3, provider))
    assert len(provider.calls) == 1
    assert reasons == ["paused", "paused", "rate_limited"]
