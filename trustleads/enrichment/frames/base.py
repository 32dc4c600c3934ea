"""What a frame is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pyarrow as pa

from trustleads.core.errors import InvalidInput

KINDS = "pandas, Polars or pyarrow table, DuckDB relation, RecordBatchReader, list of dicts, or a path"


class Frame(Protocol):
    """One caller's table.

    Attributes:
        names: Its column names, as strings, in order.
    """

    names: tuple[str, ...]

    def select(self, columns: Sequence[str], rows: int | None = None) -> pa.Table:
        """Give these columns as Arrow; the caller's table stays as it is.

        Args:
            columns: Their names.
            rows: So many, from the first, only to look at: a cell that has no text may be missing. None for all.

        Raises:
            InvalidInput: A cell has no text, or several columns have one of the names.
        """
        ...

    def attach(self, added: pa.Table) -> Any:
        """Give a new table of the caller's kind: its own columns, then ``added``, row by row."""
        ...


def check_distinct(names: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse to choose columns by a name that several have.

    Raises:
        InvalidInput: One of ``columns`` is among ``names`` more than once.
    """
    for name in columns:
        if names.count(name) > 1:
            raise InvalidInput(f"two columns are called {name!r}: rename one", reason="duplicate_column")


def refused(data: Any) -> InvalidInput:
    """The error for what is no table."""
    kind = f"{type(data).__module__}.{type(data).__qualname__}"
    return InvalidInput(f"cannot enrich a {kind}: pass a {KINDS}", reason="not_a_table")
