"""The double of People Data Labs keeps its contract, traps included."""

from __future__ import annotations

import json

import pytest

from trustleads.testing.providers import FaultKind, Faults, Person, Request
from trustleads.testing.providers.minute import Minute
from trustleads.testing.providers.people_data_labs import PeopleDataLabsServer

pytestmark = pytest.mark.clause("LEAD-4")

ADA = Person(
    "Ada", "Testarossa", "ada@company.example", "+442079460001", "CTO", company="Company Ltd", domain="company.example"
)
BEA = Person("Bea", "Fictus", "bea@company.example", "+442079460002", company="Company Ltd", domain="company.example")


def server(*people, **options):
    return PeopleDataLabsServer(people or [ADA, BEA], **options)


def call(double, request):
    reply = double.answer(request)
    return reply.status, reply.json


def get(double, key="test-key", **query):
    return call(double, Request("GET", "/person/enrich", tuple(query.items()), {"x-api-key": key}))


def post(double, body, path="/person/enrich", method="POST"):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return call(double, Request(method, path, (), {"x-api-key": "test-key"}, text))


def bulk(double, *params, **shared):
    return post(double, {"requests": [{"params": each} for each in params], **shared}, "/person/bulk")


def error_of(answer):
    status, body = answer
    assert body["status"] == status
    return status, body["error"]["type"]


@pytest.mark.parametrize(
    ("given", "likelihood"),
    [
        ({"email": "ADA@company.example"}, 10),
        ({"phone": "+442079460001"}, 9),
        ({"name": "ada testarossa", "company": "company ltd"}, 7),
        ({"first_name": "Ada", "last_name": "Testarossa", "company": "company.example"}, 7),
    ],
)
def test_a_match_is_billed(given, likelihood):
    double = server()
    status, body = get(double, **given)
    assert (status, body["status"], body["likelihood"]) == (200, 200, likelihood)
    assert body["data"]["work_email"] == "ada@company.example"
    assert dict(double.ledger.billed) == {"ada@company.example": 1}


def test_text_is_in_lower_case_unless_asked_otherwise():
    assert get(server(), email=ADA.email)[1]["data"]["full_name"] == "ada testarossa"
    assert get(server(), email=ADA.email, titlecase="true")[1]["data"]["full_name"] == "Ada Testarossa"
    assert post(server(), {"email": ADA.email, "titlecase": True})[1]["data"]["job_company_name"] == "Company Ltd"


@pytest.mark.parametrize(
    "given",
    [
        {"email": "nobody@company.example"},
        {"name": "Ada Testarossa", "location": "nowhere"},
        {"name": "Ada Testarossa", "company": "Company Ltd", "min_likelihood": "8"},
        {"email": ADA.email, "required": "job_title AND linkedin_url"},
        {"email_hash": "0" * 64},
    ],
)
def test_no_match_is_404_and_free(given):
    double = server()
    assert error_of(get(double, **given)) == (404, "not_found")
    assert double.ledger.units == 0


def test_who_is_restricted_is_unknown():
    double = server(Person("R", "S", "r@company.example", restricted=True))
    assert error_of(get(double, email="r@company.example")) == (404, "not_found")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": "Ada Testarossa"},
        {"first_name": "Ada", "company": "Company Ltd"},
        {"company": "Company Ltd"},
        {"email": ""},
        {"email": ADA.email, "note": "a column of the host's own"},
        {"email": ADA.email, "min_likelihood": "11"},
        {"email": ADA.email, "min_likelihood": "much"},
    ],
)
def test_what_the_contract_forbids_is_refused(given):
    double = server()
    assert error_of(get(double, **given)) == (400, "invalid_request_error")
    assert double.ledger.units == 0


def test_options_that_shape_the_answer():
    _, body = get(server(), email=ADA.email, data_include="job_title,work_email", include_if_matched="true")
    assert body["data"] == {"job_title": "cto", "work_email": ADA.email}
    assert body["matched"] == ["email"]
    _, body = get(server(), email=ADA.email, data_include="-emails,phone_numbers", required="work_email OR nothing")
    assert not {"emails", "phone_numbers"} & body["data"].keys()
    assert "work_email" in body["data"]


def test_a_plan_without_contacts_tells_only_that_there_are_some():
    double = server()
    double.sells_contacts = False
    data = get(double, email=ADA.email)[1]["data"]
    assert (data["work_email"], data["phone_numbers"], data["job_title"]) == (True, True, "cto")


