"""Calling what may do anything from the asker's loop: block, raise whatever, cancel its own task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent import futures
from typing import Any, ParamSpec, TypeVar, cast

_QUIET = (StopIteration, StopAsyncIteration, futures.CancelledError)

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


async def in_thread(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Call a host's gate, meter or cache in a thread.

    Raises:
        Exception: What it raised; what would end a task quietly, or cannot pass through one, as a ``RuntimeError``.
    """
    result, error = await asyncio.to_thread(_outcome, function, args, kwargs)
    if error is None:
        return cast("Result", result)
    if isinstance(error, Exception) and not isinstance(error, _QUIET):
        raise error
    raise RuntimeError(f"{getattr(function, '__qualname__', function)} raised {type(error).__name__}") from error


def _outcome(function: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, BaseException | None]:
    try:
        return function(*args, **kwargs), None
    except BaseException as error:  # noqa: BLE001 - it is raised where it can be told of
        return None, error


def go_on(task: asyncio.Task[object] | None) -> None:
    """Take back what a provider did that cancelled its own task."""
    while task is not None and task.cancelling():
        task.uncancel()
