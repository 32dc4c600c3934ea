"""People Data Labs: people by e-mail address, phone number, or name and company (LEAD-4).

Contract: docs.peopledatalabs.com, "Bulk Person Enrichment API", "Input Parameters - Person Enrichment API",
"Person Schema", "Errors", "Usage Limits".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
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
    Outcome,
    Question,
    StopAsking,
    Unsure,
)

_A = Attribute
_KEYS: Mapping[Attribute, str] = {
    _A.EMAIL: "email",
    _A.PHONE: "phone",
    _A.FIRST_NAME: "first_name",
    _A.LAST_NAME: "last_name",
    _A.FULL_NAME: "name",
    _A.COMPANY: "company",
    _A.DOMAIN: "company",  # it takes a name or a web site
}
_FIELDS: Mapping[Attribute, str] = {
    _A.EMAIL: "work_email",
    _A.PHONE: "mobile_phone",
    _A.JOB_TITLE: "job_title",
    _A.FIRST_NAME: "first_name",
    _A.LAST_NAME: "last_name",
    _A.COMPANY: "job_company_name",
    _A.DOMAIN: "job_company_website",
}
_OK, _BAD_REQUEST, _NO_CREDIT, _NOBODY, _TOO_MANY, _RESTRICTED = 200, 400, 402, 404, 429, 451
_MOVED = 0.5  # what a value is worth, compared with others, where the person works elsewhere than was asked for
_REFUSALS: Mapping[int, Answer] = {
    _BAD_REQUEST: Answer(Outcome.FAILED, reason="bad_request"),
    _NO_CREDIT: Answer(Outcome.FAILED, reason="no_credit"),
    _NOBODY: MISS,
    _TOO_MANY: Answer(Outcome.LATER, reason="rate_limited"),
    _RESTRICTED: Answer(Outcome.REFUSED, reason="restricted"),
}


class PeopleDataLabs(HttpProvider):
    """Finds e-mail addresses, phone numbers, job titles, names and companies in a database of three billion people.

    A hundred people are asked about in one call (``POST /person/bulk``), and nothing but the fields that are wanted
    is asked for. A person is passed on only if they can be told to be the one who was asked about.

    The confidence of a value is the usual one for its kind times ``0.5 + likelihood / 20``, where likelihood is 1 to
    10 and People Data Labs' own measure of the match; half of it where the person works for another company now.

    ``list_price`` is of one credit, which is one match: the list price when written (smallest monthly plan of Person
    Enrichment, support.peopledatalabs.com, "Pricing"). Pass ``price=`` for your plan. ``usual_limits`` are those of
    the free plan; paid ones allow ten times as many calls.
    """

    base_url: ClassVar[str] = "https://api.peopledatalabs.com/v5"
    list_price: ClassVar[str] = "0.28 USD"
    usual_limits: ClassVar[Limits] = Limits(rates=(Rate(100, 60.0),), in_flight=10, timeout=60.0)

    name = "people_data_labs"
    fills = frozenset(_FIELDS)
    matches = (
        frozenset({_A.EMAIL}),
        frozenset({_A.PHONE}),
        frozenset({_A.FIRST_NAME, _A.LAST_NAME, _A.DOMAIN}),
        frozenset({_A.FULL_NAME, _A.DOMAIN}),
        frozenset({_A.FIRST_NAME, _A.LAST_NAME, _A.COMPANY}),
        frozenset({_A.FULL_NAME, _A.COMPANY}),
    )
    batch_size = 100
    confidence: Mapping[Attribute, float] = {
        _A.EMAIL: 0.85,
        _A.PHONE: 0.85,
        _A.JOB_TITLE: 0.85,
        _A.FIRST_NAME: 0.95,
        _A.LAST_NAME: 0.95,
        _A.COMPANY: 0.85,
        _A.DOMAIN: 0.85,
    }

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask once about up to a hundred people; see ``ports.Provider``."""
        requests = [
            {"params": _params(question), "metadata": {"place": place}} for place, question in enumerate(questions)
        ]
        reply = await self.send("POST", "/person/bulk", json={"requests": requests})
        records = _by_place(reply.json(), len(questions))
        return [self._answer(question, records.get(place)) for place, question in enumerate(questions)]

    def headers(self) -> Mapping[str, str]:
        """Give the header that shows the key."""
        return {"x-api-key": self._key}

    def judge(self, reply: Reply) -> None:
        """Raise what a status means: how long a 429 lasts stands in headers that hold JSON."""
        if reply.status == _NOBODY:
            raise StopAsking("check_base_url")  # the address of the API itself: who is not found is a 404 inside a 200
        if reply.status == _TOO_MANY:
            raise _used_up(reply)
        super().judge(reply)

    def _answer(self, question: Question, record: Mapping[str, Any] | None) -> Answer:
        if record is None:
            return Answer(Outcome.MAYBE_BILLED, reason="torn_answer")
        status, data = record.get("status"), record.get("data")
        if status == _OK and isinstance(data, dict):
            return self._match(question, record, data)
        if isinstance(status, int) and status // 100 == 5:  # noqa: PLR2004 - the class of RFC 9110 section 15.6
            return Answer(Outcome.LATER, reason="server_error")
        refusal = _REFUSALS.get(status) if isinstance(status, int) else None
        return refusal or Answer(Outcome.MAYBE_BILLED, reason="bad_answer")

    def _match(self, question: Question, record: Mapping[str, Any], data: Mapping[str, Any]) -> Answer:
        if not _is_asked_about(question.given, record, data):
            return Answer(Outcome.FAILED, units=1, reason="wrong_subject")
        worth = _worth(record.get("likelihood"), question.given, data)
        found = {
            key: Finding(data[field].strip(), round(self.confidence[key] * worth, 3))
            for key, field in _FIELDS.items()
            if key in question.wanted and _is_value(data.get(field))
        }
        return Answer(Outcome.FOUND if found else Outcome.MISS, found, units=1)


