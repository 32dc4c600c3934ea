"""ZeroBounce's double keeps ZeroBounce's contract, traps included."""

from __future__ import annotations

import json

import pytest

from trustleads.testing.providers import FaultKind, Person, Request, ZeroBounceServer

pytestmark = pytest.mark.clause("LEAD-4")

ADA = Person("Ada", "Testarossa", "ada@company.example")


def server(*people, **options):
    return ZeroBounceServer(people or [ADA], **options)


def batch(double, emails=(), **changes):
    call = {"api_key": "test-key", "email_batch": [{"email_address": email} for email in emails], "timeout": "70"}
    body = json.dumps(call | changes).encode()
    reply = double.answer(Request("POST", "/validatebatch", body=body))
    return reply.status, reply.json


def single(double, **query):
    reply = double.answer(Request("GET", "/validate", tuple(({"api_key": "test-key"} | query).items())))
    return reply.status, reply.json


@pytest.mark.parametrize(
    ("mailbox", "status", "billed"),
    [
        ("valid", "valid", 1),
        ("invalid", "invalid", 1),
        ("catch_all", "catch-all", 1),
        ("risky", "do_not_mail", 1),
        ("spamtrap", "spamtrap", 1),
        ("unknown", "unknown", 0),
    ],
)
def test_verdicts(mailbox, status, billed):
    double = server(Person("B", "C", "b@company.example", mailbox=mailbox))
    code, body = single(double, email="B@company.example")
    assert (code, body["address"], body["status"]) == (200, "B@company.example", status)
    assert (body["mx_found"], body["free_email"]) == ("true", False)
    assert double.ledger.billed.get("b@company.example", 0) == billed


def test_a_form_does_as_well():
    double = server()
    reply = double.answer(Request("POST", "/validate", body=b"api_key=test-key&email=ada%40company.example"))
    assert (reply.status, reply.json["status"]) == (200, "valid")


def test_a_batch_is_answered_in_order():
    double = server()
    emails = ["nobody@company.example", ADA.email, "no address"]
    status, body = batch(double, emails)
    assert [verdict["address"] for verdict in body["email_batch"]] == emails
    assert [verdict["status"] for verdict in body["email_batch"]] == ["invalid", "valid", "invalid"]
    assert (status, body["errors"], double.ledger.units) == (200, [], 3)


def test_a_part_without_an_address_is_an_error_beside_the_others():
    status, body = batch(server(), [ADA.email, ""])
    assert (status, len(body["email_batch"]), [error["email_address"] for error in body["errors"]]) == (200, 1, [""])


@pytest.mark.parametrize("options", [{"key": "another"}, {"credits": 1}])
def test_a_refused_key_and_used_up_credit_come_inside_a_200(options):
    double = server(**options)
    status, body = batch(double, [ADA.email, "b@company.example"])
    assert (status, body["email_batch"], body["errors"][0]["email_address"]) == (200, [], "all")
    assert double.ledger.units == 0


def test_a_refused_key_for_one_address():
    status, body = single(server(), email=ADA.email, api_key="another")
    assert (status, list(body)) == (200, ["error"])


@pytest.mark.parametrize(
    "changes",
    [
        {"email_batch": []},
        {"email_batch": [{"email_address": f"{number}@a.example"} for number in range(101)]},
        {"email_batch": [{"email_address": "a@b.example", "job_title": "x"}]},
        {"email_batch": "a@b.example"},
        {"timeout": 70},
        {"timeout": "9"},
        {"company": "x"},
    ],
)
def test_what_the_contract_forbids_in_a_batch(changes):
    double = server()
    status, body = batch(double, [ADA.email], **changes)
    assert (status, list(body)) == (400, ["error"])
    assert double.ledger.units == 0


def test_a_batch_that_is_no_json():
    assert server().answer(Request("POST", "/validatebatch", body=b"email=a")).status == 400


@pytest.mark.parametrize(
    "query", [{}, {"email": ""}, {"email": "a@b.example", "timeout": "61"}, {"email": "a", "x": "1"}]
)
def test_what_the_contract_forbids_for_one_address(query):
    assert single(server(), **query)[0] == 400


def test_credits_are_a_string():
    double = server(credits=5)
    single(double, email=ADA.email)
    assert double.answer(Request("GET", "/getcredits", (("api_key", "test-key"),))).json == {"Credits": "4"}
    assert double.answer(Request("GET", "/getcredits", (("api_key", "x"),))).json == {"Credits": "-1"}


def test_who_asked_for_silence_is_suppressed():
    body = single(server(Person("A", "T", ADA.email, restricted=True)), email=ADA.email)[1]
    assert (body["status"], body["sub_status"]) == ("do_not_mail", "global_suppression")


def test_blocks_come_without_a_time():
    double = server()
    assert double.fault_reply(FaultKind.RATE_LIMITED).status == 429
    assert double.fault_reply(FaultKind.SERVER_ERROR).status == 524
    assert double.silent_reply().status == 403
    assert "retry-after" not in double.fault_reply(FaultKind.RATE_LIMITED).headers


def test_no_such_road():
    assert server().answer(Request("GET", "/validatebatch")).status == 404
