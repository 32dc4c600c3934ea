"""Hunter's API (v2), as its public documentation has it: hunter.io/api-documentation/v2.

Its traps: 403 is the rate limit and 429 the used-up plan; 202 is "still verifying, call again", counted once;
222 is a mail server that failed; nobody found is an empty answer of the finder, and 404 of the enrichment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from trustleads.testing.providers.faults import FaultKind, Faults
from trustleads.testing.providers.messages import Person, Reply, Request
from trustleads.testing.providers.server import ProviderServer

_STATUS = {"catch_all": "accept_all", "risky": "disposable"}
_SCORES = {"valid": 98, "accept_all": 70, "webmail": 90, "unknown": 50}
_PARAMETERS = {
    "/email-verifier": {"email"},
    "/email-finder": {
        *("domain", "company", "first_name", "last_name", "full_name", "linkedin_handle", "max_duration"),
    },
    "/people/find": {"email", "linkedin_handle"},
}
_DURATIONS = range(3, 21)  # seconds that max_duration may be


class HunterServer(ProviderServer):
    """Hunter's verifier, finder and person enrichment.

    Bills what it found and every verification with a result; ``unknown`` is free. Beside the common words for
    ``Person.mailbox`` it knows ``pending`` (202 at the first call, ``valid`` at the next) and ``smtp_failed`` (222).
    """

    root = "/v2"

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
        self._begun: set[str] = set()
        self._roads: dict[str, Callable[[dict[str, str]], Reply]] = {
            "/email-verifier": self._verify,
            "/email-finder": self._find,
            "/people/find": self._enrich,
        }

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        road = self._roads.get(request.path)
        if road is None or request.method != "GET":
            return _error(404, "not_found", "There is nothing at this address.")
        given = request.params()
        if not self.knows_key(_key(request, given.pop("api_key", None))):
            return _error(401, "authentication_failed", "The API key is missing or unknown.")
        if strange := given.keys() - _PARAMETERS[request.path]:
            return _error(400, "wrong_params", f"Unknown parameters: {', '.join(sorted(strange))}.")
        if not self.can_pay():
            return _error(429, "too_many_requests", "The usage limit of the plan is reached.")
        return road(given)

    def fault_reply(self, kind: FaultKind) -> Reply:
        """403 for the rate limit, without a word of when to come back."""
        if kind is FaultKind.SERVER_ERROR:
            return _error(500, "internal_error", "Something went wrong.")
        return _error(403, "rate_limit", "The rate limit is reached.")

    def _verify(self, given: dict[str, str]) -> Reply:
        email = given.get("email", "")
        if not _is_address(email):
            return _error(400, "wrong_params", "The email parameter is missing or no address.")
        person = self.people.find(email=email)
        if person is None:
            return self._verified(email, "invalid", given)
        if person.restricted:
            return _claimed()
        if person.mailbox == "smtp_failed":
            return _error(222, "smtp_failed", "The remote mail server failed; try again later.")
        if person.mailbox == "pending" and email not in self._begun:
            self._begun.add(email)
            return Reply(202, {"meta": {"params": given}})
        mailbox = "valid" if person.mailbox == "pending" else person.mailbox
        return self._verified(email, _STATUS.get(mailbox, mailbox), given)

    def _verified(self, email: str, status: str, given: dict[str, str]) -> Reply:
        if status != "unknown":
            self.bill(email.casefold())
        return _data(_verification(email, status), given)

    def _find(self, given: dict[str, str]) -> Reply:
        name = given.get("full_name") or " ".join(filter(None, (given.get("first_name"), given.get("last_name"))))
        where = given.get("domain"), given.get("company")
        if not (any(where) and (given.get("full_name") or (given.get("first_name") and given.get("last_name")))):
            return _error(400, "wrong_params", "A name and one of domain and company are needed.")
        if "max_duration" in given and not _in(given["max_duration"], _DURATIONS):
            return _error(400, "wrong_params", "max_duration is 3 to 20.")
        person = self.people.find(name=name, domain=where[0], company=where[1])
        if person is None:
            return _data({**dict.fromkeys(_FINDER), "sources": []}, given)
        if person.restricted:
            return _claimed()
        self.bill(person.email.casefold())
        return _data(_finding(person), given)

    def _enrich(self, given: dict[str, str]) -> Reply:
        if not (given.get("email") or given.get("linkedin_handle")):
            return _error(400, "wrong_params", "One of email and linkedin_handle is needed.")
        person = self.people.find(email=given.get("email"))
        if person is None:
            return _error(404, "not_found", "Nobody was found.")
        if person.restricted:
            return _claimed()
        self.bill(person.email.casefold())
        return _data(_profile(person), given)


_FINDER = (
    *("first_name", "last_name", "email", "score", "domain", "accept_all", "position"),
    *("twitter", "linkedin_url", "phone_number", "company", "verification"),
)


def _key(request: Request, in_query: str | None) -> str | None:
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    return request.headers.get("x-api-key") or bearer or in_query


def _is_address(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(name and at and "." in domain)


def _in(text: str, numbers: range) -> bool:
    return text.isdecimal() and int(text) in numbers


def _verification(email: str, status: str) -> dict[str, Any]:
    return {
        "status": status,
        "result": {"valid": "deliverable", "invalid": "undeliverable"}.get(status, "risky"),
        "score": _SCORES.get(status, 0),
        "email": email,
        **dict.fromkeys(("regexp", "mx_records", "smtp_server"), True),
        **dict.fromkeys(("gibberish", "webmail", "block"), False),
        "disposable": status == "disposable",
        "smtp_check": status == "valid",
        "accept_all": status == "accept_all",
        "sources": [],
    }


def _finding(person: Person) -> dict[str, Any]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "score": 97,
        "domain": person.domain,
        "accept_all": person.mailbox == "catch_all",
        "position": person.job_title,
        "twitter": None,
        "linkedin_url": None,
        "phone_number": person.phone,
        "company": person.company,
        "sources": [{"domain": person.domain, "uri": f"https://{person.domain}/team", "last_seen_on": "2026-01-15"}],
        "verification": {"date": "2026-01-15", "status": _STATUS.get(person.mailbox, person.mailbox)},
    }


def _profile(person: Person) -> dict[str, Any]:
    names = {"fullName": person.full_name, "givenName": person.first_name, "familyName": person.last_name}
    work = {"domain": person.domain, "name": person.company, "title": person.job_title, "role": None, "seniority": None}
    return {
        "name": names,
        "email": person.email,
        "location": None,
        "timeZone": None,
        "employment": work,
        "linkedin": {"handle": None},
        "phone": person.phone,
        "activeAt": None,
    }


def _data(data: dict[str, Any], given: dict[str, str]) -> Reply:
    return Reply(200, {"data": data, "meta": {"params": given}})


def _error(status: int, code: str, details: str) -> Reply:
    return Reply(status, {"errors": [{"id": code, "code": status, "details": details}]})


def _claimed() -> Reply:
    return _error(451, "claimed_email", "The person asked not to have their data processed.")
