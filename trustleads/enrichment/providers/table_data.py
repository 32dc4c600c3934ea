"""The host's table, whatever it is: its names and first rows at once, its columns later."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio import first_rows, open_source, parse_block, path_error
from trustleads.enrichment.frames import Frame, frame_of
from trustleads.enrichment.run import SAMPLE_ROWS

_PARQUET = (".parquet", ".pq")


class Data(Protocol):
    """A table.

    Attributes:
        names: Its column names.
    """

    names: tuple[str, ...]

    def sample(self) -> pa.Table:
        """Give the first rows."""
        ...

    def read(self, columns: Sequence[str]) -> pa.Table:
        """Give these columns of all rows."""
        ...


def open_data(data: Any) -> Data:
    """Find out what the table is.

    Args:
        data: A path (Parquet by its suffix, else CSV), or a table in memory.

    Raises:
        InvalidInput: It is none, or there is no such file.
    """
    if isinstance(data, (str, os.PathLike)):
        path = Path(data)
        return _Parquet(path) if path.suffix.lower() in _PARQUET else _Csv(path)
    return _Memory(frame_of(data.read_all() if isinstance(data, pa.RecordBatchReader) else data))


class _Memory:
    def __init__(self, frame: Frame) -> None:
        self.names = frame.names
        self._frame = frame

    def sample(self) -> pa.Table:
        return self._frame.select(self.names, SAMPLE_ROWS)

    def read(self, columns: Sequence[str]) -> pa.Table:
        return self._frame.select(columns)


class _Csv:
    def __init__(self, path: Path) -> None:
        self._path = path
        with open_source(path) as source:
            self.names: tuple[str, ...] = tuple(source.names)
            self._sample = pa.Table.from_batches([first_rows(source, SAMPLE_ROWS)])

    def sample(self) -> pa.Table:
        return self._sample

    def read(self, columns: Sequence[str]) -> pa.Table:
        with open_source(self._path) as source:
            batches = [parse_block(block, source).batch.select(list(columns)) for block in source.blocks()]
        return pa.Table.from_batches(batches) if batches else self._sample.select(list(columns))


class _Parquet:
    def __init__(self, path: Path) -> None:
        self._path = path
        with _open_parquet(path) as file:
            self.names: tuple[str, ...] = tuple(file.schema_arrow.names)

    def sample(self) -> pa.Table:
        with _open_parquet(self._path) as file:
            first = next(file.iter_batches(SAMPLE_ROWS), None)
            return pa.Table.from_batches([] if first is None else [first], file.schema_arrow)

    def read(self, columns: Sequence[str]) -> pa.Table:
        with _open_parquet(self._path) as file:
            return file.read(list(columns))


@contextmanager
def _open_parquet(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a file, and say what is wrong with it without showing what is in it."""
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (OSError, ValueError, pa.ArrowException) as error:
        failure = error
    else:
        return
    if isinstance(failure, OSError) and failure.errno:
        raise path_error(str(path), failure)
    raise InvalidInput(f"{path} is no Parquet file, or is damaged", reason="not_parquet")
