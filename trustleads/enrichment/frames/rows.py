"""Lists of dicts: what ``csv.DictReader`` and JSON APIs give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.frames.base import check_distinct
from trustleads.enrichment.frames.cells import column_names, text_column


class RowsFrame:
    """A list of mappings; a key that a row lacks is a missing value."""

    def __init__(self, rows: Sequence[Mapping[Any, Any]]) -> None:
        for number, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise InvalidInput(f"row {number} is a {type(row).__name__}, not a dict", reason="not_a_table")
        self._rows = rows
        keys = list(dict.fromkeys(key for row in rows for key in row))
        self.names = column_names(keys)
        self._keys = dict(zip(self.names, keys, strict=True))

    def select(self, columns: Sequence[str], rows: int | None = None) -> pa.Table:
        """See ``Frame.select``."""
        check_distinct(self.names, columns)
        chosen = self._rows[:rows]
        keys = [self._keys[name] for name in columns]
        arrays = [
            text_column(name, [row.get(key) for row in chosen], lenient=rows is not None)
            for name, key in zip(columns, keys, strict=True)
        ]
        return pa.Table.from_arrays(arrays, names=list(columns))

    def attach(self, added: pa.Table) -> Any:
        """See ``Frame.attach``."""
        return [{**row, **more} for row, more in zip(self._rows, added.to_pylist(), strict=True)]
