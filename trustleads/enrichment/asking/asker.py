"""The asker: takes leads, and gives them back when nobody can help any more (LEAD-4, LEAD-5).

It lives in an event loop and a thread of its own, so it works where a loop runs already, and for any number of
threads that bring leads. One asker serves a whole run: limits, budgets and "ask once" hold across all of them.

Gate, meter, answer cache and providers are the host's code, and may hang. Nobody who wants to stop waits for them for
longer than ``threads.GRACE``: then they are left behind, in threads that keep no process from ending.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import partial
from typing import Any, Self, TypeVar, overload

from trustleads.core.money import Money
from trustleads.enrichment.asking.budget import Purse
from trustleads.enrichment.asking.cases import Case, Stopped, Told
from trustleads.enrichment.asking.desk import Desk
from trustleads.enrichment.asking.keeper import Keeper
from trustleads.enrichment.asking.parties import Party
from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.asking.rates import HitRates, fixed_order
from trustleads.enrichment.asking.threads import FEW, GRACE, DaemonThreads, in_time, settle
from trustleads.enrichment.asking.tickets import Tally
from trustleads.enrichment.asking.waiting import Waiting
from trustleads.enrichment.ports import AnswerCache, Gate, Meter, Usage
from trustleads.enrichment.questions import Attribute, Outcome
from trustleads.enrichment.waterfall import Known, Order, WhyNot, missing, next_ask, why_not

_LOG = logging.getLogger("trustleads")

_AT_ONCE = 64  # leads that begin before the loop goes round
# Leads that are on their way at the same time: so many times what all providers together are asked at once, as others
# wait for gates and caches, for a batch to fill up, and for their answers to be written.
_TIMES, _FEWEST = 6, 2048
_LOOKS_AGAIN = 0.05  # seconds between looks at an end that takes its time
_SLACK = 0.5  # seconds that the loop may take beyond what it waits for

Item = TypeVar("Item")


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
        self._lock = threading.Lock()  # held for moments only, never while code of others runs
        self._waiting = Waiting()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._started: Future[_Dispatcher] = Future()
        self._dispatcher: _Dispatcher | None = None
        self._stopped = False
        self._metering = DaemonThreads(1)  # one after the other, and whoever stops need not wait for it
        self._metered: dict[str, tuple[int, Money]] = {}

    @overload
    def ask(self, leads: Sequence[Mapping[Attribute, Known]], rows: int | None = None) -> list[Case]: ...
    @overload
    def ask(
        self, leads: Sequence[Mapping[Attribute, Known]], rows: int | None = None, *, made: Callable[[Case], Item]
    ) -> list[Item]: ...
    def ask(
        self,
        leads: Sequence[Mapping[Attribute, Known]],
        rows: int | None = None,
        *,
        made: Callable[[Case], Any] = lambda case: case,
    ) -> list[Any]:
        """Ask about some leads; returns when all of them are through.

        Args:
            leads: What is known of each; taken one after the other as others are through.
            rows: Rows that are done with them, for the meter; by default as many as leads.
            made: Called with each lead that is through, in the asker's thread.

        Returns:
            What was made of the leads, in the same order; by default the leads, with all that is known now and what
            became of it.

        Raises:
            Stopped: ``stop`` was called meanwhile.
            Exception: Whatever gate, meter or answer cache raised: the run cannot go on without them.
        """
        done = self._asked(leads, made) if leads else []
        self._tell_meter(len(leads) if rows is None else rows)
        return done

    def _asked(self, leads: Sequence[Mapping[Attribute, Known]], made: Callable[[Case], Any]) -> list[Any]:
        future: Future[list[Any]] = Future()
        with self._waiting.place(future):
            dispatcher = self._open()
            with self._lock:
                if self._loop is not None and not self._stopped:
                    self._loop.call_soon_threadsafe(dispatcher.admit, Party(leads, made, future))
                elif not future.done():  # else it says what has ended the run
                    raise Stopped
            return future.result()

    def _tell_meter(self, rows: int) -> None:
        if self._meter is None:
            return
        future: Future[None] = Future()
        with self._waiting.place(future):
            with self._lock:
                if self._stopped:
                    raise Stopped
                self._metering.submit(settle, future, partial(self._meter_now, self._meter, rows))
            future.result()

    def tallies(self) -> dict[str, Tally]:
        """What happened so far, by provider."""
        dispatcher = self._dispatcher
        return {} if dispatcher is None else {desk.provider.name: desk.tally for desk in dispatcher.desks}

    def spent(self) -> Money:
        """Money spent so far, what is maybe billed included."""
        return Money.nothing(self._plan.currency) if self._dispatcher is None else self._dispatcher.purse.spent()

    def stop(self) -> None:
        """Stop asking at once; who waits for leads gets ``Stopped``, answers stay kept. Waits for nothing."""
        with self._lock:
            self._stopped = True
            if self._loop is not None and self._dispatcher is not None:
                self._dispatcher.moved()
                self._loop.call_soon_threadsafe(self._dispatcher.fail, Stopped())
        self._waiting.send_home(Stopped())

    def close(self) -> None:
        """Stop, and wait until nothing is open any more and all that came is kept: for ``GRACE`` where that hangs."""
        self.stop()
        thread = self._thread
        while thread is not None and thread.is_alive() and not self._is_stuck():
            thread.join(_LOOKS_AGAIN)
        if thread is not None and thread.is_alive():
            _LOG.warning("what was asked in a run does not end, and is left behind")
        self._tell_meter_the_rest()

    def _is_stuck(self) -> bool:
        return self._dispatcher is not None and self._dispatcher.is_stuck

    def _tell_meter_the_rest(self) -> None:
        """Tell what was paid for leads that are not through: it counts too."""
        meter, self._meter = self._meter, None
        if meter is None:
            return
        future = self._metering.submit(self._meter_now, meter, 0)
        self._metering.shutdown()
        done, _ = wait([future], GRACE)
        if not done:
            _LOG.warning("the meter does not come back: it may lack what was used last")
            return
        future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> _Dispatcher:
        with self._lock:
            if self._stopped:
                raise Stopped
            if self._thread is None:
                self._thread = threading.Thread(target=self._live, name="trustleads-asker", daemon=True)
                try:
                    self._thread.start()  # Ctrl-C may come while it does: then it is there to be waited for
                except RuntimeError:
                    self._thread = None
                    raise
        return self._started.result()  # which no code of others can delay

    def _live(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._serve())
        except Exception as error:
            if self._started.done():
                raise
            self._started.set_exception(error)  # no loop without a file descriptor

    async def _serve(self) -> None:
        loop, threads = asyncio.get_running_loop(), DaemonThreads(FEW)
        loop.set_default_executor(DaemonThreads())
        dispatcher = _Dispatcher(
            self._plan, self._answers, self._gate, self._clock, waiting=self._waiting, threads=threads
        )
        with self._lock:
            self._loop, self._dispatcher = loop, dispatcher
            if self._stopped:
                dispatcher.fail(Stopped())
        self._started.set_result(dispatcher)
        try:
            await dispatcher.serve()
        finally:
            threads.shutdown()
            with self._lock:
                self._loop = None

    def _meter_now(self, meter: Meter, rows: int) -> None:
        calls: dict[str, int] = {}
        cost: dict[str, Money] = {}
        for name, tally in self.tallies().items():
            now = tally.calls, tally.cost  # read once: the asker goes on meanwhile
            told_calls, told_cost = self._metered.get(name, (0, Money.nothing(tally.cost.currency)))
            if now != (told_calls, told_cost):
                calls[name], cost[name] = now[0] - told_calls, now[1] - told_cost
            self._metered[name] = now
        if rows or calls:
            meter.add(self._plan.org, Usage(rows, calls, cost))


class _Dispatcher:
    """What is inside the loop: leads come, are passed from desk to desk, and leave."""

    def __init__(
        self,
        plan: Plan,
        answers: AnswerCache,
        gate: Gate | None,
        clock: Callable[[], float],
        *,
        waiting: Waiting,
        threads: DaemonThreads,
    ) -> None:
        self.org = plan.org
        self.gate = gate
        self.usable = plan.usable
        self.over = False
        self.purse = Purse(plan.budget, plan.currency)
        self.threads = threads
        self.keeper = Keeper(answers, plan.org, clock, plan.lifetimes, threads)
        self.rates = HitRates()
        self.settled = asyncio.Event()
        self._plan = plan
        self._fixed = fixed_order(plan.providers, plan.wants, plan.order)
        now = asyncio.get_running_loop().time
        self.desks = [Desk(provider, self, now) for provider in plan.providers]
        self._desk_of = {desk.provider.name: desk for desk in self.desks}
        self._waiting = waiting
        self._parties: deque[Party] = deque()
        self._most = max(_FEWEST, _TIMES * sum(p.limits.in_flight * p.batch_size for p in plan.providers))
        self._on_their_way = 0
        self._may_begin = self._beginning = False  # nobody does before it is known what was learnt before
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._moved = time.monotonic()

    async def serve(self) -> None:
        """Work until something fails or ``fail`` says so."""
        if await self._goes_well([asyncio.create_task(self.keeper.load_rates(self.rates))]):
            self._may_begin = True
            self.begin_more()
            try:
                await self._goes_well([asyncio.create_task(desk.work()) for desk in self.desks])
            finally:
                await self._close()

    async def _goes_well(self, tasks: Sequence[asyncio.Task[None]]) -> bool:
        """Wait for the first of them that ends, and say whether it goes on then; else it is the end of all."""
        error: BaseException | None = Stopped()
        try:
            await asyncio.wait([self._failed, *tasks], return_when=asyncio.FIRST_COMPLETED)
            error = _error_of(self._failed, *tasks)
        finally:
            if error is not None:
                await self._end(tasks, error)
        return error is None

    async def _end(self, tasks: Sequence[asyncio.Task[None]], error: BaseException) -> None:
        self._failed.cancel()  # who comes now is sent home
        self.over = True
        for task in tasks:
            task.cancel()
        self.moved()
        await asyncio.wait(tasks, timeout=GRACE)
        _error_of(*tasks)
        self._waiting.send_home(error)

    async def _close(self) -> None:
        """Keep what came and what was learnt, and close the providers; nobody waits any more, so nobody is failed."""
        self.moved()
        await in_time(self._keep(), "keeping answers")
        self.moved()
        await asyncio.gather(
            *(in_time(desk.close_provider(), f"closing {desk.provider.name}") for desk in self.desks),
        )

    async def _keep(self) -> None:
        await self.keeper.finish(self.rates)
        await self.threads.idle()  # what is being written

    def moved(self) -> None:
        """Take note that the end has come a step nearer."""
        self._moved = time.monotonic()

    @property
    def is_stuck(self) -> bool:
        """Whether the end does not come any nearer."""
        return time.monotonic() > self._moved + GRACE + _SLACK

    def fail(self, error: BaseException) -> None:
        """End it all."""
        self.over = True
        if not self._failed.done():
            self._failed.set_exception(error)

    def admit(self, party: Party) -> None:
        """Take in leads that came together; they begin as there is room for them."""
        self._parties.append(party)
        self.begin_more()

    def begin_more(self) -> None:
        """See ``Office.begin_more``; they do in a moment."""
        if self._may_begin and not self._beginning and self._parties and not self.over and self._has_room():
            self._beginning = True
            asyncio.get_running_loop().call_soon(self._begin_some)

    def _has_room(self) -> bool:
        """Whether some more may begin; those that only wait keep nobody from it."""
        return self._on_their_way - sum(desk.idle for desk in self.desks) <= self._most - _AT_ONCE

    def _begin_some(self) -> None:
        """Let some leads begin now, and others in a moment: who is asked already waits for the loop too."""
        self._beginning = False
        try:
            for _ in range(_AT_ONCE):
                if not self._parties or self.over:
                    break
                case = self._parties[0].next()
                if self._parties[0].all_begun:
                    self._parties.popleft()
                self._on_their_way += 1
                self.advance(case)
        except Exception as error:  # noqa: BLE001 - it is raised where the leads are waited for
            self.fail(error)
        else:
            self.begin_more()

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
                    case.told += (Told(desk.provider.name, Outcome.NOT_ASKED, desk.closed),)
                else:
                    case.told += (Told(desk.provider.name, Outcome.NOT_ASKED, reason),)
        case.done(case)
        self._on_their_way -= 1
        self.begin_more()


def _error_of(*futures: asyncio.Future[None]) -> BaseException | None:
    """Give what one of them failed by; None where none did. Those that have failed have been asked then."""
    errors = [future.exception() for future in futures if future.done() and not future.cancelled()]
    for error in errors:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]  # noqa: PLW2901 - what is inside
        if error is not None:
            return error
    return Stopped() if any(future.cancelled() for future in futures) else None
