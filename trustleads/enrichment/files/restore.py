"""Takes away again what made a CSV file safe for spreadsheets (FILE-2)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from trustleads.enrichment.csvio import restore
from trustleads.enrichment.files.inputs import open_input
from trustleads.enrichment.files.outputs import check_target, open_output, style_for
from trustleads.enrichment.normalize.arrays import plain_strings


def restore_file(data: Any, to: Any, *, encoding: str | None = None, delimiter: str | None = None) -> int:
    """Write every cell, and every name, as it was before an output was made safe.

    Args:
        data: Path or binary file object of a CSV file that ``enrich`` wrote with ``formulas="escape"``.
        to: Path or binary file object; appears whole or not at all.
        encoding: Of the input.
        delimiter: Of the input.

    Returns:
        Number of rows.

    Raises:
        InvalidInput: The input has a fault; nothing was written.
    """
    check_target(to)
    rows = 0
    with open_input(data, encoding=encoding, delimiter=delimiter) as source:
        names = restore(pa.array(source.names, pa.string())).to_pylist()
        style = style_for(source, to, escape_formulas=False)
        schema = pa.schema([f.with_name(name) for f, name in zip(source.sample().schema, names, strict=True)])
        nothing = pa.schema([]).empty_table()
        with open_output(to, schema, style) as sink:
            for piece in source.pieces():
                batch = source.parse(piece).batch
                restored = pa.table([_restored(column) for column in batch.columns], schema=schema)
                sink.write(sink.prepare(restored, nothing))
                rows += batch.num_rows
    return rows


def _restored(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return restore(plain_strings(column)) if column.type == pa.string() else column
