"""What a frame is, and how the right one is found without importing the tools that the caller does not use."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
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


# Root module of the caller's class -> where its frame lives. Nothing is imported before it is met.
_FRAMES: Mapping[str, str] = {
    "pyarrow": "trustleads.enrichment.frames.arrow",
    "pandas": "trustleads.enrichment.frames.pandas",
    "polars": "trustleads.enrichment.frames.polars",
    "duckdb": "trustleads.enrichment.frames.duckdb",
    "_duckdb": "trustleads.enrichment.frames.duckdb",
}


def frame_of(data: Any) -> Frame:
    """Wrap a table.

    Raises:
        InvalidInput: It is no table we know; the message lists those we do.
    """
    for cls in type(data).__mro__:  # a subclass of a data frame is one
        module = _FRAMES.get(cls.__module__.partition(".")[0])
        if module is not None:
            frame: Frame = importlib.import_module(module).wrap(data)
            return frame
    return _other(data)


def _other(data: Any) -> Frame:
    from trustleads.enrichment.frames.arrow import ArrowFrame  # noqa: PLC0415 - it imports this module
    from trustleads.enrichment.frames.rows import RowsFrame  # noqa: PLC0415 - it imports this module

    if isinstance(data, list):
        return RowsFrame(data)
    if hasattr(data, "__arrow_c_stream__"):  # the Arrow PyCapsule protocol: anything else that is a table
        return ArrowFrame(pa.table(data))
    raise refused(data)


def refused(data: Any) -> InvalidInput:
    """The error for what is no table."""
    kind = f"{type(data).__module__}.{type(data).__qualname__}"
    return InvalidInput(f"cannot enrich a {kind}: pass a {KINDS}", reason="not_a_table")
