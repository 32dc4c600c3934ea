"""People Data Labs: what is sent, what its answers mean, what its statuses mean."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from trustleads.enrichment.providers.people_data_labs import PeopleDataLabs
from trustleads.enrichment.questions import (
    MISS,
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

KEY = "pdl-key-of-nobody"
A = Attribute
ADA, BO = "ada@acme.example", "bo@bolt.example"
BY_NAME = {A.FIRST_NAME: "Ada", A.LAST_NAME: "Lovell", A.DOMAIN: "acme.example"}


class Wire:
    """Answers every call alike, and keeps what was sent."""

    def __init__(self, body: Any, status: int = 200, **headers: str) -> None:
        self.status, self.headers = status, {name.replace("_", "-"): text for name, text in headers.items()}
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(self.status, content=self.body, headers=self.headers)


def question(given: dict[Attribute, str], *wanted: Attribute) -> Question:
    return Question(given, frozenset(wanted or {A.JOB_TITLE}))


def ask(wire: Wire, *questions: Question) -> list[Answer]:
    provider = PeopleDataLabs(KEY, transport=httpx.MockTransport(wire))
    return list(asyncio.run(provider.lookup(questions or [question({A.EMAIL: ADA})])))


def person(email: str = ADA, **more: Any) -> dict[str, Any]:
    return {
        "first_name": "Ada",
        "last_name": "Lovell",
        "job_title": "Head of Engines",
        "job_company_name": "Acme",
        "job_company_website": "acme.example",
        "work_email": email,
        "mobile_phone": "+12025550143",
        **more,
    }


def record(place: Any, data: Any, likelihood: Any = 10, **more: Any) -> dict[str, Any]:
    return {"status": 200, "likelihood": likelihood, "data": data, "metadata": {"place": place}, **more}


def refusal(place: int, status: Any) -> dict[str, Any]:
    return {"status": status, "error": {"type": "x", "message": "x"}, "metadata": {"place": place}}


@pytest.mark.clause("GDPR-1")
def test_what_is_sent() -> None:
    wire = Wire([record(0, person()), refusal(1, 404)])
    ask(wire, question({A.EMAIL: ADA}, A.JOB_TITLE), question(BY_NAME, A.PHONE))
    (request,) = wire.sent
    assert (request.method, request.url.path, request.url.query) == ("POST", "/v5/person/bulk", b"")
    assert request.headers["x-api-key"] == KEY
    assert "gzip" in request.headers["accept-encoding"]
    first, second = (part["params"] for part in json.loads(request.content)["requests"])
    options = {"include_if_matched": True, "titlecase": True}
    assert first == {
        "email": ADA,
        "data_include": "emails,first_name,job_company_website,job_title,last_name,work_email",
        **options,
    }
    assert second == {
        "first_name": "Ada",
        "last_name": "Lovell",
        "company": "acme.example",
        "data_include": "first_name,job_company_website,last_name,mobile_phone",
        **options,
    }


@pytest.mark.clause("LEAD-4")
def test_only_what_is_wanted_is_found() -> None:
    (answer,) = ask(Wire([record(0, person())]), question({A.EMAIL: ADA}, A.JOB_TITLE, A.PHONE, A.DOMAIN))
    texts = {key: finding.text for key, finding in answer.found.items()}
    assert texts == {A.JOB_TITLE: "Head of Engines", A.PHONE: "+12025550143", A.DOMAIN: "acme.example"}
    assert (answer.outcome, answer.billed_units) == (Outcome.FOUND, 1)


@pytest.mark.parametrize(
    ("likelihood", "share"), [(10, 1.0), (6, 0.8), (1, 0.55), (None, 0.55), ("9", 0.55), (True, 0.55), (99, 0.55)]
)
def test_the_likelihood_of_the_match_counts(likelihood: Any, share: float) -> None:
    (answer,) = ask(Wire([record(0, person(), likelihood)]))
    expected = PeopleDataLabs.confidence[A.JOB_TITLE] * share
    assert answer.found[A.JOB_TITLE].confidence == pytest.approx(expected, abs=0.001)


def test_who_works_elsewhere_now_is_worth_half() -> None:
    here, gone = (
        ask(Wire([record(0, person(job_company_website=site))]), question(BY_NAME))[0].found[A.JOB_TITLE].confidence
        for site in ("ACME.example", "bolt.example")
    )
    assert gone == pytest.approx(here / 2, abs=0.001)


@pytest.mark.parametrize(("order", "name"), [((1, 0), "shuffled"), ((0, 1, 0), "doubled")])
def test_answers_find_their_question(order: tuple[int, ...], name: str) -> None:
    records = [record(0, person(ADA, job_title="One")), record(1, person(BO, job_title="Two"))]
    answers = ask(Wire([records[at] for at in order]), question({A.EMAIL: ADA}), question({A.EMAIL: BO}))
    assert [answer.found[A.JOB_TITLE].text for answer in answers] == ["One", "Two"], name


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize("other", [None, "text", {"status": 200}, record(2, person()), record(True, person())])
def test_what_is_not_told_may_be_billed(other: Any) -> None:
    answers = ask(Wire([other, record(0, person())]), question({A.EMAIL: ADA}), question({A.EMAIL: BO}))
    assert answers[0].outcome is Outcome.FOUND
    assert answers[1] == Answer(Outcome.MAYBE_BILLED, reason="torn_answer")
    assert answers[1].billed_units == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, MISS),
        (400, Answer(Outcome.FAILED, reason="bad_request")),
        (402, Answer(Outcome.FAILED, reason="no_credit")),
        (429, Answer(Outcome.LATER, reason="rate_limited")),
        (451, Answer(Outcome.REFUSED, reason="restricted")),
        (503, Answer(Outcome.LATER, reason="server_error")),
        (None, Answer(Outcome.MAYBE_BILLED, reason="bad_answer")),
        (["404"], Answer(Outcome.MAYBE_BILLED, reason="bad_answer")),
        (200, Answer(Outcome.MAYBE_BILLED, reason="bad_answer")),
    ],
)
def test_what_a_status_in_a_batch_means(status: Any, expected: Answer) -> None:
    assert ask(Wire([refusal(0, status)])) == [expected]


@pytest.mark.parametrize(
    ("given", "data", "matched"),
    [
        ({A.EMAIL: ADA}, person(BO), ["email"]),
        ({A.EMAIL: ADA}, person(work_email=True, emails=True), None),
        ({A.EMAIL: ADA}, person(work_email=None), ["phone"]),
        ({A.PHONE: "+1 202 555 0199"}, person(), ["phone"]),
        (BY_NAME, person(first_name="Somebody", last_name="Else"), ["first_name"]),
        (BY_NAME, person(first_name=None), None),
    ],
)
def test_somebody_else_is_not_passed_on(given: dict[Attribute, str], data: Any, matched: Any) -> None:
    (answer,) = ask(Wire([record(0, data, matched=matched)]), question(given))
    assert answer == Answer(Outcome.FAILED, units=1, reason="wrong_subject")


@pytest.mark.parametrize(
    ("given", "data", "matched"),
    [
        ({A.EMAIL: "ADA@old.example"}, person(emails=[{"address": "ada@old.example"}]), None),
        ({A.EMAIL: ADA}, person(work_email=True, emails=True), ["email"]),
        ({A.PHONE: "+1 202 555 0143"}, person(), None),
        ({A.PHONE: "+12025550199"}, person(phone_numbers=["+12025550199"]), None),
        ({A.PHONE: "+12025550199"}, person(mobile_phone=True, phone_numbers=True), ["phone"]),
        ({A.FULL_NAME: "Lovell, Áda", A.COMPANY: "Acme"}, person(), None),
    ],
)
def test_who_was_asked_about_is(given: dict[Attribute, str], data: Any, matched: Any) -> None:
    (answer,) = ask(Wire([record(0, data, matched=matched)]), question(given))
    assert answer.outcome is Outcome.FOUND


def test_what_the_plan_does_not_show_is_a_paid_miss() -> None:
    data = person(work_email=True, mobile_phone=True)
    (answer,) = ask(Wire([record(0, data)]), question(BY_NAME, A.EMAIL, A.PHONE))
    assert (answer.outcome, answer.billed_units) == (Outcome.MISS, 1)


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("wire", "signal", "reason"),
    [
        (Wire({}, 400), Declined, "bad_request"),
        (Wire({}, 401), StopAsking, "key_refused"),
        (Wire({}, 402), StopAsking, "no_credit"),
        (Wire({}, 404), StopAsking, "check_base_url"),
        (Wire({}, 429), AskAgain, "rate_limited"),
        (Wire({}, 429, x_ratelimit_remaining='{"minute": 0, "month": 0}'), StopAsking, "plan_limit"),
        (Wire({}, 429, x_ratelimit_remaining="{torn"), AskAgain, "rate_limited"),
        (Wire({}, 502), AskAgain, "server_error"),
        (Wire(b"<html>"), Unsure, "bad_answer"),
        (Wire({"status": 200}), Unsure, "bad_answer"),
    ],
)
def test_what_a_status_means(wire: Wire, signal: type[Signal], reason: str) -> None:
    with pytest.raises(signal) as caught:
        ask(wire)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("reset", "least", "most"),
    [
        ("", 60, 60),
        ("soon", 60, 60),
        ("9999-01-01T00:00:00Z", 60, 60),
        ("2001-01-01T00:00:00Z", 1, 1),
        ("2001-01-01 00:00:00", 1, 1),
    ],
)
def test_how_long_the_rate_limit_lasts(reset: str, least: float, most: float) -> None:
    with pytest.raises(AskAgain) as caught:
        ask(Wire({}, 429, x_ratelimit_reset=reset))
    assert caught.value.everyone
    assert least <= (caught.value.after or 0) <= most


def test_a_time_to_come_back_is_kept() -> None:
    with pytest.raises(AskAgain) as caught:
        ask(Wire({}, 429, x_ratelimit_reset=(datetime.now(UTC) + timedelta(seconds=30)).isoformat()))
    assert 25 < (caught.value.after or 0) <= 30
