"""Apollo: people by e-mail address, or by name and company (LEAD-4).

Contract: docs.apollo.io, "Bulk People Enrichment", "API Pricing and Credits", "Rate Limits".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.providers.http import HttpProvider, Reply
from trustleads.enrichment.providers.identity import has_name, words
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
    _A.FIRST_NAME: "first_name",
    _A.LAST_NAME: "last_name",
    _A.FULL_NAME: "name",
    _A.COMPANY: "organization_name",
    _A.DOMAIN: "domain",
}
# Said although they are the defaults: these cost more, or bring private addresses, which nobody here wants (GDPR-1).
_FLAGS = {"reveal_personal_emails": "false", "reveal_phone_number": "false"}
_EMAIL_CONFIDENCE = {"verified": 0.95, "likely to engage": 0.9, "extrapolated": 0.6, "guessed": 0.5, "unverified": 0.4}
_LOCKED = "email_not_unlocked@"  # stands where the plan does not show the address
_MOVED = 0.5  # what a value is worth, compared with others, where the person works elsewhere than was asked for
_HOUR = 3_600.0
_Values = dict[Attribute, tuple[str, float]]


class Apollo(HttpProvider):
    """Finds e-mail addresses, job titles, names and companies in Apollo's database of people.

    Ten people are asked about in one call (``POST /people/bulk_match``), which keeps them out of the URL. Phone
    numbers are not asked for: Apollo sends those to a web hook. Private addresses are not asked for either.

    A person is passed on only if they can be told to be the one who was asked about: by the given address (or, where
    the plan does not show theirs, by a name in it), or by the given name. Values of someone who works for another
    company than the given one get half the confidence.

    ``list_price`` is of one credit, which is what one person costs, and nothing if there is no match. It is a
    cautious round figure, as the price of a credit depends on the plan: pass ``price=`` for yours.
    ``usual_limits`` are half of what paid plans allow for single people per minute; pass ``limits=`` for yours.
    """

    base_url: ClassVar[str] = "https://api.apollo.io/api/v1"
    list_price: ClassVar[str] = "0.10 USD"
    usual_limits: ClassVar[Limits] = Limits(rates=(Rate(500, 60.0),), in_flight=20, timeout=30.0)

    name = "apollo"
    fills = frozenset({_A.EMAIL, _A.JOB_TITLE, _A.FIRST_NAME, _A.LAST_NAME, _A.COMPANY, _A.DOMAIN})
    matches = (
        frozenset({_A.EMAIL}),
        frozenset({_A.FIRST_NAME, _A.LAST_NAME, _A.DOMAIN}),
        frozenset({_A.FULL_NAME, _A.DOMAIN}),
        frozenset({_A.FIRST_NAME, _A.LAST_NAME, _A.COMPANY}),
        frozenset({_A.FULL_NAME, _A.COMPANY}),
    )
    batch_size = 10
    confidence: Mapping[Attribute, float] = {
        _A.EMAIL: 0.95,
        _A.JOB_TITLE: 0.8,
        _A.FIRST_NAME: 0.9,
        _A.LAST_NAME: 0.9,
        _A.COMPANY: 0.85,
        _A.DOMAIN: 0.85,
    }

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask once about up to ten people; see ``ports.Provider``."""
        details = [{_KEYS[key]: text for key, text in question.given.items()} for question in questions]
        reply = await self.send("POST", "/people/bulk_match", query=_FLAGS, json={"details": details})
        matches, credits_spent, request_id = _read(reply.json(), len(questions))
        shares = _shares(credits_spent, sum(person is not None for person in matches))
        return [
            MISS if person is None else self._answer(question, person, next(shares), request_id)
            for question, person in zip(questions, matches, strict=True)
        ]

    def headers(self) -> Mapping[str, str]:
        """Give the header that shows the key."""
        return {"x-api-key": self._key}

    def judge(self, reply: Reply) -> None:
        """Raise what a status means: 403 is about the plan, 422 may be about credit, 429 may come without a time."""
        match reply.status:
            case 403:
                out_of_plan = b"API_INACCESSIBLE" in reply.body
                raise StopAsking("plan_limit") if out_of_plan else AskAgain("blocked", everyone=True)
            case 404:
                raise StopAsking(
                    "check_base_url"
                )  # the address of the API itself: a person not found is a null in a 200
            case 422 if b"credit" in reply.body.lower():
                raise StopAsking("no_credit")
            case 429 if reply.retry_after() is None:
                raise _used_up(reply)
        super().judge(reply)

    def _answer(self, question: Question, person: Mapping[str, Any], units: int, request_id: str | None) -> Answer:
        if not _is_asked_about(question.given, person):
            return Answer(Outcome.FAILED, units=units, reason="wrong_subject", request_id=request_id)
        values = _values(person, self.confidence)
        worth = _MOVED if _works_elsewhere(question.given, values) else 1.0
        found = {
            key: Finding(text, round(confidence * worth, 3))
            for key, (text, confidence) in values.items()
            if key in question.wanted
        }
        return Answer(Outcome.FOUND if found else Outcome.MISS, found, units=units, request_id=request_id)


