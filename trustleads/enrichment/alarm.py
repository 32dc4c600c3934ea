"""An alarm that nearly always is put off before it rings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Alarm:
    """Calls back at a time; lives in one event loop.

    A timer of the loop's own for each limit that is not reached costs as much as a tenth of a call to a provider. This
    one leaves its timer as it is when it is put off, and looks again when that has run out.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        """Begin switched off.

        Args:
            ring: Called when the time has come.
        """
        self._loop = asyncio.get_running_loop()
        self._ring = ring
        self._at: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def at(self) -> float | None:
        """When it rings, by the loop's clock; None while it is switched off."""
        return self._at

    def set(self, at: float) -> None:
        """Have it ring at a time, by the loop's clock, instead of any other."""
        self._at = at
        if self._timer is not None and self._timer.when() > at:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(at, self._look)

    def off(self) -> None:
        """Switch it off."""
        self._at = None

    def close(self) -> None:
        """Switch it off, and leave nothing in the loop."""
        self._at = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer, at = None, self._at
        if at is None:
            return
        if self._loop.time() < at:
            self.set(at)
        else:
            self._at = None
            self._ring()
