"""Polars data frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.frames.base import Frame, refused

_NOT_IN_ARROW = {"Int128", "UInt128"}  # by name: not every version of Polars has both


def wrap(data: Any) -> Frame:
    """Wrap a ``polars.DataFrame``."""
    if isinstance(data, pl.DataFrame):
        return PolarsFrame(data)
    if isinstance(data, pl.LazyFrame):
        raise InvalidInput("a LazyFrame has no rows yet: pass lazy.collect()", reason="not_a_table")
    raise refused(data)


class PolarsFrame:
    """A ``polars.DataFrame``."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.names = tuple(frame.columns)
        self._frame = frame

    def select(self, columns: Sequence[str], rows: int | None = None) -> pa.Table:
        """See ``Frame.select``."""
        frame = self._frame if rows is None else self._frame.head(rows)
        chosen = frame.select(columns)
        wide = [pl.col(name).cast(pl.String) for name, kind in chosen.schema.items() if str(kind) in _NOT_IN_ARROW]
        return chosen.with_columns(wide).to_arrow()

    def attach(self, added: pa.Table) -> Any:
        """See ``Frame.attach``."""
        columns = pl.from_arrow(added)
        return self._frame.hstack(columns.get_columns() if isinstance(columns, pl.DataFrame) else [columns])
