"""What a double did and what it charged for: the truth that a caller's own books are held against."""

from __future__ import annotations

import threading
from collections import Counter
from typing import NamedTuple

from trustleads.testing.providers.faults import FaultKind


class Call(NamedTuple):
    """One call that arrived.

    Attributes:
        at: When it was there whole, by ``time.monotonic`` of the server's process.
        method: HTTP method.
        path: Below the server's root, without the query.
        status: Of the answer; None where the connection was reset instead.
        fault: What went wrong on order.
    """

    at: float
    method: str
    path: str
    status: int | None
    fault: FaultKind | None


class Ledger:
    """Calls and bills; read it from any thread.

    Attributes:
        calls: In order of arrival.
        captured: The bytes of every call, as they came out of the TLS layer; empty where ``capture`` is off.
        units: What was billed in all.
        most_at_once: The most calls that were waiting for their answer at the same time.
    """

    def __init__(self, *, capture: bool = True) -> None:
        """Start empty."""
        self.calls: list[Call] = []
        self.captured: list[bytes] = []
        self.units = 0
        self.most_at_once = 0
        self._at_once = 0
        self._capture = capture
        self._billed: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def billed(self) -> dict[str, int]:
        """Subject to how many times it was billed."""
        with self._lock:
            return dict(self._billed)

    def most_in(self, seconds: float) -> int:
        """The most calls that arrived in any window of this length."""
        times = [call.at for call in list(self.calls)]
        most = first = 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    def bill(self, subject: str, units: int = 1) -> None:
        """Charge for a subject."""
        with self._lock:
            self._billed[subject] += 1
            self.units += units

    def begin(self, raw: bytes) -> None:
        """A call arrived."""
        if self._capture:
            self.captured.append(raw)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)

    def end(self) -> None:
        """A call is over."""
        self._at_once -= 1