def _read(body: Any, asked: int) -> tuple[list[Mapping[str, Any] | None], int | None, str | None]:
    """Give people in the order of the questions, what they cost, and the name of the call."""
    matches = body.get("matches") if isinstance(body, dict) else None
    if not isinstance(matches, list) or len(matches) != asked:
        raise Unsure("bad_answer")
    if not all(person is None or isinstance(person, dict) for person in matches):
        raise Unsure("bad_answer")
    spent, request_id = body.get("credits_consumed"), body.get("request_id")
    whole = type(spent) in (int, float) and 0 <= spent < 2**31
    return matches, int(spent) if whole else None, None if request_id is None else str(request_id)


def _shares(credits_spent: int | None, people: int) -> Iterator[int]:
    """Spread what a call cost over the people in it, the sum exact; one each where Apollo does not say."""
    each, more = (1, 0) if credits_spent is None else divmod(credits_spent, max(people, 1))
    return iter([each + (place < more) for place in range(people)])


def _values(person: Mapping[str, Any], usual: Mapping[Attribute, float]) -> _Values:
    """Give what is known of a person, each with its confidence."""
    company = person.get("organization")
    company = company if isinstance(company, dict) else {}
    texts = {
        _A.EMAIL: _address(person),
        _A.JOB_TITLE: person.get("title"),
        _A.FIRST_NAME: person.get("first_name"),
        _A.LAST_NAME: person.get("last_name"),
        _A.COMPANY: company.get("name"),
        _A.DOMAIN: company.get("primary_domain"),
    }
    values: _Values = {}
    for key, text in texts.items():
        if isinstance(text, str) and text.strip():
            values[key] = text, _email_confidence(person) if key is _A.EMAIL else usual[key]
    return values


def _address(person: Mapping[str, Any]) -> str | None:
    address = person.get("email")
    return address if isinstance(address, str) and "@" in address and not address.startswith(_LOCKED) else None


def _email_confidence(person: Mapping[str, Any]) -> float:
    """Apollo's own figure for an address it made up from a pattern, else one by the status; low for unknown words."""
    own = person.get("extrapolated_email_confidence")
    if isinstance(own, int | float) and 0 <= own <= 1:
        return float(own)
    return _EMAIL_CONFIDENCE.get(str(person.get("email_status")).lower(), 0.3)


def _is_asked_about(given: Mapping[Attribute, str], person: Mapping[str, Any]) -> bool:
    """Whether a person has the given address, or else the given name; what is missing confirms nothing."""
    first, last = person.get("first_name"), person.get("last_name")
    if _A.EMAIL in given:
        return _has_address(given[_A.EMAIL], person, words(first) | words(last))
    return has_name(given, first, last)


def _has_address(address: str, person: Mapping[str, Any], names: set[str]) -> bool:
    """Whether an address is a person's; where theirs is not shown, whether it is made of one of their names."""
    shown, private = _address(person), person.get("personal_emails")
    known = {str(one).casefold() for one in (shown, *(private if isinstance(private, list) else [])) if one}
    if shown or address.casefold() in known:
        return address.casefold() in known
    local = "".join(sorted(words(address.partition("@")[0])))
    return any(len(name) > 1 and name in local for name in names)


def _works_elsewhere(given: Mapping[Attribute, str], values: _Values) -> bool:
    found = values.get(_A.DOMAIN)
    return found is not None and _A.DOMAIN in given and found[0].casefold() != given[_A.DOMAIN].casefold()


def _used_up(reply: Reply) -> AskAgain | StopAsking:
    """Tell by what is left of each window (``x-hourly-requests-left`` ...) how long a refusal will last."""
    if reply.headers.get("x-24-hour-requests-left") == "0":
        return StopAsking("plan_limit")
    hour = reply.headers.get("x-hourly-requests-left") == "0"
    return AskAgain("rate_limited", after=_HOUR if hour else 60.0, everyone=True)
