"""Apollo's API (v1), as its public documentation has it: docs.apollo.io.

Its traps: a 200 without a match holds ``null``; a refused key is told in plain text; what a key or plan may not do is
a 403; parameters stand in the query even of a POST, and only a batch has a body; used-up credit is a 422; rate-limit
headers are empty where nothing is limited.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from trustleads.testing.providers.faults import FaultKind, Faults
from trustleads.testing.providers.messages import Person, Reply, Request
from trustleads.testing.providers.minute import Minute
from trustleads.testing.providers.server import ProviderServer

_BATCH = 10
_PHONE_UNITS = 8  # beside the one for the person
_IDENTITY = {
    *("first_name", "last_name", "name", "email", "hashed_email"),
    *("organization_name", "domain", "id", "linkedin_url"),
}
_SWITCHES = {"reveal_personal_emails", "reveal_phone_number", "run_waterfall_email", "run_waterfall_phone"}
_STATUS = {"catch_all": "extrapolated", "risky": "unverified", "unknown": "unverified", "valid": "verified"}
_LOCKED = "email_not_unlocked@domain.com"  # what the vendor shows in the place of an address that is not paid for


class _Refusal(Exception):
    """What is wrong with a request; nothing was done."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class ApolloServer(ProviderServer):
    """People enrichment, one at a time and in batches. Bills every match, each person once in a batch.

    It finds by address, or by name with domain or company; it takes everything else that the contract lets people be
    described by, and finds nobody by it. Who is restricted is unknown. Beside the common words ``Person.mailbox`` may
    be ``locked``: the address is not shown. Nothing is sent to a web hook; a phone number is billed all the same.

    Attributes:
        per_minute: Calls a minute that are taken, for each address of the API; None takes any number.
        inaccessible: Addresses of the API that the key may not use, such as ``"/people/bulk_match"``.
    """

    root = "/api/v1"
    answers_at = "matches"
    per_minute: int | None = None
    inaccessible: frozenset[str] = frozenset()

    def __init__(
        self,
        people: Iterable[Person] = (),
        *,
        key: str = "test-key",
        latency: float = 0.0,
        faults: Faults | None = None,
        credits: int | None = None,  # noqa: A002 - the vendor's word
        capture: bool = True,
    ) -> None:
        """Know these people."""
        super().__init__(people, key=key, latency=latency, faults=faults, credits=credits, capture=capture)
        self._roads = {"/people/match": self._match, "/people/bulk_match": self._bulk}
        self.minutes = {path: Minute() for path in self._roads}
        self._numbers = count(7_000_000_001)

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        road = self._roads.get(request.path)
        if road is None or request.method != "POST":
            return Reply(404, {"error": "There is nothing at this address."})
        try:
            self._admit(request)
            reply = road(request)
        except _Refusal as refusal:
            reply = refusal.reply
        return Reply(reply.status, reply.json, reply.text, {**self._headers(request.path), **reply.headers})

    def fault_reply(self, kind: FaultKind) -> Reply:
        """429 with Retry-After and what is left of each window, or a gateway's page."""
        if kind is FaultKind.SERVER_ERROR:
            return Reply(502, text="<html>Bad Gateway</html>", headers={"content-type": "text/html"})
        return _too_many(self.faults.retry_after)

    def _admit(self, request: Request) -> None:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self.knows_key(request.headers.get("x-api-key") or bearer):
            raise _Refusal(Reply(401, text="Invalid access credentials."))
        if request.path in self.inaccessible:
            raise _Refusal(_error(403, "API_INACCESSIBLE", "This key may not use this address."))
        minute = self.minutes[request.path]
        if not minute.take(self.per_minute):
            raise _Refusal(_too_many(self.faults.retry_after))

    def _match(self, request: Request) -> Reply:
        given = request.params()
        units = _units(given, _IDENTITY)
        person = self._find(given)
        self._charge([person] if person else [], units)
        return Reply(200, {"request_id": next(self._numbers), "person": _person(person)})

    def _bulk(self, request: Request) -> Reply:
        units = _units(request.params(), set())
        details = _details(request)
        found = [self._find(given) for given in details]
        unique = list({id(person): person for person in found if person}.values())
        self._charge(unique, units)
        body = {
            "status": "success",
            "error_code": None,
            "error_message": None,
            "total_requested_enrichments": len(details),
            "unique_enriched_records": len(unique),
            "missing_records": found.count(None),
            "credits_consumed": units * len(unique),
            "matches": [_person(person) for person in found],
            "request_id": next(self._numbers),
        }
        return Reply(200, body)

    def _find(self, given: Mapping[str, str]) -> Person | None:
        if not given.keys() & _IDENTITY:
            raise _Refusal(_error(400, "INVALID_REQUEST", "Nothing says who is meant."))
        name = given.get("name") or " ".join(filter(None, (given.get("first_name"), given.get("last_name"))))
        person = self.people.find(
            email=given.get("email"), name=name, domain=given.get("domain"), company=given.get("organization_name")
        )
        return None if person is None or person.restricted else person

    def _charge(self, people: list[Person], units: int) -> None:
        if not self.can_pay(max(1, units * len(people))):
            raise _Refusal(Reply(422, {"error": "You have insufficient credits."}))
        for person in people:
            self.bill(person.email.casefold(), units)

    def _headers(self, path: str) -> dict[str, str]:
        used = self.minutes[path].used
        return _windows(None if self.per_minute is None else (self.per_minute, used))


