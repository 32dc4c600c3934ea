"""People Data Labs' API (v5), as its public documentation has it: docs.peopledatalabs.com.

Its traps: 404 is "nobody found", and free; a batch is answered by a bare array whose parts have statuses of their own;
rate-limit headers hold JSON, and no answer says by Retry-After when to come back; text is in lower case unless
``titlecase`` is asked for; on smaller plans a field that is not sold is ``true`` where there is a value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from trustleads.testing.providers.faults import FaultKind, Faults
from trustleads.testing.providers.messages import Person, Reply, Request
from trustleads.testing.providers.minute import Minute
from trustleads.testing.providers.server import ProviderServer

_BATCH = 100
_USUAL_RATE = 1000  # calls a minute on paid plans
_MUCH = 1_000_000  # credits that are left where there is no end of them
_UNIQUE = {"pdl_id", "email", "email_hash", "phone", "profile", "lid"}
_PLACES = {"location", "street_address", "locality", "region", "country", "postal_code"}
_BESIDE_A_NAME = {"company", "school", "birth_date", *_PLACES}
_IDENTITY = {*_UNIQUE, *_BESIDE_A_NAME, "name", "first_name", "last_name", "middle_name"}
_OPTIONS = {"min_likelihood", "required", "data_include", "include_if_matched", "titlecase", "pretty"}
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "payment_required",
    404: "not_found",
    405: "invalid_request_error",
    429: "rate_limit_error",
    503: "api_error",
}
_TEXTS = ("full_name", "first_name", "last_name", "job_title", "job_company_name")
_CONTACTS = ("work_email", "mobile_phone", "emails", "phone_numbers")
_Params = dict[str, list[str]]


class _Refusal(Exception):
    """What is wrong with a request; nothing was done."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.body = {"status": status, "error": {"type": _ERRORS[status], "message": text}}


class PeopleDataLabsServer(ProviderServer):
    """Person enrichment, one at a time and in batches. Bills every match.

    It finds by address, by phone, or by name with company (its name or its domain); it takes everything else that the
    contract lets people be described by, and finds nobody by it. Who is restricted is unknown. An expression in
    ``required`` may have no parentheses here.

    Attributes:
        per_minute: Calls a minute that are taken; None takes any number, and tells of 1,000.
        sells_contacts: Whether the plan shows addresses and phone numbers.
    """

    root = "/v5"
    per_minute: int | None = None
    sells_contacts = True

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
        self.minute = Minute()

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        before = self.ledger.units
        try:
            status, body = self._done(request)
        except _Refusal as refusal:
            status, body = refusal.status, refusal.body
        return Reply(status, body, headers=self._headers(self.ledger.units - before))

    def fault_reply(self, kind: FaultKind) -> Reply:
        """429 and its JSON headers, without Retry-After; or an error of the vendor's own."""
        if kind is FaultKind.SERVER_ERROR:
            return Reply(503, _Refusal(503, "Something went wrong.").body)
        rest = {"x-ratelimit-remaining": '{"minute": 0}', "x-ratelimit-remaining.minute": "0"}
        return Reply(429, _Refusal(429, "The rate limit is reached.").body, headers={**self._headers(0), **rest})

    def _done(self, request: Request) -> tuple[int, Any]:
        roads = {"/person/enrich": ({"GET", "POST"}, self._enrich), "/person/bulk": ({"POST"}, self._bulk)}
        if request.path not in roads:
            raise _Refusal(404, "There is nothing at this address.")
        methods, road = roads[request.path]
        if request.method not in methods:
            raise _Refusal(405, "This method is not allowed here.")
        if not self.knows_key(request.headers.get("x-api-key") or request.params().get("api_key")):
            raise _Refusal(401, "The API key is missing or unknown.")
        if not self.minute.take(self.per_minute):
            raise _Refusal(429, "The rate limit is reached.")
        self._check_credit()
        return road(request)

    def _enrich(self, request: Request) -> tuple[int, Any]:
        return 200, self._matched(_params(_asked(request), _IDENTITY | _OPTIONS))

    def _bulk(self, request: Request) -> tuple[int, Any]:
        whole = _object(request)
        parts = whole.pop("requests", None)
        if not isinstance(parts, list) or not 1 <= len(parts) <= _BATCH:
            raise _Refusal(400, f"requests is a list of 1 to {_BATCH}.")
        if not all(isinstance(part, dict) and {"params"} <= part.keys() <= {"params", "metadata"} for part in parts):
            raise _Refusal(400, "Each request has params, and may have metadata.")
        shared = _params(whole, _OPTIONS)
        return 200, [self._part(part, shared) for part in parts]

    def _part(self, part: Mapping[str, Any], shared: _Params) -> dict[str, Any]:
        """Answer one request of a batch, which may fail alone."""
        echo = {"metadata": part["metadata"]} if "metadata" in part else {}
        try:
            return self._matched(shared | _params(part["params"], _IDENTITY | _OPTIONS)) | echo
        except _Refusal as refusal:
            return refusal.body | echo

    def _matched(self, given: _Params) -> dict[str, Any]:
        least = _least(given)
        if not _describes_somebody(given):
            raise _Refusal(400, "A unique identifier, or a name and one thing more, is needed.")
        found = self._find(given)
        record = None if found is None else self._record(found[0], titlecase=_is_true(given, "titlecase"))
        if found is None or record is None or found[1] < least or not _has(record, given):
            raise _Refusal(404, "Nobody was found.")
        person, likelihood = found
        self._check_credit()  # a batch may use up the last of it on its way
        self.bill(person.email.casefold())
        body = {"status": 200, "likelihood": likelihood, "data": _included(record, given)}
        return body | ({"matched": sorted(given.keys() & _IDENTITY)} if _is_true(given, "include_if_matched") else {})

    def _check_credit(self) -> None:
        if not self.can_pay():
            raise _Refusal(402, "All credits are used up.")

    def _find(self, given: _Params) -> tuple[Person, int] | None:
        """Give who is meant, and how sure that is, 1 to 10."""
        roads = [({"email": text}, 10) for text in given.get("email", ())]
        roads += [({"phone": text}, 9) for text in given.get("phone", ())]
        for name in _names(given):
            roads += [({"name": name, kind: text}, 7) for text in given.get("company", ()) for kind in _COMPANY]
        for road, likelihood in roads:
            person = self.people.find(**road)
            if person is not None and not person.restricted:
                return person, likelihood
        return None

    def _record(self, person: Person, *, titlecase: bool) -> dict[str, Any]:
        record: dict[str, Any] = {
            "id": hashlib.blake2b(person.email.encode(), digest_size=16).hexdigest(),
            "full_name": person.full_name,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "job_title": person.job_title,
            "job_company_name": person.company,
            "job_company_website": person.domain,
            "work_email": person.email,
            "mobile_phone": person.phone,
            "emails": [{"address": person.email, "type": "current_professional"}],
            "phone_numbers": [person.phone],
            "linkedin_url": None,
        }
        for key in _TEXTS:
            record[key] = record[key].title() if titlecase else record[key].lower()
        if not self.sells_contacts:
            record |= {key: bool(record[key]) for key in _CONTACTS}
        return record

    def _headers(self, spent: int) -> dict[str, str]:
        most = self.per_minute or _USUAL_RATE
        left = max(0, most - self.minute.used)
        return {
            "x-ratelimit-limit": json.dumps({"minute": most}),
            "x-ratelimit-remaining": json.dumps({"minute": left}),
            "x-ratelimit-limit.minute": str(most),
            "x-ratelimit-remaining.minute": str(left),
            "x-ratelimit-reset": datetime.fromtimestamp(self.minute.ends, UTC).isoformat(timespec="seconds"),
            "x-call-credits-spent": str(spent),
            "x-call-credits-type": "enrich",
            "x-totallimit-remaining": str(max(0, _MUCH if self.credits is None else self.credits)),
            "x-lifetime-used": str(self.ledger.units),
        }


