"""What counts of a provider's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from traceback import extract_tb

from trustleads.enrichment.asking.plan import Usable
from trustleads.enrichment.questions import Answer, Attribute, Finding, Outcome, Question


def checked(answers: object) -> Sequence[Answer]:
    """Give what ``lookup`` gave, if it is what it should be.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(answers, Sequence) or not all(map(_is_answer, answers)):
        raise TypeError("lookup() gives a list of Answer")
    return answers


def _is_answer(answer: object) -> bool:
    if not isinstance(answer, Answer) or (answer.units or 0) < 0:
        return False
    return all(isinstance(finding, Finding) for finding in answer.found.values())


def to_the_point(question: Question, answer: Answer, usable: Usable) -> Answer:
    """Leave out what was not asked, what nobody can use, and a verdict where no address was given.

    What was found and comes to nothing is a miss, at its price. A verifier says something of the address it was given;
    another one in its place would have to be verified too, and so on.
    """
    asked = question.wanted - question.given.keys()
    mailbox = answer.mailbox if Attribute.EMAIL in question.given else None
    found = {
        attribute: finding
        for attribute, finding in answer.found.items()
        if attribute in asked and _is_text(finding.text) and usable(attribute, finding.text)
    }
    if answer.outcome is Outcome.FOUND and not found and mailbox is None:
        return Answer(Outcome.MISS, units=answer.billed_units, reason="unusable", request_id=answer.request_id)
    if len(found) == len(answer.found) and mailbox is answer.mailbox:
        return answer
    return replace(answer, found=found, mailbox=mailbox)


def place_of(error: BaseException) -> str:
    """Say where an error comes from, without what it says: that may be about a person."""
    frames = extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"


def _is_text(text: object) -> bool:
    """Whether it can be written anywhere: JSON may hold halves of characters."""
    return isinstance(text, str) and (text.isascii() or text.encode("utf-8", "ignore").decode() == text)
