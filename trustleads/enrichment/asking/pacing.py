"""When the next call to a provider may start, so that its rate limits hold (LEAD-5).

A server counts calls when they arrive, and not all take equally long to get there. So a start has to wait until the
one ``calls`` before it is ``(1 + MARGIN) * seconds`` ago: then no window of ``seconds``, wherever it begins, sees more
than ``calls`` arrivals, as long as no call is on its way longer than another by more than ``MARGIN * seconds`` (40 ms
for a limit per second, 2.4 s for one per minute).

``MARGIN`` is chosen so that at least 95% of a limit is used: 1 / 1.04 is 96.2%, and the rest is for timers that wake
a little late. In a short window it is little time, and a call that opens a connection takes longer than that. So where
windows are short, the first ``calls`` starts are spread evenly, so that they do not queue up behind each other, and
count as if they had started ``OPENING * seconds`` later. That costs time once, at the beginning.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from trustleads.enrichment.ports import Limits, Rate

MARGIN = 0.04  # share of a window
OPENING = 0.2  # share of a window; two round trips and a handshake take 0.1 to 0.2 seconds
_SHORT = 10.0  # seconds; a longer window leaves room for a burst, and somebody with few rows is glad of it
_INSTANT = 1e-6  # seconds; sums of times on a clock are not exact, and no timer is that fine


class Pace:
    """Lets calls start as fast as all rates of a provider allow, and no faster.

    A start is given only when it is due, not in advance: so a pause holds for all who wait, who gives up waiting
    takes nothing away from the others, and a timer that wakes late costs its own call only. Waiting is the caller's,
    one at a time, which also keeps the order::

        async with turn:  # an asyncio.Lock; before it, a place among those in flight
            while wait := pace.try_take():
                await asyncio.sleep(wait)
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        """Begin with nothing taken.

        Args:
            limits: Their rates count here; none at all is no limit.
            clock: Seconds, never going back: ``time.monotonic``.
        """
        self._clock = clock
        self._windows = [_Window(rate) for rate in limits.rates]
        self._paused_until = -math.inf

    def try_take(self) -> float:
        """Take a start if one is due.

        Returns:
            0.0 if the call is to start now. Else nothing was taken, and this many seconds, at least, are to pass
            before it is worth trying again.
        """
        now = self._clock()
        due = max((window.due() for window in self._windows), default=now)
        wait = max(due, self._paused_until) - now
        if wait > _INSTANT:
            return wait
        for window in self._windows:
            window.take(now)
        return 0.0

    def pause(self, seconds: float) -> None:
        """Let nothing start for so long; the longest of several pauses counts.

        What was started before still counts when it is over, so no window is broken then.

        Args:
            seconds: As the provider says, or the caller decides.
        """
        self._paused_until = max(self._paused_until, self._clock() + seconds)


class _Window:
    """The starts that count for one rate."""

    def __init__(self, rate: Rate) -> None:
        self._starts: deque[float] = deque(maxlen=rate.calls)
        self._length = rate.seconds * (1 + MARGIN)
        short = rate.seconds <= _SHORT
        self._gap = rate.seconds / rate.calls if short else 0.0
        self._opening = rate.seconds * OPENING if short else 0.0
        self._ahead = rate.seconds * MARGIN / 2  # how far starts may be ahead of even ones, to catch up after a delay
        self._even = -math.inf  # when the next start would be due if all were spread evenly

    def due(self) -> float:
        """When the next start is due; in the past where it is overdue."""
        if len(self._starts) == self._starts.maxlen:
            return self._starts[0] + self._length
        return self._even - self._ahead

    def take(self, now: float) -> None:
        """Count a start."""
        late = 0.0 if len(self._starts) == self._starts.maxlen else self._opening
        self._starts.append(now + late)
        self._even = max(self._even, now) + self._gap
