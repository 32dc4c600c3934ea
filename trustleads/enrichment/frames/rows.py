"""Lists of dicts: what ``csv.DictReader`` and JSON APIs give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from trustleads.core.errors import InvalidInput


class RowsFrame:
    """A list of mappings; a key that a row lacks is a missing value."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for number, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise InvalidInput(f"row {number} is a {type(row).__name__}, not a dict", reason="not_a_table")
        self._rows = rows
        self.names = tuple(dict.fromkeys(str(key) for row in rows for key in row))

    def select(self, columns: Sequence[str], rows: int | None = None) -> pa.Table:
        """See ``Frame.select``."""
        chosen = self._rows[:rows]
        arrays = [pa.array([_text(row.get(name)) for row in chosen], pa.string()) for name in columns]
        return pa.Table.from_arrays(arrays, names=list(columns))

    def attach(self, added: pa.Table) -> Any:
        """See ``Frame.attach``."""
        return [{**row, **more} for row, more in zip(self._rows, added.to_pylist(), strict=True)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
