"""Apollo: what is sent, what its answers mean, what its statuses mean."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from trustleads.enrichment.providers.apollo import Apollo
from trustleads.enrichment.questions import (
    Answer,
    AskAgain,
    Attribute,
    Declined,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)

KEY = "apollo-key-of-nobody"
WANTED = frozenset({Attribute.JOB_TITLE, Attribute.EMAIL})
ADA = {
    "id": "1",
    "first_name": "Ada",
    "last_name": "Example",
    "title": "Head of Sales",
    "email": "ada@acme.example",
    "email_status": "verified",
    "organization": {"name": "Acme", "primary_domain": "acme.example"},
}
BY_NAME = {Attribute.FIRST_NAME: "Ada", Attribute.LAST_NAME: "Example", Attribute.DOMAIN: "acme.example"}
BY_EMAIL = {Attribute.EMAIL: "ada@acme.example"}


class Wire:
    """Answers every call alike, and keeps what was sent."""

    def __init__(self, status: int = 200, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.headers = status, dict(headers or {})
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(self.status, content=self.body, headers=self.headers)


def ask(wire: Wire, *given: Mapping[Attribute, str], wanted: frozenset[Attribute] = WANTED) -> list[Answer]:
    provider = Apollo(KEY, transport=httpx.MockTransport(wire))
    questions = [Question(one, wanted) for one in given or (BY_EMAIL,)]
    return list(asyncio.run(provider.lookup(questions)))


def matches(*people: Any, **more: Any) -> dict[str, Any]:
    found = sum(person is not None for person in people)
    return {"status": "success", "matches": list(people), "credits_consumed": found, "request_id": "r-1", **more}


@pytest.mark.clause("LEAD-4")
def test_what_is_sent() -> None:
    wire = Wire(body=matches(ADA, None))
    ask(wire, BY_EMAIL, {Attribute.FULL_NAME: "Bo Sample", Attribute.COMPANY: "Sample AG"})
    (request,) = wire.sent
    assert (request.method, request.url.path) == ("POST", "/api/v1/people/bulk_match")
    assert dict(request.url.params) == {"reveal_personal_emails": "false", "reveal_phone_number": "false"}
    assert request.headers["x-api-key"] == KEY
    expected = [{"email": "ada@acme.example"}, {"name": "Bo Sample", "organization_name": "Sample AG"}]
    assert json.loads(request.content) == {"details": expected}


@pytest.mark.clause("LEAD-4")
def test_values_with_confidence_and_a_null_for_a_miss() -> None:
    found, miss = ask(Wire(body=matches(ADA, None)), BY_NAME, BY_EMAIL)
    assert {key: (value.text, value.confidence) for key, value in found.found.items()} == {
        Attribute.EMAIL: ("ada@acme.example", 0.95),
        Attribute.JOB_TITLE: ("Head of Sales", 0.8),
    }
    assert (found.outcome, found.units, found.request_id) == (Outcome.FOUND, 1, "r-1")
    assert (miss.outcome, miss.billed_units) == (Outcome.MISS, 0)


def test_everything_that_may_be_wanted() -> None:
    (answer,) = ask(Wire(body=matches(ADA)), wanted=frozenset(Attribute))
    assert set(answer.found) == Apollo.fills


@pytest.mark.parametrize(
    ("change", "confidence"),
    [
        ({"email_status": "guessed"}, 0.5),
        ({"email_status": "extrapolated", "extrapolated_email_confidence": 0.73}, 0.73),
        ({"email_status": "extrapolated", "extrapolated_email_confidence": 7}, 0.6),
        ({"email_status": "a new word"}, 0.3),
        ({"organization": {"primary_domain": "other.example"}}, 0.475),
        ({"organization": None}, 0.95),
    ],
)
def test_confidence_of_an_address(change: dict[str, Any], confidence: float) -> None:
    (answer,) = ask(Wire(body=matches({**ADA, **change})), BY_NAME)
    assert answer.found[Attribute.EMAIL].confidence == confidence


@pytest.mark.parametrize("address", ["email_not_unlocked@domain.com", None, "", 7, "nothing"])
def test_an_address_that_is_none(address: Any) -> None:
    (answer,) = ask(Wire(body=matches({**ADA, "email": address})), BY_NAME)
    assert set(answer.found) == {Attribute.JOB_TITLE}


def test_nothing_of_what_is_wanted_is_a_miss_that_was_paid() -> None:
    (answer,) = ask(Wire(body=matches({**ADA, "title": None})), BY_EMAIL, wanted=frozenset({Attribute.JOB_TITLE}))
    assert (answer.outcome, answer.billed_units) == (Outcome.MISS, 1)


@pytest.mark.clause("LEAD-4")
@pytest.mark.parametrize(
    ("given", "change"),
    [
        (BY_EMAIL, {"email": "bo@acme.example"}),
        (BY_EMAIL, {"email": "bo@acme.example", "personal_emails": ["eve@home.example"]}),
        (BY_EMAIL, {"email": None, "first_name": "Bo"}),
        (BY_EMAIL, {"email": None, "first_name": "A", "last_name": None}),
        (BY_NAME, {"first_name": "Bo"}),
        (BY_NAME, {"last_name": "Sample"}),
        (BY_NAME, {"first_name": None}),
        (BY_NAME, {"last_name": 7}),
        ({Attribute.FULL_NAME: "Ada Example", Attribute.COMPANY: "Acme"}, {"first_name": "Eve", "last_name": "Ada"}),
    ],
)
def test_somebody_else_is_dropped_and_paid(given: dict[Attribute, str], change: dict[str, Any]) -> None:
    (answer,) = ask(Wire(body=matches({**ADA, **change})), given)
    assert (answer.outcome, answer.reason, answer.units, answer.found) == (Outcome.FAILED, "wrong_subject", 1, {})


@pytest.mark.parametrize(
    ("given", "change"),
    [
        ({Attribute.EMAIL: "ADA@acme.example"}, {}),
        (BY_EMAIL, {"email": None}),
        ({Attribute.EMAIL: "a.example@acme.example"}, {"email": "email_not_unlocked@domain.com"}),
        ({Attribute.EMAIL: "ada@home.example"}, {"personal_emails": ["ada@home.example"]}),
        (BY_NAME, {"first_name": "ADA MARIA"}),
        (BY_NAME, {"first_name": "A."}),
        ({**BY_NAME, Attribute.FIRST_NAME: "Jörg"}, {"first_name": "Joerg"}),
        ({**BY_NAME, Attribute.LAST_NAME: "Exåmple-Sample"}, {}),
        (
            {Attribute.FULL_NAME: "Thomas Thomas", Attribute.DOMAIN: "a.example"},
            {"first_name": "Thomas", "last_name": "Thomas"},
        ),
    ],
)
def test_the_same_person_written_another_way(given: dict[Attribute, str], change: dict[str, Any]) -> None:
    (answer,) = ask(Wire(body=matches({**ADA, **change})), given)
    assert answer.outcome is Outcome.FOUND


@pytest.mark.parametrize(
    ("spent", "units"),
    [(2, [1, 1]), (0, [0, 0]), (1, [1, 0]), (5, [3, 2]), (None, [1, 1]), ("x", [1, 1]), (-1, [1, 1])],
)
def test_what_the_call_cost_is_spread_over_its_people(spent: Any, units: list[int]) -> None:
    answers = ask(Wire(body=matches(ADA, None, ADA, credits_consumed=spent)), BY_EMAIL, BY_EMAIL, BY_EMAIL)
    assert [answers[0].units, answers[2].units] == units
    assert answers[1].billed_units == 0


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    "body", [b"<html>", [], {"matches": None}, matches(), matches(ADA, ADA), matches("Ada"), {"people": [ADA]}]
)
def test_a_senseless_answer_may_be_billed(body: Any) -> None:
    with pytest.raises(Unsure, match="bad_answer"):
        ask(Wire(body=body))


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("status", "body", "headers", "signal"),
    [
        (400, {"error_code": "RECORD_LIMIT_EXCEEDED"}, {}, Declined("bad_request")),
        (401, b"Invalid access credentials.", {"content-type": "text/plain"}, StopAsking("key_refused")),
        (402, {}, {}, StopAsking("no_credit")),
        (403, {"error_code": "API_INACCESSIBLE"}, {}, StopAsking("plan_limit")),
        (403, b"<html>", {}, AskAgain("blocked", everyone=True)),
        (404, b"", {}, StopAsking("check_base_url")),
        (422, {"error": "Value too long"}, {}, Declined("bad_request")),
        (422, {"error": "You have insufficient credits"}, {}, StopAsking("no_credit")),
        (429, {"message": "slow"}, {"retry-after": "7"}, AskAgain("rate_limited", after=7.0, everyone=True)),
        (429, {}, {}, AskAgain("rate_limited", after=60.0, everyone=True)),
        (429, {}, {"x-hourly-requests-left": "0"}, AskAgain("rate_limited", after=3600.0, everyone=True)),
        (429, {}, {"x-24-hour-requests-left": "0"}, StopAsking("plan_limit")),
        (429, {}, {"x-hourly-requests-left": ""}, AskAgain("rate_limited", after=60.0, everyone=True)),
        (503, b"", {}, AskAgain("server_error")),
    ],
)
def test_statuses(status: int, body: Any, headers: dict[str, str], signal: Signal) -> None:
    with pytest.raises(Signal) as raised:
        ask(Wire(status, body, headers))
    assert type(raised.value) is type(signal)
    assert vars(raised.value) == vars(signal)
    assert "ada" not in str(raised.value).lower()
