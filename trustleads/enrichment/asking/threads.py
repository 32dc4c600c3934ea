"""Calling what may do anything from the asker's loop: block, hang, raise whatever, cancel its own task."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar, cast

# Seconds that a gate, a meter, a cache or a provider may take to come back once a run is over. What is paid may be on
# its way to the cache then; what takes longer is left behind.
GRACE = 4.0

_MOST = 32  # threads of one run, as those that asyncio has of its own
# Of them for gates and caches. Few: the C library keeps memory for each apart, and what many have once used is not
# given back (a run over a million leads takes 160 MB more with 32 than with 6).
FEW = 6
_LOOKS_AGAIN = 0.01  # seconds between looks at what is at work
_QUIET = (StopIteration, StopAsyncIteration, futures.CancelledError)
_LOG = logging.getLogger("trustleads")

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def _outcome(function: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, BaseException | None]:
    try:
        return function(*args, **kwargs), None
    except BaseException as error:  # noqa: BLE001 - it is raised where it can be told of
        return None, error


def go_on(task: asyncio.Task[object] | None) -> None:
    """Take back what a provider did that cancelled its own task."""
    while task is not None and task.cancelling():
        task.uncancel()


async def in_time(work: Awaitable[object], what: str) -> None:
    """Wait for something at the end of a run, for as long as ``GRACE``; what goes wrong with it is in the log."""
    task = asyncio.ensure_future(work)
    await asyncio.wait([task], timeout=GRACE)  # not a timeout around it, which would wait for who takes no end
    if not task.done():
        task.cancel()
        _LOG.warning("%s after a run does not end, and is left behind", what)
    elif task.cancelled() or task.exception() is not None:
        error = None if task.cancelled() else task.exception()
        _LOG.warning("%s after a run failed: %s", what, type(error).__name__ if error else "cancelled")


def settle(future: Future[Result], work: Callable[[], Result]) -> None:
    """Do some work, and give what comes of it to who waits, unless somebody has sent them home meanwhile."""
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
        with suppress(futures.InvalidStateError):
            future.set_exception(error)
    else:
        with suppress(futures.InvalidStateError):
            future.set_result(result)


_Job = tuple[Future[Any], Callable[[], Any]]


class DaemonThreads(ThreadPoolExecutor):
    """Threads whose end nobody waits for, as the code of a host that runs in them may hang.

    The interpreter does not exit before all threads of a ``ThreadPoolExecutor`` have come back. This is one by name
    alone: an event loop takes no other kind as its default.
    """

    def __init__(self, most: int = _MOST) -> None:
        """Begin without threads.

        Args:
            most: How many there may be; more work waits.
        """
        super().__init__(1)  # which starts none
        self._most = most
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._free = threading.Semaphore(0)
        self._changing = threading.Lock()
        self._started = 0
        self._open = 0
        self._closed = False

    def submit(
        self, fn: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        """Have something done; see ``Executor.submit``."""
        future: Future[Result] = Future()
        with self._changing:
            if self._closed:
                raise RuntimeError("no work is taken any more")
            self._open += 1
            self._jobs.put((future, partial(fn, *args, **kwargs)))
            if not self._free.acquire(blocking=False) and self._started < self._most:
                self._start(future)
        return future

    def _start(self, future: Future[Any]) -> None:
        """Start one more thread; where the system has none, the work waits for those there are."""
        try:
            threading.Thread(target=self._work, name="trustleads-calls", daemon=True).start()
        except RuntimeError:
            if not self._started:
                future.cancel()
                raise
        else:
            self._started += 1

    async def run(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a host's gate, meter or cache in a thread.

        Raises:
            Exception: What it raised; what would end a task quietly, or cannot pass through one, as a ``RuntimeError``.
        """
        work = partial(copy_context().run, _outcome, function, args, kwargs)
        result, error = await asyncio.get_running_loop().run_in_executor(self, work)
        if error is None:
            return cast("Result", result)
        if isinstance(error, Exception) and not isinstance(error, _QUIET):
            raise error
        raise RuntimeError(f"{getattr(function, '__qualname__', function)} raised {type(error).__name__}") from error

    async def idle(self) -> None:
        """Wait until nothing is at work, nor waits to be."""
        while self._open:  # noqa: ASYNC110 - it is threads that are waited for, and for moments
            await asyncio.sleep(_LOOKS_AGAIN)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - see Executor.shutdown
        """Let threads end that have nothing to do; waits for none."""
        with self._changing:
            self._closed = True
            for _ in range(self._started):
                self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            future, work = job
            if future.set_running_or_notify_cancel():
                settle(future, work)
            del job, future, work  # who waits for the next one may wait for long
            with self._changing:
                self._open -= 1

    def _next(self) -> _Job | None:
        try:
            return self._jobs.get_nowait()
        except Empty:
            self._free.release()
            return self._jobs.get()
