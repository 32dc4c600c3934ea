"""What counts of a provider's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from traceback import extract_tb
from typing import Any

from trustleads.enrichment.asking.plan import Usable
from trustleads.enrichment.questions import Answer, Attribute, Finding, Mailbox, Outcome, Question

_LONGEST = 500  # characters of what stands beside a value
_MOST_UNITS = 1_000_000


def checked(answers: object) -> Sequence[Answer]:
    """Give what ``lookup`` gave, if it is what it should be.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(answers, Sequence) or not all(map(_is_answer, answers)):
        raise TypeError("lookup() gives a list of Answer")
    return answers


def _is_answer(answer: object) -> bool:
    if not isinstance(answer, Answer):
        return False
    parts: Any = answer  # whatever its types promise, somebody else has made it
    return (
        isinstance(parts.outcome, Outcome)
        and _is_one(parts.mailbox, Mailbox)
        and _is_one(parts.units, int)
        and 0 <= (parts.units or 0) <= _MOST_UNITS
        and _is_one(parts.reason, str)
        and _is_one(parts.request_id, str)
        and (parts.after is None or _is_number(parts.after))
        and isinstance(parts.found, Mapping)
        and all(map(_is_finding, parts.found.values()))
    )


def _is_finding(finding: object) -> bool:
    if not isinstance(finding, Finding):
        return False
    parts: Any = finding
    return _is_number(parts.confidence) and _is_one(parts.source_uri, str) and _is_one(parts.last_seen, str)


def _is_one(value: object, kind: type) -> bool:
    return value is None or (isinstance(value, kind) and not isinstance(value, bool))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def to_the_point(question: Question, answer: Answer, usable: Usable) -> Answer:
    """Leave out what was not asked, what nobody can use, and a verdict where no address was given.

    What was found and comes to nothing is a miss, at its price. A verifier says something of the address it was given;
    another one in its place would have to be verified too, and so on.
    """
    asked = question.wanted - question.given.keys()
    mailbox = answer.mailbox if Attribute.EMAIL in question.given else None
    found = {
        attribute: _short(finding)
        for attribute, finding in answer.found.items()
        if attribute in asked and _is_text(finding.text) and usable(attribute, finding.text)
    }
    if len(answer.request_id or "") > _LONGEST:
        answer = replace(answer, request_id=(answer.request_id or "")[:_LONGEST])
    if answer.outcome is Outcome.FOUND and not found and mailbox is None:
        return Answer(Outcome.MISS, units=answer.billed_units, reason="unusable", request_id=answer.request_id)
    if found == answer.found and mailbox is answer.mailbox:
        return answer
    return replace(answer, found=found, mailbox=mailbox)


def _short(finding: Finding) -> Finding:
    """Cut what stands beside a value: a server may send anything, and every row would show it."""
    if len(finding.source_uri or "") <= _LONGEST and len(finding.last_seen or "") <= _LONGEST:
        return finding
    uri, seen = finding.source_uri, finding.last_seen
    return replace(finding, source_uri=uri and uri[:_LONGEST], last_seen=seen and seen[:_LONGEST])


def place_of(error: BaseException) -> str:
    """Say where an error comes from, without what it says: that may be about a person."""
    frames = extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"


def _is_text(text: object) -> bool:
    """Whether it can be written anywhere: JSON may hold halves of characters."""
    return isinstance(text, str) and (text.isascii() or text.encode("utf-8", "ignore").decode() == text)
