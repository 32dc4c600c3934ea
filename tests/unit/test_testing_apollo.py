"""Apollo's double keeps Apollo's contract, traps included."""

from __future__ import annotations

import json

import pytest

from trustleads.testing.providers import FaultKind, Faults, Person, Request
from trustleads.testing.providers.apollo import ApolloServer
from trustleads.testing.providers.minute import Minute

pytestmark = pytest.mark.clause("LEAD-4")

ADA = Person(
    "Ada", "Testarossa", "ada@company.example", job_title="CTO", company="Company Ltd", domain="company.example"
)
BEA = Person("Bea", "Fictus", "bea@company.example", company="Company Ltd", domain="company.example")
KEY = {"x-api-key": "test-key"}


def server(*people, **options):
    return ApolloServer(people or [ADA, BEA], **options)


def call(double, path, query=(), body=b"", *, headers=KEY, method="POST"):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return double.answer(Request(method, path, tuple(dict(query).items()), headers, text))


def match(double, **query):
    return call(double, "/people/match", query)


def bulk(double, *details, **query):
    return call(double, "/people/bulk_match", query, {"details": list(details)})


def error_of(reply):
    return reply.status, reply.json["error_code"]


@pytest.mark.parametrize(
    "given",
    [
        {"email": "ADA@company.example"},
        {"name": "Ada Testarossa", "domain": "company.example"},
        {"first_name": "Ada", "last_name": "Testarossa", "organization_name": "Company Ltd"},
    ],
)
def test_a_match_is_billed(given):
    double = server()
    reply = match(double, **given)
    person = reply.json["person"]
    assert (reply.status, person["email"], person["email_status"]) == (200, ADA.email, "verified")
    assert (person["title"], person["organization"]["primary_domain"]) == ("CTO", "company.example")
    assert dict(double.ledger.billed) == {ADA.email: 1}


def test_no_match_is_a_200_and_free():
    double = server()
    reply = match(double, email="nobody@company.example")
    assert (reply.status, reply.json["person"]) == (200, None)
    assert double.ledger.units == 0


def test_each_call_has_a_number():
    double = server()
    first, second = match(double, email=ADA.email), bulk(double, {"email": ADA.email})
    assert first.json["request_id"] != second.json["request_id"]


def test_who_is_restricted_is_unknown():
    double = server(Person("R", "S", "r@company.example", restricted=True))
    assert match(double, email="r@company.example").json["person"] is None


@pytest.mark.parametrize(
    ("mailbox", "email", "status", "confidence"),
    [
        ("valid", ADA.email, "verified", None),
        ("catch_all", ADA.email, "extrapolated", 0.6),
        ("unknown", ADA.email, "unverified", None),
        ("invalid", None, "unavailable", None),
        ("locked", "email_not_unlocked@domain.com", "unavailable", None),
    ],
)
def test_addresses(mailbox, email, status, confidence):
    person = match(server(Person("A", "B", ADA.email, mailbox=mailbox)), email=ADA.email).json["person"]
    assert (person["email"], person["email_status"]) == (email, status)
    assert person["extrapolated_email_confidence"] == confidence


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "wrong"}, {"authorization": "Bearer wrong"}])
def test_a_bad_key_is_told_in_plain_text(headers):
    reply = call(server(), "/people/match", {"email": ADA.email}, headers=headers)
    assert (reply.status, reply.json, bool(reply.text)) == (401, None, True)
    assert reply.header_lines()["content-type"].startswith("text/plain")


def test_the_key_may_be_a_bearer_token():
    reply = call(server(), "/people/match", {"email": ADA.email}, headers={"authorization": "Bearer test-key"})
    assert reply.status == 200


def test_what_a_key_may_not_use():
    double = server()
    double.inaccessible = frozenset({"/people/bulk_match"})
    assert error_of(bulk(double, {"email": ADA.email})) == (403, "API_INACCESSIBLE")
    assert match(double, email=ADA.email).status == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/people/match"), ("POST", "/people/search")])
