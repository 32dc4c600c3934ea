"""The host's code hangs, and the run is to end all the same: by the real clock, as nobody else is at work."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.asking import asker as asker_module
from trustleads.enrichment.asking import threads
from trustleads.enrichment.asking.asker import Asker
from trustleads.enrichment.asking.cases import Stopped
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.questions import Answer, Attribute, Question
from trustleads.enrichment.waterfall import Known

from .fakes import Fake, asker, found, leads

pytestmark = [pytest.mark.clause("LEAD-5"), pytest.mark.timeout(20)]

GRACE, SOON = 0.3, 5.0  # seconds; what hangs does for fifteen


@pytest.fixture(autouse=True)
def _virtual(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (threads, asker_module):
        monkeypatch.setattr(module, "GRACE", GRACE)
    monkeypatch.setattr(asker_module, "_SLACK", 0.2)


class Hanging:
    """Gate, meter and cache that hang from some call on, until they are let go."""

    def __init__(self, where: str, after: int = 0) -> None:
        self.where, self.after = where, after
        self.reached, self.let_go = threading.Event(), threading.Event()
        self.answers = MemoryAnswers()
        self.rows = 0

    def _pass(self, where: str) -> None:
        if where == self.where:
            self.after -= 1
            if self.after < 0:
                self.reached.set()
                self.let_go.wait(15)

    def check(self, *request: Any) -> Sequence[str | None]:
        self._pass("check")
        return [None] * len(request[2])

    def add(self, _org: str, usage: Any) -> None:
        self._pass("add")
        self.rows += usage.rows

    def get(self, *request: Any) -> Any:
        self._pass("get")
        return self.answers.get(*request)

    def put(self, *request: Any) -> Any:
        self._pass("put")
        return self.answers.put(*request)

    def erase(self, *request: Any) -> Any:
        return self.answers.erase(*request)

    def close(self) -> None:
        self.answers.close()


def stopped(made: Asker, host: Any) -> float:
    """Ask in another thread, stop when it hangs, and give the seconds until that thread is free."""
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(made.ask, leads(5))
        assert host.reached.wait(5)
        began = time.monotonic()
        made.stop()
        with pytest.raises(Stopped):
            asking.result(timeout=5)
        return time.monotonic() - began


@pytest.mark.parametrize(
    ("where", "after"), [("check", 0), ("add", 0), ("add", 1), ("get", 0), ("get", 2), ("put", 0), ("put", 1)]
)
def test_whoever_stops_waits_for_nobody_who_hangs(where: str, after: int) -> None:
    host, people = Hanging(where, after), Fake()
    with asker(people, answers=host, gate=host, meter=host) as made:
        if after:
            made.ask(leads(1))
        assert stopped(made, host) < SOON
        began = time.monotonic()
        made.close()
        assert time.monotonic() - began < SOON
        with pytest.raises(Stopped):
            made.ask(leads(1))
    host.let_go.set()


@pytest.mark.parametrize("where", ["check", "add"])
def test_what_is_paid_is_kept_though_others_hang(where: str) -> None:
    host = Hanging(where, 3)
    with asker(Fake(), answers=host, gate=host, meter=host) as made:
        for count in (1, 2, 3):
            made.ask(leads(count))
        stopped(made, host)
    host.let_go.set()
    again = Fake()
    with asker(again, answers=host.answers) as made:
        made.ask(leads(3))
    assert not again.calls


def test_what_is_on_its_way_to_a_slow_cache_gets_there() -> None:
    class Slow(Hanging):
        def put(self, *request: Any) -> Any:
            self.reached.set()
            time.sleep(GRACE / 2)
            super().put(*request)

    host, people = Slow("nowhere"), Fake()
    with asker(people, answers=host) as made:
        stopped(made, host)
    assert len(people.calls) == 5
    again = Fake()
    with asker(again, answers=host.answers) as made:
        made.ask(leads(5))
    assert not again.calls


def test_a_meter_that_comes_back_in_time_is_told_everything() -> None:
    host = Hanging("add", 1)
    with asker(Fake(), answers=host, meter=host) as made:
        made.ask(leads(2))
        stopped(made, host)
        threading.Timer(GRACE / 2, host.let_go.set).start()
    assert host.rows == 7


class Stuck(Fake):
    """A provider that takes no end."""

    def __init__(self, way: str) -> None:
        super().__init__("stuck", self._answers, limits=Limits(in_flight=1))
        self.way = way
        self.reached, self.let_go = threading.Event(), threading.Event()

    def _answers(self, questions: Sequence[Question]) -> Sequence[Answer]:
        return [found("Buyer")] * len(questions)

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        if len(self.calls) == 3 and self.way in ("lookup blocks", "lookup goes on"):
            await asyncio.sleep(0.1)  # answers are gathered before they are written
            self.reached.set()
            await self._hang()
        answers = await super().lookup(questions)
        if len(self.calls) == 4:
            self.reached.set()
            await asyncio.sleep(3600)
        return answers

    async def aclose(self) -> None:
        if self.way.startswith("aclose"):
            await self._hang()

    async def _hang(self) -> None:
        if self.way.endswith("blocks"):
            self.let_go.wait(15)
        if self.way.endswith("in thread"):
            await asyncio.to_thread(self.let_go.wait, 15)
        while not self.let_go.is_set():
            try:
                await asyncio.sleep(15)
            except asyncio.CancelledError:
                if not self.way.endswith("goes on"):
                    raise
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "way", ["lookup goes on", "lookup blocks", "aclose sleeps", "aclose goes on", "aclose in thread", "aclose blocks"]
)
def test_a_provider_that_takes_no_end_is_left_behind_and_what_it_answered_is_kept(
    way: str, caplog: pytest.LogCaptureFixture
) -> None:
    people, answers = Stuck(way), MemoryAnswers()
    with caplog.at_level(logging.WARNING), asker(people, answers=answers) as made:
        assert stopped(made, people) < SOON
        began = time.monotonic()
        made.close()
        assert time.monotonic() - began < SOON
    assert "left behind" in caplog.text or way == "lookup goes on"
    again = Fake("stuck")
    with asker(again, answers=answers) as made:
        made.ask(leads(5))
    people.let_go.set()
    assert len(again.calls) == 2


def test_a_run_that_is_through_does_not_wait_for_an_aclose_that_hangs() -> None:
    people = Stuck("aclose sleeps")
    with asker(people) as made:
        assert len(made.ask(leads(3))) == 3
        began = time.monotonic()
    assert time.monotonic() - began < SOON


def test_calls_that_hang_in_threads_leave_gates_and_caches_their_own() -> None:
    done = threading.Event()

    class InThreads(Fake):
        async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
            await asyncio.to_thread(done.wait, 15.0)
            return await super().lookup(questions)

    hanging, other = InThreads("hanging", limits=Limits(in_flight=20)), Fake("other")
    other.matches = (frozenset({Attribute.PHONE}),)
    began = time.monotonic()
    with asker(hanging, other) as made, ThreadPoolExecutor(2) as pool:
        slow = pool.submit(made.ask, leads(20))
        quick = pool.submit(made.ask, [{Attribute.PHONE: Known(f"+493012345{number:02}", 0.8)} for number in range(40)])
        assert len(quick.result(15.0)) == 40
        assert time.monotonic() - began < SOON
        assert not slow.done()
        done.set()
        assert len(slow.result(15.0)) == 20
    assert (len(hanging.calls), len(other.calls)) == (20, 40)