def _params(question: Question) -> dict[str, Any]:
    given = {_KEYS[key]: text for key, text in question.given.items()}
    # Besides what is wanted, what tells whether it is the person who was asked about.
    proof = ["first_name", "last_name", "job_company_website"]
    proof += ["work_email", "emails"] if _A.EMAIL in question.given else []
    proof += ["mobile_phone", "phone_numbers"] if _A.PHONE in question.given else []
    fields = sorted({_FIELDS[key] for key in question.wanted & _FIELDS.keys()} | set(proof))
    return {**given, "data_include": ",".join(fields), "include_if_matched": True, "titlecase": True}


def _by_place(body: Any, asked: int) -> dict[int, Mapping[str, Any]]:
    """Give the records by the place of their question, whatever their order; what has no place is left out."""
    if not isinstance(body, list):
        raise Unsure("bad_answer")
    places: dict[int, Mapping[str, Any]] = {}
    for record in body:
        mark = record.get("metadata") if isinstance(record, dict) else None
        place = mark.get("place") if isinstance(mark, dict) else None
        if type(place) is int and 0 <= place < asked:
            places.setdefault(place, record)
    return places


def _is_asked_about(given: Mapping[Attribute, str], record: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether a person has the given address or number, or else the given name.

    Plans that do not show addresses and numbers have ``true`` in their place; then it counts what People Data Labs
    says it matched by.
    """
    if _A.EMAIL in given:
        shown = _shown(data, "work_email", "emails", "address")
        return has_address(given[_A.EMAIL], shown) if shown else _matched(record, "email")
    if _A.PHONE in given:
        numbers = {_digits(number) for number in _shown(data, "mobile_phone", "phone_numbers", "number")}
        return _digits(given[_A.PHONE]) in numbers if numbers else _matched(record, "phone")
    return has_name(given, data.get("first_name"), data.get("last_name"))


def _shown(data: Mapping[str, Any], one: str, many: str, part: str) -> list[str]:
    rows = data.get(many)
    rows = rows if isinstance(rows, list) else []
    texts = [data.get(one), *(row.get(part) if isinstance(row, dict) else row for row in rows)]
    return [text for text in texts if isinstance(text, str) and text]


def _matched(record: Mapping[str, Any], name: str) -> bool:
    matched = record.get("matched")
    return isinstance(matched, list) and name in matched


def _digits(number: str) -> str:
    return "".join(filter(str.isdecimal, number)).lstrip("0")


def _worth(likelihood: Any, given: Mapping[Attribute, str], data: Mapping[str, Any]) -> float:
    sure = likelihood if type(likelihood) in (int, float) and 1 <= likelihood <= 10 else 1  # noqa: PLR2004 - its scale
    site = data.get("job_company_website")
    moved = _A.DOMAIN in given and isinstance(site, str) and site.casefold() != given[_A.DOMAIN].casefold()
    return (0.5 + sure / 20) * (_MOVED if moved else 1.0)


def _is_value(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _used_up(reply: Reply) -> AskAgain | StopAsking:
    """Tell by what is left of each window how long a refusal will last."""
    left = _json(reply.headers.get("x-ratelimit-remaining"))
    if isinstance(left, dict) and 0 in (left.get("day"), left.get("month")):
        return StopAsking("plan_limit")
    after = reply.retry_after()
    return AskAgain("rate_limited", after=_until_reset(reply) if after is None else after, everyone=True)


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _until_reset(reply: Reply) -> float:
    """Seconds until the window ends; a whole window (one minute) where that cannot be read."""
    try:
        then = datetime.fromisoformat(reply.headers.get("x-ratelimit-reset", "").strip('"'))
    except ValueError:
        return 60.0
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(60.0, max(1.0, (then - datetime.now(UTC)).total_seconds()))
