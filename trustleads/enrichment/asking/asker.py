"""The asker: takes leads, and gives them back when nobody can help any more (LEAD-4, LEAD-5).

It lives in an event loop and a thread of its own, so it works where a loop runs already, and for any number of
threads that bring leads. One asker serves a whole run: limits, budgets and "ask once" hold across all of them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Self

from trustleads.core.money import Money
from trustleads.enrichment.asking.budget import Purse
from trustleads.enrichment.asking.cases import Case, Stopped, Told
from trustleads.enrichment.asking.desk import Desk
from trustleads.enrichment.asking.keeper import Keeper
from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.asking.rates import HitRates, fixed_order
from trustleads.enrichment.asking.tickets import Tally
from trustleads.enrichment.ports import AnswerCache, Gate, Meter, Usage
from trustleads.enrichment.questions import Attribute, Outcome
from trustleads.enrichment.waterfall import Known, Order, WhyNot, missing, next_ask, why_not

_LOG = logging.getLogger("trustleads")

_AT_ONCE = 64  # leads that are taken in before the loop goes round


class Asker:
    """Asks providers about leads, each lead until what is wanted is reached or nobody can help.

    Safe to be used from many threads. A context manager: leaving it stops what is under way.
    """

    def __init__(
        self,
        plan: Plan,
        answers: AnswerCache,
        *,
        gate: Gate | None = None,
        meter: Meter | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; nothing is asked before the first lead.

        Args:
            plan: What is wanted.
            answers: Where answers are kept; not closed here.
            gate: Who may be asked about whom; by default everybody.
            meter: Told what is used, after every batch.
            clock: Seconds since 1970 (UTC), for when answers came.
        """
        self._plan = plan
        self._answers = answers
        self._gate = gate
        self._meter = meter
        self._clock = clock
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._counter: _Counter | None = None
        self._stopped = False
        self._metering = threading.Lock()  # not the other one: a slow meter must not hold up who wants to stop
        self._metered: dict[str, tuple[int, Money]] = {}

    def ask(self, leads: Sequence[Mapping[Attribute, Known]], rows: int | None = None) -> list[Case]:
        """Ask about some leads; returns when all of them are through.

        Args:
            leads: What is known of each.
            rows: Rows that are done with them, for the meter; by default as many as leads.

        Returns:
            The leads in the same order, with all that is known now, and what became of it.

        Raises:
            Stopped: ``stop`` was called meanwhile.
            Exception: Whatever gate, meter or answer cache raised: the run cannot go on without them.
        """
        cases = self._asked([Case(dict(lead)) for lead in leads]) if leads else []
        self._tell_meter(len(leads) if rows is None else rows)
        return cases

    def _asked(self, cases: list[Case]) -> list[Case]:
        counter = self._open()
        future: Future[list[Case]] = Future()
        with self._lock:
            if self._loop is None or self._stopped:
                raise Stopped
            self._loop.call_soon_threadsafe(counter.admit, cases, future)
        return future.result()

    def tallies(self) -> dict[str, Tally]:
        """What happened so far, by provider."""
        return {} if self._counter is None else {desk.provider.name: desk.tally for desk in self._counter.desks}

    def spent(self) -> Money:
        """Money spent so far, what is maybe billed included."""
        return Money.nothing(self._plan.currency) if self._counter is None else self._counter.purse.spent()

    def stop(self) -> None:
        """Stop asking at once; leads under way raise ``Stopped`` where they are waited for, answers stay kept."""
        with self._lock:
            self._stopped = True
            loop = self._loop
            if loop is not None and self._counter is not None:
                loop.call_soon_threadsafe(self._counter.fail, Stopped())

    def close(self) -> None:
        """Stop, and wait until nothing is open any more."""
        self.stop()
        if self._thread is not None:
            self._thread.join()
        self._tell_meter(0)  # what was paid for leads that are not through counts too

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> _Counter:
        with self._lock:
            if self._stopped:
                raise Stopped
            if self._counter is None:
                started: Future[_Counter] = Future()
                self._thread = threading.Thread(
                    target=self._live, args=(started,), name="trustleads-asker", daemon=True
                )
                self._thread.start()
                self._counter = started.result()
            return self._counter

    def _live(self, started: Future[_Counter]) -> None:
        try:
            with asyncio.Runner() as runner:
                self._loop = runner.get_loop()
                runner.run(self._serve(started))
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)  # no loop without a file descriptor

    async def _serve(self, started: Future[_Counter]) -> None:
        try:
            counter = await self._opened(started)
            if counter is not None:
                await counter.serve()
        finally:
            with self._lock:
                self._loop = None

    async def _opened(self, started: Future[_Counter]) -> _Counter | None:
        """Open; what stands against it is for who waits for it."""
        try:
            counter = _Counter(self._plan, self._answers, self._gate, self._clock)
            await counter.keeper.load_rates(counter.rates)
        except BaseException as error:  # noqa: BLE001 - it is raised where the first lead was brought
            started.set_exception(error)
            return None
        started.set_result(counter)
        return counter

    def _tell_meter(self, rows: int) -> None:
        if self._meter is None:
            return
        with self._metering:
            calls: dict[str, int] = {}
            cost: dict[str, Money] = {}
            for name, tally in self.tallies().items():
                now = tally.calls, tally.cost  # read once: the asker goes on meanwhile
                told_calls, told_cost = self._metered.get(name, (0, Money.nothing(tally.cost.currency)))
                if now != (told_calls, told_cost):
                    calls[name], cost[name] = now[0] - told_calls, now[1] - told_cost
                self._metered[name] = now
            if rows or calls:
                self._meter.add(self._plan.org, Usage(rows, calls, cost))


