"""Answers on their way to and from the cache, many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from trustleads.enrichment.asking import kept
from trustleads.enrichment.asking.plan import Lifetimes
from trustleads.enrichment.asking.rates import HitRates
from trustleads.enrichment.asking.threads import DaemonThreads
from trustleads.enrichment.ports import AnswerCache, Kept
from trustleads.enrichment.questions import Answer, Question

_RATES, _RATES_DIGEST = "~rates", bytes(16)  # no provider's name begins with a tilde
_GATHERING = 0.02  # seconds that an answer waits for others to be kept with: a commit costs as much for one as for all


def _seen(task: asyncio.Task[None]) -> None:
    """What went wrong is told to who waits for it; where nobody does any more, the run is over."""
    if not task.cancelled():
        task.exception()


class Holding(NamedTuple):
    """Answers on their way to the cache.

    Attributes:
        came: When they came, seconds since 1970.
        writing: Done when they are kept, with others; None where there is nothing to keep.
    """

    came: float
    writing: asyncio.Task[None] | None


class Keeper:
    """Reads and writes the answers of one org; lives in one event loop."""

    def __init__(
        self, cache: AnswerCache, org: str, clock: Callable[[], float], lifetimes: Lifetimes, threads: DaemonThreads
    ) -> None:
        self._cache = cache
        self._threads = threads
        self._org = org
        self._clock = clock
        self._lifetimes = lifetimes
        self._waiting: dict[str, dict[bytes, Kept]] = {}
        self._flush: asyncio.Task[None] | None = None

    async def get(self, provider: str, digests: Sequence[bytes]) -> list[tuple[Answer, float] | None]:
        """Give what is kept: the answer, and when it came."""
        found = await self._threads.run(self._cache.get, self._org, provider, digests, self._clock())
        return [self._read(entry) for entry in found]

    def hold(self, provider: str, answers: Iterable[tuple[bytes, Question, Answer]]) -> Holding:
        """Take the answers that are to be kept, under the digests of their questions.

        From now on they are written whatever happens to the run.
        """
        now = self._clock()
        entries = {
            digest: Kept(kept.dump(answer), now, now + lifetime, kept.subject_digests(question, answer))
            for digest, question, answer in answers
            if (lifetime := self._lifetimes.of(answer)) > 0
        }
        if not entries:
            return Holding(now, None)
        self._waiting.setdefault(provider, {}).update(entries)
        if self._flush is None:
            self._flush = asyncio.create_task(self._write())
            self._flush.add_done_callback(_seen)
        return Holding(now, self._flush)

    async def load_rates(self, rates: HitRates) -> None:
        """Add what earlier runs of this org have learnt about its providers; what cannot be read is not missed."""
        (entry,) = await self._threads.run(self._cache.get, self._org, _RATES, [_RATES_DIGEST], self._clock())
        if entry is not None:
            rates.load(entry.payload)

    async def finish(self, rates: HitRates) -> None:
        """Keep what is still waiting, and what was learnt."""
        if self._flush is not None:
            await self._flush
        now = self._clock()
        learnt = {_RATES_DIGEST: Kept(rates.dump(), now, now + self._lifetimes.hit)}
        await self._threads.run(self._cache.put, self._org, _RATES, learnt)

    async def _write(self) -> None:
        await asyncio.sleep(_GATHERING)
        self._flush, waiting, self._waiting = None, self._waiting, {}
        await self._threads.run(self._write_all, waiting)

    def _write_all(self, waiting: Mapping[str, Mapping[bytes, Kept]]) -> None:
        for provider, entries in waiting.items():
            self._cache.put(self._org, provider, entries)

    @staticmethod
    def _read(entry: Kept | None) -> tuple[Answer, float] | None:
        answer = None if entry is None else kept.load(entry.payload)
        return None if answer is None or entry is None else (answer, entry.fetched_at)
