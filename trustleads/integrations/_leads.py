"""What ``df.leads`` can do, for every data frame library alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, Unpack, overload

import trustleads as tl
from trustleads.enrichment.columns import ColumnReport
from trustleads.enrichment.summary import Summary
from trustleads.signatures import OutputOptions, PathOrFile, TableOptions

Frame = TypeVar("Frame")


class Leads(Generic[Frame]):
    """The leads in a data frame."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    @overload
    def enrich(self, *, to: PathOrFile, **options: Unpack[OutputOptions]) -> Summary: ...
    @overload
    def enrich(self, *, to: None = ..., **options: Unpack[TableOptions]) -> Frame: ...
    def enrich(self, **options: Any) -> Any:
        """See ``trustleads.enrich``; the options are the same."""
        return tl.enrich(self._frame, **options)

    def summary(self, *, prefix: str | None = None, columns: Mapping[str, str | None] | None = None) -> Summary:
        """See ``trustleads.summary``; for a frame that has been enriched."""
        return tl.summary(self._frame, prefix=prefix, columns=columns)

    def columns(self, *, columns: Mapping[str, str | None] | None = None) -> ColumnReport:
        """See ``trustleads.detect_columns``."""
        return tl.detect_columns(self._frame, columns=columns)
