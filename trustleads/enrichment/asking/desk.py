"""Where one provider is asked: questions come in, equal ones are folded, and each is answered once (LEAD-5)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeAlias

from trustleads.core.money import Money
from trustleads.enrichment.asking.breaker import Breaker
from trustleads.enrichment.asking.cases import Case, Told
from trustleads.enrichment.asking.gate import ask_gate
from trustleads.enrichment.asking.keeper import Holding
from trustleads.enrichment.asking.lookup import look_up
from trustleads.enrichment.asking.pacing import Pace, Start
from trustleads.enrichment.asking.repeating import repeat
from trustleads.enrichment.asking.requests import Patience, Requests
from trustleads.enrichment.asking.tickets import NotPaid, Office, Tally, Ticket
from trustleads.enrichment.ports import Provider
from trustleads.enrichment.questions import (
    Answer,
    AskAgain,
    Attribute,
    Declined,
    Mailbox,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)
from trustleads.enrichment.waterfall import WhyNot, learn

_MOST_REFUSALS = 8  # pauses in a row, without an answer between them
_MOST_DECLINED = 20  # questions in a row, each alone, without an answer between them
_NOT_READY_YET = 2.0  # seconds until a question that is not answered yet is asked again, where nobody says
_MOST_LATER = 15
_TAKEN_IN = 256  # questions looked up in the cache at a time
_LOOKS_AGAIN = 0.1  # seconds between looks at an open circuit
_LINGER = 0.01  # seconds that a batch waits for more questions
_ANSWERED = frozenset({Outcome.FOUND, Outcome.MISS})
_Answered: TypeAlias = Sequence[tuple[Ticket, Answer]]


class Desk:
    """One provider in one run; lives in one event loop."""

    def __init__(self, provider: Provider, office: Office, clock: Callable[[], float]) -> None:
        self.provider = provider
        self.tally = Tally(Money.nothing(office.purse.outstanding.currency))
        self.closed: str | None = None
        self._office = office
        self._pace = Pace(provider.limits, clock, tells=getattr(provider, "tells_leaving", False))
        self._breaker = Breaker(clock)
        self._arrived: deque[tuple[Question, Case]] = deque()
        self._ready: asyncio.Queue[Ticket] = asyncio.Queue()
        self._open: dict[bytes, Ticket] = {}
        self._lost: dict[bytes, Answer] = {}  # paid, or maybe, for nothing that can be kept: once in a run is enough
        self._later: dict[bytes, tuple[asyncio.TimerHandle, Ticket]] = {}  # not answered yet, and to be asked again
        self._declined = 0
        self._refused = 0
        self._refused_until = 0.0
        self._clock = clock
        self._coming = asyncio.Event()
        self._shut = asyncio.Event()
        self._unkept = 0  # calls whose answers are being written
        self._kept_some = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._written: list[tuple[_Answered, float]] = []  # what it is about
        self._starting = asyncio.Lock()
        self._gathering = asyncio.Lock()

    def ask(self, question: Question, case: Case) -> None:
        """Put a question about a lead; the office goes on with the lead when it is answered."""
        self._arrived.append((question, case))
        self._coming.set()

    async def work(self) -> None:
        """Take questions in and ask them, as many calls at a time as the provider bears, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._or_fail(self._take_in()))
            for _ in range(self.provider.limits.in_flight):
                tasks.create_task(self._or_fail(self._call_after_call(tasks)))

    async def _or_fail(self, work: Awaitable[None]) -> None:
        """Let what goes wrong end the run before the other tasks, which would take that for their provider's doing."""
        try:
            await work
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._office.fail(error)
            raise

    @property
    def idle(self) -> int:
        """How many questions only wait: for a time that the provider has named, or until its circuit closes."""
        waits = self._pace.is_paused or self._breaker.is_open
        return len(self._later) + (len(self._arrived) + self._ready.qsize() if waits else 0)

    async def close_provider(self) -> None:
        """Let the provider give back what it opened."""
        await self.provider.aclose()

    def close(self, reason: str) -> None:
        """Ask nothing any more in this run: what waits is not asked, what comes is answered by what is kept."""
        self.closed = self.closed or reason
        self._shut.set()
        waiting = [self._ready.get_nowait() for _ in range(self._ready.qsize())]
        for timer, ticket in self._later.values():
            timer.cancel()
            waiting.append(ticket)
        self._later.clear()
        for ticket in waiting:
            self._deliver(ticket, Answer(Outcome.NOT_ASKED, reason=self.closed))

    async def _take_in(self) -> None:
        """Let questions pass the gate, fold equal ones, and answer those whose answer is kept."""
        while True:
            await self._coming.wait()
            arrived = [self._arrived.popleft() for _ in range(min(_TAKEN_IN, len(self._arrived)))]
            if not self._arrived:
                self._coming.clear()
            tickets = self._folded(await self._through_gate(arrived))
            for ticket, known in zip(tickets, await self._kept(tickets), strict=True):
                if known is not None:
                    self._deliver(ticket, known[0], fetched_at=known[1], kept=True)
                elif self.closed:
                    self._deliver(ticket, Answer(Outcome.NOT_ASKED, reason=self.closed))
                else:
                    self._ready.put_nowait(ticket)

    async def _through_gate(self, arrived: list[tuple[Question, Case]]) -> list[tuple[Question, Case]]:
        """Leave out the leads about which the gate lets nobody be asked; it sees all that is known of each."""
        gate = self._office.gate
        if gate is None or not arrived:
            return arrived
        refusals = await self._office.threads.run(ask_gate, gate, self._office.org, self.provider.name, arrived)
        for (_, case), refusal in zip(arrived, refusals, strict=True):
            if refusal is not None:
                self._leave_out(case, refusal)
        return [pair for pair, refusal in zip(arrived, refusals, strict=True) if refusal is None]

    def _folded(self, arrived: Sequence[tuple[Question, Case]]) -> list[Ticket]:
        """Give one ticket for each question that is not open already."""
        tickets = []
        for question, case in arrived:
            digest = question.digest()
            ticket = self._open.get(digest)
            if ticket is None:
                ticket = self._open[digest] = Ticket(question, digest)
                tickets.append(ticket)
            ticket.cases.append(case)
        return tickets

    async def _kept(self, tickets: Sequence[Ticket]) -> Sequence[tuple[Answer, float | None] | None]:
        digests = [ticket.digest for ticket in tickets]
        kept: Sequence[tuple[Answer, float] | None] = [None] * len(digests)
        if self.provider.keeps and digests:
            kept = await self._office.keeper.get(self.provider.name, digests)
        lost = [(self._lost[digest], None) if digest in self._lost else None for digest in digests]
        return [one or other for one, other in zip(kept, lost, strict=True)]

    async def _call_after_call(self, tasks: asyncio.TaskGroup) -> None:
        """Ask one batch after the other."""
        patience = Patience()
        while True:
            await self._ask(await self._next_batch(), patience, tasks)

    async def _next_batch(self) -> list[Ticket]:
        """Wait for questions; a batch that is not full waits a moment for more, and none is begun meanwhile."""
        if self.provider.batch_size == 1:
            return [await self._ready.get()]
        async with self._gathering:
            tickets = [await self._ready.get()]
            most = self.provider.batch_size - 1
            if self._ready.qsize() < most:
                await asyncio.sleep(_LINGER)
            return tickets + [self._ready.get_nowait() for _ in range(min(most, self._ready.qsize()))]

    async def _ask(self, tickets: list[Ticket], patience: Patience, tasks: asyncio.TaskGroup) -> None:
        """Ask a batch; what stands against one question must not cost the others their answer.

        What is answered is written and handed out beside the next call, not before it: else calls that end together
        start together for ever after, and the provider waits for them in between.
        """
        try:
            answers = await self._answers(tickets, patience)
        except (Declined, NotPaid) as refusal:
            may_do = (
                not isinstance(refusal, NotPaid) or refusal.is_of_money
            )  # a smaller batch: there may be enough for it
            if may_do and len(tickets) > 1:
                for half in (tickets[: len(tickets) // 2], tickets[len(tickets) // 2 :]):
                    await self._ask(half, patience, tasks)
                return
            answers = [self._unasked(refusal)] * len(tickets)
        except Signal as signal:
            answers = [self._came_to_nothing(signal)] * len(tickets)
        answered = list(zip(tickets, answers, strict=True))
        holding = self._office.keeper.hold(self.provider.name, self._to_be_kept(answered))
        self._pass_on(answered, holding, tasks)
        while self._unkept >= 2 * self.provider.limits.in_flight:  # a disk that is stuck stops the asking too
            self._kept_some.clear()
            await self._kept_some.wait()

    def _pass_on(self, answered: _Answered, holding: Holding, tasks: asyncio.TaskGroup) -> None:
        """Hand answers out once they are kept: what is paid is never lost. What is written together shares a task."""
        if holding.writing is None:
            self._hand_out(answered, holding.came)
            return
        self._unkept += 1
        if holding.writing is not self._writing:
            self._writing, self._written = holding.writing, []
            tasks.create_task(self._or_fail(self._hand_out_written(holding.writing, self._written)))
        self._written.append((answered, holding.came))

    async def _hand_out_written(self, writing: asyncio.Task[None], written: Sequence[tuple[_Answered, float]]) -> None:
        await asyncio.shield(writing)
        self._unkept -= len(written)
        self._kept_some.set()
        for answered, came in written:
            self._hand_out(answered, came)

    def _unasked(self, refusal: Declined | NotPaid) -> Answer:
        """Say what becomes of questions that were not answered; a provider that understands none is not asked on."""
        if isinstance(refusal, NotPaid):
            return Answer(Outcome.NOT_ASKED, reason=str(refusal))
        self._declined += 1
        if self._declined >= _MOST_DECLINED:
            self.close(refusal.reason)
        return Answer(Outcome.FAILED, reason=refusal.reason)

    def _came_to_nothing(self, signal: Signal) -> Answer:
        if isinstance(signal, StopAsking):
            self.close(signal.reason)
            return Answer(Outcome.REFUSED, reason=signal.reason)
        if isinstance(signal, Unsure):
            return Answer(Outcome.MAYBE_BILLED, reason=signal.reason, units=self.provider.most_units)
        return Answer(Outcome.FAILED, reason=signal.reason)

    def _to_be_kept(self, answered: _Answered) -> Iterator[tuple[bytes, Question, Answer]]:
        return ((t.digest, t.question, answer) for t, answer in answered if self.provider.keeps)

    async def _answers(self, tickets: Sequence[Ticket], patience: Patience) -> Sequence[Answer]:
        """Ask until there are answers, or it is no use."""
        try:
            return await self._attempt(tickets, patience)
        except AskAgain as signal:
            try:
                longest = self.provider.limits.longest_pause
                return await repeat(lambda: self._attempt(tickets, patience), signal, self._sleep, longest=longest)
            except NotPaid as refusal:
                raise signal from refusal  # it was asked, and failed: that nobody could ask again does not undo it

    async def _attempt(self, tickets: Sequence[Ticket], patience: Patience) -> Sequence[Answer]:
        """Pay for one call, wait for its turn, and make it."""
        price = self.provider.price
        reserved = await self._reserve(price * (self.provider.most_units * len(tickets)))
        spent, sent = Money.nothing(reserved.currency), False
        try:
            requests = Requests(await self._turn(), self._turn, self._pace, patience)
            sent = True
            answers = await self._call([ticket.question for ticket in tickets], requests)
            spent = price * sum(answer.billed_units for answer in answers)
        except (Unsure, asyncio.CancelledError):
            if sent:  # nobody will know any more what became of it
                spent = reserved
            raise
        finally:
            self._settle(reserved, spent, sent=sent)
        return answers

    async def _reserve(self, money: Money) -> Money:
        purse, name = self._office.purse, self.provider.name
        while not purse.reserve(name, money):
            refusal = purse.refusal(name, money)
            if refusal is not None and refusal.final:
                raise NotPaid(refusal.limit)
            self._office.settled.clear()
            await self._office.settled.wait()
        return money

    def _settle(self, reserved: Money, spent: Money, *, sent: bool) -> None:
        self._office.purse.settle(self.provider.name, reserved, spent, sent=sent)
        self.tally.calls += sent
        self.tally.cost += spent
        self._office.settled.set()

    async def _turn(self) -> Start:
        """Wait until a call may start: while the circuit is open nobody calls, and it is waited for once."""
        async with self._starting:
            while not self.closed:
                if self._breaker.is_open:  # which it may be after each wait
                    await self._sleep(self._until_probe())
                elif wait := self._pace.wait():
                    await self._sleep(wait)
                elif self._breaker.allows():
                    return self._pace.take()
        raise NotPaid(self.closed)

    async def _sleep(self, seconds: float) -> None:
        """Let time pass, as long as the desk is open."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._shut.wait()

    def _until_probe(self) -> float:
        if self._breaker.is_left_alone:
            raise NotPaid(WhyNot.PAUSED)
        if self._breaker.is_in_vain:
            raise NotPaid(WhyNot.UNAVAILABLE)
        return _LOOKS_AGAIN

    async def _call(self, questions: Sequence[Question], requests: Requests) -> Sequence[Answer]:
        """Make one call, and tell the circuit how it went."""
        began = self._clock()
        try:
            answers = await look_up(self.provider, questions, requests, self._office)
        except AskAgain as signal:
            if signal.everyone:
                self._pause(signal, began)
            self._tell_breaker(answered=signal.everyone)
            raise
        except Unsure:
            self._tell_breaker(answered=False)
            raise
        except Signal:
            self._tell_breaker(answered=True)
            raise
        self._tell_breaker(answered=True)
        self._refused = self._declined = 0
        return answers

    def _pause(self, signal: AskAgain, began: float) -> None:
        """Leave the provider alone for as long as it says; who is refused again and again is not asked any more.

        Rows wait for it for as long as its limits have it; where it says more, they go on without it. Calls that were
        under way when the pause began are refused with the first one, and count with it.
        """
        after = signal.after or 1.0
        self._refused += began >= self._refused_until
        if self._refused >= _MOST_REFUSALS:
            raise StopAsking(signal.reason) from signal
        self._refused_until = max(self._refused_until, self._clock() + after)
        if after > self.provider.limits.longest_pause:
            self._breaker.leave_alone(after)
        else:
            self._pace.pause(after)
        self._office.begin_more()

    def _tell_breaker(self, *, answered: bool) -> None:
        if answered:
            self._breaker.succeeded()
        else:
            self._breaker.failed()
            self._office.begin_more()

    def _hand_out(self, answered: _Answered, came: float) -> None:
        for ticket, answer in answered:
            if answer.outcome is Outcome.LATER:
                self._ask_later(ticket, answer)
            else:
                self._deliver(ticket, answer, fetched_at=came if answer.outcome in _ANSWERED else None)

    def _ask_later(self, ticket: Ticket, answer: Answer) -> None:
        ticket.later += 1
        after = _NOT_READY_YET if answer.after is None else answer.after
        if ticket.later > _MOST_LATER or after > self.provider.limits.longest_pause:
            self._deliver(ticket, Answer(Outcome.FAILED, reason=answer.reason or "not_ready"))
            return
        if self.closed:
            self._deliver(ticket, Answer(Outcome.NOT_ASKED, reason=self.closed))
            return
        timer = asyncio.get_running_loop().call_later(after, self._ready_again, ticket)
        self._later[ticket.digest] = timer, ticket
        self._office.begin_more()

    def _ready_again(self, ticket: Ticket) -> None:
        del self._later[ticket.digest]
        self._ready.put_nowait(ticket)

    def _deliver(self, ticket: Ticket, answer: Answer, *, fetched_at: float | None = None, kept: bool = False) -> None:
        """Hand an answer to all leads that wait for it; the first one pays."""
        self._open.pop(ticket.digest, None)
        if kept:
            self.tally.kept += 1
        else:
            self._count(ticket.question, answer)
        cost = self.provider.price * (0 if kept else answer.billed_units)
        if cost and answer.outcome not in _ANSWERED:
            self._lost[ticket.digest] = answer
        for number, case in enumerate(ticket.cases):
            paid = cost if number == 0 else self.provider.price * 0
            self._tell(
                case,
                answer,
                Told(
                    self.provider.name,
                    answer.outcome,
                    answer.reason,
                    paid or None,
                    kept or (number > 0 and answer.outcome is not Outcome.NOT_ASKED),
                    answer.request_id,
                    fetched_at,
                ),
            )

    def _leave_out(self, case: Case, reason: str) -> None:
        """Go on with a lead about which nothing was asked here."""
        case.told += (Told(self.provider.name, Outcome.NOT_ASKED, reason),)
        self._office.advance(case)

    def _tell(self, case: Case, answer: Answer, told: Told) -> None:
        case.told += (told,)
        if told.cost is not None:
            case.pay(told.cost)
        case.known = learn(case.known, self.provider.name, answer, self.provider.confidence)
        self._office.advance(case)

    def _count(self, question: Question, answer: Answer) -> None:
        """Count what says how good the provider is: answers, not faults."""
        if answer.outcome not in (Outcome.FOUND, Outcome.MISS):
            return
        filled = question.wanted & frozenset(answer.found)
        if answer.mailbox is Mailbox.EXISTS:
            filled |= {Attribute.EMAIL}
        self._office.rates.told(self.provider.name, question, filled, answer.billed_units)
        self._office.purse.told(self.provider.name, 1, int(bool(filled or answer.mailbox)))
        if not self._office.purse.worth_asking(self.provider.name):
            self.close(WhyNot.LOW_FILL_RATE)
