"""A run: batches from a source, through the pipeline on several threads, to a sink, in input order.

Each worker takes the next piece of input under a lock, and parses and validates it on its own; only what must
see the rows in order (duplicates, writing) is done in turn. So at most one piece per worker is at work, and one less
waits to be written, whatever the input's length (LEAD-6).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from trustleads.enrichment.asking.cases import Stopped
from trustleads.enrichment.columns import ColumnReport
from trustleads.enrichment.csvio import BadRow
from trustleads.enrichment.duplicates import DuplicateFinder, hash_strings
from trustleads.enrichment.pipeline import Stage
from trustleads.enrichment.summary import ANSWERS, Counted, SummaryBuilder

BATCH_ROWS = 65_536
SAMPLE_ROWS = 1_000
SMALL_BATCH_ROWS = 4_096
MOST_WAITING = 4  # each holds a small batch, and some memory of the allocators' own
MOST_WORKERS = 4  # more threads wait for each other rather than work


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        rows: Rows done.
        done: Input done, in the unit of ``total``.
        total: Size of the input: bytes for a file, rows for a table; None where nobody knows.
    """

    rows: int
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """One piece of input as a batch.

    Attributes:
        batch: The rows.
        done: What the piece adds to ``Progress.done``.
        bad: Rows that could not be parsed, in order.
    """

    batch: pa.RecordBatch | pa.Table
    done: int
    bad: tuple[BadRow, ...] = ()


class _Done(NamedTuple):
    """One piece, ready to be written."""

    prepared: Any
    counted: Counted | None
    parsed: Parsed


OnProgress = Callable[[Progress], None]
OnBadRow = Callable[[BadRow], None]


class Source(Protocol):
    """Where the rows come from.

    Attributes:
        names: The caller's column names.
        total: See ``Progress``.
    """

    names: tuple[str, ...]
    total: int | None

    def sample(self) -> pa.Table:
        """Give the first rows, to tell the columns' roles by."""
        ...

    def pieces(self, workers: int = 1, *, small: bool = False) -> Iterator[Any]:
        """Give the input piece by piece; never entered by two threads at once.

        Args:
            workers: How many take pieces in turn.
            small: Whether small pieces are better than the fewest.
        """
        ...

    def parse(self, piece: Any) -> Parsed:
        """Make a batch of a piece; runs in the workers."""
        ...


class Sink(Protocol):
    """Where the rows go; who opened it puts the output in place when the run is over."""

    def prepare(self, batch: pa.RecordBatch, added: pa.RecordBatch) -> Any:
        """Do what can be done before the rows above are written; runs in the workers."""
        ...

    def write(self, prepared: Any) -> None:
        """Write a batch behind the others; called in input order."""
        ...


class Turns:
    """Lets threads through one by one, in the order of their numbers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next = 0
        self._closed = False

    @contextmanager
    def turn(self, number: int) -> Iterator[None]:
        """Wait until all lower numbers have been through.

        Raises:
            Stopped: The run ended meanwhile.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._next == number)
            if self._closed:
                raise Stopped
        yield
        with self._changed:
            self._next += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Send everybody home."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class Relay:
    """Passes items on in the order of their numbers, to the thread that comes at the right time.

    Who brings an item that is not next, or while another is being done, need not wait: the thread that does the
    item before it goes on with this one.
    """

    def __init__(self, ahead: int) -> None:
        """Begin with number 0.

        Args:
            ahead: How many items may wait for one with a lower number; who brings more waits.
        """
        self._ahead = ahead
        self._changed = threading.Condition()
        self._waiting: dict[int, Any] = {}
        self._next = 0
        self._at_it = False
        self._closed = False

    def leave(self, number: int, item: Any) -> None:
        """Leave an item; ``due`` is to be called then, without holding on to it.

        Raises:
            Stopped: The run ended meanwhile.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or number - self._next <= self._ahead)
            self._raise_if_closed()
            self._waiting[number] = item

    def due(self) -> Iterator[Any]:
        """Give the items whose turn has come, also those that come meanwhile; none while another thread gets them.

        Raises:
            Stopped: The run ended meanwhile.
        """
        with self._changed:
            self._raise_if_closed()
            if self._at_it:
                return
            self._at_it = self._next in self._waiting
            if not self._at_it:
                return
        while True:
            with self._changed:
                self._raise_if_closed()
                item = self._waiting.pop(self._next)
            yield item
            del item
            with self._changed:
                self._next += 1
                self._changed.notify_all()
                self._at_it = self._next in self._waiting
                if not self._at_it:
                    return

    def close(self) -> None:
        """Send everybody home, and let go of what waits."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise Stopped


