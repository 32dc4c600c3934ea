"""pyarrow tables and record batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from trustleads.enrichment.frames.base import Frame, check_distinct, refused


def wrap(data: Any) -> Frame:
    """Wrap a ``pyarrow.Table`` or ``pyarrow.RecordBatch``."""
    if isinstance(data, pa.Table):
        return ArrowFrame(data)
    if isinstance(data, pa.RecordBatch):
        return BatchFrame(data)
    raise refused(data)


class ArrowFrame:
    """A ``pyarrow.Table``."""

    def __init__(self, table: pa.Table) -> None:
        self.names = tuple(table.column_names)
        self._table = table

    def select(self, columns: Sequence[str], rows: int | None = None) -> pa.Table:
        """See ``Frame.select``."""
        check_distinct(self.names, columns)
        table = self._table if rows is None else self._table.slice(0, rows)
        return table.select(list(columns))

    def attach(self, added: pa.Table) -> Any:
        """See ``Frame.attach``."""
        table = self._table
        for field, column in zip(added.schema, added.columns, strict=True):
            table = table.append_column(field, column)
        return table


class BatchFrame(ArrowFrame):
    """A ``pyarrow.RecordBatch``."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        super().__init__(pa.Table.from_batches([batch]))

    def attach(self, added: pa.Table) -> Any:
        """See ``Frame.attach``."""
        table = super().attach(added)
        arrays = [pa.concat_arrays(c.chunks) if c.num_chunks else pa.array([], c.type) for c in table.columns]
        return pa.RecordBatch.from_arrays(arrays, schema=table.schema)
