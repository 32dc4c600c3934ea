"""From validated columns to leads: what is known of each row, and how surely (LEAD-4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import overload

import numpy as np
from numpy.typing import NDArray

from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.models import NameStatus, Verdict
from trustleads.enrichment.pipeline import Added
from trustleads.enrichment.questions import Attribute
from trustleads.enrichment.waterfall import WANTABLE, Known, Wants

# How sure we are of what the caller's own rows say, by verdict: a well-formed value of nobody knows what age. A value
# that is wanted surer than that is asked for although it is there.
OWN_CONFIDENCE = 0.8
OWN_DOUBTFUL = 0.5

# The group of added columns (``models.FIELDS``) that each attribute is in.
GROUP = {
    Attribute.EMAIL: "email",
    Attribute.PHONE: "phone",
    Attribute.FIRST_NAME: "name",
    Attribute.LAST_NAME: "name",
    Attribute.JOB_TITLE: "title",
    Attribute.COMPANY: "company",
    Attribute.DOMAIN: "company",
}
_OF_ONE = frozenset({Attribute.EMAIL, Attribute.PHONE})
_SHARED = 2048  # values that are made once where they come again

_STATUS = {Attribute.EMAIL: "email_status", Attribute.PHONE: "phone_status"}

Rows = NDArray[np.intp]


class Leads(Sequence[Mapping[Attribute, Known]]):
    """What is known of some rows, each put together when it is taken.

    Leads wait by the thousand, and all that waits is looked through by the interpreter's garbage collector again and
    again: so they wait in columns.
    """

    def __init__(self, columns: Mapping[Attribute, tuple[Sequence[str | None], Sequence[float]]], rows: Rows) -> None:
        """Take columns.

        Args:
            columns: Per attribute the value of each row of a batch, and how sure it is.
            rows: The rows that these leads are of.
        """
        self._columns = columns
        self._rows = rows
        self._places: list[int] = rows.tolist()  # lists take their own numbers ten times as fast as those of NumPy
        # Many people have the same first name, and the same employer. It goes with these leads, as it is personal data.
        shared = lru_cache(maxsize=_SHARED)(Known)
        self._known = {attribute: Known if attribute in _OF_ONE else shared for attribute in columns}

    @property
    def rows(self) -> Rows:
        """Where the leads stand in their batch."""
        return self._rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> dict[Attribute, Known]: ...
    @overload
    def __getitem__(self, index: slice) -> Leads: ...
    def __getitem__(self, index: int | slice) -> dict[Attribute, Known] | Leads:
        if isinstance(index, slice):
            return Leads(self._columns, self._rows[index])
        row = self._places[index]
        return {
            attribute: self._known[attribute](text, sure[row])
            for attribute, (texts, sure) in self._columns.items()
            if (text := texts[row]) is not None and sure[row]
        }

    def __iter__(self) -> Iterator[dict[Attribute, Known]]:
        return (self[index] for index in range(len(self)))

    def texts(self, attribute: Attribute) -> list[str | None]:
        """Give a value of each lead; None where nothing is known."""
        if attribute not in self._columns:
            return [None] * len(self)
        texts, sure = self._columns[attribute]
        return [texts[row] if sure[row] else None for row in self._places]

    def confidence(self, attribute: Attribute) -> NDArray[np.float64]:
        """How sure a value is, of each lead; zero where nothing is known."""
        texts, sure = self._columns.get(attribute, ((), ()))
        if not texts:
            return np.zeros(len(self))
        known = np.fromiter((text is not None for text in texts), bool, len(texts))
        return np.where(known, np.asarray(sure, np.float64), 0.0)[self._rows]

    def lacking(self, wants: Wants) -> Leads:
        """Give those that lack something wanted, or do not know it surely enough (see ``waterfall.missing``)."""
        lacks = np.zeros(len(self), bool)
        for attribute, wanted in wants.items():
            confidence = self.confidence(attribute)
            lacks |= (confidence == 0) | (confidence < wanted)
        return Leads(self._columns, self._rows[lacks])


def leads_of(added: Added, needs: frozenset[Attribute] = WANTABLE) -> Leads:
    """Say what is known of each row, and how surely.

    Args:
        added: The rows, validated.
        needs: What is to be known of them.
    """
    columns = {
        attribute: (added.columns[attribute.value].to_pylist(), _sure(attribute, added))
        for attribute in sorted(needs)
        if attribute.value in added.columns
    }
    return Leads(columns, np.arange(added.rows, dtype=np.intp))


def _sure(attribute: Attribute, added: Added) -> Sequence[float]:
    if attribute in _STATUS:
        steps = {Verdict.VALID: OWN_CONFIDENCE, Verdict.RISKY: OWN_DOUBTFUL, Verdict.UNKNOWN: OWN_DOUBTFUL}
        return [steps.get(status, 0.0) for status in added.columns[_STATUS[attribute]].to_pylist()]
    if GROUP[attribute] == "name":
        statuses = added.columns["name_status"].to_pylist()
        return [OWN_DOUBTFUL if status == NameStatus.DERIVED else OWN_CONFIDENCE for status in statuses]
    return [OWN_CONFIDENCE] * added.rows


def needs_of(plan: Plan) -> frozenset[Attribute]:
    """Say what is to be known of a lead: what is wanted or matched by, and the other half of what goes in pairs."""
    needed = set(plan.wants).union(*(match for provider in plan.providers for match in provider.matches))
    if Attribute.FULL_NAME in needed:
        needed.add(Attribute.FIRST_NAME)
    pairs = ({Attribute.FIRST_NAME, Attribute.LAST_NAME}, {Attribute.COMPANY, Attribute.DOMAIN})
    for pair in pairs:
        if needed & pair or (Attribute.EMAIL in plan.wants and Attribute.DOMAIN in pair):
            needed |= pair
    return frozenset(needed) - {Attribute.FULL_NAME}