class Run:
    """One run; ``go`` returns when every row has been written."""

    def __init__(self, source: Source, sink: Sink, pipeline: Stage, report: ColumnReport) -> None:
        self._source = source
        self._sink = sink
        self._pipeline = pipeline
        self._roles = report.roles
        self._summary: SummaryBuilder | None = None
        self._on_bad: OnBadRow | None = None
        self._on_progress: OnProgress | None = None
        self._pieces: Iterator[Any] = iter(())  # with the relay, for as many workers as ``go`` is told
        self._taken = 0
        self._reading = threading.Lock()
        self._at_work: set[threading.Thread] = set()
        self._judging = Turns()
        self._writing = Relay(ahead=0)
        self._finder = DuplicateFinder()
        self._stopped = False
        self._cut_short = False
        self._errors: list[tuple[int, BaseException]] = []
        self._rows = 0
        self._done = 0

    def go(
        self,
        workers: int | None = None,
        *,
        summary: SummaryBuilder | None = None,
        on_bad: OnBadRow | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Run it, once.

        Args:
            workers: Threads; by default the processors this process may use, at most four (four if they wait).
            summary: Counts the rows.
            on_bad: Takes the rows that could not be parsed, in input order.
            on_progress: Told after every batch.

        Raises:
            InvalidInput: The input has a fault; the first one in input order where several threads met one.
            Stopped: The stage was stopped before all rows were through.
        """
        self._summary, self._on_bad, self._on_progress = summary, on_bad, on_progress
        waits = self._pipeline.waits
        count = workers or (MOST_WAITING if waits else min(MOST_WORKERS, available_cpus()))
        self._pieces = self._source.pieces(count, small=waits)
        self._writing = Relay(ahead=count - 1)
        # Daemons: one that waits for a pipe nobody writes to must not keep the process from ending.
        threads = [threading.Thread(target=self._work, name=f"trustleads-{n}", daemon=True) for n in range(count)]
        with self._finder:
            try:
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            finally:  # after Ctrl-C too, and when a thread could not be started
                self._stop()
                self._let_finish()
        if self._errors:
            raise min(self._errors, key=lambda numbered: numbered[0])[1]
        if self._cut_short:
            raise Stopped

    def _stop(self) -> None:
        self._stopped = True
        self._pipeline.stop()
        self._judging.close()
        self._writing.close()

    def _let_finish(self) -> None:
        """Wait for all who may still write; who waits for input will find the run over, and writes nothing."""
        while busy := list(self._at_work):
            busy[0].join(0.05)

    def _work(self) -> None:
        number = 0
        try:
            while True:
                with self._reading:
                    number, self._taken = self._taken, self._taken + 1
                    piece = None if self._stopped else next(self._pieces, None)
                if piece is None:
                    return
                self._at_work.add(threading.current_thread())
                parsed, piece = self._source.parse(piece), None  # the piece's memory is free while its rows are judged
                done = self._judged(number, parsed)
                self._writing.leave(number, done)
                del parsed, done  # they may wait for long, or be written by others
                self._write_what_is_due()
                self._at_work.discard(threading.current_thread())
        except Stopped:  # because of another worker's error, or by somebody outside: then rows are missing
            self._cut_short = True
        except BaseException as error:  # noqa: BLE001 - it is raised where the run was started
            self._errors.append((number, error))
            self._stop()
        finally:
            self._at_work.discard(threading.current_thread())

    def _judged(self, number: int, parsed: Parsed) -> _Done:
        added = self._pipeline.added(parsed.batch, self._roles)
        if added.mailboxes is not None:
            hashes = hash_strings(added.mailboxes)
            with self._judging.turn(number):
                added = added.with_duplicates(self._finder.add(added.mailboxes, hashes))
        columns = added.batch(self._pipeline.options)
        prepared = self._sink.prepare(parsed.batch, columns)
        told = added.columns.get(ANSWERS)  # also where the caller does not keep that column
        counted = None if self._summary is None else self._summary.count(columns, told)
        return _Done(prepared, counted, parsed)

    def _write_what_is_due(self) -> None:
        for done in self._writing.due():
            self._sink.write(done.prepared)
            if self._summary is not None and done.counted is not None:
                self._summary.take(done.counted, done.parsed.batch, self._roles)
            self._tell(done.parsed)
            del done  # its memory is free while the next one is waited for

    def _tell(self, parsed: Parsed) -> None:
        self._rows += parsed.batch.num_rows
        self._done += parsed.done
        if self._on_bad is not None:
            for row in parsed.bad:
                self._on_bad(row)
        if self._on_progress is not None:
            self._on_progress(Progress(self._rows, self._done, self._source.total))


def available_cpus() -> int:
    """How many processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def even_share(total: int, workers: int, *, most: int, least: int = 1) -> int:
    """Give the size of pieces that keep all workers busy to the end, as few as there can be.

    Args:
        total: Size of the input.
        workers: How many take pieces in turn.
        most: Largest size, which counts more than ``least``.
        least: Smallest size; what is cut further costs more than the other workers save.
    """
    rounds = max(1, -(-total // (workers * most)))
    pieces = min(workers * rounds, max(1, total // least))
    return max(1, min(most, -(-total // pieces)))
