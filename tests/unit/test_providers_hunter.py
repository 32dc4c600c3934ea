"""Hunter: which call serves which question, what its answers mean, what its statuses mean."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from trustleads.enrichment.providers.hunter import Hunter
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

KEY = "hunter-key-of-nobody"
A = Attribute
ADA = "ada.lovell@acme.example"
NAMES = {A.FIRST_NAME: "Ada", A.LAST_NAME: "Lovell", A.DOMAIN: "acme.example"}
PERSON = {
    "name": {"fullName": "Ada Lovell", "givenName": "Ada", "familyName": "Lovell"},
    "email": ADA,
    "employment": {"domain": "acme.example", "name": "Acme", "title": "Head of Engines"},
    "phone": "+1 202 555 0143",
}
FOUND = {
    "first_name": "Ada",
    "last_name": "Lovell",
    "email": ADA,
    "score": 97,
    "domain": "acme.example",
    "position": "Head of Engines",
    "phone_number": None,
    "company": "Acme",
    "sources": [{"uri": "https://acme.example/team", "last_seen_on": "2026-01-15"}],
}


class Wire:
    """Answers by path, and keeps what was sent."""

    def __init__(self, **replies: Any) -> None:
        self.replies = replies
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        reply = self.replies[request.url.path.rpartition("/")[2].replace("-", "_")]
        status, body = reply if isinstance(reply, tuple) else (200, {"data": reply, "meta": {}})
        return httpx.Response(status, content=body if isinstance(body, bytes) else json.dumps(body).encode())


def verdict(status: str, email: str = ADA, **more: Any) -> dict[str, Any]:
    return {"status": status, "email": email, "score": 90, **more}


def error(status: int, code: str, details: str = "") -> tuple[int, Any]:
    return status, {"errors": [{"id": code, "code": status, "details": details}]}


def ask(wire: Wire, given: dict[Attribute, str], *wanted: Attribute) -> Answer:
    provider = Hunter(KEY, transport=httpx.MockTransport(wire))
    (answer,) = asyncio.run(provider.lookup([Question(given, frozenset(wanted))]))
    return answer


@pytest.mark.clause("LEAD-4")
def test_an_address_in_doubt_goes_to_the_verifier() -> None:
    wire = Wire(email_verifier=verdict("valid"))
    assert ask(wire, {A.EMAIL: ADA}, A.EMAIL) == Answer(Outcome.FOUND, mailbox=Mailbox.EXISTS, units=1)
    (request,) = wire.sent
    assert (request.method, request.url.path) == ("GET", "/v2/email-verifier")
    assert dict(request.url.params) == {"email": ADA}
    assert request.headers["x-api-key"] == KEY


@pytest.mark.parametrize(
    ("status", "more", "mailbox", "units"),
    [
        ("invalid", {}, Mailbox.MISSING, 1),
        ("accept_all", {}, Mailbox.CATCH_ALL, 1),
        ("disposable", {}, Mailbox.RISKY, 1),
        ("unknown", {}, Mailbox.UNKNOWN, 0),
        ("webmail", {"smtp_check": True, "accept_all": False}, Mailbox.EXISTS, 1),
        ("webmail", {"smtp_check": True, "accept_all": True}, Mailbox.UNKNOWN, 0),
        ("webmail", {}, Mailbox.UNKNOWN, 0),
    ],
)
def test_what_the_verifier_says(status: str, more: dict[str, Any], mailbox: Mailbox, units: int) -> None:
    answer = ask(Wire(email_verifier=verdict(status, **more)), {A.EMAIL: ADA}, A.EMAIL)
    assert answer.mailbox is mailbox
    assert answer.billed_units == units
    assert answer.outcome is (Outcome.FOUND if units else Outcome.MISS)


@pytest.mark.clause("GDPR-1")
def test_the_finder_gets_what_is_given_and_nothing_else() -> None:
    wire = Wire(email_finder=FOUND)
    answer = ask(wire, NAMES, A.EMAIL, A.JOB_TITLE)
    assert dict(wire.sent[0].url.params) == {"first_name": "Ada", "last_name": "Lovell", "domain": "acme.example"}
    assert answer.outcome is Outcome.FOUND
    assert answer.found == {
        A.EMAIL: Finding(ADA, 0.97, "https://acme.example/team", "2026-01-15"),
        A.JOB_TITLE: Finding("Head of Engines", Hunter.confidence[A.JOB_TITLE]),
    }
    assert answer.billed_units == 1


@pytest.mark.parametrize("score", [None, "97", -3])
def test_an_address_without_a_score_is_worth_nothing(score: Any) -> None:
    answer = ask(Wire(email_finder={**FOUND, "score": score, "sources": None}), NAMES, A.EMAIL)
    assert answer.found[A.EMAIL] == Finding(ADA, 0.0)


def test_what_else_is_wanted_of_an_address_goes_to_people() -> None:
    wire = Wire(find=PERSON)
    answer = ask(wire, {A.EMAIL: ADA}, A.JOB_TITLE, A.PHONE, A.LAST_NAME)
    assert [request.url.path for request in wire.sent] == ["/v2/people/find"]
    texts = {key: finding.text for key, finding in answer.found.items()}
    assert texts == {A.JOB_TITLE: "Head of Engines", A.PHONE: "+1 202 555 0143", A.LAST_NAME: "Lovell"}


@pytest.mark.clause("LEAD-5")
def test_one_question_is_one_call() -> None:
    wire = Wire(email_verifier=verdict("accept_all"), find=PERSON)
    answer = ask(wire, {A.EMAIL: ADA}, A.EMAIL, A.JOB_TITLE)
    assert len(wire.sent) == Hunter.most_units == 1
    assert answer == Answer(Outcome.FOUND, mailbox=Mailbox.CATCH_ALL, units=1)
    assert Hunter.verifies_apart


@pytest.mark.parametrize("status", [202, 222])
def test_not_ready_is_later_and_free(status: int) -> None:
    answer = ask(Wire(email_verifier=(status, {"meta": {}})), {A.EMAIL: ADA}, A.EMAIL, A.JOB_TITLE)
    assert (answer.outcome, answer.reason, answer.billed_units) == (Outcome.LATER, "not_ready", 0)


@pytest.mark.parametrize("reply", [error(404, "not_found"), dict.fromkeys(FOUND)])
def test_nobody_is_a_miss(reply: Any) -> None:
    assert ask(Wire(email_finder=reply), NAMES, A.EMAIL) == MISS
    assert MISS.billed_units == 0


def test_a_restricted_person_is_refused() -> None:
    answer = ask(Wire(email_finder=error(451, "claimed_email")), NAMES, A.EMAIL)
    assert answer == Answer(Outcome.REFUSED, reason="restricted")


@pytest.mark.parametrize(
    ("given", "wanted", "wire"),
    [
        ({A.EMAIL: ADA}, A.EMAIL, Wire(email_verifier=verdict("valid", "bo@else.example"))),
        ({A.EMAIL: ADA}, A.JOB_TITLE, Wire(find={**PERSON, "email": None})),
        (NAMES, A.EMAIL, Wire(email_finder={**FOUND, "first_name": "Somebody", "last_name": "Else"})),
        (NAMES, A.EMAIL, Wire(email_finder={**FOUND, "last_name": None})),
    ],
)
def test_somebody_else_is_not_passed_on(given: dict[Attribute, str], wanted: Attribute, wire: Wire) -> None:
    assert ask(wire, given, wanted) == Answer(Outcome.FAILED, units=1, reason="wrong_subject")


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("reply", "signal", "reason"),
    [
        (error(400, "wrong_params"), Declined, "bad_request"),
        (error(401, "authentication_failed"), StopAsking, "key_refused"),
        (error(403, "rate_limit"), AskAgain, "rate_limited"),
        (error(429, "too_many_requests", "The usage limit of the plan is reached."), StopAsking, "no_credit"),
        (error(429, "rate_limit", "Too many calls per second."), AskAgain, "rate_limited"),
        ((404, b"<html>"), StopAsking, "check_base_url"),
        ((404, {"detail": "no such route"}), StopAsking, "check_base_url"),
        ((302, b""), StopAsking, "check_base_url"),
        (error(500, "internal_error"), AskAgain, "server_error"),
        ((200, b"<html>"), Unsure, "bad_answer"),
        ((200, {"data": [1]}), Unsure, "bad_answer"),
        ((200, []), Unsure, "bad_answer"),
        ((200, {"data": verdict("no such word")}), Unsure, "bad_answer"),
        ((200, {"data": {"status": ["valid"], "email": ADA}}), Unsure, "bad_answer"),
    ],
)
def test_what_a_status_means(reply: Any, signal: type[Signal], reason: str) -> None:
    with pytest.raises(signal) as caught:
        ask(Wire(email_verifier=reply), {A.EMAIL: ADA}, A.EMAIL)
    assert caught.value.reason == reason
    if isinstance(caught.value, AskAgain):
        assert caught.value.everyone is (reason == "rate_limited")
