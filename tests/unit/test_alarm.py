from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from trustleads.enrichment.alarm import Alarm


def rung(script: Callable[[Alarm, asyncio.AbstractEventLoop], None], seconds: float = 0.2) -> tuple[list[float], int]:
    """Give when an alarm rang, in tenths of seconds, and how many timers the loop was given for it."""

    async def main() -> tuple[list[float], int]:
        loop = asyncio.get_running_loop()
        began, rings, timers = loop.time(), list[float](), 0
        call_at = loop.call_at

        def counted(*args: object, **rest: object) -> asyncio.TimerHandle:
            nonlocal timers
            timers += 1
            return call_at(*args, **rest)  # type: ignore[arg-type]

        loop.call_at = counted  # type: ignore[method-assign, assignment]
        script(Alarm(lambda: rings.append(loop.time() - began)), loop)
        await asyncio.sleep(seconds)
        return rings, timers - 1  # the last one is that of the sleep

    return asyncio.run(main())


def test_it_rings_when_the_time_has_come_and_once() -> None:
    (ring,), timers = rung(lambda alarm, loop: alarm.set(loop.time() + 0.05))
    assert ring >= 0.045
    assert timers == 1


def test_what_is_put_off_a_thousand_times_takes_one_timer() -> None:
    def script(alarm: Alarm, loop: asyncio.AbstractEventLoop) -> None:
        began = loop.time()
        for number in range(1000):
            alarm.off()
            alarm.set(began + 0.02 + number * 1e-4)

    (ring,), timers = rung(script)
    assert ring >= 0.115
    assert timers == 2  # the first, and one when that has run out too early


def test_it_can_be_set_to_ring_earlier() -> None:
    def script(alarm: Alarm, loop: asyncio.AbstractEventLoop) -> None:
        alarm.set(loop.time() + 60.0)
        alarm.set(loop.time() + 0.05)

    (ring,), _ = rung(script)
    assert ring >= 0.045


@pytest.mark.parametrize("switch", [Alarm.off, Alarm.close])
def test_one_that_is_switched_off_is_silent(switch: Callable[[Alarm], None]) -> None:
    def script(alarm: Alarm, loop: asyncio.AbstractEventLoop) -> None:
        alarm.set(loop.time() + 0.02)
        switch(alarm)
        assert alarm.at is None

    assert rung(script, 0.1)[0] == []
