"""Files as sources of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from trustleads.core.errors import InvalidInput, TrustLeadsError
from trustleads.enrichment.csvio import (
    BLOCK_SIZE,
    Block,
    CsvSource,
    OnBadRow,
    first_rows,
    open_source,
    parse_block,
    path_error,
)
from trustleads.enrichment.frames import frame_of
from trustleads.enrichment.run import BATCH_ROWS, SAMPLE_ROWS, SMALL_BATCH_ROWS, Parsed, Source, even_share
from trustleads.enrichment.tables import ReaderSource, TableSource

if TYPE_CHECKING:
    import pyarrow.parquet as pq

PARQUET = (".parquet", ".pq")
_SMALL_BLOCK = 1 << 19
_SHORTEST_BLOCK = 1 << 20  # bytes
_SLACK = 1 << 16  # bytes; what one block leaves for the next, as it ends with a whole row, must not add up to one more


def is_file(data: Any) -> bool:
    """Whether this is a path or a file object, and not a table."""
    return isinstance(data, (str, os.PathLike)) or callable(getattr(data, "read", None))


@contextmanager
def open_input(
    data: Any, *, encoding: str | None = None, delimiter: str | None = None, on_bad_row: OnBadRow = "raise"
) -> Iterator[Source]:
    """Open whatever rows can come from; what was opened here is closed at the end.

    Args:
        data: A path (Parquet by its suffix, else CSV), a binary file object with CSV, or a table.
        encoding: Of a CSV file.
        delimiter: Of a CSV file.
        on_bad_row: For a CSV file: raise, or give bad rows back.

    Raises:
        InvalidInput: There is no such file, or it is not what its suffix says.
    """
    if isinstance(data, pa.RecordBatchReader):
        yield ReaderSource(data)
    elif not is_file(data):
        frame = frame_of(data)
        yield TableSource(frame.select(frame.names))
    elif isinstance(data, (str, os.PathLike)) and Path(data).suffix.lower() in PARQUET:
        with _open_parquet(Path(data)) as file:
            yield ParquetInput(file, str(data))
    else:
        with open_source(data, encoding=encoding, delimiter=delimiter) as source:
            yield CsvInput(source, on_bad_row)


class CsvInput:
    """A CSV file, in blocks."""

    def __init__(self, source: CsvSource, on_bad_row: OnBadRow = "raise") -> None:
        self.names = source.names
        self.total = source.size
        self.delimiter = source.delimiter
        self.bom = source.bom
        self._source = source
        self._on_bad_row = on_bad_row

    def sample(self) -> pa.Table:
        """See ``Source.sample``."""
        return pa.Table.from_batches([first_rows(self._source, SAMPLE_ROWS)])

    def pieces(self, workers: int = 1, *, small: bool = False) -> Iterator[Block]:
        """See ``Source.pieces``."""
        if small:
            return self._source.blocks(_SMALL_BLOCK)
        if self.total is None:
            return self._source.blocks()
        share = even_share(self.total, workers, most=BLOCK_SIZE - _SLACK, least=_SHORTEST_BLOCK)
        return self._source.blocks(share + _SLACK)

    def parse(self, piece: Block) -> Parsed:
        """See ``Source.parse``."""
        parsed = parse_block(piece, self._source, on_bad_row=self._on_bad_row)
        start = piece.start_offset if piece.index else 0  # the header counts with the first block
        return Parsed(parsed.batch, piece.end_offset - start, parsed.bad_rows)


class ParquetInput:
    """A Parquet file, in batches of its rows."""

    def __init__(self, file: pq.ParquetFile, name: str) -> None:
        self.names = tuple(file.schema_arrow.names)
        self.total: int | None = file.metadata.num_rows
        self._file = file
        self._name = name

    def sample(self) -> pa.Table:
        """See ``Source.sample``."""
        with _reading_parquet(self._name):
            first = next(self._file.iter_batches(SAMPLE_ROWS), None)
        return pa.Table.from_batches([] if first is None else [first], self._file.schema_arrow)

    def pieces(self, workers: int = 1, *, small: bool = False) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 - see below
        """See ``Source.pieces``; a Parquet output's row groups must not depend on the number of workers."""
        with _reading_parquet(self._name):
            yield from self._file.iter_batches(SMALL_BATCH_ROWS if small else BATCH_ROWS)

    def parse(self, piece: pa.RecordBatch) -> Parsed:
        """See ``Source.parse``."""
        return Parsed(piece, piece.num_rows)


def _open_parquet(path: Path) -> pq.ParquetFile:
    import pyarrow.parquet as pq  # noqa: PLC0415 - it loads file systems that CSV needs none of

    try:
        return pq.ParquetFile(path, pre_buffer=False)
    except (OSError, ValueError, pa.ArrowException) as error:
        failure = _parquet_error(str(path), error)
    raise failure  # out here, without the error that shows what may only look like a path


@contextmanager
def _reading_parquet(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise _parquet_error(name, error) from error


def _parquet_error(name: str, error: Exception) -> TrustLeadsError:
    """Tell a damaged file from a system that cannot read it: only the system's errors have a number."""
    if (isinstance(error, OSError) and error.errno) or isinstance(error, UnicodeEncodeError) or "\0" in name:
        return path_error(name, error)
    return InvalidInput(f"{name} is no Parquet file, or is damaged", reason="not_parquet")
