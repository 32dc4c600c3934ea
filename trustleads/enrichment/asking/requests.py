"""The requests of one lookup after the other, each in its turn, and all within a limit of time (LEAD-5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from trustleads.enrichment.alarm import Alarm
from trustleads.enrichment.asking.pacing import Pace, Start
from trustleads.enrichment.asking.tickets import NotPaid
from trustleads.enrichment.leaving import count_with
from trustleads.enrichment.questions import Unsure


class Requests:
    """What ``leaving`` counts with, for the lookups that the running task makes.

    Most lookups send one request, some send pages, or another one with a new token.
    """

    def __init__(self, next_start: Callable[[], Awaitable[Start]], pace: Pace) -> None:
        """Count from now on for the running task, and those that it makes.

        Args:
            next_start: Waits for the start of one more request.
            pace: Whose starts they are.
        """
        self._next_start = next_start
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._start: Start | None = None
        self._alarm = Alarm(self._give_up)
        self._late = False
        count_with(self)

    @property
    def late(self) -> bool:
        """Whether the lookup was given up: its task was cancelled then."""
        return self._late

    def begin(self, start: Start, seconds: float) -> None:
        """Begin a lookup.

        Args:
            start: That of its first request.
            seconds: How long it may take; waiting for a turn is no part of it.
        """
        self._start, self._late = start, False
        self._alarm.set(self._loop.time() + seconds)

    def end(self) -> None:
        """Learn that the lookup is over."""
        self._alarm.off()
        if self._start is not None:
            self._pace.ends(self._start)

    def sending(self) -> None:
        """See ``leaving.sending``."""
        if self._start is not None:
            self._pace.leaves(self._start)

    async def may_send(self) -> None:
        """See ``leaving.may_send``."""
        if self._start is None or not self._start.left:
            return
        began, ends = self._loop.time(), self._alarm.at
        self._alarm.off()
        try:
            start = await self._next_start()
        except NotPaid as refusal:
            raise Unsure(str(refusal)) from None  # what came of the request before is not known for sure
        finally:
            if ends is not None:
                self._alarm.set(ends + self._loop.time() - began)
        self._pace.ends(self._start)
        self._start = start

    def _give_up(self) -> None:
        self._late = True
        if self._task is not None:
            self._task.cancel()
