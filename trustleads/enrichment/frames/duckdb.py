"""DuckDB relations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from types import FunctionType
from typing import Any

import duckdb
import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.frames.arrow import ArrowFrame
from trustleads.enrichment.frames.base import Frame, refused

_VIEW = "trustleads relation"  # what a query on a relation calls it; with a blank, so that no table has the name
_TAKEN = "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()"


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
        return _relation(self._relation, ArrowFrame(self._table).attach(added))


def _relation(sibling: Any, table: pa.Table) -> Any:
    """Make a relation on the connection of ``sibling``, to which a relation shows no other way than a query.

    The query finds the table as a global variable of ``_query``, by a name that no table or view has.
    """
    name = _free_name(sibling)
    query = FunctionType(_query.__code__, {name: table})
    try:
        return query(sibling, _VIEW, f'FROM "{name}"')
    except duckdb.CatalogException:
        message = "this connection reads no Python tables: python_enable_replacements or enable_external_access is off"
    raise InvalidInput(f"{message}; pass relation.to_arrow_table() instead", reason="replacements_disabled")


def _query(relation: Any, view: str, sql: str) -> Any:
    return relation.query(view, sql)


def _free_name(relation: Any) -> str:
    taken = {name.casefold() for (name,) in relation.query(_VIEW, _TAKEN).fetchall()}
    return next(name for n in count() if (name := f"trustleads rows {n}") not in taken)
