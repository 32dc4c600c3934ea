"""The requests of one lookup, each in its turn, and all within its time (LEAD-5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from trustleads.enrichment.alarm import Alarm
from trustleads.enrichment.asking.pacing import Pace, Start
from trustleads.enrichment.asking.tickets import NotPaid
from trustleads.enrichment.leaving import count_with
from trustleads.enrichment.questions import Unsure


class Patience:
    """Gives up what takes the running task too long, one piece of work after the other; see ``Alarm``."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._alarm = Alarm(self._give_up)
        self._left = 0.0
        self.lost = False

    def begin(self, seconds: float) -> None:
        """Begin with a piece of work that may take so long."""
        self.lost = False
        self._alarm.set(self._loop.time() + seconds)

    def pause(self) -> None:
        """Let no time count."""
        if self._alarm.at is not None:
            self._left = self._alarm.at - self._loop.time()
            self._alarm.off()

    def go_on(self) -> None:
        """Let time count again, after ``pause``."""
        self._alarm.set(self._loop.time() + self._left)

    def end(self) -> None:
        """Learn that the work is over."""
        self._alarm.off()

    def _give_up(self) -> None:
        self.lost = True
        if self._task is not None:
            self._task.cancel()


class Requests:
    """What ``leaving`` counts with: most lookups send one request, some send pages, or another one with a new token."""

    def __init__(
        self, first: Start, next_start: Callable[[], Awaitable[Start]], pace: Pace, patience: Patience
    ) -> None:
        """Begin with the start of the first request.

        Args:
            first: Its start.
            next_start: Waits for that of another one.
            pace: Whose starts they are.
            patience: Limits the time of the lookup.
        """
        self._start = first
        self._next_start = next_start
        self._pace = pace
        self._patience = patience
        self._over = False

    @property
    def lost(self) -> bool:
        """Whether the lookup took too long: its task was cancelled then."""
        return self._patience.lost

    def begin(self, seconds: float) -> None:
        """Count the requests of the running task from now on; waiting for a turn is no part of the time it has."""
        count_with(self)
        self._patience.begin(seconds)

    def sending(self) -> None:
        """See ``leaving.sending``."""
        self._pace.leaves(self._start)

    async def may_send(self) -> None:
        """See ``leaving.may_send``."""
        if not self._start.left:
            return
        if not self._over:  # a task that its lookup has left running: the time is another one's now
            self._patience.pause()
        try:
            start = await self._next_start()
        except NotPaid as refusal:
            raise Unsure(str(refusal)) from None  # what came of the request before is not known for sure
        finally:
            if not self._over:
                self._patience.go_on()
        self._pace.ends(self._start)
        self._start = start
        if self._over:
            self._pace.ends(start)

    def end(self) -> None:
        """Learn that the lookup is over."""
        self._over = True
        self._patience.end()
        self._pace.ends(self._start)
