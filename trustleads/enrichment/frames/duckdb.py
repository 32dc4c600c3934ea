"""DuckDB relations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from trustleads.enrichment.frames.arrow import ArrowFrame
from trustleads.enrichment.frames.base import Frame, refused


def wrap(data: Any) -> Frame:
    """Wrap a ``duckdb.DuckDBPyRelation``."""
    if isinstance(data, duckdb.DuckDBPyRelation):
        return DuckDBFrame(data)
    raise refused(data)


class DuckDBFrame:
    """A relation: it is run once, and the result is a relation of the same connection."""

    def __init__(self, relation: duckdb.DuckDBPyRelation) -> None:
        self.names = tuple(relation.columns)
        self._relation = relation
        self._table: pa.Table | None = None

    def select(self, columns: Sequence[str], rows: int | None = None) -> pa.Table:
        """See ``Frame.select``."""
        if self._table is None:
            self._table = self._relation.to_arrow_table()
        return ArrowFrame(self._table).select(columns, rows)

    def attach(self, added: pa.Table) -> Any:
        """See ``Frame.attach``."""
        if self._table is None:
            self._table = self._relation.to_arrow_table()
        trustleads_enriched = ArrowFrame(self._table).attach(added)  # noqa: F841 - the query finds it by its name
        return self._relation.query("trustleads_input", "SELECT * FROM trustleads_enriched")
