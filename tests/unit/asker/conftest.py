from __future__ import annotations

import asyncio
import selectors
from functools import partial
from typing import Any

import pytest


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer as soon as nobody is at work."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.at_work = 0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.now

    def run_in_executor(self, *arguments: Any) -> Any:
        self.at_work += 1
        future = super().run_in_executor(*arguments)
        future.add_done_callback(lambda _: setattr(self, "at_work", self.at_work - 1))
        return future


class _Jumping(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._its = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or self._its.at_work:
            return super().select(0.05 if timeout is None else min(timeout, 0.05))
        events = super().select(0)
        if not events:
            self._its.now += max(timeout, 0.0)
        return events


@pytest.fixture(autouse=True)
def _virtual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "Runner", partial(asyncio.Runner, loop_factory=VirtualLoop))
