"""Hunter: checks addresses, finds them by name and company, and people by address (LEAD-4).

Contract: hunter.io/api-documentation/v2; help.hunter.io, "How do credits work in Hunter?".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.providers.http import HttpProvider, Reply
from trustleads.enrichment.providers.identity import has_address, has_name
from trustleads.enrichment.questions import (
    MISS,
    Answer,
    AskAgain,
    Attribute,
    Finding,
    Mailbox,
    Outcome,
    Question,
    StopAsking,
    Unsure,
)

_A = Attribute
_KEYS: Mapping[Attribute, str] = {
    _A.EMAIL: "email",
    _A.FIRST_NAME: "first_name",
    _A.LAST_NAME: "last_name",
    _A.FULL_NAME: "full_name",
    _A.COMPANY: "company",
    _A.DOMAIN: "domain",
}
_MAILBOXES: Mapping[str, Mailbox] = {
    "valid": Mailbox.EXISTS,
    "invalid": Mailbox.MISSING,
    "accept_all": Mailbox.CATCH_ALL,
    "disposable": Mailbox.RISKY,
    "unknown": Mailbox.UNKNOWN,
}
_VERIFYING, _SMTP_FAILED, _RATE, _NOBODY, _USAGE, _RESTRICTED = 202, 222, 403, 404, 429, 451
_OUTCOMES: Mapping[int, Answer] = {
    _VERIFYING: Answer(Outcome.LATER, reason="not_ready"),
    _SMTP_FAILED: Answer(Outcome.LATER, reason="not_ready"),
    _NOBODY: MISS,
    _RESTRICTED: Answer(Outcome.REFUSED, reason="restricted"),
}
# 429 is the used-up plan; but should Hunter ever say it of the rate, its words tell.
_OF_RATE = re.compile(rb"rate.?limit|per second|per minute|too fast|slow down", re.IGNORECASE)
_Values = dict[Attribute, Any]


class Hunter(HttpProvider):
    """Checks given e-mail addresses, finds addresses by name and company, and the people behind addresses.

    A question about an address is put to ``/email-verifier`` where the address itself is in doubt, and to
    ``/people/find`` where something else is wanted, which are questions of their own; any other goes to
    ``/email-finder``. Hunter has no call for many people at once. The confidence of an address it finds is Hunter's
    score.

    ``list_price`` is of one credit, and every answer counts as one, as on the Data Platform plans; other plans take
    half a credit for a check and a fifth for a person. It is a cautious round figure, as the price of a credit
    depends on the plan: pass ``price=`` for yours. ``usual_limits`` are those of the verifier, the lowest of the
    three.
    """

    base_url: ClassVar[str] = "https://api.hunter.io/v2"
    list_price: ClassVar[str] = "0.05 USD"
    usual_limits: ClassVar[Limits] = Limits(rates=(Rate(10, 1.0), Rate(300, 60.0)), in_flight=20, timeout=40.0)

    name = "hunter"
    fills = frozenset({*_KEYS, _A.PHONE, _A.JOB_TITLE} - {_A.FULL_NAME})
    verifies = True
    verifies_apart = True
    matches = (
        frozenset({_A.EMAIL}),
        frozenset({_A.FIRST_NAME, _A.LAST_NAME, _A.DOMAIN}),
        frozenset({_A.FULL_NAME, _A.DOMAIN}),
        frozenset({_A.FIRST_NAME, _A.LAST_NAME, _A.COMPANY}),
        frozenset({_A.FULL_NAME, _A.COMPANY}),
    )
    confidence: Mapping[Attribute, float] = {
        _A.EMAIL: 0.95,
        _A.PHONE: 0.6,
        _A.JOB_TITLE: 0.75,
        _A.FIRST_NAME: 0.9,
        _A.LAST_NAME: 0.9,
        _A.COMPANY: 0.85,
        _A.DOMAIN: 0.85,
    }

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask once about one lead; see ``ports.Provider``."""
        return [await self._ask(question) for question in questions]

    def headers(self) -> Mapping[str, str]:
        """Give the header that shows the key."""
        return {"x-api-key": self._key}

    def judge(self, reply: Reply) -> None:
        """Raise what a status means: 403 is the rate limit, 429 the used-up plan, and who is not found has an error."""
        if reply.status == _RATE or (reply.status == _USAGE and _OF_RATE.search(reply.body)):
            raise AskAgain("rate_limited", after=reply.retry_after(), everyone=True)
        if reply.status == _USAGE:
            raise StopAsking("no_credit")
        if reply.status == _NOBODY and b'"errors"' not in reply.body:
            raise StopAsking("check_base_url")
        super().judge(reply)

    async def _ask(self, question: Question) -> Answer:
        if _A.EMAIL not in question.given:
            return await self._find(question)
        if _A.EMAIL in question.wanted:
            return await self._verify(question.given[_A.EMAIL])
        return await self._enrich(question)

    async def _verify(self, address: str) -> Answer:
        data = await self._data("/email-verifier", {"email": address})
        if isinstance(data, Answer):
            return data
        mailbox = _mailbox(data)
        units = int(mailbox is not Mailbox.UNKNOWN)
        if not has_address(address, [data.get("email")]):
            return Answer(Outcome.FAILED, units=units, reason="wrong_subject")
        return Answer(Outcome.FOUND if units else Outcome.MISS, mailbox=mailbox, units=units)

    async def _find(self, question: Question) -> Answer:
        data = await self._data("/email-finder", {_KEYS[key]: text for key, text in question.given.items()})
        if isinstance(data, Answer):
            return data
        if not _text(data.get("email")):
            return MISS  # nobody is found without an address, and only that is billed
        if not has_name(question.given, data.get("first_name"), data.get("last_name")):
            return Answer(Outcome.FAILED, units=1, reason="wrong_subject")
        values = {
            _A.EMAIL: data["email"],
            _A.PHONE: data.get("phone_number"),
            _A.JOB_TITLE: data.get("position"),
            _A.FIRST_NAME: data.get("first_name"),
            _A.LAST_NAME: data.get("last_name"),
            _A.COMPANY: data.get("company"),
            _A.DOMAIN: data.get("domain"),
        }
        answer = self._found(question, values)
        return replace(answer, found=_sourced(answer.found, data))

    async def _enrich(self, question: Question) -> Answer:
        data = await self._data("/people/find", {"email": question.given[_A.EMAIL]})
        if isinstance(data, Answer):
            return data
        if not has_address(question.given[_A.EMAIL], [data.get("email")]):
            return Answer(Outcome.FAILED, units=1, reason="wrong_subject")
        name, work = _part(data, "name"), _part(data, "employment")
        values = {
            _A.PHONE: data.get("phone"),
            _A.JOB_TITLE: work.get("title"),
            _A.FIRST_NAME: name.get("givenName"),
            _A.LAST_NAME: name.get("familyName"),
            _A.COMPANY: work.get("name"),
            _A.DOMAIN: work.get("domain"),
        }
        return self._found(question, values)

    async def _data(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any] | Answer:
        """Give what a call found, or the answer that its status is."""
        reply = await self.send("GET", path, query=query)
        if reply.status in _OUTCOMES:
            return _OUTCOMES[reply.status]
        body = reply.json()
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, dict):
            raise Unsure("bad_answer")
        return data

    def _found(self, question: Question, values: _Values) -> Answer:
        found = {
            key: Finding(text, self.confidence[key])
            for key, value in values.items()
            if key in question.wanted and (text := _text(value))
        }
        return Answer(Outcome.FOUND if found else Outcome.MISS, found, units=1)


def _mailbox(data: Mapping[str, Any]) -> Mailbox:
    status = data.get("status")
    if status == "webmail":  # of a free-mail provider: the other fields say what was found there
        return Mailbox.EXISTS if data.get("smtp_check") is True and not data.get("accept_all") else Mailbox.UNKNOWN
    mailbox = _MAILBOXES.get(status) if isinstance(status, str) else None
    if mailbox is None:
        raise Unsure("bad_answer")
    return mailbox


def _sourced(found: Mapping[Attribute, Finding], data: Mapping[str, Any]) -> Mapping[Attribute, Finding]:
    """Give the address Hunter's score, and the page where it was seen last."""
    address = found.get(_A.EMAIL)
    if address is None:
        return found
    score = data.get("score")
    sure = min(max(score / 100, 0.0), 1.0) if isinstance(score, int | float) else 0.0
    pages = data.get("sources")
    page = pages[0] if isinstance(pages, list) and pages and isinstance(pages[0], dict) else {}
    seen = Finding(address.text, sure, _text(page.get("uri")), _text(page.get("last_seen_on")))
    return {**found, _A.EMAIL: seen}


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
