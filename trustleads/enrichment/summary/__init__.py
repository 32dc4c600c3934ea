"""The data-quality report: per field how many pass, warn and fail, why, and a few of those rows (LEAD-1 to LEAD-3).

``SummaryBuilder`` counts batches as they pass, ``summarise`` counts a table that is enriched already; both
give a ``Summary``, which shows itself as text, in colour, in a notebook or as JSON.
"""

from __future__ import annotations

from trustleads.enrichment.summary.codes import CODES, Code, Outcome
from trustleads.enrichment.summary.collect import Counted, SummaryBuilder
from trustleads.enrichment.summary.model import BadLine, BadRows, Example, FieldReport, Reason, Summary
from trustleads.enrichment.summary.providers import ANSWERS, ProviderReport
from trustleads.enrichment.summary.tables import find_prefix, summarise

__all__ = [
    "ANSWERS",
    "CODES",
    "BadLine",
    "BadRows",
    "Code",
    "Counted",
    "Example",
    "FieldReport",
    "Outcome",
    "ProviderReport",
    "Reason",
    "Summary",
    "SummaryBuilder",
    "find_prefix",
    "summarise",
]
