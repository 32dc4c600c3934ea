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
        """Give these columns (all rows, or the first ``rows``) as Arrow; the caller's table stays as it is."""
        ...

    def attach(self, added: pa.Table) -> Any:
        """Give a new table of the caller's kind: its own columns, then ``added``, row by row."""
        ...


def refused(data: Any) -> InvalidInput:
    """The error for what is no table."""
    kind = f"{type(data).__module__}.{type(data).__qualname__}"
    return InvalidInput(f"cannot enrich a {kind}: pass a {KINDS}", reason="not_a_table")
