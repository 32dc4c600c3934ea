"""Blocks to Arrow batches: pyarrow's parser for blocks that are in order, the exact scanner for the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from trustleads.enrichment.csvio.blocks import Block, carriage_returns_fit
from trustleads.enrichment.csvio.faults import BadRow
from trustleads.enrichment.csvio.scan import Text, bad_row, is_blank, records
from trustleads.enrichment.csvio.source import CsvSource

OnBadRow = Literal["raise", "report"]


@dataclass(frozen=True, slots=True)
class ParsedBlock:
    """What a block holds.

    Attributes:
        batch: The good rows: one plain utf8 column per name. An empty field is null, ``""`` the empty string.
        bad_rows: The others, in order.
    """

    batch: pa.RecordBatch
    bad_rows: tuple[BadRow, ...] = ()


def parse_block(block: Block, source: CsvSource, *, on_bad_row: OnBadRow = "raise") -> ParsedBlock:
    """Parse a block; safe to call from several threads at once.

    Blank lines are no rows, unless the file has but one column.

    Args:
        block: A block of this source.
        source: Names and delimiter; nothing is read from it.
        on_bad_row: ``"raise"`` stops at the first row with a fault, ``"report"`` sets it aside.

    Returns:
        Every row of the block, either in the batch or among the bad rows.

    Raises:
        InvalidInput: A row has a fault; with line, column and reason (``CsvFault``).
    """
    batch = _read_regular(block, source) if block.regular and _is_clean(block.data) else None
    return _scan(block, source, on_bad_row) if batch is None else ParsedBlock(batch)


def first_rows(source: CsvSource, rows: int) -> pa.RecordBatch:
    """Give the first rows that are in order, to look at; ``source.blocks()`` will give them again.

    Args:
        source: An open file of which no block has been taken.
        rows: At most so many; fewer where the first mebibyte holds fewer.
    """
    return parse_block(source.peek(), source, on_bad_row="report").batch.slice(0, rows)


def _is_clean(data: Text) -> bool:
    """Whether there is nothing in the text that pyarrow's parser would take without a word."""
    return b"\0" not in data and (b"\r" not in data or carriage_returns_fit(data)) and _is_utf8(data)


def _is_utf8(data: Text) -> bool:
    """Check the whole text at once, which is twice as fast as value by value in the parser."""
    offsets = np.array([0, len(data)], np.int32)
    text = pa.StringArray.from_buffers(1, pa.py_buffer(offsets), pa.py_buffer(data))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _read_regular(block: Block, source: CsvSource) -> pa.RecordBatch | None:
    """Parse a whole block; None if a row has too few or too many fields: which one, only the scanner can say.

    It says so after the parser's own error is gone, which shows the row and would hang on to the scanner's.
    """
    try:
        return _read(block.data, source)
    except pa.ArrowInvalid:
        return None


def _read(data: Text, source: CsvSource) -> pa.RecordBatch:
    """Parse rows that are in order; quotes decide between null and the empty string."""
    if len(data) == 0:
        return pa.RecordBatch.from_arrays([pa.array([], pa.string()) for _ in source.names], list(source.names))
    columns = [str(number) for number in range(len(source.names))]
    table = pa_csv.read_csv(
        pa.BufferReader(pa.py_buffer(data)),
        pa_csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=columns),
        pa_csv.ParseOptions(
            delimiter=source.delimiter, newlines_in_values=True, ignore_empty_lines=len(source.names) > 1
        ),
        pa_csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    arrays = [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(arrays, list(source.names))


def _scan(block: Block, source: CsvSource, on_bad_row: OnBadRow) -> ParsedBlock:
    """Go through the block row by row and parse the good ones together."""
    data, line = block.data, block.first_line
    good: list[Text] = []
    bad: list[BadRow] = []
    rows = 0
    for record in records(data, source.layout):
        if record.fault is not None:
            bad.append(bad_row(data, record, source.layout, line))
            if on_bad_row == "raise":
                raise bad[0].error()
        else:
            good.append(data[record.start : record.end])
            rows += len(source.names) == 1 or not is_blank(data, record)
        line += data.count(b"\n", record.start, record.end)
    batch = _read(b"".join(good), source)
    if batch.num_rows != rows:
        raise RuntimeError(f"the parser sees {batch.num_rows} rows where the scanner sees {rows}")
    return ParsedBlock(batch, tuple(bad))
