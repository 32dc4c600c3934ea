"""The summary of what has been enriched already, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from trustleads.enrichment.run import Source
from trustleads.enrichment.summary import Summary, summarise


def summarise_source(
    source: Source, *, prefix: str | None = None, columns: Mapping[str, str | None] | None = None
) -> Summary:
    """Report on enriched rows; see ``summarise``.

    Raises:
        InvalidInput: No added column is there.
    """
    if source.total == 0:
        return summarise(source.sample(), prefix=prefix, columns=columns)
    return summarise(_batches(source), prefix=prefix, columns=columns)


def _batches(source: Source) -> Iterator[pa.RecordBatch]:
    for piece in source.pieces():
        batch = source.parse(piece).batch
        yield from batch.to_batches() if isinstance(batch, pa.Table) else [batch]
