"""Runs on tables in memory, and on streams of batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Any

import pyarrow as pa

from trustleads.enrichment.duplicates import DuplicateFinder
from trustleads.enrichment.frames import Frame
from trustleads.enrichment.pipeline import Stage, append
from trustleads.enrichment.run import BATCH_ROWS, SAMPLE_ROWS, SMALL_BATCH_ROWS, Parsed, Progress, Run


class TableSource:
    """A ``pyarrow.Table``, in slices."""

    def __init__(self, table: pa.Table) -> None:
        self.names = tuple(table.column_names)
        self.total: int | None = table.num_rows
        self._table = table

    def sample(self) -> pa.Table:
        """See ``Source.sample``."""
        return self._table.slice(0, SAMPLE_ROWS)

    def pieces(self, workers: int = 1, *, small: bool = False) -> Iterator[pa.Table]:  # noqa: ARG002 - see below
        """See ``Source.pieces``; a Parquet output's row groups must not depend on the number of workers."""
        rows = SMALL_BATCH_ROWS if small else BATCH_ROWS
        return (self._table.slice(start, rows) for start in range(0, self._table.num_rows, rows))

    def parse(self, piece: pa.Table) -> Parsed:
        """See ``Source.parse``."""
        return Parsed(piece, piece.num_rows)


class ReaderSource:
    """A ``pyarrow.RecordBatchReader``; it can be read only once, so the sample is kept for the run."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self.names = tuple(reader.schema.names)
        self.total: int | None = None
        self._reader = reader
        self._head: list[pa.RecordBatch] = []

    def sample(self) -> pa.Table:
        """See ``Source.sample``: the rows of the first batch that has any."""
        while not any(batch.num_rows for batch in self._head):
            batch = next(self._reader, None)
            if batch is None:
                break
            self._head.append(batch)
        return pa.Table.from_batches(self._head, self._reader.schema).slice(0, SAMPLE_ROWS)

    def pieces(self, workers: int = 1, *, small: bool = False) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 - as they come
        """See ``Source.pieces``."""
        return chain(self._head, self._reader)

    def parse(self, piece: pa.RecordBatch) -> Parsed:
        """See ``Source.parse``."""
        return Parsed(piece, piece.num_rows)


class TableSink:
    """Keeps the caller's columns with the added ones behind them."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._batches: list[pa.RecordBatch] = []

    @property
    def table(self) -> pa.Table:
        """What came so far."""
        return pa.Table.from_batches(self._batches, self._schema)

    def prepare(self, batch: pa.RecordBatch, added: pa.RecordBatch) -> pa.RecordBatch:
        """See ``Sink.prepare``."""
        return append(batch, added)

    def write(self, prepared: pa.RecordBatch) -> None:
        """See ``Sink.write``."""
        self._batches.append(prepared)


class AddedSink(TableSink):
    """Keeps the added columns alone."""

    def prepare(self, batch: pa.RecordBatch, added: pa.RecordBatch) -> pa.RecordBatch:  # noqa: ARG002 - the port's
        """See ``Sink.prepare``."""
        return added


def enrich_frame(
    frame: Frame,
    pipeline: Stage,
    *,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Any:
    """Enrich a table in memory: the same kind of table comes back, with the added columns.

    Raises:
        InvalidInput: See ``Pipeline.detect``.
    """
    report = pipeline.detect(frame.names, frame.select(frame.names, SAMPLE_ROWS))
    source = TableSource(frame.select(list(dict.fromkeys(report.roles.values()))))
    sink = AddedSink(pipeline.options.schema)
    Run(source, sink, pipeline, report).go(workers, on_progress=on_progress)
    return frame.attach(sink.table)


def enrich_reader(
    reader: pa.RecordBatchReader, pipeline: Stage, *, close: Callable[[], None] = lambda: None
) -> pa.RecordBatchReader:
    """Enrich a stream of batches lazily: each is read when the result is.

    Args:
        reader: The stream.
        pipeline: What is done with its batches.
        close: Called when the stream has ended, or nobody wants the rest of it.

    Raises:
        InvalidInput: See ``Pipeline.detect``; the first batch that has rows is read for it at once.
    """
    source = ReaderSource(reader)
    sample = source.sample()
    roles = pipeline.detect(reader.schema.names, sample).roles
    schema = pa.schema([*reader.schema, *pipeline.options.schema], metadata=reader.schema.metadata)

    def enriched() -> Iterator[pa.RecordBatch]:
        with ExitStack() as stack, DuplicateFinder() as finder:
            stack.callback(close)
            for batch in source.pieces():
                added = pipeline.added(batch, roles)
                if added.mailboxes is not None:
                    added = added.with_duplicates(finder.add(added.mailboxes))
                yield append(batch, added.batch(pipeline.options))

    return pa.RecordBatchReader.from_batches(schema, enriched())
