from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent import futures
from typing import Any

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.asking.asker import Asker
from trustleads.enrichment.asking.cases import Stopped
from trustleads.enrichment.ports import Usage
from trustleads.enrichment.questions import (
    Answer,
    Attribute,
    Outcome,
    Question,
)
from trustleads.enrichment.waterfall import Known

from .fakes import (
    EMAIL,
    TITLE,
    Fake,
    ask,
    asker,
    every,
    found,
    leads,
    told,
)

pytestmark = [pytest.mark.clause("LEAD-4", "LEAD-5"), pytest.mark.timeout(10)]


class TestGate:
    def test_who_may_not_be_asked_about_is_not(self) -> None:
        seen: list[tuple[str, str]] = []

        class Gate:
            def check(
                self, org: str, provider: str, questions: Sequence[Question], _subjects: object
            ) -> Sequence[str | None]:
                seen.append((org, provider))
                return ["restricted" if "-1@" in q.given[EMAIL] and provider == "people" else None for q in questions]

        people, second = Fake(), Fake("second")
        cases = ask(3, people, second, gate=Gate(), org="acme")
        assert told(cases[1]) == (Outcome.NOT_ASKED, "restricted")
        assert cases[1].known[TITLE].source == "second"
        assert people.asked.keys() == {"lead-0@one.example", "lead-2@one.example"}
        assert set(seen) == {("acme", "people"), ("acme", "second")}

    @pytest.mark.clause("GDPR-4")
    def test_it_sees_all_that_is_known_of_a_lead_and_judges_each(self) -> None:
        by_name = [frozenset({Attribute.FULL_NAME, Attribute.DOMAIN})]
        people = Fake()
        people.matches = by_name
        named = {Attribute.FIRST_NAME: Known("Ada", 0.8), Attribute.LAST_NAME: Known("Stone", 0.8)}
        named[Attribute.DOMAIN] = Known("one.example", 0.8)
        objector = {**named, EMAIL: Known("ada@one.example", 0.8)}

        class Gate:
            def check(self, *request: Any) -> Sequence[str | None]:
                assert all(EMAIL not in question.given for question in request[2])
                return ["objected" if subject.get(EMAIL) == "ada@one.example" else None for subject in request[3]]

        with asker(people, gate=Gate()) as made:
            refused, other = made.ask([objector, named])
        assert told(refused) == (Outcome.NOT_ASKED, "objected")
        assert TITLE not in refused.known
        assert TITLE in other.known  # the same question, about somebody who did not object
        assert len(people.calls) == 1

    def test_it_stands_before_what_is_kept(self) -> None:
        people, answers = Fake(), MemoryAnswers()
        ask(1, people, answers=answers)

        class Shut:
            def check(self, *request: Any) -> Sequence[str | None]:
                questions = request[2]
                return ["restricted"] * len(questions)

        (case,) = ask(1, people, answers=answers, gate=Shut())
        assert TITLE not in case.known

    @pytest.mark.parametrize(
        "verdicts", [RuntimeError("no database"), [], [True] * 3, "no", StopIteration(), futures.CancelledError()]
    )
    def test_one_that_fails_stops_the_run(self, verdicts: Any) -> None:
        class Broken:
            def check(self, *_: object) -> Any:
                if isinstance(verdicts, Exception):
                    raise verdicts
                return verdicts

        people = Fake()
        with pytest.raises((RuntimeError, TypeError)), asker(people, gate=Broken()) as made:
            made.ask(leads(3))
        assert not people.calls
        assert people.closed == 1

    def test_who_comes_while_it_closes_is_sent_home(self) -> None:
        done = threading.Event()

        class Broken:
            def check(self, *_: object) -> Any:
                raise RuntimeError("no database")

        class Slow(Fake):
            async def aclose(self) -> None:
                await asyncio.to_thread(done.wait, 5.0)

        with asker(Slow(), gate=Broken()) as made:
            for _ in range(2):
                with pytest.raises(RuntimeError, match="no database"):
                    made.ask(leads(1))
            done.set()


class Books:
    """A meter."""

    def __init__(self) -> None:
        self.rows, self.calls, self.cost = 0, Counter[str](), Money.nothing("USD")

    def add(self, org: str, usage: Usage) -> None:
        assert org == "acme"
        self.rows += usage.rows
        self.calls.update(usage.calls)
        for money in usage.cost.values():
            self.cost += money


def _stop_after(made: Asker, people: Fake, questions: Sequence[Question]) -> Sequence[Answer]:
    if len(people.calls) == 20:
        made.stop()
    return [found("Buyer")] * len(questions)


class TestMeter:
    def test_everything_is_told_once(self) -> None:
        people, second, books = Fake(react=every(Answer(Outcome.MISS, units=1)), batch=3), Fake("second"), Books()
        with asker(people, second, meter=books, org="acme") as made:
            made.ask(leads(10))
            made.ask(leads(15))
            assert (books.rows, books.cost) == (25, made.spent())
            assert books.cost == Money.of("3 USD")  # ten of the second fifteen are kept
        assert books.calls == {"people": len(people.calls), "second": len(second.calls)}

    def test_what_a_stopped_run_paid_is_told_too(self) -> None:
        people, books = Fake(react=lambda questions: _stop_after(made, people, questions)), Books()
        with asker(people, meter=books, org="acme") as made, pytest.raises(Stopped):
            made.ask(leads(50))
        assert books.cost == made.spent() > Money.nothing("USD")
        assert books.rows == 0

    def test_rows_about_which_nobody_is_asked_count(self) -> None:
        books = Books()
        with asker(Fake(), meter=books, org="acme") as made:
            assert made.ask([], rows=7) == []
        assert (books.rows, books.calls) == (7, {})

    def test_one_that_fails_stops_the_run(self) -> None:
        class Broken:
            def add(self, *_: object) -> None:
                raise RuntimeError("no database")

        with pytest.raises(RuntimeError, match="no database"):
            ask(1, Fake(), meter=Broken())