def _units(query: Mapping[str, str], others: set[str]) -> int:
    """Check the query, and give what a match costs by it."""
    if strange := query.keys() - _SWITCHES - others - {"webhook_url"}:
        raise _Refusal(_error(400, "INVALID_REQUEST", f"Unknown parameters: {', '.join(sorted(strange))}."))
    if not all(query.get(switch, "false") in ("true", "false") for switch in _SWITCHES):
        raise _Refusal(Reply(422, {"error": "A switch is true or false."}))
    phone = query.get("reveal_phone_number") == "true"
    if phone and not query.get("webhook_url", "").startswith("https://"):
        raise _Refusal(_error(400, "INVALID_REQUEST", "reveal_phone_number needs a webhook_url."))
    return 1 + _PHONE_UNITS * phone


def _details(request: Request) -> list[dict[str, str]]:
    """Check the body of a batch, and give whom it asks about."""
    try:
        body = request.json()
    except ValueError:
        body = None
    details = body.get("details") if isinstance(body, dict) and body.keys() == {"details"} else None
    if not isinstance(details, list) or not details:
        raise _Refusal(_error(400, "INVALID_REQUEST", "The body is an object of details."))
    if len(details) > _BATCH:
        raise _Refusal(_error(400, "RECORD_LIMIT_EXCEEDED", f"details holds up to {_BATCH} people."))
    if not all(isinstance(part, dict) and part.keys() <= _IDENTITY for part in details):
        raise _Refusal(_error(400, "INVALID_REQUEST", "details holds an unknown parameter."))
    if not all(isinstance(text, str) for part in details for text in part.values()):
        raise _Refusal(Reply(422, {"error": "details holds something that is no text."}))
    return details


def _person(person: Person | None) -> dict[str, Any] | None:
    if person is None:
        return None
    status = _STATUS.get(person.mailbox, "unavailable")
    shown = {"locked": _LOCKED, "invalid": None}.get(person.mailbox, person.email)
    return {
        "id": hashlib.blake2b(person.email.encode(), digest_size=12).hexdigest(),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": person.full_name,
        "title": person.job_title,
        "headline": f"{person.job_title} at {person.company}",
        "email": shown,
        "email_status": status,
        "extrapolated_email_confidence": 0.6 if status == "extrapolated" else None,
        **dict.fromkeys(("linkedin_url", "city", "state", "country", "seniority")),
        "departments": [],
        "organization": {
            "name": person.company,
            "primary_domain": person.domain,
            **dict.fromkeys(("industry", "estimated_num_employees", "phone")),
        },
    }


def _windows(minute: tuple[int, int] | None) -> dict[str, str]:
    """The headers of the three windows; only the minute is ever limited here."""
    headers = {}
    for name in ("minute", "hourly", "24-hour"):
        most, used = minute if minute and name == "minute" else (None, None)
        headers[f"x-rate-limit-{name}"] = "" if most is None else str(most)
        headers[f"x-{name}-usage"] = "" if used is None else str(used)
        headers[f"x-{name}-requests-left"] = "" if most is None or used is None else str(most - used)
    return headers


def _too_many(retry_after: int) -> Reply:
    text = "The maximum number of API calls in this minute is reached."
    return Reply(429, {"message": text}, headers={**_windows((1000, 1000)), "retry-after": str(retry_after)})


def _error(status: int, code: str, text: str) -> Reply:
    return Reply(status, {"error": text, "error_code": code})