def test_other_addresses_and_methods(method, path):
    assert call(server(), path, {"email": ADA.email}, method=method).status == 404


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"reveal_personal_emails": "false"},
        {"email": ADA.email, "note": "a column of the host's own"},
        {"email": ADA.email, "reveal_phone_number": "true"},
        {"email": ADA.email, "reveal_phone_number": "true", "webhook_url": "http://plain.example"},
    ],
)
def test_what_the_contract_forbids_is_refused(query):
    double = server()
    assert error_of(match(double, **query)) == (400, "INVALID_REQUEST")
    assert double.ledger.units == 0


def test_switches_are_true_or_false():
    assert match(server(), email=ADA.email, reveal_personal_emails="yes").status == 422


def test_a_phone_number_costs_eight_more():
    double = server()
    match(double, email=ADA.email, reveal_phone_number="true", webhook_url="https://hook.example")
    assert double.ledger.units == 9


def test_a_batch_is_answered_in_order_with_null_for_a_miss():
    double = server()
    missed = {"email": "nobody@company.example"}
    body = bulk(double, {"email": BEA.email}, missed, {"email": ADA.email}, {"email": BEA.email}).json
    assert [person and person["first_name"] for person in body["matches"]] == ["Bea", None, "Ada", "Bea"]
    assert (body["status"], body["total_requested_enrichments"]) == ("success", 4)
    assert (body["unique_enriched_records"], body["missing_records"], body["credits_consumed"]) == (2, 1, 2)
    assert dict(double.ledger.billed) == {ADA.email: 1, BEA.email: 1}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "INVALID_REQUEST"),
        ([], "INVALID_REQUEST"),
        ({"details": []}, "INVALID_REQUEST"),
        ({"details": [{}]}, "INVALID_REQUEST"),
        ({"details": ["text"]}, "INVALID_REQUEST"),
        ({"details": [{"email": ADA.email, "row": "7"}]}, "INVALID_REQUEST"),
        ({"details": [{"email": ADA.email}], "reveal_personal_emails": False}, "INVALID_REQUEST"),
        ({"details": [{"email": ADA.email}] * 11}, "RECORD_LIMIT_EXCEEDED"),
    ],
)
def test_a_batch_that_the_contract_forbids_is_refused_whole(body, code):
    double = server()
    assert error_of(call(double, "/people/bulk_match", (), body)) == (400, code)
    assert double.ledger.units == 0


def test_identities_of_a_batch_are_not_taken_from_the_query():
    assert error_of(bulk(server(), {"email": ADA.email}, email=BEA.email)) == (400, "INVALID_REQUEST")


def test_what_is_no_text_is_a_422():
    assert bulk(server(), {"email": 7}).status == 422


def test_credit_that_is_used_up():
    double = server(credits=1)
    assert bulk(double, {"email": ADA.email}, {"email": BEA.email}).status == 422
    assert match(double, email=ADA.email).status == 200
    reply = match(double, email=BEA.email)
    assert (reply.status, "credits" in reply.json["error"]) == (422, True)
    assert double.ledger.units == 1


def test_headers_are_empty_where_nothing_is_limited():
    headers = match(server(), email=ADA.email).headers
    assert {headers[name] for name in ("x-rate-limit-minute", "x-hourly-usage", "x-24-hour-requests-left")} == {""}


def test_a_limit_holds_for_each_address_alone():
    now = [120.0]
    double = server(faults=Faults(retry_after=7))
    double.minutes = {path: Minute(lambda: now[0]) for path in double.minutes}
    double.per_minute = 2
    replies = [match(double, email=ADA.email) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert [reply.headers["x-minute-requests-left"] for reply in replies] == ["1", "0", "0"]
    assert (replies[-1].headers["retry-after"], "message" in replies[-1].json) == ("7", True)
    assert bulk(double, {"email": ADA.email}).status == 200
    now[0] += 60.0
    assert match(double, email=ADA.email).status == 200


def test_faults_have_the_vendors_shape():
    double = server(faults=Faults(retry_after=3))
    limited, broken = double.fault_reply(FaultKind.RATE_LIMITED), double.fault_reply(FaultKind.SERVER_ERROR)
    assert (limited.status, limited.headers["retry-after"], list(limited.json)) == (429, "3", ["message"])
    assert limited.headers["x-minute-requests-left"] == "0"
    assert (broken.status, broken.json) == (502, None)
