"""Any JSON API, described by data (LEAD-4)."""

from __future__ import annotations

import math
import ssl
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, ClassVar
from urllib.parse import quote

from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.http import HttpProvider, Reply
from trustleads.enrichment.providers.json_description import ITEMS, NUMBER, PLACEHOLDER, Description, Rule, Value
from trustleads.enrichment.providers.json_description import read as read_description
from trustleads.enrichment.providers.json_fields import Steps
from trustleads.enrichment.questions import (
    MISS,
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

_NOT_FOUND, _RESTRICTED = 404, 451
_OUTCOMES = {
    "miss": Outcome.MISS,
    "refused": Outcome.REFUSED,
    "failed": Outcome.FAILED,
    "later": Outcome.LATER,
}
_DROP: Any = object()  # a part of a request that needs something which is not given
_ABSENT: Any = object()  # nothing at the end of a way


class JsonProvider(HttpProvider):
    """Asks an API that speaks JSON over HTTPS, of which all that matters is said in a description.

    The description is a mapping, or a ``.toml`` or ``.json`` file. A *way* is a text such as ``data.people.0.title``:
    names and places, from the whole body, or (for everything under ``answer`` but ``path`` and ``request_id``) from
    the record of one lead. ``{email}``, ``{first_name}`` ... in a request stand for what a lead is matched by; a part
    of the request that needs what is not given is left out.

    ====================  ==========================================================================================
    key                   what it says
    ====================  ==========================================================================================
    name                  name of the provider, such as ``"acme_people"``
    url                   ``https://`` address, may hold ``{...}`` in its path
    method                ``GET`` (default), ``POST`` or ``PUT``
    price                 of one unit, such as ``"0.05 USD"``; ``most_units`` (1): the most that one lead can cost
    matches               lists of what a lead is matched by, the best first: ``[["email"], ["full_name", "company"]]``
    confidence            0 to 1: of every value that has none of its own
    auth                  ``kind``: ``header``, ``query`` or ``body``, each with a ``name``; ``bearer``; ``none``
    limits                ``rates`` (list of ``[calls, seconds]``), ``in_flight``, ``timeout``
    request               ``query``, and for a body ``form`` or ``json``; for several leads in one call ``batch_size``,
                          ``item`` (what is said of each), and ``"{items}"`` in ``json`` where the list of them goes;
                          ``{number}`` is the place of a lead in the call, from 0
    answer.path           way to the record, or to the list of records; without it the whole body
    answer.in_order       whether the records of a batch are in the order of its leads (true), one for each, null for
                          a miss; else they are found by their echo, and ``absent`` says what a lead without one is: a
                          ``miss``, or maybe billed (``unsure``, the default)
    answer.echo           what a record repeats of its lead: ``{email = "input.email"}``, ``{number = "id"}``
    answer.values         attribute to way, or to a table: ``path``, ``confidence`` (number, or way to the record's own,
                          which is at most ``scale``), ``source``, ``last_seen``
    answer.mailbox        for a verifier: ``path``, and ``words``: word to exists, missing, catch_all, risky, unknown
    answer.request_id     way to the name of the call
    answer.units          way to what a record cost; without it ``billed`` says what costs one unit: every lead that is
                          ``found`` (default) or ``asked``
    paging                ``next`` (way to the mark of the next page), ``query`` (parameter it goes into), ``most`` (10)
    rules                 list; the first that holds counts. ``of``: ``call`` (default) or ``record``; it holds by
                          ``status`` (one or several), ``path`` with ``equals`` (one or several; without it anything
                          but null), or with ``missing``; ``outcome``: read, miss, refused, failed, later, and of a call
                          also again, unsure, declined, stop; ``reason``, ``after`` (seconds), ``everyone``
    ====================  ==========================================================================================

    Statuses without a rule mean what they usually do (``HttpProvider.judge``); a 404 with JSON or without a body is a
    miss, 451 a refusal. Where a 404 can also mean that there is no such address, two rules tell them apart: the first
    by what the API says of a lead it does not know, the second ``{status = 404, outcome = "stop", reason =
    "check_base_url"}``. Pages count as one call.
    """

    base_url: ClassVar[str] = ""  # both are in the description
    list_price: ClassVar[str] = ""

    def __init__(
        self,
        description: Mapping[str, Any] | str | PathLike[str],
        key: str | None = None,
        *,
        price: str | Money | None = None,
        limits: Limits | None = None,
        base_url: str | None = None,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        transport: Any = None,
    ) -> None:
        """Read and check the description.

        Args:
            description: The API, or the file that describes it.
            key: The key for the API; None where ``auth.kind`` is ``none``.
            price: In place of the description's.
            limits: In place of the description's.
            base_url: In place of scheme and host in the description's ``url``.
            tls: See ``HttpProvider``.
            proxy: See ``HttpProvider``.
            transport: See ``HttpProvider``.

        Raises:
            InvalidInput: Something cannot be used; the message names the key of the description.
        """
        api = read_description(description)
        super().__init__(
            "none" if api.auth[0] == "none" and key is None else key or "",
            price=api.price if price is None else price,
            limits=api.limits if limits is None else limits,
            base_url=api.root if base_url is None else base_url,
            tls=tls,
            proxy=proxy,
            transport=transport,
        )
        self._api = api
        self.name = api.name
        self.matches, self.batch_size, self.most_units = api.matches, api.batch_size, api.most_units
        self.fills, self.verifies = frozenset(api.values), api.mailbox is not None
        self.confidence = {attribute: value.confidence for attribute, value in api.values.items()}
        if self.verifies:
            self.confidence.setdefault(Attribute.EMAIL, api.confidence)

    def __repr__(self) -> str:
        return f"JsonProvider({self.name!r}, key=***)"

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask once about up to ``batch_size`` leads; see ``ports.Provider``."""
        reply = await self._send(questions, {})
        answer = self._answer_to_all(reply)
        if answer is not None:
            return [answer] * len(questions)
        body = reply.json()
        records = _records(self._api, body)
        async for more in self._more_pages(questions, body):
            records += _records(self._api, more)
        request_id = _text(_follow(body, self._api.request_id))
        return [
            record if isinstance(record, Answer) else _answer(self._api, question, record, request_id)
            for question, record in zip(questions, _paired(self._api, questions, records), strict=True)
        ]

    def headers(self) -> Mapping[str, str]:
        """Give the header that shows the key, where it goes in one."""
        kind, name = self._api.auth
        if kind == "bearer":
            return {"authorization": f"Bearer {self._key}"}
        return {name: self._key} if kind == "header" else {}

    def judge(self, reply: Reply) -> None:
        """Raise what the rules say of a reply and, if they say nothing, what its status usually means."""
        rule = _rule_for(self._api, reply)
        if rule is None:
            super().judge(reply)
        elif rule.outcome not in _OUTCOMES and rule.outcome != "read":
            raise _signal(rule, reply)

    def _answer_to_all(self, reply: Reply) -> Answer | None:
        rule = _rule_for(self._api, reply)
        if rule is not None:
            return None if rule.outcome == "read" else _ruled(self._api, rule, reply.retry_after())
        if reply.status == _RESTRICTED:
            return Answer(Outcome.REFUSED, reason="restricted")
        return MISS if reply.status == _NOT_FOUND else None

    async def _send(self, questions: Sequence[Question], page: Mapping[str, str]) -> Reply:
        api, lead = self._api, _facts(0, questions[0])
        items = [_fill(api.item, _facts(number, question)) for number, question in enumerate(questions)]
        kind, name = api.auth
        key = {name: self._key}
        query = _parameters(api.query, lead) | dict(page) | (key if kind == "query" else {})
        form = None if api.form is None else _parameters(api.form, lead) | (key if kind == "body" else {})
        body = None if api.json is None else _fill(api.json, lead, items)
        if kind == "body" and body is not None:
            body |= key
        path = PLACEHOLDER.sub(lambda found: quote(lead.get(found[1], ""), safe=""), api.path)
        return await self.send(api.method, path, query=query, json=body, form=form)

    async def _more_pages(self, questions: Sequence[Question], body: Any) -> Any:
        """Give the bodies of further pages; as the first one may be billed, no fault after it leaves nothing done."""
        if self._api.page is None:
            return
        steps, parameter, most = self._api.page
        for _ in range(most - 1):
            mark = _text(_follow(body, steps))
            if mark is None:
                return
            try:
                body = (await self._send(questions, {parameter: mark})).json()
            except Signal as signal:
                raise Unsure(signal.reason) from None
            yield body


def _facts(number: int, question: Question) -> dict[str, str]:
    return {key.value: text for key, text in question.given.items()} | {NUMBER: str(number)}


def _fill(template: Any, facts: Mapping[str, str], items: Any = None) -> Any:
    """Put what is given into a template; what needs more than that is left out."""
    if isinstance(template, Mapping):
        parts = {key: _fill(part, facts, items) for key, part in template.items()}
        return {key: part for key, part in parts.items() if part is not _DROP}
    if isinstance(template, list | tuple):
        return [part for part in (_fill(part, facts, items) for part in template) if part is not _DROP]
    if not isinstance(template, str):
        return template
    if template == ITEMS:
        return items
    return (
        _DROP if set(PLACEHOLDER.findall(template)) - facts.keys() else PLACEHOLDER.sub(lambda m: facts[m[1]], template)
    )


def _parameters(template: Mapping[str, Any], facts: Mapping[str, str]) -> dict[str, str]:
    return {name: _plain(part) for name, part in _fill(template, facts).items()}


def _plain(value: Any) -> str:
    """A value as parameters and forms have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _follow(body: Any, steps: Steps | None) -> Any:
    """Give what is at the end of a way: None where a null or the end of a list is on it, else ``_ABSENT``."""
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


def _text(value: Any) -> str | None:
    """A text or a number as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _number(value: Any) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    return float(value) if usable else None


def _records(api: Description, body: Any) -> list[Any]:
    """Give the records of a page; one alone, which may be null, where there is no list."""
    found = _follow(body, api.records)
    several = isinstance(found, list)
    if found is _ABSENT or (api.batch_size > 1 and not several):
        raise Unsure("bad_answer")
    records: list[Any] = found if several else [found]
    if not all(record is None or isinstance(record, Mapping) for record in records):
        raise Unsure("bad_answer")
    return records


def _paired(api: Description, questions: Sequence[Question], records: list[Any]) -> Iterator[Any]:
    """Give each question its record, or the answer where there is none that is about it."""
    leads = [_facts(number, question) for number, question in enumerate(questions)]
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
        (_text(_follow(record, steps)) or "").casefold() == lead[name].casefold() for name, steps in asked.items()
    )


def _wrong_subject(api: Description, record: Any) -> Answer:
    units = _units(api, record)
    return Answer(Outcome.FAILED, units=1 if units is None else units, reason="wrong_subject")


def _units(api: Description, record: Any) -> int | None:
    own = _number(_follow(record, api.units))
    return None if own is None else math.ceil(own)


def _answer(api: Description, question: Question, record: Any, request_id: str | None) -> Answer:
    if record is None:
        return Answer(Outcome.MISS, units=int(api.billed_when_asked), request_id=request_id)
    rule = next((rule for rule in api.rules if rule.of_record and _holds(rule, record)), None)
    if rule is not None and rule.outcome != "read":
        return _ruled(api, rule, None)
    found = {key: finding for key, finding in _findings(api, record) if key in question.wanted}
    word = _follow(record, api.mailbox)
    mailbox = api.mailbox_words.get(_plain(word)) if isinstance(word, str | int) else None
    outcome = Outcome.FOUND if found or mailbox not in (None, Mailbox.UNKNOWN) else Outcome.MISS
    units = _units(api, record)
    if units is None:
        units = int(outcome is Outcome.FOUND or api.billed_when_asked)
    return Answer(outcome, found, mailbox, units=units, request_id=request_id)


def _findings(api: Description, record: Any) -> Iterator[tuple[Attribute, Finding]]:
    for attribute, value in api.values.items():
        text = _text(_follow(record, value.steps))
        if text is not None:
            source, last_seen = _text(_follow(record, value.source)), _text(_follow(record, value.last_seen))
            yield attribute, Finding(text, _confidence(value, record), source, last_seen)


def _confidence(value: Value, record: Any) -> float:
    own = _number(_follow(record, value.own_confidence))
    return value.confidence if own is None else min(1.0, own / value.scale)


def _rule_for(api: Description, reply: Reply) -> Rule | None:
    rules = [rule for rule in api.rules if not rule.of_record and (not rule.status or reply.status in rule.status)]
    try:
        body = reply.json() if any(rule.steps for rule in rules) else None
    except Unsure:  # no JSON: only rules about the status can say something
        return next((rule for rule in rules if rule.steps is None), None)
    return next((rule for rule in rules if _holds(rule, body)), None)


def _holds(rule: Rule, body: Any) -> bool:
    if rule.steps is None:
        return True
    value = _follow(body, rule.steps)
    there = value is not None and value is not _ABSENT
    if rule.missing:
        return not there
    return there and (not rule.equals or any(type(one) is type(value) and one == value for one in rule.equals))


def _ruled(api: Description, rule: Rule, retry_after: float | None) -> Answer:
    outcome = _OUTCOMES[rule.outcome]
    units = int(outcome is Outcome.MISS and api.billed_when_asked)
    after = (rule.after or retry_after) if outcome is Outcome.LATER else None
    return Answer(outcome, units=units, reason=rule.reason, after=after)


def _signal(rule: Rule, reply: Reply) -> Signal:
    reason = rule.reason or rule.outcome
    if rule.outcome == "again":
        return AskAgain(reason, after=rule.after or reply.retry_after(), everyone=rule.everyone)
    return {"unsure": Unsure, "declined": Declined, "stop": StopAsking}[rule.outcome](reason)
