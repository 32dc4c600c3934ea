from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.asking.asker import Asker
from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.asking.cases import Case, Stopped
from trustleads.enrichment.ports import Kept, Limits
from trustleads.enrichment.questions import (
    Answer,
    Question,
)

from .fakes import (
    EMAIL,
    TITLE,
    Fake,
    Faulty,
    ask,
    asker,
    found,
    leads,
)

pytestmark = [pytest.mark.clause("LEAD-4", "LEAD-5"), pytest.mark.timeout(10)]


class TestTheEnd:
    @pytest.mark.parametrize(("method", "after"), [("get", 0), ("get", 1), ("put", 0), ("put", 1)])
    def test_a_cache_that_fails_stops_the_run_and_says_why(self, method: str, after: int) -> None:
        people = Fake(batch=3)

        def run(made: Asker) -> None:
            for count in (3, 9, 12):
                made.ask(leads(count))

        with asker(people, answers=Faulty(method, after)) as made, pytest.raises(OSError, match="the disk is full"):
            run(made)
        assert people.closed == ((method, after) != ("get", 0))  # then nothing was opened

    def test_who_comes_when_all_is_over_is_told_why_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        open_ = Asker._open

        def slowly(made: Asker) -> Any:
            dispatcher = open_(made)
            assert made._thread is not None
            made._thread.join(5)
            return dispatcher

        monkeypatch.setattr(Asker, "_open", slowly)
        with asker(Fake(), answers=Faulty("get")) as made:
            for _ in range(2):
                with pytest.raises(OSError, match="the disk is full"):
                    made.ask(leads(1))

    @pytest.mark.parametrize("faulty", ["put", "made"])
    def test_what_fails_while_calls_are_under_way_ends_the_run(self, faulty: str) -> None:
        people = Fake(limits=Limits(in_flight=10), delay=0.3)
        through = 0

        def result(case: Case) -> Case:
            nonlocal through
            through += 1
            if faulty == "made" and through == 50:
                raise OSError("the disk is full")
            return case

        answers = Faulty("put", 2) if faulty == "put" else MemoryAnswers()
        with asker(people, answers=answers) as made, pytest.raises(OSError, match="the disk is full"):
            made.ask(leads(400), made=result)
        assert len(people.calls) < 200
        assert people.closed == 1

    def test_rates_that_cannot_be_read_are_not_missed(self) -> None:
        answers = MemoryAnswers()
        answers.put("default", "~rates", {bytes(16): Kept(b"not what it was", 0.0, 1e12)})
        (case,) = ask(1, Fake(), answers=answers)
        assert TITLE in case.known

    def test_a_provider_that_cannot_be_closed_does_not_hold_the_others_up(self) -> None:
        class Stuck(Fake):
            async def aclose(self) -> None:
                raise RuntimeError("still busy")

        class Plain(Fake):
            def aclose(self) -> None:  # type: ignore[override]
                """No coroutine."""

        second = Fake("second")
        (case,) = ask(1, Stuck(), Plain("plain"), second)
        assert TITLE in case.known
        assert second.closed == 1

    def test_stopping_sends_everybody_home_at_once_and_keeps_what_came(self) -> None:
        answers, reached = MemoryAnswers(), threading.Event()

        def react(questions: Sequence[Question]) -> Sequence[Answer]:
            if len(people.calls) == 6:
                people.delay = 1e9
                reached.set()
            return [found("Buyer")] * len(questions)

        people = Fake(react=react, limits=Limits(in_flight=1, timeout=1e10))
        with asker(people, answers=answers) as made:
            threading.Thread(target=lambda: reached.wait(10) and made.stop()).start()
            began = time.monotonic()
            with pytest.raises(Stopped):
                made.ask(leads(100))
            assert time.monotonic() - began < 5.0
            with pytest.raises(Stopped):
                made.ask(leads(1))
        done = len(people.calls) - 1
        people.delay = 0.01
        ask(100, people, answers=answers)
        assert sum(people.asked.values()) - done <= 101
        assert people.asked["lead-0@one.example"] == 1

    def test_closing_twice_and_asking_after_it(self) -> None:
        with asker(Fake()) as made:
            made.ask(leads(1))
            made.close()
            with pytest.raises(Stopped):
                made.ask(leads(1))

    def test_one_that_was_never_asked_opens_nothing(self) -> None:
        people = Fake()
        before = threading.active_count()
        with asker(people) as made:
            assert threading.active_count() == before
            assert made.tallies() == {}
            assert made.spent() == Money.nothing("USD")
        assert people.closed == 0


class TestThreadsAndLoops:
    def test_many_threads_share_limits_budget_and_answers(self) -> None:
        people = Fake(limits=Limits(in_flight=4), batch=2)
        cases: list[list[Case]] = [[] for _ in range(8)]
        with asker(people, budget=Budget(money="1.95 USD")) as made:

            def work(number: int) -> None:
                cases[number] = made.ask(leads(20)[number : number + 12])

            threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert made.spent() == Money.of("1.90 USD")
        assert max(people.asked.values()) == 1
        assert people.most_under_way <= 4
        for number, got in enumerate(cases):
            assert [case.known[EMAIL].text for case in got] == [
                lead[EMAIL].text for lead in leads(20)[number : number + 12]
            ]

    def test_it_works_inside_a_running_loop(self) -> None:
        async def inside() -> list[Case]:
            return ask(3, Fake())

        assert len(asyncio.run(inside())) == 3

    def test_a_provider_may_be_in_two_runs_at_once(self) -> None:
        people = Fake()
        with asker(people) as one, asker(people) as other:
            assert len(one.ask(leads(3))) == len(other.ask(leads(3))) == 3