@pytest.mark.parametrize("key", ["wrong", ""])
def test_a_bad_key(key):
    assert error_of(get(server(), key=key, email=ADA.email)) == (401, "authentication_error")


def test_the_key_may_be_in_the_query():
    assert get(server(), key="", email=ADA.email, api_key="test-key")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/person/bulk", 405), ("DELETE", "/person/enrich", 405), ("GET", "/person/search", 404)],
)
def test_other_addresses_and_methods(method, path, status):
    assert error_of(post(server(), {"email": ADA.email}, path, method))[0] == status


def test_a_batch_is_answered_in_order_by_a_bare_list():
    double = server()
    parts = [
        {"params": {"email": [BEA.email]}, "metadata": {"at": 0}},
        {"params": {"email": "nobody@company.example"}, "metadata": 1},
        {"params": {"name": "Ada"}},
        {"params": {"email": ADA.email, "titlecase": False}},
    ]
    status, body = post(double, {"requests": parts, "titlecase": True}, "/person/bulk")
    assert (status, [part["status"] for part in body]) == (200, [200, 404, 400, 200])
    assert [part.get("metadata", "none") for part in body] == [{"at": 0}, 1, "none", "none"]
    assert body[1]["error"]["type"] == "not_found"
    assert [body[at]["data"]["full_name"] for at in (0, 3)] == ["Bea Fictus", "ada testarossa"]
    assert dict(double.ledger.billed) == {ADA.email: 1, BEA.email: 1}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        [],
        {},
        {"requests": []},
        {"requests": [{"params": {"email": ADA.email}}] * 101},
        {"requests": [{"email": ADA.email}]},
        {"requests": [{"params": {"email": ADA.email}, "row": 7}]},
        {"requests": [{"params": {"email": ADA.email}}], "key": "value"},
    ],
)
def test_a_batch_that_the_contract_forbids_is_refused_whole(body):
    double = server()
    assert error_of(post(double, body, "/person/bulk")) == (400, "invalid_request_error")
    assert double.ledger.units == 0


@pytest.mark.parametrize("params", [{"email": []}, {"email": [""]}, {"email": None}, {"email": [{}]}, "text"])
def test_bad_values_fail_alone_in_a_batch(params):
    status, body = bulk(server(), params, {"email": ADA.email})
    assert (status, [part["status"] for part in body]) == (200, [400, 200])


def test_credit_that_is_used_up():
    double = server(credits=1)
    status, body = bulk(double, {"email": ADA.email}, {"email": BEA.email}, {"email": "nobody@company.example"})
    assert (status, [part["status"] for part in body]) == (200, [200, 402, 404])
    assert error_of(get(double, email=BEA.email)) == (402, "payment_required")
    assert double.ledger.units == 1


def test_headers_hold_json_and_what_a_call_cost():
    reply = server(credits=9).answer(
        Request("GET", "/person/enrich", (("email", ADA.email),), {"x-api-key": "test-key"})
    )
    assert json.loads(reply.headers["x-ratelimit-limit"]) == {"minute": 1000}
    assert json.loads(reply.headers["x-ratelimit-remaining"]) == {"minute": 999}
    assert (reply.headers["x-call-credits-spent"], reply.headers["x-totallimit-remaining"]) == ("1", "8")
    assert reply.headers["x-ratelimit-reset"].endswith("+00:00")


def test_a_limit_holds_for_a_fixed_minute():
    now = [1_000_020.0]
    double = server()
    double.minute, double.per_minute = Minute(lambda: now[0]), 2
    assert [get(double, email=ADA.email)[0] for _ in range(3)] == [200, 200, 429]
    reply = double.answer(Request("GET", "/person/enrich", (("email", ADA.email),), {"x-api-key": "test-key"}))
    assert (reply.headers["x-ratelimit-reset"], "retry-after" in reply.headers) == ("1970-01-12T13:48:00+00:00", False)
    now[0] += 60.0
    assert get(double, email=ADA.email)[0] == 200
    assert double.ledger.units == 3


def test_faults_have_the_vendors_shape():
    double = server(faults=Faults())
    limited, broken = double.fault_reply(FaultKind.RATE_LIMITED), double.fault_reply(FaultKind.SERVER_ERROR)
    assert error_of((limited.status, limited.json)) == (429, "rate_limit_error")
    assert json.loads(limited.headers["x-ratelimit-remaining"]) == {"minute": 0}
    assert "retry-after" not in limited.headers
    assert error_of((broken.status, broken.json)) == (503, "api_error")
