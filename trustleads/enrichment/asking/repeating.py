"""Attempts after the first one: how many, and how long after each other (LEAD-5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from trustleads.enrichment.questions import AskAgain

ATTEMPTS = 5
_LONGEST_WAIT = 20.0  # seconds between attempts, where the provider does not say how long

Result = TypeVar("Result")


async def repeat(
    attempt: Callable[[], Awaitable[Result]],
    first: AskAgain,
    sleep: Callable[[float], Awaitable[None]],
    *,
    longest: float,
) -> Result:
    """Try again after an attempt that came to nothing.

    The first attempt is told of here, not made here: the machinery of repeating takes as much time as all else about
    a call, and few need it.

    Args:
        attempt: To be made again.
        first: What became of the first one.
        sleep: Lets seconds pass.
        longest: Seconds that are waited at most, where the provider says how long; if it says more it is not asked
            again.

    Raises:
        AskAgain: All attempts came to nothing.
    """
    failed: AskAgain | None = first
    attempts = AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, AskAgain) and (error.after or 0.0) <= longest),
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait,
        sleep=sleep,
        reraise=True,
    )
    async for state in attempts:
        with state:
            if failed is not None:
                signal, failed = failed, None
                raise signal
            return await attempt()
    raise first


def _wait(state: RetryCallState) -> float:
    """Give the seconds until the next attempt: what the provider says, and always some jitter."""
    signal = state.outcome.exception() if state.outcome is not None else None
    jitter = wait_random_exponential(multiplier=0.5, max=_LONGEST_WAIT)(state)
    told = signal.after if isinstance(signal, AskAgain) else None
    return jitter if told is None else told + min(jitter, 1.0)
