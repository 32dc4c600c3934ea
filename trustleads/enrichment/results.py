"""What became of a lead, as it stands in the added columns (LEAD-4)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from trustleads.enrichment.asking.cases import Case, Told
from trustleads.enrichment.questions import Attribute, Mailbox, Outcome
from trustleads.enrichment.waterfall import OWN, Known

DIGITS = 4  # of a confidence, as it is shown

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class RowResult(NamedTuple):
    """What a batch needs to know of a lead that is through: little, as thousands of them wait for the last one.

    Attributes:
        found: Names and values of the attributes that a provider found.
        confidences: How sure each wanted attribute is, in the order in which they are wanted; None where it is missing.
        mailbox: What verifiers said of the address.
        cost: Money spent on the lead.
        sources: Who told what was found, as JSON.
        answers: What each provider answered, as JSON.
    """

    found: tuple[tuple[str, str], ...]
    confidences: tuple[float | None, ...]
    mailbox: Mailbox | None
    cost: Decimal | None
    sources: str | None
    answers: str | None

    def without(self, attribute: Attribute, wanted: Sequence[Attribute], confidence: float | None) -> RowResult:
        """Forget what was found of an attribute.

        Args:
            attribute: Whose value it is.
            wanted: The attributes that ``confidences`` are of.
            confidence: How sure the value is that the row itself has.
        """
        sources = json.loads(self.sources or "{}")
        sources.pop(attribute.value, None)
        return self._replace(
            found=tuple(pair for pair in self.found if pair[0] != attribute.value),
            confidences=tuple(
                confidence if one is attribute else known for one, known in zip(wanted, self.confidences, strict=True)
            ),
            sources=_json(sources),
        )


def result_of(wanted: Sequence[Attribute], case: Case) -> RowResult:
    """Give what became of a lead.

    Args:
        wanted: The attributes of which it is to be known how sure they are.
        case: The lead.
    """
    email = case.known.get(Attribute.EMAIL)
    return RowResult(
        tuple((attribute.value, known.text) for attribute, known in case.known.items() if known.source != OWN),
        tuple(round(case.known[one].confidence, DIGITS) if one in case.known else None for one in wanted),
        None if email is None else email.mailbox,
        None if case.spent is None else case.spent.amount,
        _json(_sources(case)),
        _json([_told(told) for told in case.told]),
    )


def _sources(case: Case) -> dict[str, dict[str, Any]]:
    told = {part.provider: part for part in reversed(case.told) if part.outcome is Outcome.FOUND}
    return {
        attribute.value: _without_nothing({**_provenance(known), **_bill(told.get(known.source))})
        for attribute, known in case.known.items()
        if known.source != OWN
    }


def _provenance(known: Known) -> dict[str, Any]:
    finding = known.finding
    return {
        "provider": known.source,
        "confidence": round(known.confidence, DIGITS),
        "source_uri": None if finding is None else finding.source_uri,
        "last_seen": None if finding is None else finding.last_seen,
    }


def _bill(told: Told | None) -> dict[str, Any]:
    if told is None:
        return {}
    return {
        "fetched_at": None if told.fetched_at is None else _timestamp(int(told.fetched_at)),
        "cost": None if told.cost is None else str(told.cost),
        "kept": told.kept or None,
        "request_id": told.request_id,
    }


def _told(told: Told) -> dict[str, Any]:
    return _without_nothing(
        {
            "provider": told.provider,
            "outcome": told.outcome.value,
            "reason": told.reason,
            **_bill(told),
        }
    )


@lru_cache(maxsize=64)
def _timestamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _without_nothing(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value is not None}


def _json(value: Any) -> str | None:
    text = _ENCODER.encode(value) if value else None
    return text and text.encode("utf-8", "replace").decode()  # what providers say may hold halves of characters
