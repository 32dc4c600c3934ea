"""Hunter's double keeps Hunter's contract, traps included."""

from __future__ import annotations

import pytest

from trustleads.testing.providers import FaultKind, HunterServer, Person, Request

pytestmark = pytest.mark.clause("LEAD-4")

ADA = Person(
    "Ada", "Testarossa", "ada@company.example", job_title="CTO", company="Company Ltd", domain="company.example"
)


def server(*people, **options):
    return HunterServer(people or [ADA], **options)


def get(double, path, key="test-key", method="GET", **query):
    headers = {"x-api-key": key} if key else {}
    reply = double.answer(Request(method, path, tuple(query.items()), headers))
    return reply.status, reply.json


def error_of(double, path, **query):
    status, body = get(double, path, **query)
    (error,) = body["errors"]
    assert error["code"] == status
    return status, error["id"]


@pytest.mark.parametrize(
    ("mailbox", "status", "billed"),
    [
        ("valid", "valid", 1),
        ("invalid", "invalid", 1),
        ("catch_all", "accept_all", 1),
        ("risky", "disposable", 1),
        ("unknown", "unknown", 0),
    ],
)
def test_verifying(mailbox, status, billed):
    double = server(Person("B", "C", "b.c@company.example", mailbox=mailbox))
    code, body = get(double, "/email-verifier", email="B.C@company.example")
    assert (code, body["data"]["status"], body["data"]["email"]) == (200, status, "B.C@company.example")
    assert body["data"]["accept_all"] is (mailbox == "catch_all")
    assert body["meta"] == {"params": {"email": "B.C@company.example"}}
    assert double.ledger.billed.get("b.c@company.example", 0) == billed


def test_an_address_of_nobody_is_invalid():
    assert get(server(), "/email-verifier", email="nobody@company.example")[1]["data"]["status"] == "invalid"


def test_still_verifying_is_counted_once():
    double = server(Person("B", "C", "b@company.example", mailbox="pending"))
    assert get(double, "/email-verifier", email="b@company.example")[0] == 202
    assert double.ledger.units == 0
    assert get(double, "/email-verifier", email="b@company.example")[1]["data"]["status"] == "valid"
    assert double.ledger.billed == {"b@company.example": 1}


def test_a_mail_server_that_failed_is_222():
    double = server(Person("B", "C", "b@company.example", mailbox="smtp_failed"))
    assert error_of(double, "/email-verifier", email="b@company.example") == (222, "smtp_failed")
    assert double.ledger.units == 0


@pytest.mark.parametrize(
    "query",
    [
        {"domain": "company.example", "first_name": "Ada", "last_name": "Testarossa"},
        {"company": "company ltd", "full_name": "ada testarossa", "max_duration": "3"},
    ],
)
def test_finding(query):
    double = server()
    status, body = get(double, "/email-finder", **query)
    found = body["data"]
    assert (status, found["email"], found["position"], found["company"]) == (200, ADA.email, "CTO", "Company Ltd")
    assert found["verification"]["status"] == "valid"
    assert double.ledger.billed == {ADA.email: 1}


def test_nobody_found_is_an_empty_answer_and_free():
    double = server()
    status, body = get(double, "/email-finder", domain="company.example", full_name="No Body")
    assert (status, body["data"]["email"], body["data"]["score"]) == (200, None, None)
    assert double.ledger.units == 0


def test_enriching():
    double = server()
    status, body = get(double, "/people/find", email=ADA.email)
    assert (status, body["data"]["name"]["fullName"]) == (200, "Ada Testarossa")
    assert body["data"]["employment"]["title"] == "CTO"
    assert double.ledger.billed == {ADA.email: 1}
    assert error_of(double, "/people/find", email="nobody@company.example") == (404, "not_found")
    assert double.ledger.units == 1


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/email-verifier", {}),
        ("/email-verifier", {"email": "no address"}),
        ("/email-verifier", {"email": "a@b.example", "job_title": "x"}),
        ("/email-finder", {"domain": "company.example"}),
        ("/email-finder", {"domain": "company.example", "first_name": "Ada"}),
        ("/email-finder", {"full_name": "Ada Testarossa"}),
        ("/email-finder", {"domain": "a.example", "full_name": "A B", "max_duration": "21"}),
        ("/people/find", {}),
    ],
)
def test_what_the_contract_forbids(path, query):
    double = server()
    assert error_of(double, path, **query) == (400, "wrong_params")
    assert double.ledger.units == 0


def test_the_key_may_stand_in_three_places():
    double, query = server(), (("email", ADA.email),)
    path = "/email-verifier"
    assert double.answer(Request("GET", path, query, {"x-api-key": "test-key"})).status == 200
    assert double.answer(Request("GET", path, query, {"authorization": "Bearer test-key"})).status == 200
    reply = double.answer(Request("GET", path, (*query, ("api_key", "test-key"))))
    assert reply.status == 200
    assert "test-key" not in str(reply.json)


@pytest.mark.parametrize("key", [None, "other-key"])
def test_another_key_is_refused(key):
    assert error_of(server(), "/email-verifier", key=key, email=ADA.email) == (401, "authentication_failed")


def test_the_plan_is_429_and_the_rate_403():
    double = server(credits=1)
    assert get(double, "/email-verifier", email=ADA.email)[0] == 200
    assert get(double, "/email-verifier", email=ADA.email)[0] == 429
    assert double.fault_reply(FaultKind.RATE_LIMITED).status == 403
    assert "retry-after" not in double.fault_reply(FaultKind.RATE_LIMITED).headers


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/email-verifier", {"email": ADA.email}),
        ("/email-finder", {"domain": ADA.domain, "full_name": ADA.full_name}),
        ("/people/find", {"email": ADA.email}),
    ],
)
def test_who_asked_for_silence_gets_it(path, query):
    double = server(Person("Ada", "Testarossa", ADA.email, domain=ADA.domain, restricted=True))
    assert error_of(double, path, **query) == (451, "claimed_email")
    assert double.ledger.units == 0


@pytest.mark.parametrize(("method", "path"), [("POST", "/email-verifier"), ("GET", "/nowhere")])
def test_no_such_road(method, path):
    assert get(server(), path, method=method, email=ADA.email)[0] == 404
