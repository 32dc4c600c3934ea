"""What ``df.leads`` can do, for every data frame library alike."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import trustleads as tl
from trustleads.enrichment.columns import ColumnReport
from trustleads.enrichment.summary import Summary

Frame = TypeVar("Frame")


class Leads(Generic[Frame]):
    """The leads in a data frame."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def enrich(self, **options: Any) -> Frame:
        """See ``trustleads.enrich``; the options are the same."""
        enriched: Frame = tl.enrich(self._frame, **options)
        return enriched

    def summary(self, **options: Any) -> Summary:
        """See ``trustleads.summary``; for a frame that has been enriched."""
        return tl.summary(self._frame, **options)

    def columns(self, **options: Any) -> ColumnReport:
        """See ``trustleads.detect_columns``."""
        return tl.detect_columns(self._frame, **options)
