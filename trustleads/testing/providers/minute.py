"""A limit per minute as two of the vendors have it: a fixed window of sixty seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

WINDOW = 60.0  # seconds


class Minute:
    """Counts calls in the running minute."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Count by this clock, in seconds since 1970."""
        self._clock = clock
        self._start = 0.0
        self.used = 0

    @property
    def ends(self) -> float:
        """When the running minute is over, seconds since 1970."""
        return self._start + WINDOW

    def take(self, most: int | None) -> bool:
        """Count a call, and say whether it is within the limit; None is no limit."""
        now = self._clock()
        if now >= self.ends:
            self._start, self.used = now - now % WINDOW, 0
        if most is not None and self.used >= most:
            return False
        self.used += 1
        return True
