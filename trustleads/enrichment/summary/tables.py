"""Summaries of tables that are enriched already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.models import FIELDS, Role
from trustleads.enrichment.options import DEFAULT_PREFIX
from trustleads.enrichment.summary.collect import SummaryBuilder
from trustleads.enrichment.summary.model import Summary

ORDINARY = frozenset(
    {"email", "phone", "first_name", "last_name", "job_title", "seniority", "department", "company", "domain"}
)
"""Added columns whose names a caller's own column may well have; they alone prove no enrichment."""


def summarise(
    table: pa.Table | pa.RecordBatch | pa.RecordBatchReader | Iterable[pa.RecordBatch],
    *,
    prefix: str | None = None,
    roles: Mapping[Role, str] | None = None,
    examples: int = 3,
) -> Summary:
    """Report on an enriched table, or a stream of its batches.

    Args:
        table: The caller's columns together with the added ones; batches of one schema.
        prefix: What stands before the names of the added columns; found from the names when None.
        roles: What the caller's columns mean, so that examples can show the values.
        examples: How many rows to keep per field and reason.

    Raises:
        InvalidInput: No added column is there.
    """
    schema, batches = _stream(table)
    found = find_prefix(schema.names, prefix)
    builder = SummaryBuilder(prefix=found, fields=_added(schema.names, found), examples=examples)
    for batch in batches:
        builder.add(batch, batch, roles)
    return builder.finish()


def _stream(
    table: pa.Table | pa.RecordBatch | pa.RecordBatchReader | Iterable[pa.RecordBatch],
) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
    if isinstance(table, pa.Table):
        return table.schema, table.to_batches()
    if isinstance(table, pa.RecordBatch):
        return table.schema, [table]
    if isinstance(table, pa.RecordBatchReader):
        return table.schema, table
    batches = iter(table)
    first = next(batches, None)
    if first is None:
        raise InvalidInput("there is no batch, and so no column, to summarise", reason="not_enriched")
    return first.schema, chain([first], batches)


def _added(names: Iterable[str], prefix: str) -> frozenset[str]:
    """Tell which added columns, without prefix, are among these names."""
    return frozenset(f.name for f in FIELDS) & {n.removeprefix(prefix) for n in names if n.startswith(prefix)}


def find_prefix(names: Sequence[str], prefix: str | None = None) -> str:
    """Find what stands before the names of the added columns.

    Args:
        names: All column names of a table.
        prefix: What the caller says it is; only checked then.

    Returns:
        The prefix under which most added columns are there; the usual one where two are equal.

    Raises:
        InvalidInput: No column looks as if enrichment had added it.
    """
    if prefix is not None:
        candidates = [prefix] if _added(names, prefix) else []
    else:
        telling = [f.name for f in FIELDS if f.name not in ORDINARY]
        found = {name.removesuffix(field) for field in telling for name in names if name.endswith(field)}
        candidates = sorted(found | ({DEFAULT_PREFIX} if _added(names, DEFAULT_PREFIX) else set()))
    if not candidates:
        raise InvalidInput(
            "no column looks enriched: run trustleads.enrich first, or pass the prefix= that it was given",
            reason="not_enriched",
        )
    return max(candidates, key=lambda p: (len(_added(names, p)), p == DEFAULT_PREFIX))
