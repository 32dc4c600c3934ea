"""The summary of what has been enriched already, wherever it is."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from trustleads.enrichment.columns import detect_columns
from trustleads.enrichment.models import FIELDS, Field, Role
from trustleads.enrichment.run import Source
from trustleads.enrichment.summary import Summary, find_prefix, summarise


def summarise_source(
    source: Source, *, prefix: str | None = None, columns: Mapping[str, str | None] | None = None
) -> Summary:
    """Report on enriched rows.

    Args:
        source: An open input.
        prefix: Of the added columns; found from the names when None.
        columns: Role to column name, where recognition needs help; for the values that examples show.

    Raises:
        InvalidInput: No added column is there.
    """
    sample = source.sample()
    found = find_prefix(source.names, prefix)
    added = {found + field.name: field for field in FIELDS if found + field.name in source.names}
    own = [name for name in source.names if name not in added]
    report = detect_columns(own, sample.select(own), overrides=columns or {})
    told = [name for name, field in added.items() if _is_told(field, sample[name], report.roles)]
    batches = (source.parse(piece).batch.select([*own, *told]) for piece in source.pieces())
    return summarise(batches, prefix=found, roles=report.roles)


def _is_told(field: Field, column: pa.ChunkedArray, roles: Mapping[Role, str]) -> bool:
    """Whether the column says anything: that of a missing role is null from top to bottom."""
    return column.null_count < len(column) or any(role in roles for role in field.needs)
