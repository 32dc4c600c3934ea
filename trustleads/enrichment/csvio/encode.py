"""Arrow batches to CSV bytes (RFC 4180)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import pyarrow as pa
import pyarrow.csv as pa_csv

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio.formulas import neutralise
from trustleads.enrichment.normalize.arrays import plain_strings

_PIECE_ROWS = 4096  # rows in memory as text at a time; they are still in the processor's cache when they are written

_TEXTS = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
)


def header_line(
    names: Sequence[str], delimiter: str = ",", *, bom: bool = False, escape_formulas: bool = True
) -> bytes:
    """Give the first line of a file.

    Args:
        names: Column names.
        delimiter: One ASCII character.
        bom: Whether to begin with a byte order mark: Excel reads UTF-8 by it.
        escape_formulas: Whether to make names harmless that a spreadsheet would take for a formula.
    """
    if escape_formulas:
        names = neutralise(pa.array(names, pa.string())).to_pylist()
    special = (delimiter, '"', "\r", "\n")
    fields = (f'"{name.replace(chr(34), chr(34) * 2)}"' if any(c in name for c in special) else name for name in names)
    line = delimiter.join(fields) or '""'  # the one name of a one-column file may be empty, its line may not
    return ("\ufeff" * bom + line + "\n").encode()


def check_encodable(schema: pa.Schema) -> None:
    """Refuse what a CSV file cannot hold, before anything is written.

    Args:
        schema: Of the batches to come.

    Raises:
        InvalidInput: A column is a list, a struct, a map or the like (``column_type``); the message names it.
    """
    for field in schema:
        if not _has_form(field.type):
            message = f"column {field.name!r} is of type {field.type}, which a CSV file cannot hold"
            raise InvalidInput(f"{message}: write Parquet, or leave it out", reason="column_type")


Write = Callable[[memoryview], object]


class _Pieces:
    """The file that pyarrow's writer sees: it hands over what it has encoded where that is, without a copy."""

    closed = False

    def __init__(self, write: Write) -> None:
        self._write = write

    def write(self, piece: pa.Buffer) -> None:
        with memoryview(piece) as rows:  # a view that is kept must not show what comes later in their place
            self._write(rows)


class Encoder:
    """Encodes one batch after the other."""

    def __init__(
        self, delimiter: str = ",", *, escape_formulas: bool = True, harmless: Collection[str] = frozenset()
    ) -> None:
        """Prepare.

        Args:
            delimiter: One ASCII character.
            escape_formulas: Whether to make cells harmless that a spreadsheet would take for a formula.
            harmless: Columns that cannot hold such a cell, such as those of closed vocabularies; not looked at.
        """
        self._options = pa_csv.WriteOptions(include_header=False, batch_size=_PIECE_ROWS, delimiter=delimiter)
        self._escape = escape_formulas
        self._harmless = frozenset(harmless)

    def writable(self, batch: pa.RecordBatch | pa.Table) -> pa.Table:
        """Give the batch as it is to be read by a spreadsheet; several threads may ask at once.

        Args:
            batch: Any columns that ``check_encodable`` lets through; binary ones are text in UTF-8.

        Raises:
            InvalidInput: A binary column holds something else than UTF-8 (``column_type``).
        """
        columns = [self._column(name, column) for name, column in zip(batch.schema.names, batch.columns, strict=True)]
        return pa.table(columns, names=batch.schema.names)

    def write(self, table: pa.Table, write: Write) -> None:
        """Write the rows as UTF-8: text in quotes, lines that end with LF, null as nothing, ``""`` as the empty text.

        Args:
            table: What ``writable`` gave.
            write: Takes some rows' bytes, all of them and now: the memory they are in is used again. What it
                raises comes out here.
        """
        pa_csv.write_csv(table, pa.PythonFile(_Pieces(write), mode="w"), self._options)

    def _column(self, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        if not _is_text(column.type):
            return column
        text = _text(name, column)
        return neutralise(text) if self._escape and name not in self._harmless else text


def _text(name: str, column: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    try:
        return plain_strings(column)
    except InvalidInput as error:
        raise InvalidInput(f"column {name!r}: {error}", reason=error.reason) from None


def _is_text(kind: pa.DataType) -> bool:
    """Whether cells are text, also in bytes: a spreadsheet sees no difference."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(test(kind) for test in _TEXTS)


def _has_form(kind: pa.DataType) -> bool:
    """Ask the writer, which knows best, with one row of null."""
    if _is_text(kind):
        return True
    try:
        pa_csv.write_csv(pa.table([pa.nulls(1, kind)], names=[""]), pa.BufferOutputStream())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True
