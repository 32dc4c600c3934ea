"""When the next call to a provider may start, so that its rate limits hold (LEAD-5).

A server counts calls when they arrive. So a start has to wait until the call ``calls`` before it is
``(1 + MARGIN) * seconds`` ago: then no window of ``seconds``, wherever it begins, sees more than ``calls`` arrivals, as
long as no call is on its way longer than another by more than ``MARGIN * seconds`` (30 ms for a limit per second, 1.8 s
for one per minute). What counts is when a call left, where the provider tells (``leaving.sending``): a call that has to
open a connection, or whose loop is busy, leaves later than it was let start.

Timers wake a little late, and each start would hand its lateness on to the one ``calls`` after it. So what is late by
no more than ``SLACK * seconds`` counts as if it had been in time, and windows are longer by as much. ``MARGIN`` and
``SLACK`` are chosen so that at least 95% of a limit is used: 1 / 1.035 is 96.6%.

Where windows are short, the first ``calls`` starts are spread evenly: else their connections would all be opened at
once, and wait for each other.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from trustleads.enrichment.ports import Limits, Rate

MARGIN = 0.03  # share of a window
SLACK = 0.005  # share of a window
_SHORT = 10.0  # seconds; a longer window leaves room for a burst, and somebody with few rows is glad of it
_LOOKS_AGAIN = 0.02  # seconds until a call that has not left is looked at again
_INSTANT = 1e-6  # seconds; sums of times on a clock are not exact, and no timer is that fine


class Start:
    """A call that was let start.

    Attributes:
        at: When it left, as far as is known; when it was let start until then.
        left: Whether its provider has told that it left.
        over: Whether it has come to an end.
    """

    __slots__ = ("at", "left", "over")

    def __init__(self, at: float) -> None:
        self.at = at
        self.left = self.over = False


class Pace:
    """Lets calls start as fast as all rates of a provider allow, and no faster.

    A start is given only when it is due, not in advance: so a pause holds for all who wait, who gives up waiting
    takes nothing away from the others, and a timer that wakes late costs its own call only. Waiting is the caller's,
    one at a time, which also keeps the order::

        async with turn:  # an asyncio.Lock; before it, a place among those in flight
            while wait := pace.wait():
                await asyncio.sleep(wait)
            start = pace.take()
        ...  # pace.leaves(start)
        pace.ends(start)
    """

    def __init__(self, limits: Limits, clock: Callable[[], float], *, tells: bool = False) -> None:
        """Begin with nothing taken.

        Args:
            limits: Their rates count here; none at all is no limit.
            clock: Seconds, never going back: ``time.monotonic``.
            tells: Whether ``leaves`` is called for each call that leaves: then one that has not yet keeps its place,
                however long ago it was let start.
        """
        self._clock = clock
        self._tells = tells
        self._windows = [_Window(rate) for rate in limits.rates]
        self._paused_until = -math.inf

    def wait(self) -> float:
        """Say how long to wait.

        Returns:
            0.0 if a call may start now. Else this many seconds, at least, are to pass before it is worth asking again.
        """
        now = self._clock()
        due = max((window.due() for window in self._windows), default=now)
        wait = max(due, self._paused_until) - now
        if wait <= _INSTANT and self._tells and any(window.is_held for window in self._windows):
            return _LOOKS_AGAIN
        return wait if wait > _INSTANT else 0.0

    def take(self) -> Start:
        """Let a call start, right after ``wait`` said that it may."""
        start = Start(self._clock())
        for window in self._windows:
            window.take(start)
        return start

    def leaves(self, start: Start) -> None:
        """Count a call from now on; one that leaves a second time counts as another one, which nobody let start."""
        if start.left:
            self.ends(self.take())
        else:
            start.at, start.left = self._clock(), True

    def ends(self, start: Start) -> None:
        """Learn that a call is over, and does not leave any more if it has not."""
        start.over = True

    @property
    def is_paused(self) -> bool:
        """Whether nothing may start because of a pause."""
        return self._clock() < self._paused_until

    def pause(self, seconds: float) -> None:
        """Let nothing start for so long; the longest of several pauses counts.

        What was started before still counts when it is over, so no window is broken then.

        Args:
            seconds: As the provider says, or the caller decides.
        """
        self._paused_until = max(self._paused_until, self._clock() + seconds)


class _Window:
    """The starts that count for one rate, each with the time when it was due."""

    def __init__(self, rate: Rate) -> None:
        self._starts: deque[tuple[float, Start]] = deque(maxlen=rate.calls)
        self._length = rate.seconds * (1 + MARGIN + SLACK)
        self._slack = rate.seconds * SLACK
        self._gap = rate.seconds / rate.calls if rate.seconds <= _SHORT else 0.0
        self._ahead = rate.seconds * MARGIN / 2  # how far starts may be ahead of even ones, to catch up after a delay
        self._even = -math.inf  # when the next start would be due if all were spread evenly

    def due(self) -> float:
        """When the next start is due; in the past where it is overdue."""
        if len(self._starts) < self._starts.maxlen:  # type: ignore[operator]  # it has one
            return self._even - self._ahead
        was_due, start = self._starts[0]
        return max(was_due, start.at - self._slack) + self._length

    @property
    def is_held(self) -> bool:
        """Whether the call whose place the next one would take may still leave."""
        if len(self._starts) < self._starts.maxlen:  # type: ignore[operator]  # it has one
            return False
        _, start = self._starts[0]
        return not (start.left or start.over)

    def take(self, start: Start) -> None:
        """Count a start."""
        due = self.due()
        self._starts.append((due, start))
        self._even = max(self._even, start.at) + self._gap
