"""What the replies of a JSON API mean that is described by data (LEAD-4)."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trustleads.enrichment.providers.json_description import Description, Rule, Value
from trustleads.enrichment.providers.json_fields import Steps
from trustleads.enrichment.providers.json_requests import facts_of, plain
from trustleads.enrichment.providers.replies import Reply
from trustleads.enrichment.questions import (
    Answer,
    AskAgain,
    Attribute,
    Declined,
    Finding,
    Mailbox,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)

OUTCOMES = {
    "miss": Outcome.MISS,
    "refused": Outcome.REFUSED,
    "failed": Outcome.FAILED,
    "later": Outcome.LATER,
}
_ABSENT: Any = object()  # nothing at the end of a path


def follow(body: Any, steps: Steps | None) -> Any:
    """Give what is at the end of a path: None where a null or the end of a list is on it, else ``_ABSENT``."""
    for step in steps or ():
        if body is None:
            return None
        if isinstance(body, Mapping):
            body = body.get(step, _ABSENT)
        elif isinstance(body, list) and step.isdecimal():
            body = body[int(step)] if int(step) < len(body) else None
        else:
            return _ABSENT
    return _ABSENT if steps is None else body


def as_text(value: Any) -> str | None:
    """A text or a number as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _number(value: Any) -> float | None:
    """A number from 0 on that a float can be; JSON sets no bound to whole ones."""
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= sys.float_info.max
    return float(value) if usable else None


def records_of(api: Description, body: Any) -> list[Any]:
    """Give the records of a page; one alone, which may be null, where there is no list.

    Raises:
        Unsure: They are not where they should be (reason ``bad_answer``).
    """
    found = follow(body, api.records)
    several = isinstance(found, list)
    if found is _ABSENT or (api.batch_size > 1 and not several):
        raise Unsure("bad_answer")
    records: list[Any] = found if several else [found]
    if not all(record is None or isinstance(record, Mapping) for record in records):
        raise Unsure("bad_answer")
    return records


def answers_of(api: Description, questions: Sequence[Question], records: list[Any]) -> list[Answer]:
    """Give each question the answer that the records hold.

    Raises:
        Unsure: They are not as many as the questions, where they should be in their order (reason ``bad_answer``).
    """
    return [
        record if isinstance(record, Answer) else _answer(api, question, record)
        for question, record in zip(questions, _paired(api, questions, records), strict=True)
    ]


def _paired(api: Description, questions: Sequence[Question], records: list[Any]) -> Iterator[Any]:
    """Give each question its record, or the answer where there is none that is about it."""
    leads = [facts_of(number, question) for number, question in enumerate(questions)]
    if api.in_order and (api.batch_size > 1 or len(records) == 1):
        if len(records) != len(leads):
            raise Unsure("bad_answer")
        for lead, record in zip(leads, records, strict=True):
            yield record if record is None or _is_about(api, lead, record) else _wrong_subject(api, record)
        return
    known = [record for record in records if record is not None]
    absent = _absent(api, [record for record in known if not any(_is_about(api, lead, record) for lead in leads)])
    for lead in leads:
        yield next((record for record in known if _is_about(api, lead, record)), absent)


def _absent(api: Description, strangers: list[Any]) -> Answer | None:
    """What a lead is that no record is about; None for a miss."""
    if api.batch_size == 1:  # the records are all there is
        return None
    if strangers:
        return _wrong_subject(api, strangers[0])
    return None if api.absent_is_miss else Answer(Outcome.MAYBE_BILLED, reason="torn_answer")


def _is_about(api: Description, lead: Mapping[str, str], record: Any) -> bool:
    """Whether a record repeats what it was told of a lead; letter case does not count."""
    asked = {name: steps for name, steps in api.echo.items() if name in lead}
    if api.echo and not asked:
        return False
    return all(
        (as_text(follow(record, steps)) or "").casefold() == lead[name].casefold() for name, steps in asked.items()
    )


def _wrong_subject(api: Description, record: Any) -> Answer:
    units = _units(api, record)
    return Answer(Outcome.FAILED, units=1 if units is None else units, reason="wrong_subject")


def _units(api: Description, record: Any) -> int | None:
    own = _number(follow(record, api.units))
    return None if own is None else math.ceil(own)


def _answer(api: Description, question: Question, record: Any) -> Answer:
    if record is None:
        return Answer(Outcome.MISS, units=int(api.billed_when_asked))
    rule = next((rule for rule in api.rules if rule.of_record and _holds(rule, record)), None)
    if rule is not None and rule.outcome != "read":
        return ruled(api, rule, None)
    found = {key: finding for key, finding in _findings(api, record) if key in question.wanted}
    word = follow(record, api.mailbox)
    mailbox = api.mailbox_words.get(plain(word)) if isinstance(word, str | int) else None
    outcome = Outcome.FOUND if found or mailbox not in (None, Mailbox.UNKNOWN) else Outcome.MISS
    units = _units(api, record)
    if units is None:
        units = int(outcome is Outcome.FOUND or api.billed_when_asked)
    return Answer(outcome, found, mailbox, units=units)


def _findings(api: Description, record: Any) -> Iterator[tuple[Attribute, Finding]]:
    for attribute, value in api.values.items():
        text = as_text(follow(record, value.steps))
        if text is not None:
            source, last_seen = as_text(follow(record, value.source)), as_text(follow(record, value.last_seen))
            yield attribute, Finding(text, _confidence(value, record), source, last_seen)


def _confidence(value: Value, record: Any) -> float:
    own = _number(follow(record, value.own_confidence))
    return value.confidence if own is None else min(1.0, own / value.scale)


def rule_for(api: Description, reply: Reply) -> Rule | None:
    """Give the first rule about calls that holds of a reply."""
    rules = [rule for rule in api.rules if not rule.of_record and (not rule.status or reply.status in rule.status)]
    try:
        body = reply.json() if any(rule.steps for rule in rules) else None
    except Unsure:  # no JSON: only rules about the status can say something
        return next((rule for rule in rules if rule.steps is None), None)
    return next((rule for rule in rules if _holds(rule, body)), None)


def _holds(rule: Rule, body: Any) -> bool:
    if rule.steps is None:
        return True
    value = follow(body, rule.steps)
    there = value is not None and value is not _ABSENT
    if rule.missing:
        return not there
    return there and (not rule.equals or any(type(one) is type(value) and one == value for one in rule.equals))


def ruled(api: Description, rule: Rule, retry_after: float | None) -> Answer:
    """Give the answer that a rule says."""
    outcome = OUTCOMES[rule.outcome]
    units = int(outcome is Outcome.MISS and api.billed_when_asked)
    after = (rule.after or retry_after) if outcome is Outcome.LATER else None
    return Answer(outcome, units=units, reason=rule.reason, after=after)


def signal_of(rule: Rule, reply: Reply) -> Signal:
    """Give the signal that a rule says."""
    reason = rule.reason or rule.outcome
    if rule.outcome == "again":
        return AskAgain(reason, after=rule.after or reply.retry_after(), everyone=rule.everyone)
    return {"unsure": Unsure, "declined": Declined, "stop": StopAsking}[rule.outcome](reason)