_COMPANY = ("company", "domain")


def _object(request: Request) -> dict[str, Any]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _Refusal(400, "The body is no JSON object.")
    return body


def _asked(request: Request) -> dict[str, Any]:
    """The parameters of one enrichment, from the query or from the body."""
    if request.method == "POST":
        return _object(request)
    names = {name for name, _ in request.query if name != "api_key"}
    return {name: [text for key, text in request.query if key == name] for name in names}


def _params(given: Any, known: set[str]) -> _Params:
    """Give parameters as lists of texts: each may be one value or several."""
    if not isinstance(given, dict):
        raise _Refusal(400, "params is an object.")
    if strange := given.keys() - known:
        raise _Refusal(400, f"Unknown parameters: {', '.join(sorted(strange))}.")
    params = {key: value if isinstance(value, list) else [value] for key, value in given.items()}
    if not all(params.values()) or not all(_is_text(text) for texts in params.values() for text in texts):
        raise _Refusal(400, "A parameter is empty, or neither text nor number.")
    return {key: [str(text) for text in texts] for key, texts in params.items()}


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int) and value != ""


def _least(given: _Params) -> int:
    (text,) = given.get("min_likelihood", ["2"])[:1]
    if not text.isdecimal() or not 1 <= int(text) <= 10:  # noqa: PLR2004 - the contract's scale
        raise _Refusal(400, "min_likelihood is 1 to 10.")
    return int(text)


def _is_true(given: _Params, option: str) -> bool:
    return given.get(option, ["false"])[0].lower() == "true"


def _names(given: _Params) -> list[str]:
    halves = [f"{first} {last}" for first in given.get("first_name", ()) for last in given.get("last_name", ())]
    return given.get("name", []) + halves


def _describes_somebody(given: _Params) -> bool:
    return bool(given.keys() & _UNIQUE) or bool(_names(given) and given.keys() & _BESIDE_A_NAME)


def _has(record: Mapping[str, Any], given: _Params) -> bool:
    """Whether the record has what ``required`` asks for: names of fields with AND, and OR, which binds less."""
    choices = given.get("required", [""])[0].split(" OR ")
    return choices == [""] or any(all(record.get(key.strip()) for key in each.split(" AND ")) for each in choices)


def _included(record: dict[str, Any], given: _Params) -> dict[str, Any]:
    """Keep what ``data_include`` names, or with a minus sign before it all but that."""
    text = given.get("data_include", [""])[0]
    names = {name.strip() for name in text.removeprefix("-").split(",") if name.strip()}
    if not names:
        return record
    return {key: value for key, value in record.items() if (key in names) is not text.startswith("-")}
