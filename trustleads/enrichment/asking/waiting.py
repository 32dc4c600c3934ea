"""Threads that wait for the asker, and can be sent home at any time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from typing import Any


class Waiting:
    """Who waits for what; safe to be used by any thread, and never waits itself."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._lock = threading.Lock()
        self._futures: set[Future[Any]] = set()
        self._over: BaseException | None = None

    @contextmanager
    def place(self, future: Future[Any]) -> Iterator[None]:
        """Take a place for who is going to wait for this.

        Raises:
            BaseException: What the others were sent home with.
        """
        with self._lock:
            if self._over is not None:
                raise self._over
            self._futures.add(future)
        try:
            yield
        finally:
            with self._lock:
                self._futures.discard(future)

    def send_home(self, error: BaseException) -> None:
        """Raise an error where somebody waits, and let nobody wait any more."""
        with self._lock:
            self._over = self._over or error
            futures, self._futures = self._futures, set()
        for future in futures:
            with suppress(InvalidStateError):  # it has come just now
                future.set_exception(error)
