"""When a call leaves this machine, told by whoever sends it to whoever counts calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_counting: ContextVar[Callable[[], None] | None] = ContextVar("counting", default=None)


def leaves() -> None:
    """Say that a request is being sent now.

    A provider's ``lookup`` calls this right before each request, once its connection is open: its rate limits count
    from then, and a second request of one lookup counts too. Without it a lookup counts once, from its beginning.
    """
    told = _counting.get()
    if told is not None:
        told()


def count_with(told: Callable[[], None]) -> None:
    """Have this called for each request of the running task from now on."""
    _counting.set(told)


@contextmanager
def uncounted() -> Iterator[None]:
    """Have requests within, and of tasks made within, counted by nobody: they go elsewhere."""
    token = _counting.set(None)
    try:
        yield
    finally:
        _counting.reset(token)