class _Counter:
    """What is inside the loop: leads come, are passed from desk to desk, and leave."""

    def __init__(self, plan: Plan, answers: AnswerCache, gate: Gate | None, clock: Callable[[], float]) -> None:
        self.org = plan.org
        self.gate = gate
        self.usable = plan.usable
        self.over = False
        self.purse = Purse(plan.budget, plan.currency)
        self.keeper = Keeper(answers, plan.org, clock, plan.lifetimes)
        self.rates = HitRates()
        self.settled = asyncio.Event()
        self._plan = plan
        self._fixed = fixed_order(plan.providers, plan.wants, plan.order)
        now = asyncio.get_running_loop().time
        self.desks = [Desk(provider, self, now) for provider in plan.providers]
        self._desk_of = {desk.provider.name: desk for desk in self.desks}
        self._open: dict[int, Future[list[Case]]] = {}
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        """Work until something fails or ``fail`` says so."""
        tasks = [asyncio.create_task(desk.work()) for desk in self.desks]
        try:
            await asyncio.wait([self._failed, *tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            error = _error_of(self._failed, *tasks)
            self._failed.cancel()  # who comes now is sent home
            self.over = True
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._send_home(error)
            await self._close()

    async def _close(self) -> None:
        """Keep what was learnt, and close the providers; all leads are answered, so what fails here fails nobody."""
        closing = [self.keeper.finish(self.rates), *(desk.close_provider() for desk in self.desks)]
        for error in await asyncio.gather(*closing, return_exceptions=True):
            if error is not None:
                _LOG.warning("closing after a run failed: %s", type(error).__name__)

    def fail(self, error: BaseException) -> None:
        """End it all."""
        if not self._failed.done():
            self._failed.set_exception(error)

    def admit(self, cases: list[Case], future: Future[list[Case]]) -> None:
        """Take in leads; ``future`` gets them back when all are through."""
        if self._failed.done():
            future.set_exception(Stopped())
            return
        self._open[id(future)] = future
        left = len(cases)

        def done() -> None:
            nonlocal left
            left -= 1
            if left == 0 and self._open.pop(id(future), None) is not None:
                future.set_result(cases)

        for case in cases:
            case.done = done
        self._advance_some(iter(cases))

    def _advance_some(self, cases: Iterator[Case]) -> None:
        """Go on with some leads now, and with the others in a moment: others wait for the loop too."""
        some = list(islice(cases, _AT_ONCE))
        try:
            for case in some:
                self.advance(case)
        except Exception as error:  # noqa: BLE001 - it is raised where the leads are waited for
            self.fail(error)
            return
        if len(some) == _AT_ONCE:
            asyncio.get_running_loop().call_soon(self._advance_some, cases)

    def advance(self, case: Case) -> None:
        """Pass a lead to the next desk, or let it go."""
        most = self._plan.budget.per_row
        ask = next_ask(
            case.known,
            self._plan.wants,
            self._order(case),
            asked=case.asked,
            left=case.left_of(most),
        )
        if ask is None:
            self._finish(case)
            return
        case.asked |= ask.asked
        self._desk_of[ask.provider.name].ask(ask.question, case)

    def _order(self, case: Case) -> Order:
        if not self._plan.cheapest:
            return self._fixed
        return self.rates.order(self._plan.providers, self._plan.wants, missing(case.known, self._plan.wants))

    def _finish(self, case: Case) -> None:
        told = {part.provider for part in case.told}
        left = case.left_of(self._plan.budget.per_row)
        for desk in self.desks:
            if desk.provider.name not in told:
                reason = why_not(desk.provider, case.known, self._plan.wants, self._fixed, left)
                if desk.closed and reason not in (WhyNot.NOT_NEEDED, WhyNot.NOT_IN_ORDER):
                    case.told.append(Told(desk.provider.name, Outcome.NOT_ASKED, desk.closed))
                else:
                    case.told.append(Told(desk.provider.name, Outcome.NOT_ASKED, reason))
        case.done()

    def _send_home(self, error: BaseException) -> None:
        for future in self._open.values():
            future.set_exception(error)
        self._open.clear()


def _error_of(*futures: asyncio.Future[None]) -> BaseException:
    for future in futures:
        error = future.exception() if future.done() and not future.cancelled() else None
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if error is not None:
            return error
    return Stopped()
