"""Finds the frame for a table without importing the tools that the caller does not use."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from trustleads.enrichment.frames.arrow import ArrowFrame
from trustleads.enrichment.frames.base import Frame, refused
from trustleads.enrichment.frames.rows import RowsFrame

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
    if isinstance(data, list):
        return RowsFrame(data)
    if hasattr(data, "__arrow_c_stream__"):  # the Arrow PyCapsule protocol: anything else that is a table
        return ArrowFrame(pa.table(data))
    raise refused(data)
