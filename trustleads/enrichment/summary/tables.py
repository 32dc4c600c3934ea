"""Summaries of tables that are enriched already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.columns import detect_columns
from trustleads.enrichment.options import DEFAULT_PREFIX
from trustleads.enrichment.summary.collect import ADDED, SummaryBuilder
from trustleads.enrichment.summary.model import Summary
from trustleads.enrichment.summary.providers import ANSWERS

ORDINARY = frozenset(
    {"email", "phone", "first_name", "last_name", "job_title", "seniority", "department", "company", "domain"}
    | {"cost", "sources", ANSWERS}
)
"""Added columns whose names a caller's own column may well have; they alone prove no enrichment."""
SAMPLE = 1_000
"""Rows by which the caller's columns are told."""


def summarise(
    table: pa.Table | pa.RecordBatch | pa.RecordBatchReader | Iterable[pa.RecordBatch],
    *,
    prefix: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    examples: int = 3,
) -> Summary:
    """Report on an enriched table, or a stream of its batches.

    Args:
        table: The caller's columns together with the added ones; batches of one schema.
        prefix: What stands before the names of the added columns; found from the names when None.
        columns: Role to the name of a caller's column, where detection would not find it; it only decides which
            values examples show.
        examples: How many rows to keep per field and reason, with the caller's values; 0 keeps none.

    Raises:
        InvalidInput: No added column is there, or ``columns`` names what does not exist.
    """
    schema, batches = _opened(table)
    head = _head(batches)
    found = find_prefix(schema.names, prefix)
    fields = _added(schema.names, found)
    own = [name for name in schema.names if name not in {found + field for field in fields}]
    sample = pa.Table.from_batches(head, schema).select(own).slice(0, SAMPLE)
    report = detect_columns(own, sample, overrides=columns)
    builder = SummaryBuilder(prefix=found, fields=fields, examples=examples)
    for batch in chain(head, batches):
        builder.add(batch, batch, report.roles)
    return builder.finish(columns=report)


def _opened(
    table: pa.Table | pa.RecordBatch | pa.RecordBatchReader | Iterable[pa.RecordBatch],
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    if isinstance(table, pa.RecordBatch):
        return table.schema, iter([table])
    if isinstance(table, pa.Table):
        return table.schema, iter(table.to_batches())
    batches = iter(table)
    if isinstance(table, pa.RecordBatchReader):
        return table.schema, batches
    first = next(batches, None)
    if first is None:
        raise InvalidInput("there is no batch, and so no column, to summarise", reason="not_enriched")
    return first.schema, chain([first], batches)


def _head(batches: Iterator[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Take the first batches, so many that the sample does not depend on how the rows are cut."""
    head: list[pa.RecordBatch] = []
    while sum(batch.num_rows for batch in head) < SAMPLE and (batch := next(batches, None)) is not None:
        head.append(batch)
    return head


def _added(names: Iterable[str], prefix: str) -> frozenset[str]:
    """Tell which added columns, without prefix, are among these names."""
    found = ADDED & {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
    return found if prefix or "sources" in found else found - {ANSWERS}  # without prefix it may be the caller's own


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
        telling = sorted(ADDED - ORDINARY)
        found = {name.removesuffix(field) for field in telling for name in names if name.endswith(field)}
        candidates = sorted(found | ({DEFAULT_PREFIX} if _added(names, DEFAULT_PREFIX) else set()))
    if not candidates:
        raise InvalidInput(
            "no column looks enriched: run trustleads.enrich first, or pass the prefix= that it was given",
            reason="not_enriched",
        )
    return max(candidates, key=lambda p: (len(_added(names, p)), p == DEFAULT_PREFIX))
