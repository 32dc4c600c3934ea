"""Titles of a whole batch: each distinct one is read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from trustleads.enrichment.normalize.arrays import per_distinct
from trustleads.enrichment.normalize.titles.rules import classify
from trustleads.enrichment.normalize.titles.text import normal_title

_LONGEST_KEPT = 80  # characters


@dataclass(frozen=True, slots=True)
class Titles:
    """Job titles of n rows (LEAD-3).

    Attributes:
        job_title: Title in normal form; null where there is none.
        seniority: A ``Seniority``; null where there is no title.
        department: A ``Department``; null where there is no title.
    """

    job_title: pa.StringArray
    seniority: pa.StringArray
    department: pa.StringArray


def normalize_titles(column: pa.StringArray) -> Titles:
    """Bring job titles into normal form and tell their seniority and department (LEAD-3).

    Args:
        column: Titles of n rows.

    Returns:
        Normal forms and closed-list values of n rows; ``docs/reference/titles.md`` has the lists and the rules.
    """
    return Titles(*per_distinct(column, _decide, (pa.string(), pa.string(), pa.string())))


_Decided = tuple[str | None, str | None, str | None]


def _decide(text: str) -> _Decided:
    return _kept(text) if len(text) <= _LONGEST_KEPT else _read(text)


@lru_cache(maxsize=4096)  # a few thousand titles are most of any file; never a long text, which may be about somebody
def _kept(text: str) -> _Decided:
    return _read(text)


def _read(text: str) -> _Decided:
    title = normal_title(text)
    return (None, None, None) if title is None else (title, *classify(title))
