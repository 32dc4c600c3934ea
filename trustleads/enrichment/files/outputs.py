"""Where a run writes to: a CSV or Parquet file, a stream, or a table in memory."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from trustleads.core.atomic import AtomicFile, Spool
from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio import Encoder, check_encodable, header_line
from trustleads.enrichment.files.inputs import PARQUET, CsvInput
from trustleads.enrichment.pipeline import append
from trustleads.enrichment.run import Sink, Source

if TYPE_CHECKING:
    import pyarrow.parquet as pq

DELIMITERS = {".csv": None, ".txt": None, ".tsv": "\t"}  # None: as the input has it


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How a CSV output looks.

    Attributes:
        delimiter: One character.
        bom: Whether it begins with a byte order mark, by which Excel knows UTF-8.
        escape_formulas: Whether cells are made harmless that a spreadsheet would take for a formula (FILE-2).
        harmless: Columns in which there is no such cell.
    """

    delimiter: str
    bom: bool
    escape_formulas: bool
    harmless: frozenset[str]


def check_target(to: Any) -> None:
    """Refuse what cannot be written to before anything is read.

    Raises:
        InvalidInput: The suffix names no format we write, or this is neither a path nor a binary file.
    """
    if isinstance(to, (str, os.PathLike)):
        suffix = Path(to).suffix.lower()
        if suffix not in DELIMITERS and suffix not in PARQUET:
            known = ", ".join([*DELIMITERS, *PARQUET])
            raise InvalidInput(
                f"cannot tell the format of {os.fspath(to)}: its suffix is none of {known}", reason="format"
            )
    else:
        check_stream(to, "to")


def check_stream(file: Any, option: str) -> None:
    """Refuse what takes no bytes.

    Raises:
        InvalidInput: It is no binary file object.
    """
    text = isinstance(file, io.TextIOBase)
    if text or not (callable(getattr(file, "write", None)) and callable(getattr(file, "flush", None))):
        what = "opens in text mode: open it in binary mode, 'wb'" if text else "takes a path or a binary file object"
        raise InvalidInput(f"{option}= {what}", reason="format")


def style_for(source: Source, to: Any, *, escape_formulas: bool, harmless: frozenset[str] = frozenset()) -> CsvStyle:
    """Choose how a CSV output looks: like a CSV input, but for what the output's suffix asks for."""
    csv = source if isinstance(source, CsvInput) else None
    asked = DELIMITERS.get(Path(to).suffix.lower()) if isinstance(to, (str, os.PathLike)) else None
    return CsvStyle(
        delimiter=asked or (csv.delimiter if csv else ","),
        bom=csv is not None and csv.bom,
        escape_formulas=escape_formulas,
        harmless=harmless,
    )


@contextmanager
def open_output(to: Any, schema: pa.Schema, style: CsvStyle) -> Iterator[Sink]:
    """Open the output; it is complete under its name when the block is left, or after an exception not there.

    Args:
        to: A path or a binary file object that ``check_target`` has let through.
        schema: Of the batches to come.
        style: For CSV.

    Raises:
        InvalidInput: A column has no text form, and the output is CSV.
    """
    parquet = isinstance(to, (str, os.PathLike)) and Path(to).suffix.lower() in PARQUET
    if not parquet:
        check_encodable(schema)
    if not isinstance(to, (str, os.PathLike)):
        with Spool(to) as spool:
            yield CsvOutput(spool, schema, style)
    elif parquet:
        import pyarrow.parquet as pq  # noqa: PLC0415 - it loads file systems that CSV needs none of

        with AtomicFile(to) as file, pq.ParquetWriter(file, schema) as writer:
            yield ParquetOutput(writer)
    else:
        with AtomicFile(to) as file:
            yield CsvOutput(file, schema, style)


class CsvOutput:
    """CSV, a piece of each batch in memory as text at a time."""

    def __init__(self, file: AtomicFile | Spool, schema: pa.Schema, style: CsvStyle) -> None:
        escape = style.escape_formulas
        file.write(header_line(schema.names, style.delimiter, bom=style.bom, escape_formulas=escape))
        self._file = file
        self._encoder = Encoder(style.delimiter, escape_formulas=escape, harmless=style.harmless)

    def prepare(self, batch: pa.RecordBatch, added: pa.RecordBatch) -> pa.Table:
        """See ``Sink.prepare``."""
        return self._encoder.writable(append(batch, added))

    def write(self, prepared: pa.Table) -> None:
        """See ``Sink.write``."""
        self._encoder.write(prepared, self._file.write)


class ParquetOutput:
    """Parquet: one row group after the other."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer

    def prepare(self, batch: pa.RecordBatch, added: pa.RecordBatch) -> pa.RecordBatch:
        """See ``Sink.prepare``."""
        return append(batch, added)

    def write(self, prepared: pa.RecordBatch) -> None:
        """See ``Sink.write``."""
        self._writer.write(prepared)
