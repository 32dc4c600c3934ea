"""The requests of one lookup, each in its turn (LEAD-5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from trustleads.enrichment.asking.pacing import Pace, Start
from trustleads.enrichment.asking.tickets import NotPaid
from trustleads.enrichment.leaving import count_with
from trustleads.enrichment.questions import Unsure


class Requests:
    """What ``leaving`` counts with: most lookups send one request, some send pages, or another one with a new token."""

    def __init__(self, first: Start, next_start: Callable[[], Awaitable[Start]], pace: Pace) -> None:
        """Begin with the start of the first request.

        Args:
            first: Its start.
            next_start: Waits for that of another one.
            pace: Whose starts they are.
        """
        self._start = first
        self._next_start = next_start
        self._pace = pace
        self._limit: asyncio.Timeout | None = None

    def count(self, limit: asyncio.Timeout) -> None:
        """Count the requests of the running task, whose time is limited; waiting for a turn is no part of it."""
        self._limit = limit
        count_with(self)

    def sending(self) -> None:
        """See ``leaving.sending``."""
        self._pace.leaves(self._start)

    async def may_send(self) -> None:
        """See ``leaving.may_send``."""
        if not self._start.left:
            return
        began = asyncio.get_running_loop().time()
        limit = None if self._limit is None or self._limit.expired() else self._limit
        ends = None if limit is None else limit.when()
        if limit is not None:
            limit.reschedule(None)
        try:
            start = await self._next_start()
        except NotPaid as refusal:
            raise Unsure(str(refusal)) from None  # what came of the request before is not known for sure
        finally:
            if limit is not None and ends is not None:
                limit.reschedule(ends + asyncio.get_running_loop().time() - began)
        self._pace.ends(self._start)
        self._start = start

    def end(self) -> None:
        """Learn that the lookup is over."""
        self._pace.ends(self._start)
