"""A circuit breaker: who does not answer is left alone for a while (LEAD-5)."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum

CEILING = 600.0  # seconds; a service that is away for hours is still tried six times in each


class State(Enum):
    """What the breaker lets through."""

    CLOSED = "closed"  # every call
    OPEN = "open"  # none
    HALF_OPEN = "half_open"  # one, to see


class Breaker:
    """Opens after some failures in a row, lets one call through after a while, and closes when that is answered.

    A failure is one of the service: it cannot be reached, says that something is wrong with it, or answers too late
    or nonsense. A miss, a refusal and a rate limit are answers. Each time the one call fails too, the circuit stays
    open twice as long, up to a ceiling.

    Calls that started before it opened end while it is open; they change nothing then.

    It opens at once for a service that wants to be left alone for a while, and lets one call through after that.
    """

    def __init__(
        self, clock: Callable[[], float], *, failures: int = 5, opens_for: float = 30.0, ceiling: float = CEILING
    ) -> None:
        """Begin closed.

        Args:
            clock: Seconds, never going back: ``time.monotonic``.
            failures: In a row, that open it.
            opens_for: Seconds that it is open for the first time.
            ceiling: Seconds that it is open at most.
        """
        self._clock = clock
        self._failures = failures
        self._first = min(opens_for, ceiling)
        self._ceiling = ceiling
        self._in_a_row = 0
        self._opens_for = self._first
        self._opens_until = 0.0
        self._left_alone_until = -math.inf
        self._state = State.CLOSED

    @property
    def state(self) -> State:
        """As of the last call that was let through, or told of."""
        return self._state

    @property
    def is_in_vain(self) -> bool:
        """Whether the one call that was let through to see failed too: it is not a matter of moments."""
        return self._opens_for > self._first or (self._opens_for == self._ceiling and self._state is State.OPEN)

    @property
    def is_open(self) -> bool:
        """Whether no call may start now."""
        return self._state is not State.CLOSED and self._clock() < self._opens_until

    @property
    def is_left_alone(self) -> bool:
        """Whether it is open because the service said so."""
        return self._state is State.OPEN and self._clock() < self._left_alone_until

    def leave_alone(self, seconds: float) -> None:
        """Open for as long as the service says; the longest of several times counts.

        Args:
            seconds: From now on.
        """
        self._left_alone_until = max(self._left_alone_until, self._clock() + seconds)
        until = self._opens_until if self._state is State.OPEN else -math.inf
        self._opens_until = max(until, self._left_alone_until)
        self._state = State.OPEN

    def allows(self) -> bool:
        """Whether a call may start; to be asked right before it does, as this may be the one that is let through.

        If nothing is told of that one, because it was cancelled, another takes its place when the circuit would have
        been open as long again.
        """
        if self._state is State.CLOSED:
            return True
        if self._clock() < self._opens_until:
            return False
        self._state = State.HALF_OPEN
        self._opens_until = self._clock() + self._opens_for
        return True

    def succeeded(self) -> None:
        """Count a call that the service answered, with whatever."""
        if self._state is not State.OPEN:
            self._state = State.CLOSED
            self._in_a_row = 0
            self._opens_for = self._first

    def failed(self) -> None:
        """Count a call that the service failed."""
        if self._state is State.OPEN:
            return
        self._in_a_row += 1
        if self._state is State.HALF_OPEN:
            self._opens_for = min(2 * self._opens_for, self._ceiling)
        elif self._in_a_row < self._failures:
            return
        self._state = State.OPEN
        self._opens_until = self._clock() + self._opens_for
