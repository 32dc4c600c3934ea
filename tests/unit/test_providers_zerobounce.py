"""ZeroBounce: what is sent, what its answers mean, what its statuses mean."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.zerobounce import ZeroBounce
from trustleads.enrichment.questions import (
    Answer,
    AskAgain,
    Attribute,
    Declined,
    Mailbox,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)

KEY = "zb-key-of-nobody"
ADA, BO = "ada@acme.example", "bo@acme.example"


class Wire:
    """Answers every call alike, and keeps what was sent."""

    def __init__(self, body: Any, status: int = 200, **headers: str) -> None:
        self.status, self.headers = status, headers
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(self.status, content=self.body, headers=self.headers)


def ask(wire: Wire, *addresses: str, timeout: float = 90.0) -> list[Answer]:
    provider = ZeroBounce(KEY, transport=httpx.MockTransport(wire), limits=Limits(timeout=timeout))
    wanted = frozenset({Attribute.EMAIL})
    return list(asyncio.run(provider.lookup([Question({Attribute.EMAIL: one}, wanted) for one in addresses or (ADA,)])))


def verdict(address: str, status: str, sub_status: Any = "") -> dict[str, Any]:
    return {"address": address, "status": status, "sub_status": sub_status, "free_email": "false", "mx_found": "true"}


def batch(*verdicts: Any, errors: Any = ()) -> dict[str, Any]:
    return {"email_batch": list(verdicts), "errors": list(errors)}


@pytest.mark.clause("LEAD-4")
@pytest.mark.parametrize(("timeout", "told"), [(90.0, "80"), (5.0, "10"), (900.0, "120")])
def test_what_is_sent(timeout: float, told: str) -> None:
    wire = Wire(batch(verdict(ADA, "valid"), verdict(BO, "valid")))
    ask(wire, ADA, BO, timeout=timeout)
    (request,) = wire.sent
    assert (request.method, str(request.url)) == ("POST", "https://bulkapi.zerobounce.net/v2/validatebatch")
    assert json.loads(request.content) == {
        "api_key": KEY,
        "email_batch": [{"email_address": ADA, "ip_address": None}, {"email_address": BO, "ip_address": None}],
        "timeout": told,
    }
    assert KEY not in str(request.headers)


@pytest.mark.clause("LEAD-4")
@pytest.mark.parametrize(
    ("status", "sub_status", "mailbox"),
    [
        ("valid", "", Mailbox.EXISTS),
        ("valid", "alias_address", Mailbox.EXISTS),
        ("invalid", "mailbox_not_found", Mailbox.MISSING),
        ("invalid", "mailbox_quota_exceeded", Mailbox.RISKY),
        ("catch-all", "", Mailbox.CATCH_ALL),
        ("spamtrap", "", Mailbox.RISKY),
        ("abuse", "", Mailbox.RISKY),
        ("do_not_mail", "toxic", Mailbox.RISKY),
        ("do_not_mail", "role_based", Mailbox.EXISTS),
        ("do_not_mail", "role_based_catch_all", Mailbox.CATCH_ALL),
    ],
)
def test_what_is_said_of_an_address(status: str, sub_status: str, mailbox: Mailbox) -> None:
    (answer,) = ask(Wire(batch(verdict(ADA, status, sub_status))))
    assert answer == Answer(Outcome.FOUND, mailbox=mailbox, reason=sub_status or None)
    assert answer.billed_units == 1


@pytest.mark.clause("LEAD-4")
def test_unknown_is_free() -> None:
    (answer,) = ask(Wire(batch(verdict(ADA, "unknown", "greylisted"))))
    assert (answer.outcome, answer.mailbox, answer.reason) == (Outcome.MISS, Mailbox.UNKNOWN, "greylisted")
    assert answer.billed_units == 0


def test_a_status_nobody_knows_may_be_billed() -> None:
    (answer,) = ask(Wire(batch(verdict(ADA, "splendid"))))
    assert (answer.outcome, answer.reason, answer.mailbox) == (Outcome.MAYBE_BILLED, "bad_answer", None)


@pytest.mark.parametrize("sub_status", [None, "Some text: ada@acme.example", "x" * 41])
def test_a_sub_status_is_repeated_only_if_it_is_a_code(sub_status: Any) -> None:
    (answer,) = ask(Wire(batch(verdict(ADA, "valid", sub_status))))
    assert answer.reason is None


@pytest.mark.clause("LEAD-4")
def test_order_and_case_of_the_answers_do_not_matter() -> None:
    wire = Wire(batch(verdict("BO@acme.example", "invalid"), verdict(ADA, "valid"), verdict(ADA, "valid")))
    ada, bo = ask(wire, "Ada@acme.example", BO)
    assert (ada.mailbox, bo.mailbox) == (Mailbox.EXISTS, Mailbox.MISSING)


@pytest.mark.clause("LEAD-5")
def test_what_is_missing_may_be_billed() -> None:
    ada, bo = ask(Wire(batch(verdict(ADA, "valid"))), ADA, BO)
    assert ada.outcome is Outcome.FOUND
    assert (bo.outcome, bo.reason, bo.billed_units) == (Outcome.MAYBE_BILLED, "torn_answer", 1)


@pytest.mark.clause("LEAD-4")
def test_an_answer_about_somebody_else_is_dropped() -> None:
    ada, bo = ask(Wire(batch(verdict(ADA, "valid"), verdict("eve@acme.example", "valid"))), ADA, BO)
    assert ada.outcome is Outcome.FOUND
    assert (bo.outcome, bo.reason, bo.units, bo.mailbox) == (Outcome.FAILED, "wrong_subject", 1, None)


def test_an_address_that_is_refused() -> None:
    refusal = {"error": "Invalid email address", "email_address": BO}
    ada, bo = ask(Wire(batch(verdict(ADA, "valid"), errors=[refusal])), ADA, BO)
    assert ada.outcome is Outcome.FOUND
    assert (bo.outcome, bo.reason, bo.billed_units) == (Outcome.FAILED, "bad_request", 0)


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            batch(errors=[{"error": "Invalid API Key or your account ran out of credits", "email_address": "all"}]),
            "key_refused",
        ),
        (batch(errors=[{"error": "Not enough credits", "email_address": "all"}]), "no_credit"),
        ({"error": "Invalid API key or your account ran out of credits"}, "key_refused"),
    ],
)
def test_a_refusal_inside_a_200(body: Any, reason: str) -> None:
    with pytest.raises(StopAsking, match=reason):
        ask(Wire(body))


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        [],
        {},
        {"email_batch": {}},
        batch("x"),
        batch({"status": "valid"}),
        batch(errors="none"),
        batch(errors=[{}]),
    ],
)
def test_a_senseless_answer_may_be_billed(body: Any) -> None:
    body = {**body, "errors": body["errors"]} if isinstance(body, dict) and "errors" in body else body
    with pytest.raises(Unsure, match="bad_answer"):
        ask(Wire(body))


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("status", "headers", "signal"),
    [
        (400, {}, Declined("bad_request")),
        (401, {}, StopAsking("key_refused")),
        (403, {}, AskAgain("blocked", everyone=True)),
        (404, {}, StopAsking("check_base_url")),
        (429, {}, AskAgain("blocked", after=600.0, everyone=True)),
        (429, {"retry-after": "3"}, AskAgain("rate_limited", after=3.0, everyone=True)),
        (520, {}, AskAgain("server_error")),
        (524, {}, Unsure("timeout")),
    ],
)
def test_statuses(status: int, headers: dict[str, str], signal: Signal) -> None:
    with pytest.raises(Signal) as raised:
        ask(Wire(b"", status, **headers))
    assert type(raised.value) is type(signal)
    assert vars(raised.value) == vars(signal)
