"""When requests leave this machine: told by who sends them to who counts them for the rate limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Counting(Protocol):
    """Who counts the requests of one lookup."""

    async def may_send(self) -> None:
        """See ``may_send``."""
        ...

    def sending(self) -> None:
        """See ``sending``."""
        ...


_counting: ContextVar[Counting | None] = ContextVar("counting", default=None)


async def may_send() -> None:
    """Wait until the rates allow another request of the running lookup; for the first one they do already.

    Raises:
        Unsure: No request may be sent any more.
    """
    counting = _counting.get()
    if counting is not None:
        await counting.may_send()


def sending() -> None:
    """Say that a request is being sent now.

    A provider's ``lookup`` calls this right before each request, once its connection is open: its rate limits count
    from then. Before another request of the same lookup it awaits ``may_send``. Without this a lookup counts once, from
    its beginning.
    """
    counting = _counting.get()
    if counting is not None:
        counting.sending()


def count_with(counting: Counting) -> None:
    """Have the requests of the running task counted from now on."""
    _counting.set(counting)


@contextmanager
def uncounted() -> Iterator[None]:
    """Have requests within, and of tasks made within, counted by nobody: they go elsewhere."""
    token = _counting.set(None)
    try:
        yield
    finally:
        _counting.reset(token)
