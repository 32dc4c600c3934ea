"""From file to file."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from trustleads.enrichment.csvio import OnBadRow
from trustleads.enrichment.files.inputs import open_input
from trustleads.enrichment.files.outputs import CsvStyle, check_target, open_output, style_for
from trustleads.enrichment.files.rejects import Rejects, check_rejects, open_rejects
from trustleads.enrichment.pipeline import Stage
from trustleads.enrichment.run import OnProgress, Run, Source
from trustleads.enrichment.summary import BadRows, Summary, SummaryBuilder
from trustleads.enrichment.tables import TableSink


@dataclass(frozen=True, slots=True)
class FileJob:
    """How to enrich a file.

    Attributes:
        pipeline: What is done with the rows.
        keep_going: Set rows aside that cannot be parsed, instead of raising.
        rejects: Where to; None is beside the output.
        encoding: Of a CSV input that is not UTF-8.
        delimiter: Of a CSV input; None tells it from the header.
        escape_formulas: Whether a CSV output is made safe for spreadsheets.
        workers: Number of threads; None takes the processors there are.
    """

    pipeline: Stage
    keep_going: bool = False
    rejects: Any = None
    encoding: str | None = None
    delimiter: str | None = None
    escape_formulas: bool = True
    workers: int | None = None

    def run(self, data: Any, to: Any, on_progress: OnProgress | None = None) -> Summary:
        """Enrich ``data`` into ``to``, which appears whole at the end or not at all.

        Args:
            data: What ``open_input`` takes.
            to: Path or binary file object.
            on_progress: Told after every batch.

        Raises:
            InvalidInput: The input has a fault, or a path is wrong; nothing was written.
            Unavailable: The disk is full, or broken; nothing was written.
        """
        check_target(to)
        rejects_to = check_rejects(self.rejects, data, to) if self.keep_going else None
        with ExitStack() as stack:
            source = stack.enter_context(self._open(data))
            sample = source.sample()
            report = self.pipeline.detect(source.names, sample)
            sink = stack.enter_context(open_output(to, self._schema(sample), self._style(source, to)))
            # Entered last, so in place first: an output whose rejected rows are missing would have lost them.
            rejects = stack.enter_context(open_rejects(rejects_to)) if self.keep_going else None
            options = self.pipeline.options
            summary = SummaryBuilder(prefix=options.prefix, fields=[f.name for f in options.fields])
            self._go(Run(source, sink, self.pipeline, report), summary, rejects, on_progress)
        return summary.finish(columns=report, bad_rows=rejects.report() if rejects else BadRows(0))

    def read(self, data: Any, on_progress: OnProgress | None = None) -> pa.Table:
        """Enrich a file into a table in memory.

        Raises:
            InvalidInput: See ``run``.
        """
        rejects_to = check_rejects(self.rejects, data, None) if self.keep_going else None
        with ExitStack() as stack:
            source = stack.enter_context(self._open(data))
            sample = source.sample()
            report = self.pipeline.detect(source.names, sample)
            rejects = stack.enter_context(open_rejects(rejects_to)) if self.keep_going else None
            sink = TableSink(self._schema(sample))
            self._go(Run(source, sink, self.pipeline, report), None, rejects, on_progress)
        return sink.table

    def _open(self, data: Any) -> AbstractContextManager[Source]:
        on_bad_row: OnBadRow = "report" if self.keep_going else "raise"
        return open_input(data, encoding=self.encoding, delimiter=self.delimiter, on_bad_row=on_bad_row)

    def _schema(self, sample: pa.Table) -> pa.Schema:
        return pa.schema([*sample.schema, *self.pipeline.options.schema], metadata=sample.schema.metadata)

    def _style(self, source: Source, to: Any) -> CsvStyle:
        options = self.pipeline.options
        harmless = frozenset(options.prefix + f.name for f in options.fields if f.closed)
        return style_for(source, to, escape_formulas=self.escape_formulas, harmless=harmless)

    def _go(
        self, run: Run, summary: SummaryBuilder | None, rejects: Rejects | None, on_progress: OnProgress | None
    ) -> None:
        run.go(
            self.workers,
            summary=summary,
            on_bad=None if rejects is None else rejects.add,
            on_progress=on_progress,
        )
